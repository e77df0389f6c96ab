"""A span of the calendar, as `1y6m2w90d`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

SPAN_RULE = "write years, months, weeks and days as 90d, 6m or 1y6m"
_SPAN = re.compile(r"(?:(\d{1,4})y)?(?:(\d{1,4})m)?(?:(\d{1,4})w)?(?:(\d{1,5})d)?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Years, months, weeks and days, as they were written."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def __str__(self) -> str:
        """Return the span as it is written."""
        parts = ((self.years, "y"), (self.months, "m"), (self.weeks, "w"), (self.days, "d"))
        return "".join(f"{count}{unit}" for count, unit in parts if count) or "0d"

    def before(self, day: date) -> date:
        """Return the day that lies this span before `day`; where a month is too short its last day, at least year 1."""
        months = (day.year - self.years) * 12 + day.month - 1 - self.months
        if months < 12:
            return date.min
        year, month = divmod(months, 12)
        start = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        days = self.weeks * 7 + self.days
        return start - timedelta(days=days) if days < start.toordinal() else date.min


def parse_span(text: str) -> Span | None:
    """Return the span that `text` says; None when it says none."""
    match = _SPAN.fullmatch(text)
    if match is None or not text:
        return None
    return Span(*(int(count or 0) for count in match.groups()))
