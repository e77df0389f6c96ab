"""What the audit says of the earlier snapshots of a key: of those, too, that were pruned or lost since."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import ACCEPTED, CREATED, DELIVERY_EVENTS, PRUNED, SENT, UNKNOWN, audit_files
from omen_cli.archive.ledger import Event, believed_events
from omen_cli.archive.marks import last_events
from omen_cli.delivery.verdict import KEPT
from omen_cli.model.delivery import DONE
from omen_cli.model.ids import Timeframe

_OF_MESSAGES = frozenset(DELIVERY_EVENTS.values())
_MAY_HAVE_ARRIVED = frozenset(DELIVERY_EVENTS[state] for state in DONE)


@dataclass(frozen=True)
class Before:
    """A snapshot, as the audit tells of it: what became of its messages, and by which record it is gone, if it is.

    `version` is 0 where the audit does not say it: other than its file, that may be used again once it is gone.
    """

    id: str
    version: int
    messages: Sequence[Event]
    settled: Event | None

    def went_out(self, *, has_server: bool) -> bool:
        """Tell whether a message of it was begun, whatever became of it; with a server, one in a folder is none."""
        keys = {str(event.get("key")) for event in self.messages}
        return bool(keys - self.only_kept() if has_server else keys) or self._is_marked()

    def may_have_arrived(self, *, has_server: bool) -> bool:
        """Tell whether a message of it was sent, or may have been; with a server, one in a folder was not."""
        kept = self.only_kept() if has_server else frozenset[str]()
        out = [event for event in self.messages if event.get("key") not in kept]
        is_sent = any(event.get("event") == SENT for event in out)
        is_open = any(event.get("event") in _MAY_HAVE_ARRIVED for event in last_events(out).values())
        return is_sent or is_open or self._is_marked()

    def only_kept(self) -> frozenset[str]:
        """Return the keys of the messages that only ever went into a folder."""
        done = {key for key, event in last_events(self.messages).items() if _is_kept(event)}
        return frozenset(done - {str(one.get("key")) for one in self.messages if _is_out(one)})

    def _is_marked(self) -> bool:
        """Tell whether it was the old system's, which kept no messages, and was sent by it."""
        return not self.messages and self.settled is not None and self.settled.get("emailSent") is True


def audited_before(archive: Archive, timeframe: Timeframe, as_of: date, own_id: str = "") -> tuple[Before, ...]:
    """Return the snapshots of a key that were made before the one with `own_id` (all without it), oldest first."""
    made: dict[str, Event] = {}
    settled: dict[str, Event] = {}
    messages: dict[str, list[Event]] = defaultdict(list)
    for snapshot_id, event in _events(archive, f"snapshot_{timeframe}_{as_of.isoformat()}_"):
        name = event.get("event")
        if name == CREATED:
            if settled.pop(snapshot_id, None):  # it was made again
                made.pop(snapshot_id, None)
            made.setdefault(snapshot_id, event)
        elif name in _OF_MESSAGES:
            messages[snapshot_id].append(event)
        else:
            settled.setdefault(snapshot_id, event)
    order = list(made)
    later = order[order.index(own_id) :] if own_id in made else [own_id]
    known = dict.fromkeys([*(one for one in (*settled, *messages) if one not in made), *order])
    return tuple(
        Before(one, _version(made.get(one, settled.get(one, {}))), messages.get(one, ()), settled.get(one))
        for one in known
        if one not in later
    )


def _events(archive: Archive, prefix: str) -> Iterator[tuple[str, Event]]:
    """Yield what happened to the snapshots whose ids begin so, and to their messages."""
    for path in audit_files(archive.layout.audit_dir):
        for event in believed_events(path, is_tolerant=True, naming=prefix):
            name = event.get("event")
            is_loss = name == ACCEPTED and event.get("evidence") == ""
            snapshot_id = str(event.get("subject" if is_loss else "id"))
            if snapshot_id.startswith(prefix) and (is_loss or name in (CREATED, PRUNED) or name in _OF_MESSAGES):
                yield snapshot_id, event


def _version(event: Event) -> int:
    version = event.get("version")
    return version if isinstance(version, int) else 0


def _is_kept(event: Event) -> bool:
    return event.get("event") == SENT and str(event.get("reply")).startswith(f"{KEPT}: ")


def _is_out(event: Event) -> bool:
    return event.get("event") == UNKNOWN or (event.get("event") == SENT and not _is_kept(event))
