"""What a letter says of a snapshot: golden text and HTML, what comes first, what a correction says."""

from dataclasses import replace
from decimal import Decimal
from time import monotonic

import pytest

from omen_cli.model.letter import Correction
from omen_cli.report.chart_content import trend_bars
from omen_cli.report.letter import letter
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_charts import figures
from omen_cli.report.preview import preview
from omen_cli.report.rtl_text import with_isolated_dates
from omen_cli.report.trend_chart import WIDTH, trend_spec
from tests.facts import concluded, item
from tests.letters import ENVELOPE, Case, corrected, made_cases, with_trend
from tests.snapshots import snapshot_of
from tests.unit.mail_gate import Page
from tests.unit.test_report_overview import busy_week


def said(name: str) -> str:
    """The text of a case, as it is."""
    return made_cases()[name].letter.text


def words(name: str) -> str:
    """The text of a case, its lines joined."""
    return " ".join(said(name).split())


def named(spec):
    """The periods of a picture that have a text, the oldest first."""
    return [one for one in spec["data"]["values"] if "side" in one]


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_text_of_a_busy_week(golden):
    golden("mail_weekly.txt", said("busy"))


def test_the_html_of_a_busy_week(golden):
    golden("mail_weekly.html", made_cases()["busy"].letter.html)


def test_the_text_of_a_correction(golden):
    golden("mail_corrected.txt", said("corrected"))


def test_the_text_of_a_week_in_german(golden):
    golden("mail_weekly_de_DE.txt", said("german"))


def test_the_same_snapshot_is_the_same_letter():
    once, again = (Case(with_trend(snapshot_of(busy_week())), has_items=True).letter for _ in range(2))
    assert once == again


@pytest.mark.parametrize("part", ["text", "html"])
def test_what_to_do_comes_first_and_how_numbers_are_made_last(part):
    text = made_cases()["busy"].letter.text if part == "text" else " ".join(Page(made_cases()["busy"].letter.html).text)
    order = ("Do first: ", "Why:", "If not:", "Net sales $1,161.50", "Net sales, this week and the 8 before", "What to do", "What moved",
             "Runs out within", "Dead stock", "Outlook", "Sales, Jan 5", "Stock, current", "Data notes", "How the numbers are made", "snapshot_weekly")  # fmt: skip
    assert in_order(text, *order)


def test_the_definitions_are_those_of_explain():
    assert "Net sales: What customers paid, without tax: gross sales less discounts and returns." in words("busy")
    assert "KPI definitions version 1; days are those of America/New_York, money is in USD." in words("busy")


def test_a_correction_says_what_it_replaces_why_and_what_changed():
    case = made_cases()["corrected"]
    text = words("corrected")
    assert in_order(text, "Corrected: version 2 takes the place of version 1", "Why: the export was mended", "KPIs: ", "Net sales $1,161.50 $490.00 -$671.50", f"Replaces: {case.correction.before_id}", "Do first:")  # fmt: skip
    assert "Before: what to do first was: Reorder 2 items" in text
    assert "version 2" in case.letter.text.splitlines()[-6] + case.letter.text.splitlines()[-5]


def test_a_correction_shows_a_handful_of_kpis_and_how_many_more():
    rows = [
        line for line in said("corrected").splitlines() if line.startswith(("Gross", "Orders", "Units", "Discounts"))
    ]
    assert "And 16 more." in said("corrected")
    assert len(rows) > 4


def test_a_correction_of_what_is_lost_says_so():
    assert "What changed cannot be said: the version before is not kept any more." in words("corrected-lost")
    assert "Why: no reason was given" in words("corrected-lost")


def test_a_correction_with_the_same_content_says_so():
    from omen_cli.intelligence.diff import diff

    before, now = snapshot_of(busy_week()), snapshot_of(busy_week(), version=2)
    text = letter(now, "en_US", correction=Correction(before.id, 1, "again", diff(before, now))).text
    assert "The numbers are the same, all of them." in text
    assert "KPIs:" not in text


def test_held_and_provisional_are_said_before_anything_else():
    held, provisional = words("held"), words("provisional")
    assert in_order(held, "Held: the data look wrong", "12 of 60 rows", "Do first:")
    assert in_order(provisional, "Provisional", "made before Jan 9, 2026 was over", "Do first:")
    assert "Held" not in provisional
    assert "Provisional" not in held + said("busy")
    assert "Corrected" not in held + provisional


def test_a_change_is_told_by_sign_and_word_and_not_by_colour_alone():
    text = Page(made_cases()["busy"].letter.html).text
    assert "▲ up 17.32 % from $990.00" in text
    assert "▼ down 3.21 points from 49.49 %" in text


def test_a_store_without_orders_gets_its_stock():
    made = made_cases()["no-orders"].letter
    assert made.pictures == ()
    assert "Net sales" not in made.text
    assert in_order(made.text, "Connect the orders", "2 items in the inventory", "Inventory at retail")


def test_the_picture_is_said_in_its_alternative_text():
    made = made_cases()["busy"].letter
    (alt,) = (values["alt"] for tag, values in Page(made.html).tags if tag == "img")
    assert alt.startswith("Net sales by week, each by its first day: Nov 10 $0.00, Nov 17 $3,750.00, Nov 24 $2,500.00")
    assert alt.endswith("this week $0.00.")
    assert alt in words("busy")


def test_the_picture_has_letters_and_twice_the_pixels():
    png = made_cases()["busy"].letter.pictures[0].png
    assert int.from_bytes(png[16:20], "big") == 2 * 534
    content = with_trend(snapshot_of(busy_week())).content
    blank = trend_spec(content, Numbers("en_US", "USD")) | {"config": {"font": "no such font"}}
    from omen_cli.report.charts import png as drawn

    assert len(png) > 1.15 * len(drawn(blank))


@pytest.mark.parametrize(
    ("locale", "label"), [("en_US", "Nov 17"), ("de_DE", "17. Nov."), ("he_IL", "11-17"), ("ar", "11-17")]
)
def test_the_picture_needs_no_font_of_the_machine(locale, label):
    shown = named(trend_spec(with_trend(snapshot_of(busy_week())).content, Numbers(locale, "USD")))
    assert shown[0]["day"] == label
    assert all(letter <= "\u024f" or letter == "₪" for one in shown for letter in one["money"] + one["day"])


def test_an_unfinished_period_says_so_far():
    content = with_trend(snapshot_of(busy_week())).content
    last = content.trend[-1].model_copy(update={"complete": False})
    snapshot = snapshot_of(content.model_copy(update={"trend": (*content.trend[:-1], last)}))
    assert "this week $0.00 so far." in " ".join(letter(snapshot, "en_US").text.split())
    spec = trend_spec(snapshot.content, Numbers("en_US", "USD"))
    assert [one["day"] for one in named(spec)] == ["Nov 17", "Jan 5|so far"]
    assert spec["padding"]["bottom"] > trend_spec(content, Numbers("en_US", "USD"))["padding"]["bottom"]


def course(*values: str):
    """A content whose weeks sold this, the last one this week."""
    content = with_trend(snapshot_of(busy_week())).content
    weeks = content.trend[-len(values) :]
    sold = (one.model_copy(update={"net_sales": Decimal(value)}) for one, value in zip(weeks, values, strict=True))
    return content.model_copy(update={"trend": tuple(sold)})


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ("5 1 1 1 9 1 1 1 3", {0: "left", 4: "center", 8: "right"}),
        ("5 9 1 1 1 1 1 1 3", {1: "center", 8: "right"}),
        ("5 1 1 1 1 1 1 9 3", {0: "left", 8: "right"}),
        ("9 1 1 1 1 1 1 1 3", {0: "left", 8: "right"}),
        ("5 1 1 1 1 1 1 1 9", {0: "left", 8: "right"}),
        ("5 9", {0: "left", 1: "right"}),
        ("-5 -9 -1 -4", {0: "left", 2: "center", 3: "right"}),
    ],
)
def test_the_picture_names_the_first_the_best_and_this_period_where_each_has_room(values, places):
    spec = trend_spec(course(*values.split()), Numbers("en_US", "USD"))
    assert {one["at"]: one["side"] for one in named(spec)} == places


def test_the_letters_of_the_picture_are_large_enough_on_a_telephone():
    spec = trend_spec(course("1", "2"), Numbers("en_US", "USD"))
    (size,) = {layer["mark"]["fontSize"] for layer in spec["layer"] if layer["mark"]["type"] == "text"}
    assert size * (360 - 2 * 16 - 2 * 9) / WIDTH > 12


def test_one_period_alone_is_no_trend():
    content = with_trend(snapshot_of(busy_week())).content
    alone = snapshot_of(content.model_copy(update={"trend": content.trend[-1:]}))
    assert letter(alone, "en_US").pictures == ()


def test_more_than_a_letter_holds_is_counted():
    many = snapshot_of(concluded(*(item(f"I-{at:02}", on_hand="2", category=f"C {at}") for at in range(40))))
    assert "More of them: Reorder soon 38" in " ".join(letter(many, "en_US").text.split())


def test_a_page_from_right_to_left_keeps_numbers_and_sentences_readable():
    tags = Page(made_cases()["hebrew"].letter.html).tags
    assert dict(tags)["html"] == {"lang": "he-IL", "dir": "rtl"}
    assert dict(tags)["body"]["lang"] == "en"
    assert {values.get("dir") for tag, values in tags if tag == "td" and values.get("align") == "left"} == {"ltr"}
    assert dict(Page(made_cases()["german"].letter.html).tags)["html"] == {"lang": "de-DE", "dir": "ltr"}


@pytest.mark.parametrize("name", ["hebrew", "arabic"])
def test_in_a_page_from_right_to_left_what_parts_two_columns_is_on_the_other_side(name):
    here, there = (Page(made_cases()[case].letter.html).tags for case in ("busy", name))
    assert [values.get("class") for tag, values in there if tag == "table"].count("grid rtl") > 5
    numbers = [values["style"] for tag, values in there if tag == "td" and values.get("dir") == "ltr"]
    assert numbers
    assert all("padding:7px 10px 7px 0" in style for style in numbers)
    assert not any("rtl" in values.get("class", "") for _, values in here)


def test_a_date_among_english_words_is_kept_together_where_it_is_read_from_right_to_left():
    html = made_cases()["hebrew"].letter.html
    assert "Sales, \u20685–11 בינו׳ 2026\u2069, against \u206829 בדצמ׳ 2025–4 בינו׳ 2026\u2069" in html
    assert html.count("\u2068") == html.count("\u2069") > 3
    for case in ("busy", "german"):
        assert "\u2068" not in made_cases()[case].letter.html
    assert "\u2068" not in made_cases()["hebrew"].letter.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("of ינואר 2026.", "of [ינואר 2026]."),
        ("7 days, 5 בינו׳ 2026; 3", "7 days, [5 בינו׳ 2026]; 3"),
        ("29 ديسمبر 2025–4 يناير 2026", "[29 ديسمبر 2025–4 يناير 2026]"),
        ("-1,234.50 د.إ.", "-1,234.50 د.إ."),
        ("د.إ. 1,234.00", "د.إ. 1,234.00"),
        ("Jan 5–11, 2026", "Jan 5–11, 2026"),
        ("בלו דרים 3.5", "בלו דרים 3.5"),
        ("&#39; 2026", "&#39; 2026"),
    ],
)
def test_only_dates_are_kept_together(text, shown):
    assert with_isolated_dates(text).replace("\u2068", "[").replace("\u2069", "]") == shown


def test_no_text_however_long_takes_long_to_be_looked_through():
    started = monotonic()
    for text in ("1 " * 40_000, "ש " * 40_000, "ש" * 80_000, "1" * 80_000, "ש1–" * 30_000):
        with_isolated_dates(text)
    assert monotonic() - started < 10


def test_no_bidi_mark_of_a_locale_becomes_a_replacement():
    assert "\ufffd" not in said("hebrew") + said("arabic")


def test_a_preview_is_the_message_or_its_text_or_a_page_for_a_browser():
    made = made_cases()["busy"].letter
    assert preview(made, ENVELOPE, "txt") == made.text.encode()
    assert preview(made, ENVELOPE, "eml").startswith(b"From: ")
    page = preview(made, ENVELOPE, "html").decode()
    assert "cid:" not in page
    assert 'src="data:image/png;base64,' in page
    assert (
        page.replace(page[page.index("data:") : page.index('"', page.index("data:"))], f"cid:{made.pictures[0].cid}")
        == made.html
    )


def test_a_preview_of_what_cannot_be_sent_is_refused():
    from omen_cli.errors import InvalidArgument

    for kind in ("html", "eml", "txt"):
        with pytest.raises(InvalidArgument):
            preview(made_cases()["held"].letter, replace(ENVELOPE, recipient="nobody"), kind)


def test_letter_and_page_draw_the_same_periods_under_the_same_title():
    snapshot = with_trend(snapshot_of(busy_week()))
    content, numbers = snapshot.content, Numbers("en_US", "USD")
    (figure,) = (one for one in figures(content, numbers) if one.key == "trend")
    drawn = [one["value"] for one in trend_spec(content, numbers)["data"]["values"]]
    assert len(drawn) == len(figure.table.rows) == 9
    assert drawn == [float(bar.now if bar.before is None else bar.before) for bar in trend_bars(content, numbers)]
    assert figure.title == "Net sales, this week and the 8 before"
    assert figure.title in letter(snapshot, "en_US").text


def test_of_two_periods_the_title_says_one_before():
    assert "Net sales, this week and the one before" in letter(snapshot_of(course("1", "2")), "en_US").text


def test_a_correction_without_a_reason_still_says_why():
    assert "Why: no reason was given" in corrected(reason=None).letter.text
