"""The charts of a page: which there are, what they say in words, and what of them reaches the page."""

import json
import re
from decimal import Decimal

import pytest

from omen_cli.report.chart_bars import Bar, bars_spec
from omen_cli.report.chart_content import MOST_ROWS, cover_rows, day_bars, supplied, trend_bars
from omen_cli.report.chart_rows import Row, rows_spec
from omen_cli.report.chart_style import ALARM, COLOURS, NOW, spread, ticks
from omen_cli.report.chart_svg import chart_svg
from omen_cli.report.chart_text import cut_to_width, text_width
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_charts import figures
from tests.facts import concluded, item, orders, sold
from tests.guards import REPO
from tests.unit.made_snapshots import made_snapshot
from tests.unit.pages import parsed

NUMBERS = Numbers("en_US", "USD")
WEEKS = [of.content for of in (made_snapshot(seed) for seed in range(40)) if of.content.period.timeframe == "weekly"]
WITH_ALL = next(
    of for of in WEEKS if len(list(figures(of, NUMBERS))) == 4 and of.categories[0].net_sales > 0 and len(of.days) > 3
)


def bars(*values):
    return [Bar(f"day {at}", Decimal(now), before and Decimal(before)) for at, (now, before) in enumerate(values)]


def texts(markup):
    return [one.text for one in parsed(markup).all("text")]


# --- which charts, and their words ------------------------------------------------------------------------------------


def test_a_week_has_four_charts_each_with_its_message_and_its_numbers():
    found = list(figures(WITH_ALL, NUMBERS))
    assert [one.key for one in found] == ["days", "trend", "by-category", "cover"]
    for one in found:
        assert one.message.endswith(".")
        assert one.table.rows
        for markup in (one.drawing.wide, one.drawing.narrow):
            assert len(texts(markup)) > 1


def test_nothing_is_drawn_of_nothing():
    assert list(figures(concluded(item(), item("B")), NUMBERS)) == []


def test_days_stand_beside_the_days_of_the_period_before():
    found = day_bars(WITH_ALL, NUMBERS)
    assert [bar.label for bar in found] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][: len(found)]
    assert [bar.now for bar in found] == [day.net_sales for day in WITH_ALL.days]
    assert [bar.before for bar in found] == [day.net_sales for day in WITH_ALL.days_before]


def test_of_the_trend_only_this_period_is_dark():
    *before, now = trend_bars(WITH_ALL, NUMBERS)
    assert now.now == WITH_ALL.trend[-1].net_sales
    assert now.before is None
    assert [(bar.now, bar.before) for bar in before] == [(None, one.net_sales) for one in WITH_ALL.trend[:-1]]


def test_what_runs_out_first_comes_first_and_what_sells_well_stands_out():
    many = [item(f"I-{at}", on_hand=str(at + 1)) for at in range(12)]
    content = concluded(*many, orders=orders(*(sold(f"I-{at}", 28, last=None) for at in range(12))))
    assert [one.sku for one in supplied(content)] == [f"I-{at}" for at in range(MOST_ROWS)]
    urgent = {sku for signal in content.signals if signal.name == "STOCKOUT_IMMINENT" for sku in signal.skus}
    found = cover_rows(content, NUMBERS)
    assert [row.is_alarming for row in found] == [one.sku in urgent for one in supplied(content)]
    assert {row.is_alarming for row in found} == {True, False}
    assert found[0].text == "1.00 days"


def test_the_messages():
    said = {one.key: one.message for one in figures(WITH_ALL, NUMBERS)}
    best = max(WITH_ALL.days, key=lambda day: day.net_sales)
    assert said["days"].startswith(f"The most on {NUMBERS.weekday(best.date)}, {NUMBERS.day(best.date)}: ")
    assert said["trend"].startswith(NUMBERS.amount(WITH_ALL.trend[-1].net_sales, "money"))
    assert NUMBERS.amount(WITH_ALL.categories[0].net_sales, "money") in said["by-category"]
    first = supplied(WITH_ALL)[0]
    assert (first.name or first.sku) in said["cover"]


def test_where_nothing_sold_no_category_is_said_to_have_sold_the_most():
    none = [one.model_copy(update={"net_sales": Decimal(0)}) for one in WITH_ALL.categories]
    said = {one.key: one.message for one in figures(WITH_ALL.model_copy(update={"categories": tuple(none)}), NUMBERS)}
    assert said["by-category"] == "No category sold more than came back."


def test_days_that_are_all_the_same_have_no_best_one():
    same = [day.model_copy(update={"net_sales": Decimal(5)}) for day in WITH_ALL.days]
    said = {one.key: one.message for one in figures(WITH_ALL.model_copy(update={"days": tuple(same)}), NUMBERS)}
    assert said["days"] == "$5.00 on each day."


# --- axes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "0 1"),
        (["0"], "0 1"),
        (["4374.6", "1924.4"], "0 2000 4000 6000"),
        (["-50", "120"], "-100 0 100 200"),
        (["-7"], "-7.5 -5.0 -2.5 0.0"),
        (["0.02"], "0.00 0.01 0.02"),
        (["12345678"], "0 5000000 10000000 15000000"),
    ],
)
def test_an_axis_has_a_few_round_numbers_around_the_values_and_zero(values, expected):
    assert [*map(Decimal, expected.split())] == [*ticks([Decimal(value) for value in values])]


def test_labels_have_room_and_the_last_is_always_there():
    assert [*spread(7, 400, 40)] == [0, 1, 2, 3, 4, 5, 6]
    assert [*spread(9, 280, 50)] == [0, 2, 4, 6, 8]
    assert [*spread(31, 280, 24)] == [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]
    assert [*spread(0, 280, 24)] == []


def test_an_axis_is_written_by_us():
    german = Numbers("de_DE", "EUR")
    shown = texts(chart_svg(bars_spec(bars(("1500", "900"), ("2500", None)), german, 400), "x", "chart"))
    assert {"0 €", "1.000 €", "2.000 €", "3.000 €", "day 0", "day 1"} == set(shown)


# --- what reaches the page --------------------------------------------------------------------------------------------


def test_what_is_drawn_is_in_colours_that_the_page_knows_for_light_and_dark():
    css = (REPO / "omen_cli" / "report" / "templates" / "page.css").read_text("utf-8")
    known = {(name, colour) for name, colour in re.findall(r"\.chart \[(fill|stroke)=\"(#\w+)\"\]", css)}
    used = set()
    for figure in figures(WITH_ALL, NUMBERS):
        for one in parsed(figure.drawing.wide).all():
            used |= {(name, one.attributes[name]) for name in ("fill", "stroke") if name in one.attributes}
    used -= {("fill", "none")}
    assert used <= known
    assert {colour for _, colour in known} == set(COLOURS)


def test_ids_are_the_charts_own_and_the_same_each_time():
    spec = {**bars_spec(bars(("1", "2")), NUMBERS, 300)}
    clipped = json.loads(json.dumps(spec).replace('"type": "bar"', '"type": "bar", "clip": true'))
    first, again, other = (chart_svg(clipped, key, "chart") for key in ("a", "a", "b"))
    assert first == again
    ids = re.findall(r'id="([^"]+)"', first)
    assert ids
    assert all(name.startswith("a-") for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", first)) == set(ids)
    assert not set(ids) & set(re.findall(r'id="([^"]+)"', other))


def test_a_chart_is_silent_and_as_large_as_the_page_says():
    (svg,) = parsed(chart_svg(rows_spec([Row("A", "1", Decimal(1))], 320), "x", "chart wide")).all("svg")
    assert svg.attributes["class"] == "chart wide"
    assert svg.attributes["aria-hidden"] == "true"
    assert svg.attributes["viewbox"].startswith("0 0 320 ")
    assert not {"width", "height", "style"} & set(svg.attributes)
    assert not any("role" in one.attributes or "style" in one.attributes for one in svg.all())


@pytest.mark.parametrize(
    "name",
    ["</text></svg><script>alert(1)</script>", "a & b < c > d", "\"quoted\" 'too'", 'id="clip1" url(#clip1)', "{{ 7*7 }}",
     "datum.now", "a\\nb", "مرحبا", "javascript:alert(1)", "–—…"],
)  # fmt: skip
def test_a_name_is_text_in_a_chart_whatever_it_looks_like(name):
    markup = chart_svg(rows_spec([Row(name, "1", Decimal(1))], 900), "x", "chart")
    assert name in texts(markup)
    assert {one.tag for one in parsed(markup).all()} == {"", "svg", "g", "text", "path"}


@pytest.mark.parametrize("label", ['"]', "'+alert(1)+'", "\\", "</svg>", "datum.at", "‘’"])
def test_a_label_of_an_axis_is_text_too(label):
    spec = bars_spec([Bar(label, Decimal(1), None), Bar("next", Decimal(2), None)], NUMBERS, 400)
    assert label in texts(chart_svg(spec, "x", "chart"))


@pytest.mark.parametrize("letter", ["W", "M", "A", "m", "n", "i", "Щ", "щ", "語", "ع"])
@pytest.mark.parametrize("width", [320, 500])
def test_a_long_name_ends_before_its_value_begins(letter, width):
    name, value = texts(chart_svg(rows_spec([Row(letter * 80, "$1,234.00", Decimal(1))], width), "x", "chart"))
    assert name[0] == letter
    assert text_width(name) + text_width(value) < width - 8


def test_a_name_that_fits_is_whole_and_of_no_room_an_ellipsis_is_left():
    assert cut_to_width("Full Name", text_width("Full Name")) == "Full Name"
    assert cut_to_width("Full Name", text_width("Full Name") - 1) == "Full Na…"
    assert cut_to_width("Full Name", -5) == "…"
    assert cut_to_width("", 10) == ""


def test_every_colour_of_the_supply_is_said():
    many = [item(f"I-{at}", on_hand=str(at + 1)) for at in range(12)]
    content = concluded(*many, orders=orders(*(sold(f"I-{at}", 28, last=None) for at in range(12))))
    (cover,) = (one for one in figures(content, NUMBERS) if one.key == "cover")
    drawn = {one.attributes.get("fill") for one in parsed(cover.drawing.wide).all("path")}
    assert {ALARM, NOW} <= drawn
    assert [(key.colour, key.text) for key in cover.legend] == [
        ("alarm", "what sells well and runs out soon"),
        ("now", "all others"),
    ]


def test_letter_and_page_have_one_accent_in_light_and_in_dark():
    folder = REPO / "omen_cli" / "report" / "templates"
    css = (folder / "page.css").read_text("utf-8")
    light, dark = re.findall(r"--accent: (#\w+)", css)[:2]
    assert re.findall(r"--now: (#\w+)", css)[:2] == [light, dark]
    assert light == NOW
    mail = (folder / "mail.css").read_text("utf-8")
    own = [re.search(rf"\n{rule} {{[^}}]*background-color: (#\w+)", mail)[1] for rule in (r"\.top", r"\.grid \.bar")]
    at_night = re.search(r"\.top, \.grid \.bar {[^}]*background-color: (#\w+)", mail)[1]
    assert (own, at_night) == ([light, light], dark)
    assert set(re.findall(r'class="(?:top|bar)"[^>]*bgcolor="(#\w+)"', "".join(
        (folder / name).read_text("utf-8") for name in ("mail.html.j2", "mail_parts.html.j2")))) == {light}  # fmt: skip


def test_a_long_name_leaves_room_for_its_value():
    shown = texts(chart_svg(rows_spec([Row("n" * 500, "$1,234.00", Decimal(1))], 320), "x", "chart"))
    assert shown == ["n" * 29 + "…", "$1,234.00"]
