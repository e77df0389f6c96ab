"""Writing a snapshot: the write protocol, from the first look to the committed entry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.change import Change
from omen_cli.archive.disk import DiskLimits, FreeSpace
from omen_cli.archive.disk_guard import note_low, require_room
from omen_cli.archive.documents import decode, encode
from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.publish import publish
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import look_up, settle
from omen_cli.archive.safety import require_safe, require_writable_layout
from omen_cli.archive.tree import make_tree, mend_folders
from omen_cli.model.ids import Timeframe
from omen_cli.model.rate import CountsAs
from omen_cli.model.snapshot import Entry, Snapshot

Make = Callable[[Entry | None], Snapshot | None]
_REPAIRER = "omen"


@dataclass(frozen=True)
class Committed:
    """The entry that answers for the key; `free` is None when it was there already and nothing was written."""

    entry: Entry
    was_created: bool
    free: FreeSpace | None


@contextmanager
def computing(archive: Archive, timeframe: Timeframe, *, wait_s: float) -> Iterator[None]:
    """Hold the timeframe's lock, so that two jobs do not compute the same; nothing where no archive is yet.

    Raises:
        Busy: another process has held it for `wait_s` seconds.
    """
    path = archive.layout.timeframe_lock(timeframe)
    if archive.exists() and lstat(path) is not None:
        with locked(path, wait_s):
            yield
    else:
        yield


def acknowledge(
    archive: Archive, timeframe: Timeframe, as_of_date: date, *, wait_s: float, at: datetime
) -> Entry | None:
    """Return the newest version of the key, made durable beyond doubt; None when there is none (steps 2 and 3).

    Raises:
        Busy: another process has held `.lock` for `wait_s` seconds.
        ArchiveDamaged: the tree is not ours to touch, or the entry's file is gone.
    """
    change = Change(archive.layout, at, _REPAIRER)
    require_writable_layout(archive.layout)
    if not archive.exists() or lstat(archive.layout.lock) is None:
        return None
    with locked(archive.layout.lock, wait_s):
        mend_folders(archive.layout)
        reconcile(change)
        _, entry = look_up(change, timeframe, as_of_date)
        if entry:
            settle(archive.layout, entry)
        return entry


def commit(
    archive: Archive,
    timeframe: Timeframe,
    as_of_date: date,
    make: Make,
    *,
    limits: DiskLimits,
    wait_s: float,
    at: datetime,
    by: str,
    counts_as: CountsAs = "one",
) -> Committed:
    """Write one snapshot, or keep what is there (steps 1 to 8).

    Args:
        archive: where to; its tree is made when it is missing.
        timeframe: with `as_of_date`, the key.
        as_of_date: the day that the snapshot is about.
        make: called once under `.lock` with the newest version of the key, or None; returns the next version, or
            None to keep that one.
        limits: of the disk; checked before the tree is made, and again before the snapshot is written.
        wait_s: how long to wait for a lock.
        at: the time for the audit.
        by: who, for the audit.
        counts_as: how it counts toward the limit of the hour, for the audit.

    Raises:
        InsufficientStorage: the disk is below its limit and nothing was written, or it filled up on the way.
        Busy: another process has held a lock for `wait_s` seconds.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
        ValueError: `make` returned a snapshot that is not the next version of the key.
    """
    change = Change(archive.layout, at, by)
    _prepare(change, limits, wait_s)
    with locked(archive.layout.lock, wait_s):
        require_writable_layout(archive.layout)
        reconcile(change)
        known, existing = look_up(change, timeframe, as_of_date)
        snapshot = make(existing)
        if snapshot is None:
            return _keep(change, existing)
        raw = _proven(archive.layout, snapshot, (timeframe, as_of_date), existing)
        free = require_room(change, limits, wait_s)
        left = {"bytes": free.free_bytes, "inodes": free.free_inodes}
        entry = publish(change, snapshot, raw, known, left, counts_as)
    return Committed(entry, was_created=True, free=note_low(change, free, limits, wait_s))


def _prepare(change: Change, limits: DiskLimits, wait_s: float) -> None:
    """Step 1: look before anything is made, so that a refusal leaves no trace; then make the tree."""
    require_safe(change.layout)
    require_writable_layout(change.layout)
    require_room(change, limits, wait_s)
    make_tree(change.layout, wait_s)


def _keep(change: Change, existing: Entry | None) -> Committed:
    if existing is None:
        raise ValueError("there is no version of this key to keep")
    settle(change.layout, existing)
    return Committed(existing, was_created=False, free=None)


def _proven(layout: Layout, snapshot: Snapshot, key: tuple[Timeframe, date], existing: Entry | None) -> bytes:
    """Return the bytes to write, after the proofs that every later reader will make."""
    raw = encode(snapshot)
    decode(raw, layout.store_id)
    if (snapshot.timeframe, snapshot.as_of_date) != key:
        raise ValueError(f"{snapshot.id}: not a snapshot of {key[0]} {key[1]}")
    expected = (existing.version + 1, existing.id) if existing else (1, None)
    if (snapshot.version, snapshot.supersedes) != expected:
        raise ValueError(f"{snapshot.id}: version {expected[0]}, superseding {expected[1]}, is next")
    if lstat(layout.snapshot(snapshot.id)) is not None:
        raise ValueError(f"{snapshot.id}: the id is taken; the next version needs a later time")
    return raw
