"""What KPIs are made of: each can be worked out again from the snapshot alone."""

from decimal import Decimal

import pytest

from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window


def some_content():
    of = orders(
        sold("A", 28, units=7, last=AS_OF),
        sold("B", 14, units=3, last=AS_OF),
        observed=window(days_before_end(7), gross=400, discounts=20, orders=5, units=12, known_gross=300, known_net=290, known_cost=145),
        velocity=window(days_before_end(28), 28, gross=1400, returns=56, units=56),
        by_other=(sold("Z", units=2),),
    )  # fmt: skip
    items = (
        item("A", on_hand="13", unit_price="30", unit_cost="20"),
        item("B", on_hand=None, unit_price="10", unit_cost="4"),
        item("C", on_hand="-0.5", unit_cost=None),
    )
    return concluded(*items, orders=of)


def test_the_sums_are_of_the_lines_and_items_that_they_name():
    found = some_content().sums
    assert (found.net_sales_costed, found.gross_sales_costed) == (290, 300)
    assert (found.velocity_days, found.velocity_units, found.velocity_net_sales) == (28, 56, 1344)
    assert (found.counted_on_hand, found.counted_velocity_units, found.counted_units) == (Decimal("12.5"), 28, 7)
    assert str(found.margins) == "93.33"  # 33.33… + 60


def test_kpis_can_be_worked_out_again_from_them():
    content = some_content()
    found, kpi = content.sums, {name: one.value for name, one in content.kpis.items()}
    assert kpi["grossProfit"] == found.net_sales_costed - kpi["costOfGoods"]
    assert kpi["grossMarginPct"] == kpi["grossProfit"] / found.net_sales_costed * 100
    assert kpi["costCoveragePct"] == found.gross_sales_costed / kpi["grossSales"] * 100
    assert kpi["velocity"] == found.velocity_units / found.velocity_days
    assert kpi["daysOfSupply"] == found.counted_on_hand * found.velocity_days / found.counted_velocity_units
    through = found.counted_units / (found.counted_units + found.counted_on_hand) * 100
    assert abs(kpi["sellThroughPct"] - through) <= Decimal("0.005")
    assert abs(kpi["averageMarginPct"] - found.margins / kpi["itemsPriced"]) <= Decimal("0.005")


def test_where_no_item_is_counted_the_sum_is_unknown_not_zero():
    found = concluded(item(on_hand=None), orders=orders(sold(velocity_units=28, last=AS_OF))).sums
    assert (found.counted_on_hand, found.counted_velocity_units, found.counted_units) == (None, 0, 0)


def test_a_young_store_says_the_days_of_its_velocity():
    assert concluded(item(), orders=orders(first=days_before_end(3))).sums.velocity_days == 3


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_orders_there_are_no_sums(of):
    assert concluded(item(), orders=of).sums is None
