"""The course of the sales: every day stands there, and the trend from the oldest period to this one."""

from datetime import date, timedelta

import pytest

from omen_cli.intelligence.course import days, trend
from omen_cli.model.facts import DaySales
from omen_cli.model.period import period_of
from tests.facts import AS_OF, concluded, days_before_end, item, orders, week, window

MONDAY = days_before_end(7)


def day_sales(day, gross, **more):
    return DaySales(day=day, gross=gross, **more)


def test_every_day_of_the_window_stands_there_and_a_day_without_sales_is_zero():
    of = orders(by_day=(day_sales(MONDAY, "10.005", orders=2, units="1.50"), day_sales(AS_OF, 3, returns=5, units=-1)))
    observed, before = days(of)
    assert [one.date for one in observed] == [MONDAY + timedelta(days=number) for number in range(7)]
    assert [str(one.net_sales) for one in observed] == ["10.01", *["0.00"] * 5, "-2.00"]
    assert [(one.orders, str(one.units)) for one in observed[:2]] == [(2, "1.5"), (0, "0")]
    assert before == ()


def test_the_days_before_are_those_of_the_window_before():
    past = window(days_before_end(14), 7)
    of = orders(before=(past, None, None, None), by_day=(day_sales(days_before_end(8), 9), day_sales(MONDAY, 10)))
    observed, before = days(of)
    assert (len(before), before[0].date, before[-1].date) == (7, days_before_end(14), days_before_end(8))
    assert (before[-1].net_sales, observed[0].net_sales) == (9, 10)


def test_a_running_period_has_the_days_that_were_observed():
    of = orders(observed=window(MONDAY, 5), before=(window(days_before_end(14), 5), None, None, None))
    assert [len(side) for side in days(of)] == [5, 5]


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        (date(2025, 12, 29), 7, date(2026, 1, 4)),  # over the new year
        (date(2024, 2, 26), 7, date(2024, 3, 3)),  # with a leap day
        (date(2026, 3, 2), 7, date(2026, 3, 8)),  # with a day of 23 hours
        (date(2026, 1, 1), 31, date(2026, 1, 31)),
    ],
)
def test_days_are_calendar_days(start, length, last):
    observed, _ = days(orders(observed=window(start, length)))
    assert (len(observed), observed[0].date, observed[-1].date) == (length, start, last)


def test_the_trend_goes_from_the_oldest_to_this_period_and_leaves_out_what_was_before_the_first_order():
    of = orders(
        observed=window(MONDAY, gross=70, orders=7, known_cost=35),
        trend=(
            window(days_before_end(14), gross=60, orders=6, known_cost=45),
            None,
            window(days_before_end(28), gross="40.005", orders=4),
        ),
    )
    found = trend(of, week())
    assert [(one.start, str(one.net_sales), one.orders) for one in found] == [
        (days_before_end(28), "40.01", 4),
        (days_before_end(14), "60.00", 6),
        (MONDAY, "70.00", 7),
    ]
    assert [str(one.gross_margin_pct) for one in found] == ["100.00", "25.00", "50.00"]
    assert [one.complete for one in found] == [True, True, True]
    assert found[-1].end == AS_OF + timedelta(days=1)


def test_a_running_period_is_the_last_of_the_trend_whole_as_it_will_be_and_not_complete():
    of = orders(observed=window(MONDAY, 5, gross=50), trend=(window(days_before_end(14), 7, gross=60),))
    last = trend(of, period_of("weekly", AS_OF - timedelta(days=2)))[-1]
    assert (last.start, last.end, last.complete, last.net_sales) == (MONDAY, AS_OF + timedelta(days=1), False, 50)


def test_a_period_that_sold_nothing_has_no_margin():
    (found,) = trend(orders(observed=window(MONDAY)), week())
    assert (str(found.net_sales), found.orders, found.gross_margin_pct) == ("0.00", 0, None)


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_any_order_there_are_no_days_and_no_trend(of):
    content = concluded(item(), orders=of)
    assert (content.days, content.days_before, content.trend) == ((), (), ())
