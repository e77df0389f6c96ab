"""Steps 5 to 8 of the write protocol: a snapshot becomes durable, audited, indexed and, with that, committed."""

from collections.abc import Mapping
from contextlib import suppress

from omen_cli.archive.change import Change, audit_created
from omen_cli.archive.entries import entry_of
from omen_cli.archive.files import fsync_folder, link, lstat, unlink, write_new
from omen_cli.archive.index import write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.errors import ArchiveDamaged, OmenError
from omen_cli.model.rate import CountsAs
from omen_cli.model.snapshot import Entry, Snapshot


def publish(
    change: Change,
    snapshot: Snapshot,
    raw: bytes,
    known: tuple[Entry, ...],
    free: Mapping[str, object],
    counts_as: CountsAs,
) -> Entry:
    """Commit a snapshot whose file will hold `raw`, beside the `known` entries of its month.

    A failure before its file has its name leaves nothing; a later one leaves `.pending`, which the next command
    finishes.
    """
    layout, entry = change.layout, entry_of(snapshot, raw)
    write_new(layout.pending, raw)
    try:
        fsync_folder(layout.root)
        _give_name(layout, entry.id)
    except BaseException:
        _undo(layout, entry.id)
        raise
    fsync_folder(layout.root)
    audit_created(change, entry, free, counts_as)
    write_shard(layout, month_of(entry.as_of_date), (*known, entry))
    unlink(layout.pending)
    return entry


def _give_name(layout: Layout, snapshot_id: str) -> None:
    if not link(layout.pending, layout.snapshot(snapshot_id)):
        unlink(layout.pending)
        raise ArchiveDamaged(
            f"{layout.snapshot(snapshot_id)}: stands there already, and nobody wrote it under the lock",
            hint="run the command again: it looks at every file of this key first",
        )


def _undo(layout: Layout, snapshot_id: str) -> None:
    """Take `.pending` back, unless the snapshot has its name: then it is published, and the next command finishes."""
    with suppress(OmenError):
        if lstat(layout.snapshot(snapshot_id)) is None:
            unlink(layout.pending)
