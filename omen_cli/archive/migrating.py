"""Bringing snapshots of the old system into an archive: the write protocol, many snapshots a change.

`.pending` names a batch before its first file has a name, and each file is whole and durable before it has its own. So
whoever comes after a crash adopts those that have one, and the next migration writes the rest.
"""

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import CREATED, append_events
from omen_cli.archive.change import Change, created, under_way
from omen_cli.archive.documents import decode, encode
from omen_cli.archive.entries import entry_of
from omen_cli.archive.files import fsync_folder, link, lstat, make_private, unlink, write_new
from omen_cli.archive.index import read_shard, shard_months, write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.lock import locked
from omen_cli.archive.owner import require_own
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import sound_entries
from omen_cli.archive.safety import require_known_layout, require_safe
from omen_cli.archive.scan import ids_by_month
from omen_cli.archive.standing import Wanted, is_left_unfinished, standing_among
from omen_cli.archive.told_ids import told_ids
from omen_cli.archive.tree import make_tree, mend_folders
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.snapshot import Entry

BATCH = 100
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Migrator:
    """Who migrates, when (aware), and how long they wait for a lock."""

    by: str
    at: datetime
    wait_s: float


def bring(
    archive: Archive, wanted: Iterable[Wanted], migrator: Migrator, advance: Callable[[], None]
) -> tuple[str, ...]:
    """Write those snapshots that the archive lacks, and return their ids; what a dead migration left is finished.

    Args:
        archive: whose; its tree is made when it is missing.
        wanted: by as-of date, so that a batch rewrites few shards.
        migrator: for the audit.
        advance: called for each snapshot that was written, when its batch is committed.

    Raises:
        Busy: another process has held a lock for too long.
        InsufficientStorage: the disk filled up on the way; run it again.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    layout, change = archive.layout, Change(archive.layout, migrator.at, migrator.by)
    require_safe(layout)
    require_known_layout(layout)
    require_own(layout)
    make_tree(layout, migrator.wait_s, is_migrating=True)
    with locked(layout.lock, migrator.wait_s):
        _tidy(layout)
        reconcile(change)
        there = standing_among(_sound_entries(change), told_ids(layout.audit_dir).pruned)
        missing = [one for one in wanted if there.lacks(one)]
        for batch in _batches(missing):
            _write(change, batch)
            for _ in batch:
                advance()
        fsync_folder(layout.root)  # that `.pending` is gone: the next run finds nothing to do, and would not look
    return tuple(one.id for one in missing)


def finish_change(archive: Archive, migrator: Migrator) -> None:
    """Finish, or undo, what a command that died left in the archive; at no cost where there is nothing.

    Raises:
        Busy: another process has held `.lock` for too long.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    if is_left_unfinished(archive):
        with locked(archive.layout.lock, migrator.wait_s):
            _tidy(archive.layout)
            reconcile(Change(archive.layout, migrator.at, migrator.by))


def is_open_to_others(layout: Layout) -> bool:
    """Tell whether others may look into the folder that is the archive's, or is to be: the old system had made it."""
    root = lstat(layout.root)
    return root is not None and bool(root.st_mode & _OTHERS)


def _tidy(layout: Layout) -> None:
    """Make the folders that are missing, take the rights of others from the archive's own, and remove a dead draft."""
    mend_folders(layout)
    if is_open_to_others(layout):
        make_private(layout.root)
    unlink(layout.migrated_draft)


def _sound_entries(change: Change) -> Iterator[Entry]:
    """Yield every entry; a shard that cannot be believed, or does not know a file of its month, is made anew first."""
    files = ids_by_month(change.layout)
    for month in sorted({*files, *shard_months(change.layout)}):
        yield from sound_entries(change, month, files.get(month, ()))


def _batches(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    yield from (wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH))


def _write(change: Change, batch: Sequence[Wanted]) -> None:
    """Write one batch, a whole change; every shard is sound by now, and only those of the batch are in memory."""
    layout = change.layout
    known = {month: read_shard(layout, month) or () for month in sorted({month_of(one.as_of_date) for one in batch})}
    with under_way(change, [one.id for one in batch]):
        entries = [_write_one(layout, one.compose()) for one in batch]
        fsync_folder(layout.root)
        each = [created(entry, free=None) for entry in entries]
        append_events(layout.audit_dir, at=change.at, by=change.by, event=CREATED, each=each)
        for month, before in known.items():
            new = (entry for entry in entries if month_of(entry.as_of_date) == month)
            write_shard(layout, month, (*before, *new))


def _write_one(layout: Layout, snapshot: LegacySnapshot) -> Entry:
    """Write one file, whole before it has its name, and return its entry."""
    raw = encode(snapshot)
    entry = entry_of(decode(raw, layout.store_id), raw)
    unlink(layout.migrated_draft)
    write_new(layout.migrated_draft, raw)
    if not link(layout.migrated_draft, layout.snapshot(snapshot.id)):
        raise ArchiveDamaged(
            f"{layout.snapshot(snapshot.id)}: stands there already, and nobody wrote it under the lock",
            hint="run the command again: it looks at every file first",
        )
    unlink(layout.migrated_draft)
    return entry
