"""The windows of a snapshot: half-open pairs of days."""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
Window = tuple[date, date]


def days_of(window: Window) -> int:
    return (window[1] - window[0]).days


def whole_period(timeframe: str, day: date) -> Window:
    if timeframe == "daily":
        return day, day + DAY
    if timeframe == "weekly":
        year, week, _ = day.isocalendar()
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + 7 * DAY
    first = day.replace(day=1)
    return first, (first + 32 * DAY).replace(day=1)


@dataclass(frozen=True)
class Windows:
    """`before` are the four that the observed one is compared with, `trend` eight whole periods; the nearest first."""

    whole: Window
    observed: Window
    before: list[Window]
    trend: list[Window]
    month: Window

    @property
    def end(self) -> date:
        return self.observed[1]

    @property
    def is_complete(self) -> bool:
        return self.observed == self.whole


def windows(timeframe: str, as_of: date) -> Windows:
    whole = whole_period(timeframe, as_of)
    observed = (whole[0], as_of + DAY)
    trend: list[Window] = []
    start = whole[0]
    for _ in range(8):
        trend.append(whole_period(timeframe, start - DAY))
        start = trend[-1][0]
    before = trend[:4]
    if observed != whole:
        before = [(first, min(first + days_of(observed) * DAY, last)) for first, last in before]
    return Windows(whole, observed, before, trend, whole_period("monthly", as_of))
