"""Removing snapshots for good: `.pending` names them, the audit calls them pruned, and only then they go."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import PRUNED, append_events
from omen_cli.archive.change import Change, under_way
from omen_cli.archive.deliveries import undelivered
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.disk_guard import require_room_for, warn_if_low
from omen_cli.archive.entries import removable
from omen_cli.archive.files import lstat
from omen_cli.archive.index import shard_months, write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.lock import locked
from omen_cli.archive.presence import all_there
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.removal import remove_files
from omen_cli.archive.repair import sound_entries
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.scan import ids_by_month
from omen_cli.archive.tree import make_tree, mend_folders
from omen_cli.model.snapshot import Entry

Choose = Callable[[Sequence[Entry], frozenset[str]], Iterable[str]]
Why = Mapping[str, str]
BATCH = 50  # so that a large prune needs no more room than a small one: each batch frees what the next one writes
_BYTES_A_LINE = 1024
_BYTES_BESIDE = 64 * 1024


@dataclass(frozen=True)
class Pruner:
    """Who prunes, by which rules, when (aware), in which call, how long they wait for a lock, and when to warn."""

    by: str
    rules: str
    at: datetime
    request_id: str
    wait_s: float
    limits: DiskLimits


def prune(archive: Archive, choose: Choose, pruner: Pruner) -> tuple[Entry, ...]:
    """Remove the snapshots that `choose` returns, and return their entries; nothing where no archive is yet.

    Args:
        archive: whose.
        choose: called once under the locks with all entries and the ids that must stay because a delivery of them is
            not final; returns ids.
        pruner: for the audit.

    Raises:
        Busy: another process has held a lock for too long.
        InsufficientStorage: not even the few bytes that a removal needs are free; nothing was removed. Where the disk
            still runs low afterwards, that is a warning of the archive.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
        ValueError: `choose` returned an id whose delivery is not final, or the newest version of a key that stays.
    """
    layout = archive.layout
    require_writable_layout(layout)
    if not archive.exists():
        return ()
    if lstat(layout.lock) is None:  # a backup without its dotfiles
        make_tree(layout, pruner.wait_s)
    change = Change(layout, pruner.at, pruner.by)
    with locked(layout.send_lock, pruner.wait_s), locked(layout.lock, pruner.wait_s):
        require_writable_layout(layout)
        mend_folders(layout)
        reconcile(change)
        by_month = _entries_by_month(change)
        entries = all_there(layout, (entry for month in by_month.values() for entry in month))
        stay = undelivered(layout, entries)
        chosen = frozenset(choose(entries, stay))
        removed = tuple(entry for entry in entries if entry.id in chosen)
        if removed:
            _require_removable(entries, chosen, stay)
            require_room_for(change, _needed_bytes(layout, removed), pruner.limits, pruner.wait_s)
            for batch in _batches(removed):
                _remove(change, batch, by_month, {"rules": pruner.rules, "requestId": pruner.request_id})
    if removed:
        warn_if_low(archive, change, pruner.limits, pruner.wait_s)
    return removed


def _entries_by_month(change: Change) -> dict[str, tuple[Entry, ...]]:
    """Return every entry; a shard that is damaged, lost or stale is made anew, or a file would outlive its key."""
    files = ids_by_month(change.layout)
    months = sorted({*files, *shard_months(change.layout)})
    return {month: sound_entries(change, month, files.get(month, ())) for month in months}


def _require_removable(entries: Iterable[Entry], chosen: Set[str], stay: Set[str]) -> None:
    if chosen & stay:
        raise ValueError(f"{min(chosen & stay)}: a delivery of it is not final")
    answering = chosen - set(removable(entries, chosen))
    if answering:
        raise ValueError(f"{min(answering)}: an older version would answer in its place")


def _needed_bytes(layout: Layout, removed: Sequence[Entry]) -> int:
    """Return what a batch writes at most before it frees anything: `.pending`, its lines and, one at a time, drafts."""
    shards = (lstat(layout.shard(month)) for month in {month_of(entry.as_of_date) for entry in removed})
    largest = max((found.st_size for found in shards if found), default=0)
    return largest + min(len(removed), BATCH) * _BYTES_A_LINE + _BYTES_BESIDE


def _batches(removed: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Yield them in batches: by month, since a batch rewrites whole shards, and of each key the oldest version first.

    After a crash between two batches the newest version of a key answers still, and never an older one in its place.
    """
    ordered = tuple(sorted(removed, key=lambda one: (one.as_of_date, one.timeframe, one.version)))
    yield from (ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH))


def _remove(change: Change, removed: Sequence[Entry], by_month: dict[str, tuple[Entry, ...]], why: Why) -> None:
    """Remove one batch, a whole change; `by_month` has the entries that there are, before and after."""
    layout, gone = change.layout, frozenset(entry.id for entry in removed)
    with under_way(change, gone):
        each = tuple({**_record(entry), **why} for entry in removed)
        append_events(layout.audit_dir, at=change.at, by=change.by, event=PRUNED, each=each)
        remove_files(layout, sorted(gone))
        for month in sorted({month_of(entry.as_of_date) for entry in removed}):
            by_month[month] = write_shard(layout, month, (one for one in by_month[month] if one.id not in gone))


def _record(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "timeframe": entry.timeframe,
        "asOfDate": entry.as_of_date,
        "version": entry.version,
        "contentSha256": entry.content_sha256,
        "sha256": entry.sha256,
        "emailSent": entry.email_sent,
    }
