"""What is asked for: which store, which timeframe, which as-of dates, by whom and when."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import Timeframe
from omen_cli.model.period import EARLIEST, last_complete_day, period_ends

MAX_PERIODS = 3_660
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Caller:
    """Who asks, when (aware), under which id, how long they wait for a lock, and whether they may do everything."""

    name: str
    at: datetime
    request_id: str
    lock_wait_s: float = 60.0
    is_admin: bool = True


@dataclass(frozen=True)
class Request:
    """One snapshot that is asked for."""

    store: StoreSettings
    timeframe: Timeframe
    as_of_date: date

    def __str__(self) -> str:
        """Return what names the request in a message."""
        return f"{self.store.store_id} {self.timeframe} {self.as_of_date}"


def stores_asked(settings: Settings, store_id: str | None, *, all_stores: bool) -> tuple[StoreSettings, ...]:
    """Return the one store that is named, or all of them in the order of stores.yaml.

    Raises:
        InvalidArgument: neither or both were asked for, or the id is none.
        NotFound: there is no such store.
    """
    if all_stores == (store_id is not None):
        known = ", ".join(settings.stores)
        both = "--store names one store, --all every one" if all_stores else "which store?"
        raise InvalidArgument(both, hint=f"use --store ID or --all; the stores are: {known}")
    return tuple(settings.stores.values()) if store_id is None else (settings.store(store_id),)


def local_today(store: StoreSettings, at: datetime) -> date:
    """Return the day that it is in the store's time zone."""
    return at.astimezone(ZoneInfo(store.timezone)).date()


def day_asked(text: str, timeframe: Timeframe, today: date, option: str = "--as-of") -> date:
    """Return the as-of date that `text` names: a date, `today`, `yesterday` or `last`.

    Raises:
        InvalidArgument: it names none, a date of the future, or one before 2000; `option` is what is to be mended.
    """
    words = {"today": today, "yesterday": today - timedelta(days=1), "last": last_complete_day(timeframe, today)}
    day = words.get(text) or parse_day(text, option, ", today, yesterday or last")
    if day > today:
        raise InvalidArgument(
            f"{option} {day}: in the future; it is {today} at the store", hint="use a date up to today"
        )
    if day < EARLIEST:
        raise InvalidArgument(f"{option} {day}: before {EARLIEST}", hint=f"use a date from {EARLIEST} on")
    return day


def requests_for(
    store: StoreSettings,
    timeframe: Timeframe | None,
    as_of: str | None,
    span: tuple[str | None, str | None],
    at: datetime,
) -> tuple[Request, ...]:
    """Return the requests of one store, oldest first.

    Args:
        store: the store.
        timeframe: None for the store's first.
        as_of: what --as-of says; None for `last`, or when there is a span.
        span: --from and --to: every period whose last day lies between them is asked for.
        at: the time of the call.

    Raises:
        InvalidArgument: a date is none or lies in the future, or the span holds no period's end.
    """
    frame = timeframe or store.timeframes[0]
    today = local_today(store, at)
    if span == (None, None):
        return (Request(store, frame, day_asked("last" if as_of is None else as_of, frame, today)),)
    first, last = _span(span, as_of, frame, today)
    ends = period_ends(frame, first, last)
    if not ends:
        raise InvalidArgument(
            f"--from {first}: no {frame} period ends from then to {last}", hint="widen --from and --to"
        )
    if len(ends) > MAX_PERIODS:
        raise InvalidArgument(
            f"--from {first}: {len(ends)} {frame} periods to {last}", hint=f"ask for at most {MAX_PERIODS} at once"
        )
    return tuple(Request(store, frame, end) for end in ends)


def _span(span: tuple[str | None, str | None], as_of: str | None, frame: Timeframe, today: date) -> tuple[date, date]:
    start, end = span
    if as_of is not None:
        raise InvalidArgument("--as-of names one period, --from and --to several", hint="use one or the other")
    if start is None:
        raise InvalidArgument("--to: needs --from", hint="say where to begin, such as --from 2026-01-01")
    first = day_asked(start, frame, today, "--from")
    last = day_asked("last" if end is None else end, frame, today, "--to")
    if first > last:
        raise _reversed(first, last, frame, is_given=end is not None)
    return first, last


def _reversed(first: date, last: date, frame: Timeframe, *, is_given: bool) -> InvalidArgument:
    if is_given:
        return InvalidArgument(f"--from {first}: after --to {last}", hint="swap them")
    return InvalidArgument(
        f"--from {first}: after {last}, when the last complete {frame} period ended", hint="begin earlier"
    )


def parse_day(text: str, option: str, words: str = "") -> date:
    """Return the date that is written as YYYY-MM-DD.

    Raises:
        InvalidArgument: it is none; `option` is what is to be mended, `words` what it takes besides.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    shown = text[:30].encode("ascii", "backslashreplace").decode()
    raise InvalidArgument(f"{option} {shown!r}: not a date", hint=f"use YYYY-MM-DD such as 2026-01-09{words}")
