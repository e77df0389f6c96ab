"""The index as writers see it, under `.lock`: what is damaged, lost or stale is made anew, written back and audited."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from omen_cli.archive.audit import REBUILT
from omen_cli.archive.change import Change, audit_created, quarantine, under_way
from omen_cli.archive.entries import newest_of
from omen_cli.archive.failures import LOST, FileDamaged
from omen_cli.archive.files import fsync_file, fsync_folder, read_file
from omen_cli.archive.index import read_shard, write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.ledger import Ledger, read_ledger
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.archive.remake import remake
from omen_cli.archive.scan import ids_by_month, ids_in_month, snapshot_ids
from omen_cli.archive.settle import settle_deliveries
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
    if entries is None and _snapshots(change.layout, {*ids_in_month(change.layout, month)} - {beside}):
        return rebuild(change, month, "is missing")
    return entries or ()


def sound_entries(change: Change, month: str, ids: Iterable[str]) -> tuple[Entry, ...]:
    """Return the month's entries; `ids` are files of it, and one that the shard does not know makes the shard stale.

    Left as it is, such a file would be a second answer for its key.
    """
    known = known_entries(change, month)
    unknown = _snapshots(change.layout, set(ids) - {entry.id for entry in known})
    return rebuild(change, month, f"does not know {unknown[0]}") if unknown else known


def _snapshots(layout: Layout, unknown: Iterable[str]) -> list[str]:
    """Return those of the ids, of files that the shard does not know, whose files are not the old system's."""
    return sorted(one for one in unknown if not is_of_old_system(layout.snapshot(one)))


def look_up(change: Change, timeframe: Timeframe, as_of_date: date) -> tuple[tuple[Entry, ...], Entry | None]:
    """Return the entries of the key's month and the newest version of the key."""
    ids = (
        str(found)
        for found in snapshot_ids(change.layout)
        if (found.timeframe, found.as_of_date) == (timeframe, as_of_date)
    )
    known = sound_entries(change, month_of(as_of_date), ids)
    return known, newest_of(known, timeframe, as_of_date)


def rebuild(change: Change, month: str, reason: str) -> tuple[Entry, ...]:
    """Make the month's shard anew from its snapshot files; those that are none go into quarantine.

    What is remembered of a file that is lost stays: its key must not be taken for free.
    """
    return rebuild_all(change, (month,), reason)[month]


def rebuild_all(change: Change, months: Iterable[str], reason: str) -> dict[str, tuple[Entry, ...]]:
    """Make the shards of several months anew, each as `rebuild` does; the audit and the folder are read once."""
    ledger, files, months = read_ledger(change.layout.audit_dir), ids_by_month(change.layout), tuple(months)
    if settle_deliveries(change, (one for month in months for one in files.get(month, ())), ledger):
        ledger = read_ledger(change.layout.audit_dir)
    return {month: _rebuild(change, month, reason, ledger, files.get(month, ())) for month in months}


def _rebuild(change: Change, month: str, reason: str, ledger: Ledger, ids: tuple[str, ...]) -> tuple[Entry, ...]:
    layout = change.layout
    made = remake(layout, month, ids, ledger)
    with under_way(change, [entry.id for entry in made.kept]):
        for fault in made.faults:
            quarantine(change, layout.snapshot(fault.snapshot_id), f"{fault.snapshot_id}.json", fault.reason)
        _adopt(change, made.kept, ledger)
        missing = sorted(set(ledger.owed(month)) - {entry.id for entry in made.kept})
        change.audit(REBUILT, month=month, reason=reason, entries=len(made.entries), missing=missing)
        return write_shard(layout, month, made.entries)


def settle(layout: Layout, entry: Entry) -> None:
    """Make durable what the answer "it is there" rests on, whoever wrote it; that answer is a promise too.

    Raises:
        ArchiveDamaged: the index has the entry, and its file is gone or not what it was.
    """
    path = layout.snapshot(entry.id)
    raw = read_file(path)
    if raw is None:
        raise ArchiveDamaged(f"{path}: the index names this snapshot, and its file is missing", hint=LOST)
    found = sha256(raw).hexdigest()
    if found != entry.sha256 and found != read_ledger(layout.audit_dir).recorded_sha256(entry.id, ""):
        raise ArchiveDamaged(f"{path}: is not what was acknowledged: its hash is another", hint=LOST)
    fsync_file(path)
    for folder in (layout.index_dir, layout.root, layout.snapshots, layout.data):
        fsync_folder(folder)


def _adopt(change: Change, entries: tuple[Entry, ...], ledger: Ledger) -> None:
    """Make durable what the entries rest on, and audit those snapshots that the audit has never seen."""
    for entry in entries:
        fsync_file(change.layout.snapshot(entry.id))
    fsync_folder(change.layout.root)
    for entry in entries:
        if entry.id not in ledger.created or ledger.is_settled(entry.id):  # what was given up and is back counts again
            by = change.by if entry.created_via == "migrate" else entry.created_by
            audit_created(replace(change, by=by), entry, free=None)
