"""Periods: half-open spans of whole days in a store's own time zone, and the spans they are compared with.

Source: docs/kpis.md, "periods".
"""

from calendar import monthrange
from datetime import date, timedelta

from omen_cli.model.base import Value
from omen_cli.model.ids import Timeframe

EARLIEST = date(2000, 1, 1)  # of an as-of date
_DAY = timedelta(days=1)
TRAILING_PERIODS = 4
TREND_PERIODS = 8
VELOCITY_DAYS = 28


class Span(Value):
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Return the number of calendar days; days of 23 and 25 hours count as one."""
        return (self.end - self.start).days


class Period(Value):
    """The period that contains the as-of date, as far as it was observed."""

    timeframe: Timeframe
    as_of_date: date
    whole: Span

    @property
    def observed(self) -> Span:
        """Return the observed part: it ends with the as-of day."""
        return Span(start=self.whole.start, end=self.as_of_date + _DAY)

    @property
    def is_complete(self) -> bool:
        """Tell whether the as-of day is the last of the period."""
        return self.observed.end == self.whole.end

    @property
    def velocity_window(self) -> Span:
        """Return the 28 days to the end of the observed part."""
        end = self.observed.end
        return Span(start=end - VELOCITY_DAYS * _DAY, end=end)

    @property
    def month_to_date(self) -> Span:
        """Return the calendar month of the as-of date, up to the end of the observed part."""
        return Span(start=self.as_of_date.replace(day=1), end=self.observed.end)

    def whole_before(self, back: int) -> Span:
        """Return the whole `back`-th period before this one; `back` >= 1."""
        before = self.whole
        for _ in range(back):
            before = span_containing(self.timeframe, before.start - _DAY)
        return before

    def comparison(self, back: int = 1) -> Span:
        """Return the part of the `back`-th period before that this one is compared with.

        A complete period compares with whole ones; a running one with their first min(elapsed, length) days.
        """
        before = self.whole_before(back)
        if self.is_complete:
            return before
        return Span(start=before.start, end=before.start + min(self.observed.days, before.days) * _DAY)


def span_containing(timeframe: Timeframe, day: date) -> Span:
    """Return the day itself, its ISO week (Monday to Sunday) or its calendar month."""
    if timeframe == "daily":
        return Span(start=day, end=day + _DAY)
    if timeframe == "weekly":
        monday = day - timedelta(days=day.weekday())
        return Span(start=monday, end=monday + 7 * _DAY)
    first = day.replace(day=1)
    return Span(start=first, end=first + monthrange(day.year, day.month)[1] * _DAY)


def period_of(timeframe: Timeframe, as_of_date: date) -> Period:
    """Return the period that contains `as_of_date`, observed to the end of that day."""
    return Period(timeframe=timeframe, as_of_date=as_of_date, whole=span_containing(timeframe, as_of_date))


def last_complete_day(timeframe: Timeframe, today: date) -> date:
    """Return the last day of the last period that was over when `today` began."""
    return span_containing(timeframe, today).start - _DAY


def period_ends(timeframe: Timeframe, first: date, last: date) -> tuple[date, ...]:
    """Return the last day of every period that ends from `first` to `last`, both included, oldest first."""
    ends: list[date] = []
    end = span_containing(timeframe, first).end - _DAY
    while end <= last:
        ends.append(end)
        end = span_containing(timeframe, end + _DAY).end - _DAY
    return tuple(ends)
