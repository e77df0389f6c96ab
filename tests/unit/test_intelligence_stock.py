"""What one item's stock says, and the store's own stock KPIs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from omen_cli.intelligence.kpis import all_kpis
from omen_cli.intelligence.sales import NO_ORDERS
from omen_cli.intelligence.stock import ItemMetrics, measure_items, sell_through_pct, velocity
from omen_cli.intelligence.supply import days_of_supply
from omen_cli.model.facts import Sales
from omen_cli.model.thresholds import Thresholds
from tests.facts import AS_OF, END, OLD, days_before_end, item, measured, orders, sold, window


def dec(text):
    return None if text is None else Decimal(text)


# --- margin -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "cost", "margin"),
    [
        ("100", "60", "40"),
        ("80", "100", "-25"),
        ("5", "0", "100"),
        ("0", "5", None),
        (None, "5", None),
        ("5", None, None),
    ],
)
def test_a_margin_needs_a_price_above_zero_and_a_cost(price, cost, margin):
    found = measured(item(unit_price=price, unit_cost=cost))
    assert (found.margin_pct, found.is_priced) == (dec(margin), margin is not None)


# --- velocity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_order", "first_seen", "days"),
    [
        (OLD, OLD, 28),
        (OLD, None, 28),
        (days_before_end(28), OLD, 28),
        (days_before_end(27), OLD, 27),
        (days_before_end(27), days_before_end(10), 10),
        (days_before_end(10), days_before_end(27), 10),
        (OLD, days_before_end(28), 28),
        (OLD, days_before_end(27), 27),
        (OLD, AS_OF, 1),
        (AS_OF, None, 1),
        (OLD, END, None),
        (OLD, END + timedelta(days=3), None),
    ],
)
def test_a_velocity_begins_with_the_latest_of_window_first_order_and_first_seen(first_order, first_seen, days):
    found = measured(item(first_seen=first_seen), orders(sold(velocity_units=14), first=first_order))
    assert found.velocity_days == days
    assert found.velocity == (None if days is None else velocity(Decimal(14), days))


def test_what_never_sold_has_a_velocity_of_zero():
    found = measured(item())
    assert (found.velocity, found.velocity_units, found.velocity_days, found.sale_days) == (0, 0, 28, 0)
    assert (found.units_sold, found.observed, found.first_sale, found.last_sale) == (0, Sales(), None, None)


def test_more_returned_than_sold_is_a_velocity_of_zero():
    found = measured(item(), orders(sold(velocity_units=-3, units=-3, returns=90)))
    assert (found.velocity, found.days_of_supply) == (0, None)
    assert (found.velocity_units, found.units_sold, found.observed.net) == (0, -3, -90)


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_orders_only_the_margin_is_known(of):
    one = item()
    (found,) = measure_items((one,), of, Thresholds())
    assert found == ItemMetrics(item=one, thresholds=Thresholds(), margin_pct=Decimal(60))


# --- days of supply ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "units", "days", "supply"),
    [
        ("10", "40", 28, "7"),
        ("10", "14", 28, "20"),
        ("0", "14", 28, "0"),
        ("-4", "14", 28, "0"),
        ("10", "0", 28, None),
        ("0", "0", 28, None),
        ("10", "-2", 28, None),
        (None, "14", 28, None),
        ("10", None, None, None),
        ("2.5", "1", 2, "5"),
    ],
)
def test_days_of_supply(on_hand, units, days, supply):
    assert days_of_supply(dec(on_hand), dec(units), days) == dec(supply)


@pytest.mark.parametrize("on_hand", range(1, 60))
def test_seven_days_of_supply_are_exactly_seven(on_hand):
    found = measured(item(on_hand=on_hand), orders(sold(velocity_units=4 * on_hand)))
    assert found.days_of_supply == 7


# --- sell-through -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "on_hand", "through"),
    [
        ("30", "10", "75"),
        ("0", "10", "0"),
        ("5", "0", "100"),
        ("0", "0", None),
        ("2", "-3", None),
        ("5", "-1", "125"),
        ("-2", "10", "-25"),
        (None, "10", None),
        ("5", None, None),
    ],
)
def test_sell_through(units, on_hand, through):
    assert sell_through_pct(dec(units), dec(on_hand)) == dec(through)


# --- dead stock -------------------------------------------------------------------------------------------------------

SINCE = days_before_end(90)
DAY_BEFORE = SINCE - timedelta(days=1)


@pytest.mark.parametrize(
    ("on_hand", "first_seen", "last_sale", "first_order", "is_dead"),
    [
        ("1", OLD, None, OLD, True),
        ("1", OLD, DAY_BEFORE, OLD, True),
        ("1", OLD, SINCE, OLD, False),
        ("1", OLD, AS_OF, OLD, False),
        ("0", OLD, None, OLD, False),
        ("-1", OLD, None, OLD, False),
        (None, OLD, None, OLD, None),
        ("1", DAY_BEFORE, None, OLD, True),
        ("1", SINCE, None, OLD, False),
        ("1", END, None, OLD, False),
        ("1", None, None, OLD, True),
        ("1", None, None, SINCE, True),
        ("1", None, None, SINCE + timedelta(days=1), None),
        ("1", OLD, None, SINCE + timedelta(days=1), None),
        ("1", SINCE, None, AS_OF, False),
        ("1", OLD, AS_OF, AS_OF, False),
        ("0", None, None, AS_OF, False),
    ],
)
def test_dead_stock_is_true_false_or_unknown(on_hand, first_seen, last_sale, first_order, is_dead):
    found = measured(
        item(on_hand=on_hand, first_seen=first_seen, unit_cost="40"), orders(sold(last=last_sale), first=first_order)
    )
    assert found.is_dead_stock is is_dead
    assert found.dead_stock_capital == (40 if is_dead else None)


def test_dead_stock_of_unknown_cost_has_no_capital():
    found = measured(item(unit_cost=None))
    assert (found.is_dead_stock, found.dead_stock_capital) == (True, None)


def test_the_days_of_dead_stock_are_a_threshold():
    of = orders(sold(last=days_before_end(10)))
    assert measured(item(), of, dead_stock_days=9).is_dead_stock is True
    assert measured(item(), of, dead_stock_days=10).is_dead_stock is False


def test_a_threshold_beyond_all_dates_is_the_dawn_of_time():
    assert measured(item(first_seen=None), dead_stock_days=999_999_999).is_dead_stock is None
    assert measured(item(), dead_stock_days=999_999_999).is_dead_stock is False


# --- the store's own --------------------------------------------------------------------------------------------------


def store_kpis(items, of):
    return all_kpis(of, measure_items(items, of, Thresholds()))


def test_the_stores_velocity_counts_all_that_sold_its_supply_the_counted_items_only():
    of = orders(
        sold("A", 28, units=10, last=AS_OF),
        sold("B", 56, units=30, last=AS_OF),
        velocity_units=140,
        observed=window(units=50),
    )
    found = store_kpis([item("A", on_hand="30"), item("B", on_hand=None)], of)
    assert (found["velocity"].value, found["daysOfSupply"].value, found["sellThroughPct"].value) == (5, 30, 25)


def test_the_stores_velocity_rests_on_the_days_since_its_first_order():
    found = store_kpis([item("A")], orders(velocity_units=30, first=days_before_end(10)))
    assert found["velocity"].value == 3


@pytest.mark.parametrize(
    ("items", "velocity_units", "supply", "why"),
    [
        ([item("A", on_hand="0")], 28, "0.00", None),
        ([item("A", on_hand="-2")], 28, "0.00", None),
        ([item("A", on_hand="5")], 0, None, "no counted item sells"),
        ([item("A", on_hand="5")], -4, None, "no counted item sells"),
        ([item("A", on_hand=None)], 28, None, "no item is counted"),
        ([], 28, None, "no item is counted"),
    ],
)
def test_the_stores_days_of_supply(items, velocity_units, supply, why):
    of = orders(sold("A", velocity_units, last=AS_OF), velocity_units=velocity_units)
    found = store_kpis(items, of)["daysOfSupply"]
    assert (found.value, found.why_null) == (dec(supply), why)


def test_values_are_over_the_priced_items_that_are_counted():
    items = [
        item("A", on_hand="3", unit_price="10", unit_cost="4"),
        item("B", on_hand="-1", unit_price="5", unit_cost="1"),
        item("C", on_hand=None, unit_price="500", unit_cost="1"),
        item("D", on_hand="7", unit_cost=None),
        item("E", on_hand="7", unit_price="0", unit_cost="1"),
    ]
    found = store_kpis(items, None)
    values = ("items", "itemsPriced", "inventoryRetailValue", "inventoryCostValue", "potentialProfit")
    assert [found[name].value for name in values] == [5, 3, 25, 11, 14]
    assert str(found["averageMarginPct"].value) == "79.93"  # (60 + 80 + 99.8) / 3


def test_what_cannot_be_valued_is_null_not_zero():
    names = ("inventoryRetailValue", "inventoryCostValue", "potentialProfit")
    uncounted = store_kpis([item(on_hand=None)], None)
    assert {(uncounted[name].value, uncounted[name].why_null) for name in names} == {
        (None, "no item with a price and a cost is counted")
    }
    unpriced = store_kpis([item(unit_cost=None)], None)
    assert {unpriced[name].why_null for name in (*names, "averageMarginPct")} == {"no item has both a price and a cost"}
    assert unpriced["itemsPriced"].value == 0


@pytest.mark.parametrize(
    ("items", "of", "count", "capital", "why"),
    [
        ([item("A", on_hand="2"), item("B")], orders(sold("B", last=AS_OF)), 1, "80.00", None),
        ([item("A")], orders(sold("A", last=AS_OF)), 0, "0.00", None),
        ([item("A", unit_cost=None)], orders(), 1, None, "no dead stock has a known cost"),
        ([item("A")], orders(first=AS_OF), None, None, "the orders do not reach back far enough"),
        ([item("A", on_hand=None)], orders(), None, None, "no item is counted"),
        ([item("A", on_hand="0")], None, None, None, NO_ORDERS),
    ],
)
def test_dead_stock_of_the_store(items, of, count, capital, why):
    found = store_kpis(items, of)
    assert (found["deadStockItems"].value, found["deadStockCapital"].value) == (count, dec(capital))
    assert (found["deadStockItems"].why_null or found["deadStockCapital"].why_null) == why


def test_dead_stock_of_the_store_is_unknown_while_one_counted_item_is():
    of = orders(sold("A", last=AS_OF), first=days_before_end(20))
    known = item("A", first_seen=AS_OF)
    assert store_kpis([known], of)["deadStockItems"].value == 0
    assert store_kpis([known, item("B")], of)["deadStockItems"].value is None
