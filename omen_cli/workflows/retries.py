"""When a message that was put off is offered again by itself, and when that is given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from omen_cli.archive.audit import QUEUED

GIVEN_UP_AFTER = timedelta(days=3)
_AFTER_MINUTES = (10, 10, 25, 55, 115, 235)  # a little less than the ticks are apart; the last for all further tries
_TRIES = frozenset({"attempt", "retry"})
Retry = Literal["now", "later", "given up"]


def retry_of(events: Sequence[Mapping[str, object]], key: str, now: datetime) -> Retry:
    """Return whether a queued message is due for another try: ever more seldom, and for three days.

    Args:
        events: what the audit says of the messages of its snapshot, in order.
        key: the message's.
        now: aware.
    """
    own = [(one, at) for one in events if one.get("key") == key and (at := _at(one))]
    begun = max((number for number, (one, _) in enumerate(own) if one.get("cause") not in _TRIES), default=0)
    if own and now - own[begun][1] > GIVEN_UP_AFTER:
        return "given up"
    tries = [at for one, at in own[begun:] if one.get("event") == QUEUED and one.get("cause") in _TRIES]
    pause = timedelta(minutes=_AFTER_MINUTES[min(len(tries), len(_AFTER_MINUTES)) - 1])
    return "later" if tries and now - tries[-1] < pause else "now"


def last_reply(events: Sequence[Mapping[str, object]], key: str) -> str:
    """Return what the server said last of a message; "" when the audit does not tell."""
    return next((str(one["reply"]) for one in reversed(events) if one.get("key") == key and one.get("reply")), "")


def _at(event: Mapping[str, object]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(event.get("at")))
    except ValueError:
        return None
    return found if found.tzinfo else None
