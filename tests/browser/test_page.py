"""The page of a snapshot in a real browser: narrow and wide, light and dark, with a mouse, a keyboard and on paper."""

import re
from decimal import Decimal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from omen_cli.report.chart_rows import Row, rows_spec
from omen_cli.report.chart_svg import chart_svg
from omen_cli.report.page_charts import NARROW, WIDE
from tests.browser.conftest import SCHEMES, STORES, WIDTHS

CHARTS = ("days", "trend", "by-category", "cover")
EVERY_LOOK = [(store, width, scheme) for store in STORES for width in WIDTHS for scheme in SCHEMES]
WIDTH_OF_PAGE = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
COLUMN = """([table, column]) => [...document.querySelectorAll(`#${table} tbody tr`)].map(
    (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.replace("–", ""))"""
BOXES = """() => [...document.querySelectorAll("#charts svg")].filter((svg) => svg.checkVisibility()).map((svg) => [
  svg.closest("section").id,
  [svg, ...svg.querySelectorAll("text")].map((one) => one.getBoundingClientRect().toJSON()),
])"""
CONTRASTS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const ratio = (colour) => {
    const [low, high] = [paper, light(colour)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const seen = (selector, property) => [...document.querySelectorAll(`.chart ${selector}`)]
    .map((one) => getComputedStyle(one)[property]).filter((colour) => colour !== "none").map(ratio);
  return { text: Math.min(...seen("text", "fill")), edges: Math.min(...seen("path[stroke]", "stroke")),
           bars: Math.min(...seen("path:not([stroke])", "fill")) };
}"""


@pytest.mark.parametrize(("store", "width", "scheme"), EVERY_LOOK)
def test_it_asks_nobody_says_nothing_and_fits_its_window(sample_pages, opened, store, width, scheme):
    shown = opened(sample_pages[store], width=width, scheme=scheme)

    assert shown.requests == [sample_pages[store].as_uri()]
    assert shown.said == []
    scrolls, has = shown.page.evaluate(WIDTH_OF_PAGE)
    assert scrolls <= has


@pytest.mark.parametrize(("store", "width", "scheme"), EVERY_LOOK)
def test_every_chart_is_seen_once_and_whole(sample_pages, opened, store, width, scheme):
    page = opened(sample_pages[store], width=width, scheme=scheme).page

    boxes = page.evaluate(BOXES)
    assert [key for key, _ in boxes] == list(CHARTS)
    for key, (chart, *texts) in boxes:
        assert chart["width"] > 250, key
        assert chart["height"] > 150, key
        assert len(texts) > 8, key
        for box in (chart, *texts):
            assert 0 <= box["left"] < box["right"] <= width, key


@pytest.mark.parametrize("drawn", [NARROW, WIDE])
def test_no_name_in_a_chart_reaches_its_value_whatever_its_letters(opened, tmp_path, drawn):
    names = ("W" * 40, "M" * 40, "HYBRID (SATIVA DOMINANT) " * 3, "m" * 40, "n" * 80, "Щ" * 40, "щ" * 40, "il" * 40)
    rows = [Row(name, "$1,234,567.50", Decimal(1)) for name in names]
    (tmp_path / "chart.html").write_text(chart_svg(rows_spec(rows, drawn), "x", "chart"), "utf-8")
    page = opened(tmp_path / "chart.html").page

    boxes = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll("text")].map((one) => [
      one.textContent + one.getBoundingClientRect().top, one.getBoundingClientRect().toJSON()]))""")

    by_line = {}
    for text, box in boxes.items():
        by_line.setdefault(round(box["top"]), []).append((box["left"], box["right"], text))
    assert len(by_line) == len(names)
    for name, value in map(sorted, by_line.values()):
        assert name[1] < value[0], name[2]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_charts_stand_out_from_their_paper(sample_pages, opened, width, scheme):
    page = opened(sample_pages["NJWeedWizard"], width=width, scheme=scheme).page

    contrasts = page.evaluate(CONTRASTS)

    assert contrasts["text"] >= 4.5
    assert contrasts["edges"] >= 3
    assert contrasts["bars"] >= 3


@pytest.mark.parametrize(("store", "width", "scheme"), EVERY_LOOK)
def test_axe_finds_nothing(sample_pages, opened, store, width, scheme):
    page = opened(sample_pages[store], width=width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(AXE_FILE_PATH.read_text("utf-8"))

    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")

    assert len(found["passes"]) > 20
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []


def numbers(values):
    return [float(value) for value in values if value]


def test_a_click_sorts_the_greatest_first_and_another_the_least(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"]).page
    header = page.locator("#items-table thead th", has_text="net sales")
    before = page.evaluate(COLUMN, ["items-table", 8])

    header.get_by_role("button").click()
    falling = page.evaluate(COLUMN, ["items-table", 8])
    assert header.get_attribute("aria-sort") == "descending"
    header.get_by_role("button").click()
    rising = page.evaluate(COLUMN, ["items-table", 8])

    assert header.get_attribute("aria-sort") == "ascending"
    assert numbers(falling) == sorted(numbers(before), reverse=True) != numbers(before)
    assert numbers(rising) == sorted(numbers(before))
    assert len(falling) == len(rising) == len(before) == 58


def as_people_sort(name):
    return [
        (0, float(part)) if at % 2 else (1, part.casefold()) for at, part in enumerate(re.split(r"(\d+)", name)) if part
    ]


def test_the_keyboard_sorts_too_and_only_one_column_says_so(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"]).page
    first, second = (page.locator("#items-table thead th button").nth(at) for at in (0, 3))

    second.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")

    assert first.evaluate("(one) => document.activeElement === one")
    assert page.locator("#items-table [aria-sort]").count() == 1
    assert first.locator("..").get_attribute("aria-sort") == "ascending"
    names = page.evaluate(COLUMN, ["items-table", 0])
    assert names == sorted(names, key=as_people_sort)


@pytest.mark.parametrize("clicks", [1, 2])
def test_what_is_unknown_comes_last_whichever_way(sample_pages, opened, clicks):
    page = opened(sample_pages["NJWeedWizard"]).page
    for _ in range(clicks):
        page.locator("#items-table thead button", has_text="runs out").click()

    days = page.evaluate(COLUMN, ["items-table", 11])

    known = days[: days.index("")]
    assert known == sorted(known, reverse=clicks == 1)
    assert set(days[len(known) :]) == {""}


def test_the_rest_of_the_movers_is_not_sorted_among_them(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"]).page
    page.locator("#movers-table thead button", has_text="change").click()

    changes = numbers(page.evaluate(COLUMN, ["movers-table", 3]))
    assert changes == sorted(changes, reverse=True)
    assert page.locator("#movers-table tfoot").inner_text().split()[:2] == ["44", "more"]


def test_the_filter_shows_the_rows_that_have_every_word_and_counts_them(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"]).page
    box = page.locator("#items").get_by_label("Show only rows with")

    box.fill("jughandle FLOWER")
    assert page.locator("#items output").inner_text() == "0 of 58 rows"
    box.fill("JUGhandle 7g")
    shown = page.locator("#items-table tbody tr:visible th").all_inner_texts()
    assert shown == ["Jughandle Jelly 7g"]
    assert page.locator("#items output").inner_text() == "1 of 58 rows"
    box.fill("")
    assert page.locator("#items-table tbody tr:visible").count() == 58


def test_without_its_script_it_is_complete_and_offers_no_button_that_does_nothing(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"], java_script_enabled=False).page

    assert page.locator("button, input").count() == 0
    assert page.locator("#items-table tbody tr").count() == 58
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Do first: ")


def test_no_other_script_and_no_other_style_is_let_in(sample_pages, opened):
    shown = opened(sample_pages["NJWeedWizard"])
    with shown.page.expect_event("requestfailed") as image:
        shown.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.intruder = true";
      const image = document.createElement("img");
      image.src = "https://example.com/a.png";
      const style = document.createElement("style");
      style.textContent = "body { display: none; }";
      document.body.append(script, image, style);
        }""")

    assert shown.page.evaluate("window.intruder === undefined")
    assert shown.page.locator("h1").is_visible()
    assert image.value.failure == "csp"
    assert any("Content Security Policy" in line for line in shown.said)


def test_paper_gets_no_controls_and_light_colours(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"], scheme="dark").page
    page.emulate_media(media="print")

    for selector in (".skip", "nav", ".filter", "details"):
        assert page.locator(f"{selector}:visible").count() == 0, selector
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.querySelector('#items .scroller').scrollHeight"
                         " === document.querySelector('#items .scroller').clientHeight")  # fmt: skip
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_first_tab_leads_past_the_head(sample_pages, opened):
    page = opened(sample_pages["NJWeedWizard"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
