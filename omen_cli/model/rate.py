"""How many new snapshots a store may make: a sliding hour, in which a call that made many may count as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

CountsAs = Literal["one", "call", "nothing"]
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Made:
    """One snapshot that was made: when (aware), in which call, and whether it counts by itself, with its call or not.

    One of which the audit does not say how it counts (it was found after a crash) counts by itself.
    """

    at: datetime
    request_id: str
    counts_as: CountsAs | None


def wait_s(made: Iterable[Made], limit: int, at: datetime, request_id: str | None) -> int | None:
    """Return in how many seconds one more snapshot may be made; None when it may be made now.

    Args:
        made: what was made; what lies an hour or more before or after `at` does not count. (After: the clock was
            set back since.)
        limit: how many may be made in an hour; 0 for any number.
        at: now, aware.
        request_id: the call whose snapshots count as one, when the new one is to count with it; else None.
    """
    newest = _counting(made, at)
    if not limit or len(newest) < limit or (request_id is not None and f"call {request_id}" in newest):
        return None
    frees = sorted(newest.values())[len(newest) - limit] + HOUR
    return max(1, ceil((frees - at).total_seconds()))


def left_in_hour(made: Iterable[Made], limit: int, at: datetime) -> int:
    """Return how many more may be made now, of those that count by themselves; `limit` is not 0."""
    return max(0, limit - len(_counting(made, at)))


def _counting(made: Iterable[Made], at: datetime) -> dict[str, datetime]:
    """Return what counts toward the limit at this moment, each with the time of its newest snapshot."""
    newest: dict[str, datetime] = {}
    for number, one in enumerate(made):
        if one.counts_as != "nothing" and abs(one.at - at) < HOUR:
            name = f"call {one.request_id}" if one.counts_as == "call" else f"one {number}"
            newest[name] = max(one.at, newest.get(name, one.at))
    return newest
