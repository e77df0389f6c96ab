"""The index as writers see it, under `.lock`: what is damaged, lost or stale is made anew, written back and audited."""

from dataclasses import replace
from datetime import date

from omen_cli.archive.audit import created_order
from omen_cli.archive.change import Change, audit_created, quarantine
from omen_cli.archive.entries import newest_of
from omen_cli.archive.failures import LOST, FileDamaged
from omen_cli.archive.files import fsync_file, fsync_folder, lstat
from omen_cli.archive.index import read_shard, write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.scan import ids_in_month, scan_month, snapshot_ids
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Entry


def known_entries(change: Change, month: str, *, beside: str = "") -> tuple[Entry, ...]:
    """Return the month's entries, from a shard made anew where there is none to believe.

    Args:
        change: the change under way.
        month: as `2026-01`.
        beside: the id of a snapshot that is only now being committed: that it has a file means nothing.
    """
    try:
        entries = read_shard(change.layout, month)
    except FileDamaged as error:
        return rebuild(change, month, error.reason)
    if entries is None and set(ids_in_month(change.layout, month)) - {beside}:
        return rebuild(change, month, "is missing")
    return entries or ()


def look_up(change: Change, timeframe: Timeframe, as_of_date: date) -> tuple[tuple[Entry, ...], Entry | None]:
    """Return the entries of the key's month and the newest version of the key.

    A snapshot file of the key that the shard does not know makes the shard stale: a new version beside it would be a
    second answer.
    """
    month = month_of(as_of_date)
    known = known_entries(change, month)
    known_ids = {entry.id for entry in known}
    for found in snapshot_ids(change.layout):
        if (found.timeframe, found.as_of_date) == (timeframe, as_of_date) and str(found) not in known_ids:
            known = rebuild(change, month, f"does not know {found}")
            break
    return known, newest_of(known, timeframe, as_of_date)


def rebuild(change: Change, month: str, reason: str) -> tuple[Entry, ...]:
    """Make the month's shard anew from its snapshot files; those that are none go into quarantine."""
    scanned = scan_month(change.layout, month)
    for fault in scanned.faults:
        quarantine(change, change.layout.snapshot(fault.snapshot_id), f"{fault.snapshot_id}.json", fault.reason)
    _adopt(change, scanned.entries)
    change.audit("index.rebuilt", month=month, reason=reason, entries=len(scanned.entries))
    return write_shard(change.layout, month, scanned.entries)


def settle(layout: Layout, entry: Entry) -> None:
    """Make durable what the answer "it is there" rests on, whoever wrote it; that answer is a promise too.

    Raises:
        ArchiveDamaged: the index has the entry, and its file is gone or not as long as it was.
    """
    path = layout.snapshot(entry.id)
    found = lstat(path)
    if found is None:
        raise ArchiveDamaged(f"{path}: the index names this snapshot, and its file is missing", hint=LOST)
    if found.st_size != entry.size_bytes:
        raise ArchiveDamaged(f"{path}: {found.st_size} bytes long, the index says {entry.size_bytes}", hint=LOST)
    fsync_file(path)
    for folder in (layout.index_dir, layout.root, layout.snapshots, layout.data):
        fsync_folder(folder)


def _adopt(change: Change, entries: tuple[Entry, ...]) -> None:
    """Make durable what the entries rest on, and audit those snapshots that the audit has never seen."""
    for entry in entries:
        fsync_file(change.layout.snapshot(entry.id))
    fsync_folder(change.layout.root)
    seen = created_order(change.layout.audit_dir)
    for entry in entries:
        if entry.id not in seen:
            audit_created(replace(change, by=entry.created_by), entry, free=None)
