"""As of when the stock is, in words that fit at one, at none and at less."""

from datetime import date

import pytest

from omen_cli.model.content import StockContent
from omen_cli.model.snapshot import SettingsEntered
from omen_cli.model.thresholds import Thresholds
from omen_cli.report.numbers import Numbers
from omen_cli.report.stock_table import stock
from tests.facts import AS_OF, concluded, item, orders, sold
from tests.unit.reports import lines, snapshot, table


def heading(of, locale="en_US"):
    return lines(tuple(stock(snapshot(of), Numbers(locale, "USD"))))[0]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("433", "and the 433 that sold since are added back"),
        ("1", "and the 1 that sold since is added back"),
        ("2.5", "and the 2.5 that sold since are added back"),
        ("1234", "and the 1,234 that sold since are added back"),
        ("0", "and nothing that it counts sold since"),
        ("-1", "and the 1 more that came back than sold since is taken off"),
        ("-3", "and the 3 more that came back than sold since are taken off"),
    ],
)
def test_an_estimated_stock_says_what_was_added_back(after, said):
    of = orders(sold(last=AS_OF, units_after=after), lines_after=1)
    assert heading(concluded(item(on_hand="50"), orders=of)) == f"Stock, estimated: the inventory is later, {said}"


def test_a_dated_stock_says_its_date():
    found = concluded(item(), orders=orders(), inventory_date=date(2026, 1, 9))
    assert heading(found) == "Stock, as of the inventory of Jan 9, 2026"
    assert heading(found, "de_DE") == "Stock, as of the inventory of 09.01.2026"


def test_a_current_stock_says_that_the_period_does_not_matter():
    assert heading(concluded(item(), orders=orders())) == "Stock, current: as the inventory has it, whatever the period"


def test_a_later_inventory_without_orders_is_not_said_to_be_of_the_period():
    found = concluded(item(), orders=None, inventory_date=date(2026, 2, 3))
    assert found.stock == StockContent(basis="current", date=date(2026, 2, 3), units_added_back=None)
    assert heading(found) == (
        "Stock, current: the inventory is of Feb 3, 2026, and nobody knows what sold since the period"
    )


def test_only_an_estimate_says_that_deliveries_are_not_known():
    said = [lines(tuple(stock(snapshot(concluded(item(), orders=of)), Numbers("en_US", "USD"))))[1:] for of in (
        orders(sold(units_after=3), lines_after=1), orders(sold()))]  # fmt: skip
    assert said == [["What was delivered since is not known: the stock of then may have been lower."], []]


@pytest.mark.parametrize(
    ("own", "remark"),
    [
        ({}, "none sold in 90 days"),
        ({"Edible": {"dead_stock_days": "60"}}, "none sold in 60 to 90 days, by category"),
        ({"Edible": {"low_stock_max": "9"}}, "none sold in 90 days"),
    ],
)
def test_the_days_of_dead_stock_are_those_of_the_categories_too(own, remark):
    content = concluded(item(), orders=orders(sold(last=AS_OF)), categories=own)
    thresholds = Thresholds.model_validate({"categories": own})
    settings = SettingsEntered(
        timezone="UTC",
        currency="USD",
        thresholds=thresholds.entered(),
        category_thresholds=thresholds.entered_by_category(),
    )
    rows = {row[""]: row["remark"] for row in table(snapshot(content, settings=settings), "remark")}
    assert rows["Dead stock, items"] == remark
