"""Holds: each reason at its exact boundary, their order, and the words that a person understands."""

from datetime import date, datetime, timedelta

import pytest

from omen_cli.intelligence.hold import compare_rows, decide_hold
from omen_cli.model.period import period_of
from omen_cli.model.snapshot import Hold
from tests.facts import AS_OF, END, days_before_end, facts, item, orders, sold, week, window

MIDNIGHT = datetime(2026, 1, 12)  # noqa: DTZ001
BEFORE = "snapshot_weekly_2026-01-04_1767600000000_89abcdef"


def hold(of=None, *, rows=None, inventory_date=None, period=None):
    return decide_hold(facts(item(), orders=of, rows=rows, inventory_date=inventory_date), period or week())


def sold_until(newest, busy_days=28, **more):
    return orders(sold(last=AS_OF), newest_order=newest, busy_days=busy_days, **more)


# --- stale ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before_midnight", "busy_days", "is_held"),
    [
        (timedelta(hours=36), 28, False),
        (timedelta(hours=36, microseconds=1), 28, True),
        (timedelta(hours=36, seconds=1), 24, True),
        (timedelta(hours=36, seconds=1), 23, False),
        (timedelta(days=20), 24, True),
        (timedelta(days=20), 23, False),
        (timedelta(minutes=1), 28, False),
    ],
)
def test_orders_older_than_36_hours_hold_where_24_of_28_days_sold(before_midnight, busy_days, is_held):
    assert hold(sold_until(MIDNIGHT - before_midnight, busy_days)).held is is_held


def test_a_stale_store_says_since_when_and_asks():
    found = hold(sold_until(datetime(2026, 1, 10, 9, 5), 26))  # noqa: DTZ001
    assert found.reasons == (
        "the newest order is of 2026-01-10 09:05, 38 hours before the end of 2026-01-11, in a store that sold on "
        "26 of the 28 days up to it: is the export up to date?",
    )


def test_the_end_is_that_of_the_observed_window_not_of_the_period():
    running = period_of("monthly", date(2026, 1, 11))
    assert not hold(sold_until(MIDNIGHT - timedelta(hours=36)), period=running).held
    assert hold(sold_until(MIDNIGHT - timedelta(hours=37)), period=running).held


@pytest.mark.parametrize(("as_of", "newest"), [
    (date(2026, 3, 8), datetime(2026, 3, 7, 12)),  # noqa: DTZ001
    (date(2026, 11, 1), datetime(2026, 10, 31, 12)),  # noqa: DTZ001
])  # fmt: skip
def test_hours_are_those_of_the_clock_on_the_wall_also_when_it_is_changed(as_of, newest):
    period = period_of("daily", as_of)
    assert not hold(sold_until(newest), period=period).held
    assert hold(sold_until(newest - timedelta(minutes=1)), period=period).held


@pytest.mark.parametrize("of", [None, orders(first=None), orders(first=None, lines_after=4)])
def test_a_store_without_orders_is_neither_stale_nor_silent(of):
    assert hold(of) == Hold()


# --- silent -----------------------------------------------------------------------------------------------------------


def silent(counts, observed=0):
    past = [None if count is None else window(orders=count) for count in counts]
    return hold(orders(observed=window(days_before_end(7), orders=observed), before=past))


def test_a_period_without_orders_holds_where_each_of_the_four_before_had_some():
    assert silent([1, 1, 1, 1]).reasons == ("no order in the period, and there were some in each of the 4 before",)


@pytest.mark.parametrize(
    ("counts", "observed"),
    [([1, 1, 1, 0], 0), ([1, 1, 1, None], 0), ([0, 9, 9, 9], 0), ([9, 9, 9, 9], 1), ([None] * 4, 0)],
)
def test_a_period_is_not_silent_where_one_of_the_four_was_too_or_something_sold(counts, observed):
    assert not silent(counts, observed).held


def test_returns_alone_are_no_order():
    of = orders(observed=window(days_before_end(7), returns=30, units=-1, lines=1), before=[window(orders=2)] * 4)
    assert hold(of).held


# --- the inventory ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_held"), [(0, False), (8, False), (9, True), (400, True), (-1, False)])
def test_an_inventory_more_than_eight_days_old_holds(days, is_held):
    day = AS_OF - timedelta(days=days)
    found = hold(inventory_date=day)
    assert found.held is is_held
    assert not is_held or found.reasons == (f"the inventory is of {day}, {days} days before 2026-01-11: more than 8",)


def test_an_undated_inventory_is_no_reason():
    assert hold(inventory_date=None) == Hold()


# --- what was set aside -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "aside", "said"),
    [
        (100, 6, "6 of 100 rows of orders were set aside, more than 5 %"),
        (19, 1, "1 of 19 rows of orders was set aside, more than 5 %"),
        (1, 1, "1 of 1 row of orders was set aside, more than 5 %"),
    ],
)
def test_what_was_set_aside_is_counted_in_words_that_fit(read, aside, said):
    assert hold(rows={"orders": (read, aside)}).reasons == (said,)


# --- against the snapshot before --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "before", "is_held"),
    [(20, 100, False), (19, 100, True), (1, 5, False), (0, 1, True), (1, 6, True), (0, 0, False), (500, 100, False)],
)
def test_a_table_that_fell_by_eighty_percent_exactly_is_not_held(rows, before, is_held):
    found = compare_rows(Hold(), {"orders": rows}, BEFORE, {"orders": before})
    assert (found.held, len(found.reasons)) == (is_held, int(is_held))


def test_what_it_was_compared_with_is_recorded_held_or_not():
    found = compare_rows(Hold(), {"orders": 90}, BEFORE, {"orders": 100})
    assert found == Hold(held=False, snapshot_before=BEFORE, rows_before={"orders": 100})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (19, "orders fell to 19 rows, from 100 before: more than 80 % less"),
        (1, "orders fell to 1 row, from 100 before: more than 80 % less"),
        (0, "orders fell to 0 rows, from 100 before: more than 80 % less"),
    ],
)
def test_a_table_that_fell_says_from_what_to_what(rows, said):
    assert compare_rows(Hold(), {"orders": rows}, BEFORE, {"orders": 100}).reasons == (said,)


def test_each_table_is_compared_with_itself_and_one_that_is_new_or_gone_is_not():
    rows = {"inventory": 10, "orders": 100, "costs": 1}
    found = compare_rows(Hold(), rows, BEFORE, {"inventory": 100, "orders": 100, "gone": 50})
    assert [reason.split()[0] for reason in found.reasons] == ["inventory"]
    assert found.rows_before == {"inventory": 100, "orders": 100, "gone": 50}


# --- the order --------------------------------------------------------------------------------------------------------


def test_the_reasons_stand_in_a_fixed_order():
    of = sold_until(
        MIDNIGHT - timedelta(days=8), observed=window(days_before_end(7)), before=[window(orders=3)] * 4
    )  # fmt: skip
    alone = hold(of, rows={"orders": (100, 50)}, inventory_date=AS_OF - timedelta(days=9))
    found = compare_rows(alone, {"inventory": 1, "orders": 100}, BEFORE, {"inventory": 60, "orders": 1000})
    assert [reason[:22] for reason in found.reasons] == [
        "the newest order is of",
        "no order in the period",
        "inventory fell to 1 ro",
        "orders fell to 100 row",
        "50 of 100 rows of orde",
        "the inventory is of 20",
    ]
    assert set(found.reasons) >= set(alone.reasons)


def test_a_reason_more_holds_and_none_lets_go():
    alone = hold(inventory_date=AS_OF - timedelta(days=9))
    fallen = compare_rows(Hold(), {"orders": 1}, BEFORE, {"orders": 100})
    both = compare_rows(alone, {"orders": 1}, BEFORE, {"orders": 100})
    assert (alone.held, fallen.held, len(both.reasons)) == (True, True, 2)
    assert compare_rows(alone, {"orders": 100}, BEFORE, {"orders": 100}).held


def test_a_daily_snapshot_on_a_quiet_day_is_judged_by_its_own_end():
    period = period_of("daily", AS_OF)
    assert period.observed.end == END
    assert not hold(sold_until(datetime(2026, 1, 10, 12)), period=period).held  # noqa: DTZ001
