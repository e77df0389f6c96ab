"""A page of hostile names and a page of very many items in a real browser: nothing runs, nothing bursts."""

import pytest

from omen_cli.report.page import page
from tests.browser.conftest import WIDTHS
from tests.browser.test_page import BOXES, COLUMN, WIDTH_OF_PAGE, numbers
from tests.facts import concluded, item, orders, window
from tests.unit.reports import snapshot
from tests.unit.test_report_page_hostile import HOSTILE, store_of

ALL_AT_ONCE = " ".join(HOSTILE)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*HOSTILE[:3], HOSTILE[5], HOSTILE[13], HOSTILE[15], ALL_AT_ONCE], ids=range(7))
def test_nothing_of_a_name_runs_or_bursts_the_page(tmp_path, opened, width, name):
    path = tmp_path / "page.html"
    path.write_text(page(store_of(name), "en_US"), "utf-8")

    shown = opened(path, width=width)
    shown.page.locator("#items-table thead button").first.click()

    assert shown.said == []
    assert shown.requests == [path.as_uri()]
    assert shown.page.locator("script").count() == 1
    scrolls, has = shown.page.evaluate(WIDTH_OF_PAGE)
    assert scrolls <= has
    for _, boxes in shown.page.evaluate(BOXES):
        assert all(box["right"] <= width for box in boxes)


def test_three_thousand_items_are_sorted_and_filtered(tmp_path, opened):
    many = [item(f"SKU-{at:05}", on_hand=str(at * 7919 % 3001), category=f"Category {at % 14}") for at in range(3000)]
    path = tmp_path / "page.html"
    of = snapshot(concluded(*many, orders=orders(observed=window(gross="9", orders=1))))
    path.write_text(page(of, "en_US"), "utf-8")
    shown = opened(path)

    shown.page.locator("#items-table thead button", has_text="on hand").click()
    counts = numbers(shown.page.evaluate(COLUMN, ["items-table", 3]))
    shown.page.locator("#items").get_by_label("Show only rows with").fill("sku-0299")

    assert counts == sorted((float(at * 7919 % 3001) for at in range(3000)), reverse=True)
    assert shown.page.locator("#items-table tbody tr:visible").count() == 10
    assert shown.said == []
