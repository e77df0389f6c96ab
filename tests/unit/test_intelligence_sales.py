"""The sales KPIs: their formulas, what null means, and the periods beside them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.intelligence.kpis import all_kpis, net_sales_change
from omen_cli.intelligence.sales import NO_ORDERS, SALES_UNITS, WHY_NULL, sales_kpis
from tests.facts import concluded, item, orders, window

WEEK_BEFORE = date(2025, 12, 29)


def kpis(**of):
    return all_kpis(orders(**of), ())


def test_every_sales_kpi_follows_its_formula():
    found = sales_kpis(
        window(
            gross="400",
            discounts="30",
            returns="20",
            units="12.5",
            orders=4,
            lines=9,
            known_gross="320",
            known_net="300",
            known_cost="120",
        )
    )
    assert found == {
        "grossSales": 400,
        "discounts": 30,
        "discountRatePct": Decimal("7.5"),
        "returns": 20,
        "netSales": 350,
        "orders": 4,
        "averageOrderValue": Decimal("87.5"),
        "units": Decimal("12.5"),
        "costOfGoods": 120,
        "grossProfit": 180,
        "grossMarginPct": 60,
        "costCoveragePct": 80,
    }
    assert list(found) == list(SALES_UNITS)


def test_an_empty_period_sold_nothing_and_cost_nothing():
    found = kpis(observed=window())
    zeros = {"grossSales", "discounts", "returns", "netSales", "orders", "units", "costOfGoods", "grossProfit"}
    assert {name for name in SALES_UNITS if found[name].value == 0} == zeros
    assert {name: found[name].why_null for name in SALES_UNITS.keys() - zeros} == {
        "discountRatePct": "no gross sales in the period",
        "averageOrderValue": "no orders in the period",
        "grossMarginPct": "no net sales of lines with a known cost",
        "costCoveragePct": "no gross sales in the period",
    }


def test_sales_without_any_known_cost_have_no_profit_rather_than_all_of_it():
    found = kpis(observed=window(gross="50", orders=1, lines=1, units=1, known_gross=0, known_net=0))
    for name in ("costOfGoods", "grossProfit"):
        assert (found[name].value, found[name].why_null) == (None, "no sold line has a known cost")
    assert found["costCoveragePct"].value == 0


def test_returns_alone_are_a_loss_without_a_margin():
    found = kpis(observed=window(returns="35", units=-1, lines=1, known_cost="-15"))
    assert (found["netSales"].value, found["grossProfit"].value, found["units"].value) == (-35, -20, -1)
    assert found["grossMarginPct"].why_null == WHY_NULL["grossMarginPct"]


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_any_order_every_sales_kpi_is_null_and_says_why(of):
    found = concluded(orders=of).kpis
    for name in (*SALES_UNITS, "velocity", "daysOfSupply", "sellThroughPct"):
        assert (found[name].value, found[name].why_null, found[name].trailing_periods) == (None, NO_ORDERS, 0)


def test_a_value_carries_no_reason():
    found = kpis(observed=window(gross="1", orders=1, units=1, lines=1, known_cost="1"), velocity_units=1)
    assert [name for name in SALES_UNITS if found[name].why_null is not None] == []


# --- against the period before ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "change_pct"),
    [
        ("150", "100", "50.00"),
        ("100", "150", "-33.33"),
        ("0", "150", "-100.00"),
        ("100", "100", "0.00"),
        ("100.0025", "100", "0.00"),
        ("-50", "100", "-150.00"),
    ],
)
def test_change_is_of_the_period_before(now, before, change_pct):
    past = (window(gross=before), None, None, None)
    found = kpis(observed=window(gross=now), before=past)["grossSales"]
    assert str(found.change_pct) == change_pct
    assert found.before == Decimal(before)


@pytest.mark.parametrize("returns", ["0", "10"])
def test_change_is_null_when_before_is_not_above_zero(returns):
    past = (window(returns=returns, orders=1),)
    found = kpis(observed=window(gross="10"), before=past)["netSales"]
    assert (found.before, found.change_pct) == (-Decimal(returns), None)
    assert found.change == 10 + Decimal(returns)


def test_percentages_change_in_points_of_the_unrounded_numbers():
    now, before = window(gross="300", discounts="10"), window(gross="300", discounts="20")
    found = kpis(observed=now, before=(before,))["discountRatePct"]
    assert (str(found.value), str(found.before), str(found.change)) == ("3.33", "6.67", "-3.33")
    assert str(found.change_pct) == "-50.00"


def test_no_period_before_means_none_not_zero():
    found = kpis(observed=window(gross="10"))["netSales"]
    assert (found.before, found.change, found.change_pct) == (None, None, None)


# --- against the trailing average -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("past", "average", "against", "count"),
    [
        ((), None, None, 0),
        (("100",), None, None, 1),
        (("100", "50"), "75.00", "100.00", 2),
        (("100", "50", "90"), "80.00", "87.50", 3),
        (("10", "20", "30", "41"), "25.25", "494.06", 4),
        (("0", "0"), "0.00", None, 2),
    ],
)
def test_the_trailing_average_needs_two_and_says_how_many(past, average, against, count):
    before = [window(gross=gross) for gross in past] + [None] * (4 - len(past))
    found = kpis(observed=window(gross="150"), before=before)["grossSales"]
    shown = [None if one is None else str(one) for one in (found.trailing_average, found.against_trailing_pct)]
    assert (*shown, found.trailing_periods) == (average, against, count)


def test_a_period_that_lacks_the_number_is_no_part_of_its_average():
    sold, closed = window(gross="60", orders=2), window()
    found = kpis(observed=window(gross="30", orders=1), before=(sold, closed, sold, None))
    assert (found["averageOrderValue"].trailing_average, found["averageOrderValue"].trailing_periods) == (30, 2)
    assert (found["netSales"].trailing_average, found["netSales"].trailing_periods) == (40, 3)


# --- the split --------------------------------------------------------------------------------------------------------


def test_the_change_splits_into_orders_and_baskets():
    found = net_sales_change(
        orders(observed=window(gross="360", orders=4), before=(window(gross="240", orders=3), None, None, None))
    )
    assert (found.change, found.orders_effect, found.basket_effect) == (120, 80, 40)


@pytest.mark.parametrize(("now", "before"), [(0, 3), (4, 0), (0, 0)])
def test_the_split_is_null_when_either_period_has_no_orders(now, before):
    found = net_sales_change(orders(observed=window(gross="5", orders=now), before=(window(gross="2", orders=before),)))
    assert (str(found.change), found.orders_effect, found.basket_effect) == ("3.00", None, None)


@pytest.mark.parametrize("of", [None, orders(), orders(before=()), orders(first=None)])
def test_there_is_no_split_without_a_period_before(of):
    assert net_sales_change(of) is None


def test_the_orders_effect_of_a_half_cent_rounds_up():
    past = window(gross="100.01", orders=6)
    found = concluded(item(), orders=orders(observed=window(gross="100.01", orders=9), before=(past,)))
    assert str(found.net_sales_change.orders_effect) == "50.01"


MONEY = st.decimals(0, 10**9, places=4)
COUNT = st.integers(1, 10**6)


@given(MONEY, MONEY, MONEY, COUNT, COUNT)
def test_the_split_adds_up_to_the_cent(now, before, returns, orders_now, orders_before):
    found = net_sales_change(
        orders(
            observed=window(gross=now, returns=returns, orders=orders_now),
            before=(window(gross=before, orders=orders_before),),
        )
    )
    assert found.orders_effect + found.basket_effect == found.change
    assert all(part == part.quantize(Decimal("0.01")) for part in (found.change, found.orders_effect))


def test_the_period_states_what_it_is_compared_with():
    past = window(WEEK_BEFORE, 7, gross="1", orders=1)
    content = concluded(item(), orders=orders(before=(past, None, None, None)))
    assert (content.period.before.start, content.period.before_days) == (WEEK_BEFORE, 7)
    assert concluded(item(), orders=orders()).period.before_days is None
