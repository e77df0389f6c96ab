"""The values that the old system wrote into its JSON, read with distrust: what is not what it should be is None."""

import re
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import cast

from omen_cli.model.ids import TIMEFRAMES, Timeframe
from omen_cli.model.old_content import fields_of

MOST_OF_A_TEXT = 300
Fields = dict[str, object]
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)


def text_of(value: object) -> str | None:
    """Return a text of one to 300 characters that can be printed; None when it is none."""
    is_text = isinstance(value, str) and 0 < len(value) <= MOST_OF_A_TEXT and value.isprintable()
    return str(value) if is_text else None


def store_of(value: object) -> str | None:
    """Return a store's name, None when it is none: few names stand in many places, and each is kept once."""
    found = text_of(value)
    return sys.intern(found) if found else None


def timeframe_of(value: object) -> Timeframe | None:
    """Return a timeframe; None when it is none."""
    return next((frame for frame in TIMEFRAMES if frame == value), None)


def day_of(value: object) -> date | None:
    """Return a date written `YYYY-MM-DD`; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def time_of(value: object) -> datetime | None:
    """Return a time with its offset, in UTC and to the millisecond; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            return None
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def count_of(value: object) -> int | None:
    """Return a count; None when it is none."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return cast("int", value) if is_count else None


def version_of(value: object) -> int | None:
    """Return a version, also one that is written as a text or with a fraction of zero; 1 where there is none at all."""
    if value is None or value == "":
        return 1
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return count_of(int(value))
    return count_of(value)


def period_of(value: object) -> str:
    """Return a `dateRange` as `start/end`, the end being the day after its last; "" when it is none."""
    start, end = (time_of(fields_of(value).get(name)) for name in ("startDate", "endDate"))
    if start is None or end is None or end < start or end.date() == date.max:
        return ""
    return f"{start.date()}/{end.date() + timedelta(days=1)}"
