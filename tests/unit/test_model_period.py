"""Periods: half-open spans of whole days, and the spans they are compared with."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.ids import TIMEFRAMES
from omen_cli.model.period import Span, last_complete_day, period_ends, period_of, span_containing

DAYS = st.dates(date(2000, 6, 1), date(2100, 6, 1))
FRAMES = st.sampled_from(TIMEFRAMES)


def span(start: str, end: str) -> Span:
    return Span(start=date.fromisoformat(start), end=date.fromisoformat(end))


@pytest.mark.parametrize(
    ("timeframe", "as_of", "observed", "before", "is_complete"),
    [
        ("weekly", "2026-01-09", ("2026-01-05", "2026-01-10"), ("2025-12-29", "2026-01-03"), False),
        ("weekly", "2026-01-11", ("2026-01-05", "2026-01-12"), ("2025-12-29", "2026-01-05"), True),
        ("weekly", "2026-01-01", ("2025-12-29", "2026-01-02"), ("2025-12-22", "2025-12-26"), False),
        ("weekly", "2026-01-05", ("2026-01-05", "2026-01-06"), ("2025-12-29", "2025-12-30"), False),
        ("daily", "2026-03-01", ("2026-03-01", "2026-03-02"), ("2026-02-28", "2026-03-01"), True),
        ("monthly", "2026-01-31", ("2026-01-01", "2026-02-01"), ("2025-12-01", "2026-01-01"), True),
        ("monthly", "2026-03-30", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-03-01"), False),
        ("monthly", "2024-03-29", ("2024-03-01", "2024-03-30"), ("2024-02-01", "2024-03-01"), False),
        ("monthly", "2026-02-28", ("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-01"), True),
        ("monthly", "2024-02-28", ("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-29"), False),
    ],
)
def test_a_period_is_observed_to_its_as_of_day_and_compared_with_as_many_days(
    timeframe: Any, as_of, observed, before, is_complete
):
    period = period_of(timeframe, date.fromisoformat(as_of))
    assert (period.observed, period.comparison(), period.is_complete) == (span(*observed), span(*before), is_complete)


def test_the_four_before_are_each_cut_to_the_same_days():
    period = period_of("monthly", date(2026, 3, 30))
    assert [period.comparison(back).days for back in (1, 2, 3, 4)] == [28, 30, 30, 30]


@given(FRAMES, DAYS)
def test_a_period_contains_its_as_of_day_and_meets_its_neighbours(timeframe, day):
    whole = span_containing(timeframe, day)
    assert whole.start <= day < whole.end
    assert span_containing(timeframe, whole.start) == whole == span_containing(timeframe, whole.end - timedelta(1))
    assert span_containing(timeframe, whole.end).start == whole.end


@given(FRAMES, DAYS, st.integers(1, 4))
def test_a_comparison_lies_before_the_period_and_is_never_longer(timeframe, day, back):
    period = period_of(timeframe, day)
    before = period.comparison(back)
    assert before.start == span_containing(timeframe, before.start).start
    assert before.end <= period.whole.start
    assert period.is_complete or before.days <= period.observed.days


@given(FRAMES, DAYS)
def test_the_velocity_window_is_28_days_to_the_end_of_what_was_observed(timeframe, day):
    window = period_of(timeframe, day).velocity_window
    assert (window.days, window.end) == (28, day + timedelta(1))


@given(FRAMES, DAYS)
def test_the_last_complete_day_ends_a_period_and_the_next_one_contains_today(timeframe, today):
    last = last_complete_day(timeframe, today)
    assert last < today
    assert period_of(timeframe, last).is_complete
    assert span_containing(timeframe, today).start == last + timedelta(1)


def test_monday_at_8_reports_the_week_that_ended():
    assert last_complete_day("weekly", date(2026, 1, 12)) == date(2026, 1, 11)
    assert last_complete_day("monthly", date(2026, 3, 1)) == date(2026, 2, 28)
    assert last_complete_day("daily", date(2026, 1, 1)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("timeframe", "first", "last", "ends"),
    [
        ("weekly", "2026-01-01", "2026-01-18", ["2026-01-04", "2026-01-11", "2026-01-18"]),
        ("monthly", "2025-12-15", "2026-02-28", ["2025-12-31", "2026-01-31", "2026-02-28"]),
        ("daily", "2026-02-27", "2026-03-01", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("weekly", "2026-01-05", "2026-01-10", []),
        ("daily", "2026-01-02", "2026-01-01", []),
    ],
)
def test_period_ends_are_those_between_two_days_both_included(timeframe: Any, first, last, ends):
    found = period_ends(timeframe, date.fromisoformat(first), date.fromisoformat(last))
    assert [day.isoformat() for day in found] == ends
