"""A snapshot as a page: what it says and in which order, what it allows, and that it is the same each time."""

import re
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import pytest

from omen_cli.model.content import KPI_VERSION
from omen_cli.model.snapshot import Hold
from omen_cli.model.sources import InputFile, RejectedExample, RejectedRows
from omen_cli.report.numbers import Numbers
from omen_cli.report.overview import overview
from omen_cli.report.page import page
from tests.facts import AS_OF, concluded, item, orders, window
from tests.unit.pages import parsed, rows, skeleton
from tests.unit.reports import lines, snapshot
from tests.unit.test_report_overview import busy_week

FILE = InputFile(role="inventory", name="inventory.csv", date=AS_OF, bytes=1234, rows=5, sha256="ab" * 32)
ASIDE = RejectedRows(
    role="inventory", reason="no SKU", count=1, examples=(RejectedExample(file="inventory.csv", line=147, value="Toll"),)
)  # fmt: skip


def busy(**more):
    return snapshot(
        busy_week(), inputs=(FILE,), rejected=(ASIDE,), notes=("the inventory file carries no date",), **more
    )


def test_a_busy_week(golden):
    golden("page_weekly.txt", skeleton(page(busy(), "en_US")))


def test_a_store_without_orders(golden):
    golden(
        "page_no_orders.txt",
        skeleton(page(snapshot(concluded(item(name="Blue Dream"), item("B", on_hand="3"))), "en_US")),
    )


def test_the_same_snapshot_is_the_same_page():
    assert page(busy(), "en_US") == page(busy(), "en_US")


def test_it_says_every_sentence_that_a_terminal_says():
    shown = parsed(page(busy(), "en_US")).text
    for line in lines(overview(busy(), "en_US")):
        if not line.startswith(("What to do: ", "Runs out within ", "snapshot_", "NJ Weed Wizard: ")):
            assert line.removeprefix("- ") in shown


def test_the_verdict_stands_before_every_number():
    found = parsed(page(busy(), "en_US")).all()
    order = [one.attributes["id"] for one in found if one.tag == "section" and "id" in one.attributes]
    assert order[:3] == ["verdict", "numbers", "charts"]


# --- what must not be overlooked --------------------------------------------------------------------------------------


def head(of, **more):
    return parsed(page(of, "en_US", **more)).all("header")[0].text


def test_held_provisional_and_superseding_are_said_before_the_verdict():
    of = busy(
        hold=Hold(held=True, reasons=("12 of 60 rows of orders were set aside",)), provisional=True, version=2,
        supersedes="snapshot_weekly_2026-01-11_1_0123abcd", reason="the export was mended",
    )  # fmt: skip
    assert head(of) == (
        "NJ Weed Wizard weekly snapshot, Jan 5–11, 2026 HELD, not to be sent: 12 of 60 rows of orders were set aside "
        "PROVISIONAL: made before 2026-01-11 was over "
        "Supersedes snapshot_weekly_2026-01-11_1_0123abcd: the export was mended"
    )


def test_superseded_is_said_with_what_took_its_place():
    assert "SUPERSEDED: snapshot_x takes its place" in head(busy(), superseded_by="snapshot_x")
    assert "SUPERSEDED" not in head(busy())


def test_the_footer_names_the_snapshot_and_what_made_it():
    of = busy()
    shown = {
        one.all("dt")[0].text: one.all("dd")[0].text for one in parsed(page(of, "en_US")).all("footer")[0].all("div")
    }
    assert shown == {
        "Snapshot": of.id,
        "Version": "1",
        "Content": of.content_sha256,
        "Made": "2026-01-12 13:00:00+00:00",
        "By": "omen 0",
        "KPI definitions": f"version {KPI_VERSION}",
    }


def test_other_definitions_than_those_of_this_omen_are_said():
    of = busy()
    old = of.model_copy(update={"content": of.content.model_copy(update={"kpi_version": KPI_VERSION + 1})})
    assert (
        f"KPI definitions version {KPI_VERSION + 1}: the formulas"
        in parsed(page(old, "en_US")).by_id("definitions").text
    )
    assert "the formulas" not in parsed(page(of, "en_US")).by_id("definitions").text


# --- tables -----------------------------------------------------------------------------------------------------------


def test_every_recommendation_and_every_item_is_there():
    many = [item(f"I-{number:03}", on_hand="2") for number in range(70)]
    html = page(snapshot(concluded(*many, orders=None)), "en_US")
    assert len(rows(html, "todo-table")) == len(rows(html, "items-table")) == 70


def test_the_files_with_their_hashes_and_the_rows_set_aside():
    html = page(busy(), "en_US")
    assert rows(html, "inputs-table") == [["inventory.csv", "inventory", "Jan 11, 2026", "5", "1,234", "ab" * 32]]
    assert rows(html, "rejected-table") == [["inventory", "no SKU", "1", "inventory.csv line 147: Toll"]]


def test_every_kpi_is_defined_and_every_setting_is_there():
    of = busy()
    html = page(of, "en_US")
    assert len(rows(html, "definitions-table")) == len(of.content.kpis)
    assert ["Net sales", "What customers paid, without tax: gross sales less discounts and returns.",
            "gross sales − discounts − returns"] in rows(html, "definitions-table")  # fmt: skip
    settings = dict(rows(html, "settings-table"))
    assert settings | {"timezone": "UTC", "currency": "USD", "deadStockDays": "90"} == settings
    assert len(settings) == 2 + len(of.settings.thresholds)


@pytest.mark.parametrize(
    ("locale", "currency", "price"),
    [
        ("en_US", "USD", "$35.00"),
        ("de_DE", "EUR", "35,00 €"),
        ("fr_CA", "CAD", "35,00 $"),
        ("ar_EG", "EGP", "35.00 ج.م."),
    ],
)
def test_amounts_are_written_as_the_locale_does_and_sorted_by_digits(locale, currency, price):
    html = page(snapshot(busy_week(currency=currency)), locale)
    (row,) = [row for row in parsed(html).by_id("items-table").all("tr") if row.children[1].text == "BD-8"]
    assert row.children[4].text == price
    assert Decimal(row.children[4].attributes.get("data-value", row.children[4].text.split(" ")[0])) == 35
    assert "\N{REPLACEMENT CHARACTER}" not in html


def test_the_words_are_english_whatever_the_numbers_and_the_collation():
    (html,) = parsed(page(busy(), "de_DE")).all("html")
    assert html.attributes == {"lang": "en", "dir": "ltr", "data-sorting": "de-DE"}


# --- what the file is -------------------------------------------------------------------------------------------------


def test_it_names_no_address_but_that_of_svg():
    html = page(busy(), "en_US")
    assert set(re.findall(r"[a-z]+://[^\s\"'<>]+", html)) == {"http://www.w3.org/2000/svg"}
    for one in parsed(html).all():
        assert not {"src", "srcset", "style", "action"} & set(one.attributes)
        assert one.attributes.get("href", "#").startswith("#")
    assert not {"url(", "@import"} & set(re.findall(r"url\(|@import", html))


def test_the_policy_allows_its_own_style_and_script_and_nothing_else():
    root = parsed(page(busy(), "en_US"))
    (policy,) = [one.attributes["content"] for one in root.all("meta") if "http-equiv" in one.attributes]
    ((style,), (script,)) = (root.all(tag) for tag in ("style", "script"))
    hashes = [b64encode(sha256("".join(one.words).encode()).digest()).decode() for one in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_headings_descend_one_level_at_a_time_and_ids_are_used_once():
    found = parsed(page(busy(), "en_US")).all()
    levels = [int(one.tag[1]) for one in found if re.fullmatch(r"h\d", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(now - before <= 1 for before, now in pairwise(levels))
    ids = [one.attributes["id"] for one in found if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for one in found:
        assert one.attributes.get("href", "#content")[1:] in ids


def test_three_thousand_items_are_less_than_three_megabytes():
    many = [
        item(f"SKU-{number:05}-LONGISH", name=f"Product number {number} of the range", unit="3.5g", on_hand=str(number % 90),
             category=f"Category {number % 14}", unit_cost=f"{10 + number % 17}.34", unit_price="45.67")
        for number in range(3000)
    ]  # fmt: skip
    html = page(snapshot(concluded(*many, orders=orders(observed=window(gross="9", orders=1)))), "en_US")
    assert len(rows(html, "items-table")) == 3000
    assert len(html.encode()) < 3_000_000


# --- numbers for an axis ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "currency", "value", "text"),
    [
        ("en_US", "USD", "0", "$0"),
        ("en_US", "USD", "7.5", "$7.50"),
        ("en_US", "USD", "2500", "$2,500"),
        ("en_US", "USD", "-12500", "-$12.5K"),
        ("en_US", "USD", "1500000", "$1.5M"),
        ("de_DE", "EUR", "75000", "75.000 €"),
        ("de_DE", "EUR", "1500000", "1,5 Mio. €"),
        ("ja_JP", "JPY", "12500", "￥1.2万"),
    ],
)
def test_money_on_an_axis_is_short(locale, currency, value, text):
    assert Numbers(locale, currency).axis_money(Decimal(value)) == text


def test_days_on_an_axis_are_short():
    english, german = Numbers("en_US", "USD"), Numbers("de_DE", "EUR")
    assert (english.weekday(AS_OF), english.short_day(AS_OF), english.short_month(AS_OF)) == ("Sun", "Jan 11", "Jan")
    assert (german.weekday(AS_OF), german.short_day(AS_OF), german.short_month(AS_OF)) == ("So", "11. Jan.", "Jan")
