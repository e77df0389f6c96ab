"""What the audit says of the snapshots of an archive: which were made, pruned, set aside, given up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from omen_cli.archive.audit import ACCEPTED, CREATED, DELIVERY_EVENTS, PRUNED, audit_files, each_event
from omen_cli.archive.entries import key_of
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.layout import month_of
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import Entry

Event = Mapping[str, object]
_OF_MESSAGES = frozenset(DELIVERY_EVENTS.values())


@dataclass(frozen=True)
class Ledger:
    """The audit by snapshot: `created` has each id's first record, in the order of the audit.

    `pruned` ids are never adopted again. `accepted` holds the losses that a person settled by (subject, evidence); the
    evidence of a lost snapshot is "". `deliveries` has what happened to the messages of each id, in order.
    """

    created: Mapping[str, Event]
    pruned: Mapping[str, Event]
    accepted: Mapping[tuple[str, str], Event]
    deliveries: Mapping[str, Sequence[Event]]

    def order(self) -> dict[str, int]:
        """Return the created ids, each with its place."""
        return {snapshot_id: place for place, snapshot_id in enumerate(self.created)}

    def recorded_sha256(self, snapshot_id: str, default: str) -> str:
        """Return the hash of the snapshot's file as it was recorded when it was made; `default` without a record."""
        return str(self.created.get(snapshot_id, {}).get("sha256", default))

    def is_settled(self, snapshot_id: str) -> bool:
        """Tell whether the snapshot is gone for good: pruned, or given up by a person."""
        return snapshot_id in self.pruned or (snapshot_id, "") in self.accepted

    def settling(self, snapshot_id: str) -> Event | None:
        """Return the record by which the snapshot is gone for good; None when it is not."""
        return self.pruned.get(snapshot_id) or self.accepted.get((snapshot_id, ""))

    def refutes(self, entry: Entry, others: Iterable[Entry]) -> bool:
        """Tell whether the audit never saw the entry, but one of the others, not given up, with its key and version."""
        audited = {key_of(one) for one in others if one.id in self.created and not self.is_settled(one.id)}
        return entry.id not in self.created and key_of(entry) in audited

    def owed(self, month: str) -> tuple[str, ...]:
        """Return the ids with an as-of date in `month` that must have a file: made, not pruned, not given up."""
        return self._owed_by_month.get(month, ())

    @cached_property
    def _owed_by_month(self) -> Mapping[str, tuple[str, ...]]:
        months: dict[str, list[str]] = defaultdict(list)
        for snapshot_id in self.created:
            found = parse_snapshot_id(snapshot_id)
            if found and not self.is_settled(snapshot_id):
                months[month_of(found.as_of_date)].append(snapshot_id)
        return {month: tuple(ids) for month, ids in months.items()}


def read_ledger(folder: Path, *, is_tolerant: bool = False) -> Ledger:
    """Return what the audit in `folder` says; lines that are no events are passed over.

    Args:
        folder: of the audit.
        is_tolerant: pass over a file that cannot be believed; only for those who change nothing.

    Raises:
        FileDamaged: a file of the audit is none, or too large.
    """
    created: dict[str, Event] = {}
    pruned: dict[str, Event] = {}
    accepted: dict[tuple[str, str], Event] = {}
    deliveries: dict[str, list[Event]] = defaultdict(list)
    for path in audit_files(folder):
        for event in believed_events(path, is_tolerant=is_tolerant):
            if event.get("event") in _OF_MESSAGES:
                deliveries[str(event.get("id"))].append(event)
            elif event.get("event") == CREATED:
                _create(str(event.get("id")), event, created, pruned, accepted)
            elif event.get("event") == PRUNED:
                pruned.setdefault(str(event.get("id")), event)
            elif event.get("event") == ACCEPTED:
                accepted.setdefault((str(event.get("subject")), str(event.get("evidence"))), event)
    return Ledger(created, pruned, accepted, dict(deliveries))


def _create(
    snapshot_id: str,
    event: Event,
    created: dict[str, Event],
    pruned: dict[str, Event],
    accepted: dict[tuple[str, str], Event],
) -> None:
    """Take a record of a snapshot that was made; made again after it was removed (the clock was set back), it lives."""
    if pruned.pop(snapshot_id, None) is not None or (snapshot_id, "") in accepted:
        accepted.pop((snapshot_id, ""), None)
        created.pop(snapshot_id, None)
    created.setdefault(snapshot_id, event)


def message_events(folder: Path, snapshot_id: str, *, is_tolerant: bool = False) -> tuple[Event, ...]:
    """Return what happened to the messages of one snapshot, as `read_ledger` does, parsing only lines that name it.

    `snapshot_id` is one to the letter: ASCII.

    Raises:
        FileDamaged: as `read_ledger` does.
    """
    return tuple(
        event
        for path in audit_files(folder)
        for event in believed_events(path, is_tolerant=is_tolerant, naming=snapshot_id)
        if event.get("event") in _OF_MESSAGES and event.get("id") == snapshot_id
    )


def believed_events(path: Path, *, is_tolerant: bool, naming: str = "") -> Iterator[dict[str, object]]:
    """Yield the events of one file of an audit; none of one that cannot be believed, when that is tolerated.

    With `naming`, only those of lines in which that word stands.

    Raises:
        FileDamaged: the file is none, or too large, and that is not tolerated.
    """
    try:
        yield from (event for event in each_event(path, naming) if event is not None)
    except FileDamaged:
        if not is_tolerant:
            raise
