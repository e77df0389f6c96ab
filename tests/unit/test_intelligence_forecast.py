"""What comes if nothing changes, and what is unusual: each at its exact boundaries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.facts import AS_OF, END, concluded, days_before_end, item, orders, sold, window


def selling(*of_skus, **more):
    return orders(*(sold(sku, units, last=AS_OF) for sku, units in of_skus), **more)


def stock_outs(*items, of, **thresholds):
    return concluded(*items, orders=of, **thresholds).forecasts.stock_outs


# --- stock-outs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "units", "is_found"),
    [
        ("14", 28, True),
        ("14.0001", 28, False),
        ("7", 28, True),
        ("0", 28, True),
        ("-2", 28, True),
        ("0.0001", "0.0001", False),
        ("0.5", 1, True),
        ("0", 0, False),
        ("0", -3, False),
        (None, 28, False),
    ],
)
def test_a_stock_out_is_a_counted_item_that_sells_and_lasts_fourteen_days_at_most(on_hand, units, is_found):
    assert bool(stock_outs(item(on_hand=on_hand), of=selling(("BD-8", units)))) is is_found


def test_a_stock_out_says_when_what_it_costs_and_what_to_order():
    one = item(name="Blue Dream", unit="eighth", on_hand="10", unit_price="9.99")
    (found,) = stock_outs(one, of=selling(("BD-8", 56)))
    assert (found.sku, found.name, found.unit) == ("BD-8", "Blue Dream", "eighth")
    assert [str(value) for value in (found.on_hand, found.velocity, found.days_of_supply)] == ["10", "2.00", "5.00"]
    assert (found.runs_out_on, found.suggested_order) == (END + timedelta(days=5), 18)
    assert str(found.lost_sales) == "179.82"  # 2 a day × 9.99 × (14 − 5)


@pytest.mark.parametrize(
    ("on_hand", "price", "lost"),
    [("14", "10", "0.00"), ("0", "10", "140.00"), ("-9", "10", "140.00"), ("3", None, None)],
)
def test_lost_sales_are_of_the_days_of_the_horizon_that_the_stock_does_not_last(on_hand, price, lost):
    (found,) = stock_outs(item(on_hand=on_hand, unit_price=price), of=selling(("BD-8", 28)))
    assert found.lost_sales == (None if lost is None else Decimal(lost))


def test_an_item_that_is_out_says_none_on_hand_and_no_day_of_supply():
    (found,) = stock_outs(item(on_hand="0"), of=selling(("BD-8", 28)))
    assert [str(value) for value in (found.on_hand, found.days_of_supply, found.velocity)] == ["0", "0.00", "1.00"]
    assert (found.runs_out_on, found.suggested_order) == (END, 14)
    (below,) = stock_outs(item(on_hand="-2.50"), of=selling(("BD-8", 28)))
    assert (str(below.on_hand), str(below.days_of_supply)) == ("-2.5", "0.00")


def test_the_first_to_run_out_is_first_then_the_dearest_then_the_sku_and_the_unknown_price_last():
    items = [
        item("A", on_hand="2", unit_price=None),
        item("B", on_hand="2.9", unit_price="1"),  # the same day as 2, and less at stake
        item("C", on_hand="2", unit_price="10"),
        item("D", on_hand="2", unit_price="10"),
        item("E", on_hand="1", unit_price="1"),
    ]
    found = stock_outs(*items, of=selling(*((one.sku, 28) for one in items)))
    assert [one.sku for one in found] == ["E", "C", "D", "B", "A"]


def test_the_horizon_is_a_threshold():
    of = selling(("BD-8", 28))
    assert stock_outs(item(on_hand="20"), of=of, stock_out_horizon_days=20)
    assert not stock_outs(item(on_hand="20.0001"), of=of, stock_out_horizon_days=20)
    content = concluded(item(on_hand="3", unit_price="10"), orders=of, stock_out_horizon_days=4)
    assert (content.forecasts.horizon_days, content.forecasts.stock_outs[0].lost_sales) == (4, 10)


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_orders_nothing_is_forecast(of):
    found = concluded(item(on_hand="1"), orders=of).forecasts
    assert (found.stock_outs, found.month, found.horizon_days) == ((), None, 14)


# --- the month --------------------------------------------------------------------------------------------------------


def month(as_of=AS_OF, *, to_date="1100", velocity_net="2800", first=date(2025, 6, 1)):
    end = as_of + timedelta(days=1)
    since = max(end - timedelta(days=28), first)
    of = orders(
        sold(last=as_of),
        first=first,
        observed=window(as_of, 1),
        velocity=window(since, (end - since).days, gross=velocity_net),
        month=window(as_of.replace(day=1), as_of.day, gross=to_date),
    )
    return concluded(item(), orders=of, timeframe="daily", as_of=as_of).forecasts.month


def test_the_month_is_what_it_sold_so_far_and_the_days_left_at_the_rate_of_the_velocity_window():
    found = month()
    assert (found.start, found.end, found.days_left) == (date(2026, 1, 1), date(2026, 2, 1), 20)
    assert [str(value) for value in (found.to_date, found.per_day, found.net_sales)] == ["1100.00", "100.00", "3100.00"]


def test_on_the_last_day_of_the_month_nothing_is_left_to_forecast():
    found = month(date(2026, 1, 31))
    assert (found.days_left, str(found.net_sales), found.end) == (0, "1100.00", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("as_of", "left", "end"),
    [
        (date(2026, 2, 1), 27, date(2026, 3, 1)),
        (date(2024, 2, 28), 1, date(2024, 3, 1)),
        (date(2025, 12, 30), 1, date(2026, 1, 1)),
        (date(2025, 12, 31), 0, date(2026, 1, 1)),
    ],
)
def test_the_days_left_are_those_of_the_calendar_month(as_of, left, end):
    assert (month(as_of).days_left, month(as_of).end) == (left, end)


def test_a_young_store_has_the_rate_of_its_own_days():
    found = month(velocity_net="350", first=date(2026, 1, 5))
    assert (str(found.per_day), str(found.net_sales)) == ("50.00", "2100.00")


def test_the_month_is_rounded_once():
    found = month(to_date="0.004", velocity_net="0.04")  # 0.004 + 20 × 0.04 ÷ 28
    assert [str(value) for value in (found.to_date, found.per_day, found.net_sales)] == ["0.00", "0.00", "0.03"]


def test_a_week_over_the_end_of_a_month_forecasts_the_month_of_its_as_of_date():
    of = orders(sold(last=AS_OF), month=window(date(2026, 2, 1), 1, gross=10), velocity=window(date(2026, 1, 5), 28))
    found = concluded(item(), orders=of, as_of=date(2026, 2, 1)).forecasts.month
    assert (found.start, found.end, found.to_date, found.days_left) == (date(2026, 2, 1), date(2026, 3, 1), 10, 27)


# --- anomalies --------------------------------------------------------------------------------------------------------


def anomalies(*of_skus, days=7, days_before=7, items=None, **thresholds):
    """The anomalies of SKUs given as (SKU, units now, units before)."""
    of = orders(
        *(sold(sku, last=AS_OF, units=now, before={"units": before}) for sku, now, before in of_skus),
        observed=window(days_before_end(7), days, orders=1),
        before=(window(days_before_end(14), days_before, orders=1), None, None, None),
    )
    return concluded(*(items or [item(sku) for sku, *_ in of_skus]), orders=of, **thresholds).anomalies


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [
        ("10", "5", "doubled"),
        ("9.9999", "5", None),
        ("5", "10", "halved"),
        ("5.0001", "10", None),
        ("5", "2.5", "doubled"),
        ("4.9999", "2", None),  # the larger of the two is under five
        ("4.9999", "1", None),
        ("2.5", "5", "halved"),
        ("2", "4.9999", None),
        ("0", "5", "halved"),
        ("-3", "5", "halved"),
        ("5", "1", "doubled"),
        ("5", "0.0001", "doubled"),
        ("50", "0", None),
        ("50", "-1", None),
        ("0", "0", None),
    ],
)
def test_an_item_that_doubled_or_halved_exactly_is_unusual_from_five_units_on(now, before, kind):
    assert [one.kind for one in anomalies(("BD-8", now, before))] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [
        ("62", "28", "doubled"),
        ("61.9999", "28", None),
        ("15.5", "28", "halved"),
        ("15.5001", "28", None),
        ("31", "28", None),
    ],
)
def test_the_two_are_compared_by_the_day(now, before, kind):
    assert [one.kind for one in anomalies(("BD-8", now, before), days=31, days_before=28)] == ([kind] if kind else [])


def test_an_anomaly_says_its_units_and_rates():
    (found,) = anomalies(("BD-8", "12.5", "5"), items=[item(name="Blue Dream", unit="eighth")], days=5, days_before=7)
    assert (found.sku, found.name, found.unit) == ("BD-8", "Blue Dream", "eighth")
    assert [str(value) for value in (found.units, found.units_before, found.per_day, found.per_day_before)] == [
        "12.5",
        "5",
        "2.50",
        "0.71",
    ]


def test_an_item_that_stopped_selling_says_zero():
    (found,) = anomalies(("BD-8", 0, 14))
    assert [str(value) for value in (found.units, found.units_before, found.per_day, found.per_day_before)] == [
        "0",
        "14",
        "0.00",
        "2.00",
    ]


def test_what_doubled_is_before_what_halved_then_the_greatest_difference_then_the_sku():
    found = anomalies(("A", 0, 5), ("B", 10, 5), ("C", 1, 9), ("D", 30, 10), ("E", 10, 5), ("F", 1, 9))
    assert [(one.kind, one.sku) for one in found] == [
        ("doubled", "D"),
        ("doubled", "B"),
        ("doubled", "E"),
        ("halved", "C"),
        ("halved", "F"),
        ("halved", "A"),
    ]


def test_how_many_units_make_it_unusual_is_a_threshold_of_the_category_too():
    some = ("A", 8, 4), ("B", 8, 4)
    items = [item("A", category="Flower"), item("B", category="Vape")]
    assert [one.sku for one in anomalies(*some, items=items, anomaly_units_min=9)] == []
    own = {"Vape": {"anomaly_units_min": 8}}
    assert [one.sku for one in anomalies(*some, items=items, anomaly_units_min=9, categories=own)] == ["B"]


def test_only_inventory_items_are_unusual():
    of = orders(
        before=(window(days_before_end(14)),),
        by_other=(sold("Z", units=50, before={"units": 5}),),
    )
    assert concluded(item(), orders=of).anomalies == ()


def test_without_a_period_before_nothing_is_unusual():
    of = orders(sold(last=AS_OF, units=50, before={"units": 5}))
    assert concluded(item(), orders=of).anomalies == ()
    assert concluded(item(), orders=None).anomalies == ()
