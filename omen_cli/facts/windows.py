"""The windows of one period: which days each of them holds, and which there are none of."""

from collections.abc import Mapping
from datetime import date

from omen_cli.model.period import TRAILING_PERIODS, TREND_PERIODS, Period, Span

OBSERVED, VELOCITY, MONTH = "observed", "velocity", "month"


def before(back: int) -> str:
    """Return the name of the comparison window `back` periods before; `back` >= 1."""
    return f"before{back}"


def trend(back: int) -> str:
    """Return the name of the whole period `back` periods before; `back` >= 1."""
    return f"trend{back}"


def spans_of(period: Period, first_order: date | None) -> dict[str, Span]:
    """Return the windows by name, without those that ended before the store's first order: they are none, not zero.

    What came back before the first order is no part of a velocity.
    """
    velocity = period.velocity_window
    since = max(velocity.start, first_order) if first_order else velocity.start
    always = {
        OBSERVED: period.observed,
        VELOCITY: Span(start=since, end=velocity.end),
        MONTH: period.month_to_date,
    }
    past = _past(period)
    return always | {name: span for name, span in past.items() if first_order is not None and span.end > first_order}


def days_of_windows(period: Period) -> Span:
    """Return the days from the first of the earliest window to the end of the observed one, where they all end."""
    starts = [period.velocity_window.start, period.month_to_date.start, period.observed.start]
    return Span(start=min(*starts, *(span.start for span in _past(period).values())), end=period.observed.end)


def _past(period: Period) -> Mapping[str, Span]:
    compared = {before(back): period.comparison(back) for back in range(1, TRAILING_PERIODS + 1)}
    return compared | {trend(back): period.whole_before(back) for back in range(1, TREND_PERIODS + 1)}
