"""Which alarms were told, so that each is told once in a while: `data/alerts.json`, under a lock of its own.

Whoever is about to tell claims the alarm first, and settles afterwards; a claim that nobody settles ends in a minute.
The lock is never held while anything is sent, and nothing is flushed, so that it is held for an instant only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.memory import memory_document, read_memory
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.archive.unflushed import replace_unflushed
from omen_cli.errors import Busy

CLAIM = timedelta(seconds=60)
MAX_KEPT = 2_000
_FORMAT, _NAME = "omen.alerts/1", "alerts"
_CLAIM_WAIT_S, _SETTLE_WAIT_S = 2.0, 5.0


@dataclass(frozen=True)
class Met:
    """What is known of an alarm: since when it is met, how often since it was told, when last, and who is telling."""

    since: datetime
    seen_at: datetime
    times: int = 1
    told_at: datetime | None = None
    claimed_at: datetime | None = None

    def plain(self) -> dict[str, object]:
        """Return it as it stands in the file."""
        return {
            "since": self.since.isoformat(),
            "seenAt": self.seen_at.isoformat(),
            "times": self.times,
            "toldAt": self.told_at and self.told_at.isoformat(),
            "claimedAt": self.claimed_at and self.claimed_at.isoformat(),
        }


def claim(layout: Layout, keys: Sequence[str], now: Callable[[], datetime], repeat: timedelta) -> dict[str, Met]:
    """Note that these alarms are met, and return those that the caller is to tell: nobody told them of late, or does.

    Where nothing was ever written there is no memory, and all are the caller's.

    Raises:
        OmenError: the memory cannot be read or written.
    """
    if lstat(layout.format_file) is None:
        at = now().astimezone(UTC)
        return {key: Met(at, at) for key in keys}
    try:
        with _locked(layout, _CLAIM_WAIT_S):
            known, met, mine = _judged(layout, keys, now().astimezone(UTC), repeat)
            _write(layout, known | met | mine)
    except Busy:  # very many meet something at once: one of them has claimed it by now, or is not counted
        _, _, mine = _judged(layout, keys, now().astimezone(UTC), repeat)
    return mine


def settle(layout: Layout, keys: Sequence[str], now: Callable[[], datetime], *, is_told: bool) -> None:
    """Note that claimed alarms were told, or that they could not be: then the next who meets one tells it.

    Raises:
        OmenError: the memory cannot be read or written.
    """
    if lstat(layout.format_file) is None:
        return
    with _locked(layout, _SETTLE_WAIT_S):
        at, known = now().astimezone(UTC), _read(layout)
        mine = {key: replace(known[key], claimed_at=None) for key in keys if key in known}
        if is_told:
            mine = {key: replace(one, since=at, told_at=at, times=0) for key, one in mine.items()}
        _write(layout, known | mine)


@contextmanager
def _locked(layout: Layout, wait_s: float) -> Iterator[None]:
    require_safe_data(layout)
    require_known_layout(layout)
    with locked(layout.alerts_lock, wait_s):
        yield


def _judged(
    layout: Layout, keys: Sequence[str], at: datetime, repeat: timedelta
) -> tuple[dict[str, Met], dict[str, Met], dict[str, Met]]:
    """Return what is remembered of late, what that is of the alarms now that they are met, and which are to be told."""
    known = {key: one for key, one in _read(layout).items() if abs(at - one.seen_at) <= repeat}
    met = {key: _again(known[key], at) if key in known else Met(at, at) for key in keys}
    return known, met, {key: replace(one, claimed_at=at) for key, one in met.items() if _is_due(one, at, repeat)}


def _again(one: Met, at: datetime) -> Met:
    return replace(one, seen_at=at, times=one.times + 1)


def _is_due(one: Met, at: datetime, repeat: timedelta) -> bool:
    """Tell whether to tell it: not while somebody does; a time that lies far ahead is of a clock that was wrong."""
    if one.claimed_at is not None and abs(at - one.claimed_at) < CLAIM:
        return False
    return one.told_at is None or abs(at - one.told_at) >= repeat


def _read(layout: Layout) -> dict[str, Met]:
    found = read_memory(layout.alerts_memory, _FORMAT, _NAME)
    return {key: met for key, one in found.items() if (met := _parsed(one))}


def _parsed(one: Mapping[str, object]) -> Met | None:
    """Return what was kept of an alarm; None where that is not what omen writes."""
    try:
        times = one["times"]
        since, seen_at = _time(one["since"]), _time(one["seenAt"])
        told_at, claimed_at = _time(one["toldAt"]), _time(one["claimedAt"])
    except (KeyError, TypeError, ValueError):
        return None
    if since is None or seen_at is None or type(times) is not int or times < 0:
        return None
    return Met(since, seen_at, times, told_at, claimed_at)


def _time(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text)).astimezone(UTC)


def _write(layout: Layout, known: Mapping[str, Met]) -> None:
    newest = sorted(known.items(), key=lambda item: item[1].seen_at, reverse=True)[:MAX_KEPT]
    raw = memory_document(_FORMAT, _NAME, {key: one.plain() for key, one in newest})
    replace_unflushed(layout.alerts_memory, raw, layout.alerts_memory_draft)
