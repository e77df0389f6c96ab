"""What a message says where an older version of its snapshot may have arrived already."""

from collections.abc import Collection
from contextlib import suppress

from omen_cli.archive.archive import Archive
from omen_cli.archive.marks import key_of_message
from omen_cli.errors import OmenError
from omen_cli.intelligence.diff import diff
from omen_cli.model.delivery import DONE
from omen_cli.model.difference import Difference
from omen_cli.model.legacy import AnySnapshot, LegacySnapshot
from omen_cli.model.letter import Correction
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.audited_before import audited_before
from omen_cli.workflows.lookup import versions_of


def correction_of(archive: Archive, entry: Entry, snapshot: AnySnapshot, *, has_server: bool) -> Correction | None:
    """Return what the newest older version that was sent, to whomever, is replaced by; None when none was.

    The audit knows of those that were pruned or lost since, of which the number may be in use again. With a server,
    what only went into a folder was sent to nobody.
    """
    there = {one.id: one for one in versions_of(archive, entry)}
    audited = {one.id: one for one in audited_before(archive, entry.timeframe, entry.as_of_date, entry.id)}
    kept = {one.id: one.only_kept() if has_server else frozenset[str]() for one in audited.values()}
    sent = {one.id: one.version for one in there.values() if _was_sent(one, kept.get(one.id, ()))}
    sent |= {one.id: one.version for one in audited.values() if one.may_have_arrived(has_server=has_server)}
    place = {snapshot_id: at for at, snapshot_id in enumerate(audited)}
    older = [
        (place.get(snapshot_id, -1), version, snapshot_id)
        for snapshot_id, version in sent.items()
        if snapshot_id not in there or there[snapshot_id].version < entry.version
    ]
    if not older:
        return None
    _, version, before_id = max(older)
    before = there.get(before_id)
    is_old = isinstance(snapshot, LegacySnapshot) or (before is not None and before.created_via == "migrate")
    difference = _difference(archive, before, snapshot) if before and not is_old else None
    return Correction(before_id, version, snapshot.reason, difference, is_old)


def _was_sent(entry: Entry, kept: Collection[str]) -> bool:
    if not entry.deliveries:
        return entry.email_sent
    return any(one.state in DONE and key_of_message(one.message_id) not in kept for one in entry.deliveries)


def _difference(archive: Archive, before: Entry, now: AnySnapshot) -> Difference | None:
    """Return what differs; None when the older version is lost: that stops nobody."""
    with suppress(OmenError):
        was = archive.load(before)
        if isinstance(was, Snapshot) and isinstance(now, Snapshot):
            return diff(was, now)
    return None
