"""Taking the files of pruned snapshots away: done once by a prune, finished by whoever comes after its crash."""

from collections.abc import Iterable

from omen_cli.archive.audit import settle_audit
from omen_cli.archive.change import Change
from omen_cli.archive.deliveries import remove_deliveries
from omen_cli.archive.files import fsync_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import read_ledger


def remove_files(layout: Layout, ids: Iterable[str]) -> None:
    """Remove the files of snapshots that the audit durably calls pruned, and their messages; durable on return."""
    ids = tuple(ids)
    for snapshot_id in ids:
        unlink(layout.snapshot(snapshot_id))
    fsync_folder(layout.root)
    remove_deliveries(layout, ids)


def finish_pruning(change: Change, ids: Iterable[str]) -> None:
    """Remove what is left of those ids that the audit calls pruned; their entries are the caller's to remake."""
    folder = change.layout.audit_dir
    settle_audit(folder)  # whoever wrote it may have died before that: nothing is removed on less
    pruned = read_ledger(folder).pruned
    if found := [snapshot_id for snapshot_id in ids if snapshot_id in pruned]:
        remove_files(change.layout, found)
