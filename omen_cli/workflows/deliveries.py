"""The deliveries of a store, as the names of its messages and its audit tell them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import SENDING
from omen_cli.archive.deliveries import delivered_ids
from omen_cli.archive.ledger import Event, read_ledger
from omen_cli.archive.marks import key_of_message, with_deliveries
from omen_cli.errors import InvalidArgument
from omen_cli.model.delivery import STATES, State
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import Entry

_TRIES = frozenset({"attempt", "retry"})


@dataclass(frozen=True)
class Listed:
    """One delivery: where it stands, since when, how often it was offered, and what the server said last.

    `at` is None where the old system made it, and does not tell when.
    """

    snapshot_id: str
    key: str
    recipient: str
    state: str
    at: datetime | None
    message_id: str
    tries: int
    reply: str | None

    def plain(self) -> dict[str, object]:
        """Return it as the document of `omen deliveries --json` has it."""
        return {
            "snapshotId": self.snapshot_id,
            "key": self.key,
            "recipient": self.recipient,
            "state": self.state,
            "at": self.at,
            "messageId": self.message_id,
            "tries": self.tries,
            "reply": self.reply,
        }


def list_deliveries(archive: Archive, entry: Entry | None, states: Sequence[State]) -> tuple[Listed, ...]:
    """Return the deliveries of the store, or of one snapshot, the newest snapshot first; of these states, if any.

    Takes no lock; reads the whole audit.
    """
    if not archive.exists():
        return ()
    ledger = read_ledger(archive.layout.audit_dir, is_tolerant=True)
    with_messages = {*delivered_ids(archive.layout), *ledger.deliveries}
    entries = (entry,) if entry else (one for one in archive.entries() if one.deliveries or one.id in with_messages)
    found = (one for each in entries for one in _of_entry(archive, each, ledger.deliveries.get(each.id, ())))
    return tuple(one for one in found if not states or one.state in states)


def _of_entry(archive: Archive, entry: Entry, events: Sequence[Event]) -> Iterator[Listed]:
    told = with_deliveries(archive.layout, entry, events)
    for state in told.deliveries:
        key = key_of_message(state.message_id)
        own = [event for event in events if event.get("key") == key]
        tries = sum(event.get("cause") in _TRIES and event.get("event") != SENDING for event in own)
        replies = [str(event["reply"]) for event in own if event.get("reply")]
        reply = replies[-1] if replies else None
        yield Listed(entry.id, key, state.recipient, state.state, state.at, state.message_id, tries, reply)


def states_asked(texts: Sequence[str]) -> tuple[State, ...]:
    """Return the states that are asked for.

    Raises:
        InvalidArgument: one is none.
    """
    known: Mapping[str, State] = {state: state for state in STATES}
    for text in texts:
        if text not in known:
            raise InvalidArgument(f"--state {safe_text(text[:30])!r}: no state", hint=f"use {', '.join(STATES)}")
    return tuple(known[text] for text in texts)
