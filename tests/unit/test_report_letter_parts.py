"""The subject and the attached items of a letter."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omen_cli.report.items_csv import items_csv
from omen_cli.report.mime import compose
from omen_cli.report.numbers import Numbers
from omen_cli.report.subject import subject
from tests.facts import AS_OF, concluded, item
from tests.letters import ENVELOPE, HOSTILE, Case, corrected, hostile, made_cases, names_of
from tests.snapshots import snapshot_of
from tests.unit.mail_gate import REQUIRED, parsed
from tests.unit.test_mail_headers import raw_names


def of(timeframe: str, as_of: date, **values):
    return snapshot_of(concluded(item(), timeframe=timeframe, as_of=as_of), **values)


@pytest.mark.parametrize(
    ("timeframe", "as_of", "locale", "wanted"),
    [
        ("weekly", AS_OF, "en_US", "NJ Weed Wizard Weekly Snapshot – Jan 5–11, 2026"),
        ("daily", date(2026, 1, 9), "en_US", "NJ Weed Wizard Daily Snapshot – Jan 9, 2026"),
        ("monthly", date(2026, 1, 31), "en_US", "NJ Weed Wizard Monthly Snapshot – January 2026"),
        ("weekly", date(2026, 1, 4), "en_US", "NJ Weed Wizard Weekly Snapshot – Dec 29, 2025–Jan 4, 2026"),
        ("weekly", AS_OF, "de_DE", "NJ Weed Wizard Weekly Snapshot – 5.–11. Jan. 2026"),
        ("monthly", AS_OF, "fr_FR", "NJ Weed Wizard Monthly Snapshot – janvier 2026"),
    ],
)
def test_a_subject_names_store_timeframe_and_period(timeframe, as_of, locale, wanted):
    assert subject(of(timeframe, as_of), locale, is_corrected=False) == wanted


def test_a_subject_says_what_is_corrected_and_what_is_provisional():
    weekly = of("weekly", AS_OF, provisional=True)
    assert (
        subject(of("weekly", AS_OF), "en_US", is_corrected=True)
        == "NJ Weed Wizard Weekly Snapshot (corrected) – Jan 5–11, 2026"
    )
    assert (
        subject(weekly, "en_US", is_corrected=False) == "NJ Weed Wizard Weekly Snapshot (provisional) – Jan 5–11, 2026"
    )
    assert (
        subject(weekly, "en_US", is_corrected=True)
        == "NJ Weed Wizard Weekly Snapshot (corrected, provisional) – Jan 5–11, 2026"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Shop =?UTF-8?Q?=0A?=", "Shop = ?UTF-8?Q?=0A?="),
        ("a\r\nBcc: x@example.com", "a��Bcc: x@example.com"),
        ("  a\t b  ", "a b"),
        ("\u202e\u200b", "��"),
        ("", "NJWeedWizard"),
        ("W" * 5_000, "W" * 59 + "…"),
    ],
)
def test_a_stores_name_enters_the_subject_harmless(name, shown):
    snapshot = of("weekly", AS_OF, store_name=name)
    made = subject(snapshot, "en_US", is_corrected=False)
    assert made.startswith(f"{shown} Weekly Snapshot – ")
    assert parsed(compose(Case(snapshot).letter, ENVELOPE))["Subject"] == made


def rows(attached) -> list[dict[str, str]]:
    text = attached.content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_the_items_are_named_after_store_timeframe_and_date():
    (attached,) = made_cases()["busy"].letter.attachments
    assert (attached.name, attached.media_type) == ("NJWeedWizard_weekly_2026-01-11_items.csv", "text/csv")
    assert f"Attached: {attached.name}" in made_cases()["busy"].letter.text
    assert made_cases()["held"].letter.attachments == ()


def test_every_item_is_there_with_plain_numbers():
    case = made_cases()["german"]
    found = rows(items_csv(case.snapshot))
    assert [row["sku"] for row in found] == [one.sku for one in case.snapshot.content.items]
    assert [row["unitPrice"] for row in found] == [f"{one.unit_price:f}" for one in case.snapshot.content.items]
    assert {row["deadStock"] for row in found} == {"true", "false", ""}
    assert list(found[0]) == list(case.snapshot.content.items[0].plain())


def test_the_file_is_one_that_excel_reads():
    content = items_csv(made_cases()["busy"].snapshot).content
    assert content.startswith(b'\xef\xbb\xbf"sku","name"')
    assert content.endswith(b'"\r\n')


@pytest.mark.parametrize("name", ["=1+1", "+1", "-cmd", "@x", " =1", "\t=1", "-1"])
def test_no_cell_is_a_formula(name):
    content = concluded(item("S-1", name=name, on_hand="-3"))
    (row,) = rows(items_csv(snapshot_of(content)))
    assert row["onHand"] == "-3"
    assert row["name"][:1] == "'" or Decimal(row["name"]) == -1


def test_a_store_without_items_has_an_empty_file():
    assert items_csv(snapshot_of(concluded())).content == b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("21694.50", "$21,695"), ("-5.5", "-$6"), ("999999.4", "$999,999"), ("1234567", "$1.2M"), ("0", "$0")],
)
def test_round_money_is_short_and_rounded_half_up(value, shown):
    assert Numbers("en_US", "USD").round_money(Decimal(value)) == shown


NASTY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.sampled_from(
    ["<b>", '"', "'", "-->", "]]>", HOSTILE]
)
CALM = names_of(Case(hostile("calm")).letter.html)


@settings(max_examples=40)
@given(NASTY)
def test_no_text_of_data_changes_the_tags_of_the_page_or_the_headers(text):
    made = Case(hostile(text)).letter
    assert names_of(made.html) == CALM
    assert sorted(raw_names(compose(made, ENVELOPE))) == sorted(REQUIRED)


def test_a_hostile_reason_of_a_correction_is_text():
    calm, bad = corrected("calm").letter, corrected(HOSTILE).letter
    assert names_of(bad.html) == names_of(calm.html)
