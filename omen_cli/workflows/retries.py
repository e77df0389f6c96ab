"""When a message that was put off is offered again by itself, and when that is given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from omen_cli.archive.audit import QUEUED

GIVEN_UP_AFTER = timedelta(days=3)
_AFTER_MINUTES = (10, 10, 25, 55, 115, 235)  # a little less than the ticks are apart; the last for all further tries
_TRIES = frozenset({"attempt", "retry"})
_NAMED = frozenset({"named", "resend", "resolved"})  # only a person does these
Retry = Literal["now", "later", "given up"]


def retry_of(events: Sequence[Mapping[str, object]], key: str, now: datetime) -> Retry:
    """Return whether a queued message is due for another try: ever more seldom, until one failed after three days.

    Where nobody tried for a while, since omen was off, the time runs on, but what was not tried is not given up.

    Args:
        events: what the audit says of the messages of its snapshot, in order.
        key: the message's.
        now: aware.
    """
    own, tries = _history(events, key)
    if tries and tries[-1] - own[0] >= GIVEN_UP_AFTER:
        return "given up"
    return "later" if tries and now - tries[-1] < _pause(tries) else "now"


def is_named(events: Sequence[Mapping[str, object]], key: str) -> bool:
    """Tell whether a person named whom a message goes to, by `omen send --to`, or asked for this very message again."""
    return any(one.get("key") == key and one.get("cause") in _NAMED for one in events)


def next_try(events: Sequence[Mapping[str, object]], key: str) -> datetime | None:
    """Return when a queued message is due for another try; None when nobody has tried yet, so at once."""
    _, tries = _history(events, key)
    return tries[-1] + _pause(tries) if tries else None


def _history(events: Sequence[Mapping[str, object]], key: str) -> tuple[list[datetime], list[datetime]]:
    """Return when things happened to a message since somebody last asked for it, and when it was put off since."""
    own = [(one, at) for one in events if one.get("key") == key and (at := _at(one))]
    begun = max((number for number, (one, _) in enumerate(own) if one.get("cause") not in _TRIES), default=0)
    tries = [at for one, at in own[begun:] if one.get("event") == QUEUED and one.get("cause") in _TRIES]
    return [at for _, at in own[begun:]], tries


def _pause(tries: Sequence[datetime]) -> timedelta:
    return timedelta(minutes=_AFTER_MINUTES[min(len(tries), len(_AFTER_MINUTES)) - 1])


def last_reply(events: Sequence[Mapping[str, object]], key: str) -> str:
    """Return what the server said last of a message; "" when the audit does not tell."""
    return next((str(one["reply"]) for one in reversed(events) if one.get("key") == key and one.get("reply")), "")


def _at(event: Mapping[str, object]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(event.get("at")))
    except ValueError:
        return None
    return found if found.tzinfo else None
