"""One snapshot to one recipient: its state, its names, and what marking it answers."""

from hashlib import sha256
from typing import Literal, get_args

from omen_cli.model.base import Value
from omen_cli.model.snapshot import Entry

State = Literal["queued", "sending", "sent", "failed", "unknown"]
Cause = Literal["new", "named", "attempt", "retry", "resend", "resolved", "died", "found"]
STATES: tuple[State, ...] = get_args(State)
DONE: frozenset[State] = frozenset({"sent", "unknown", "sending"})  # it may have arrived: never sent again unasked
_KEY_DIGITS = 32


def delivery_key(store_id: str, snapshot_id: str, recipient: str) -> str:
    """Return what names a delivery: the same for the same store, snapshot and recipient, whatever the case of that."""
    text = "\n".join((store_id, snapshot_id, recipient.casefold()))
    return sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


def message_id(key: str, sender_domain: str) -> str:
    """Return the Message-ID of a delivery: a second try of it is not a second message."""
    return f"<{key}@{sender_domain}>"


class MarkResult(Value):
    """What marking a snapshot as emailed answers: `entry` is the updated one, or None with what went wrong.

    `error` is a code such as `entry_not_found`, `message` says it in words.
    """

    success: bool
    entry: Entry | None
    error: str | None = None
    message: str = ""
