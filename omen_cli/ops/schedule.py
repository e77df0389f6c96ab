"""When a store's snapshots are due, by its schedule, in its own time zone.

A period is due once: at the scheduled wall-clock time on the first scheduled day after it has ended. Where the clocks
are set forward over that time, it is due as long after midnight as if they had not been; where they are set back, and
the time comes twice, at its first coming (RFC 5545, 3.3.5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from omen_cli.model.ids import Timeframe
from omen_cli.model.period import EARLIEST, last_complete_day, span_containing

_DAY = timedelta(days=1)
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Due:
    """The snapshot of the period that ends with the day `as_of`, and when it is due (UTC)."""

    as_of: date
    at: datetime


@dataclass(frozen=True)
class Schedule:
    """When the snapshots of one timeframe are due.

    `day` is 0 to 6 from Monday of a weekly one, 1 to 28 of a monthly one, 0 of a daily one.
    """

    timeframe: Timeframe
    day: int
    at: time
    zone: ZoneInfo

    def due(self, as_of: date) -> Due:
        """Return when the period that ends with `as_of` is due; `as_of` is the last day of one."""
        local = datetime.combine(self._day_after(as_of), self.at, self.zone)
        return Due(as_of, local.astimezone(UTC))

    def last(self, at: datetime) -> Due:
        """Return the newest that is due at `at` (aware)."""
        found = self.due(last_complete_day(self.timeframe, at.astimezone(self.zone).date()))
        while found.at > at:
            found = self.due(self._before(found.as_of))
        return found

    def back_from(self, at: datetime) -> Iterator[date]:
        """Yield the last days of all periods that are due at `at`, newest first, back to EARLIEST; one at least."""
        as_of = self.last(at).as_of
        yield as_of
        while (as_of := self._before(as_of)) >= EARLIEST:
            yield as_of

    def next(self, at: datetime) -> Due:
        """Return the first that is due after `at`."""
        found = self.last(at)
        while found.at <= at:
            found = self.after(found.as_of)
        return found

    def after(self, as_of: date) -> Due:
        """Return when the first period is due that ends after the day `as_of`, which need not be the end of one."""
        return self.due(span_containing(self.timeframe, as_of + _DAY).end - _DAY)

    def is_met(self, due: Due, days: Iterable[date]) -> bool:
        """Tell whether one of the as-of `days` ends the period that was due, or a later one."""
        return any(day >= due.as_of and self.after(day - _DAY).as_of == day for day in days)

    def _before(self, as_of: date) -> date:
        if self.timeframe == "monthly":
            return as_of.replace(day=1) - _DAY
        return as_of - (_DAY if self.timeframe == "daily" else 7 * _DAY)

    def _day_after(self, as_of: date) -> date:
        first = as_of + _DAY
        if self.timeframe == "weekly":
            return first + timedelta(days=(self.day - first.weekday()) % 7)
        return first.replace(day=self.day) if self.timeframe == "monthly" else first


def schedule_of(timeframe: Timeframe, text: str, timezone: str) -> Schedule:
    """Return the schedule that stores.yaml writes as `07:00`, `MON 08:00` or, of a month, `1 09:00`."""
    day, _, clock = text.rpartition(" ")
    number = _WEEKDAYS.index(day) if day in _WEEKDAYS else int(day or 0)
    return Schedule(timeframe, number, time.fromisoformat(clock), ZoneInfo(timezone))
