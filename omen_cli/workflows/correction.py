"""What a message says where an older version of its snapshot may have arrived already."""

from collections.abc import Sequence
from contextlib import suppress

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import DELIVERY_EVENTS, SENT
from omen_cli.archive.ledger import Event, read_ledger
from omen_cli.archive.marks import last_events
from omen_cli.errors import OmenError
from omen_cli.intelligence.diff import diff
from omen_cli.model.delivery import DONE
from omen_cli.model.difference import Difference
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.legacy import AnySnapshot, LegacySnapshot
from omen_cli.model.letter import Correction
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.lookup import versions_of

_MAY_HAVE_ARRIVED = frozenset(DELIVERY_EVENTS[state] for state in DONE)


def correction_of(archive: Archive, entry: Entry, snapshot: AnySnapshot) -> Correction | None:
    """Return what the newest older version that was sent, to whomever, is replaced by; None when none was.

    The audit knows of those that were pruned or lost since.
    """
    if entry.version == 1:
        return None
    there = {one.id: one for one in versions_of(archive, entry)}
    sent = {one.id: one.version for one in there.values() if _was_sent(one)} | _audited(archive, entry)
    older = [(version, snapshot_id) for snapshot_id, version in sent.items() if version < entry.version]
    if not older:
        return None
    version, before_id = max(older)
    before = there.get(before_id)
    is_old = isinstance(snapshot, LegacySnapshot) or (before is not None and before.created_via == "migrate")
    difference = _difference(archive, before, snapshot) if before and not is_old else None
    return Correction(before_id, version, snapshot.reason, difference, is_old)


def _was_sent(entry: Entry) -> bool:
    return entry.email_sent or any(one.state in DONE for one in entry.deliveries)


def _audited(archive: Archive, entry: Entry) -> dict[str, int]:
    """Return the versions of the entry's key, by id, of which the audit says that they were sent."""
    ledger = read_ledger(archive.layout.audit_dir, is_tolerant=True)
    found: dict[str, int] = {}
    for snapshot_id, events in ledger.deliveries.items():
        identity, version = parse_snapshot_id(snapshot_id), ledger.created.get(snapshot_id, {}).get("version")
        is_of_key = identity and (identity.timeframe, identity.as_of_date) == (entry.timeframe, entry.as_of_date)
        if is_of_key and isinstance(version, int) and _may_have_arrived(events):
            found[snapshot_id] = version
    return found


def _may_have_arrived(events: Sequence[Event]) -> bool:
    if any(event.get("event") == SENT for event in events):
        return True
    return any(event.get("event") in _MAY_HAVE_ARRIVED for event in last_events(events).values())


def _difference(archive: Archive, before: Entry, now: AnySnapshot) -> Difference | None:
    """Return what differs; None when the older version is lost: that stops nobody."""
    with suppress(OmenError):
        was = archive.load(before)
        if isinstance(was, Snapshot) and isinstance(now, Snapshot):
            return diff(was, now)
    return None
