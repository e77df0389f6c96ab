"""Step 2 of the write protocol: what a dead process left in `.pending` is finished, or undone when it is not whole."""

from dataclasses import replace

from omen_cli.archive.audit import settle_audit
from omen_cli.archive.audit_guard import require_appendable
from omen_cli.archive.change import Change, audit_created, quarantine
from omen_cli.archive.deliveries import remove_message_drafts
from omen_cli.archive.documents import decode, ids_of
from omen_cli.archive.entries import entry_of, key_of
from omen_cli.archive.failures import FileDamaged, reason_of
from omen_cli.archive.files import fsync_file, fsync_folder, link, read_file, unlink
from omen_cli.archive.index import write_shard
from omen_cli.archive.layout import month_of
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.removal import finish_pruning
from omen_cli.archive.repair import known_entries, rebuild_all
from omen_cli.model.canonical import load_strict
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import Entry


def reconcile(change: Change) -> None:
    """Finish or undo what `.pending` names; without one there is nothing to do, at next to no cost.

    Raises:
        FileDamaged: nothing could be audited; nothing was changed.
    """
    require_appendable(change.layout.audit_dir)
    try:
        raw = read_file(change.layout.pending)
    except FileDamaged as error:
        quarantine(change, change.layout.pending, "pending", f"in the place of .pending: {error.reason}")
        return
    if raw is None:
        return
    ids = ids_of(raw)
    if ids is None:
        _finish_snapshot(change, raw)
    else:
        _remake_entries(change, ids)
    unlink(change.layout.pending)


def _remake_entries(change: Change, ids: tuple[str, ...]) -> None:
    """Make the entries of the ids anew; those that were to be pruned are, as far as the audit says so."""
    _make_pending_durable(change)
    finish_pruning(change, ids)
    for snapshot_id in ids:
        remove_message_drafts(change.layout, snapshot_id)
    months = {month_of(found.as_of_date) for text in ids if (found := parse_snapshot_id(text))}
    rebuild_all(change, sorted(months), "a change of its entries was not finished")


def _finish_snapshot(change: Change, raw: bytes) -> None:
    """Commit the snapshot in `.pending` under its own id, each step once; what is not whole is left to be undone."""
    try:
        entry = entry_of(decode(raw, change.layout.store_id), raw)
    except ValueError as error:
        _keep_foreign(change, raw, error)
        return
    known = known_entries(change, month_of(entry.as_of_date), beside=entry.id)
    rival = _rival(change, entry, raw, known)
    if rival:
        _set_aside(change, entry, raw, rival)
        return
    _make_durable(change, entry)
    _audit_once(change, entry)
    if all(other.id != entry.id for other in known):
        known = (*known, entry)
    write_shard(change.layout, month_of(entry.as_of_date), known)


def _keep_foreign(change: Change, raw: bytes, error: ValueError) -> None:
    """Quarantine a `.pending` that is whole JSON, yet no snapshot of this archive; a torn one is left to be undone."""
    try:
        load_strict(raw)
    except ValueError:
        return
    quarantine(change, change.layout.pending, "pending.json", f"in .pending: {reason_of(error)}")


def _rival(change: Change, entry: Entry, raw: bytes, known: tuple[Entry, ...]) -> str | None:
    """Return why the snapshot must not be committed: its name or its version is another's; None when it may."""
    for other in known:
        if key_of(other) == key_of(entry) and other.id != entry.id:
            return f"version {entry.version} of its key is {other.id}"
    if _bytes_at_name(change, entry) not in (None, raw):
        return "another file has its name"
    return None


def _set_aside(change: Change, entry: Entry, raw: bytes, reason: str) -> None:
    """Quarantine the snapshot wherever it stands: under its name, too, when that was given to it."""
    path = change.layout.snapshot(entry.id)
    is_named = _bytes_at_name(change, entry) == raw
    quarantine(change, path if is_named else change.layout.pending, path.name, reason)


def _bytes_at_name(change: Change, entry: Entry) -> bytes | None:
    try:
        return read_file(change.layout.snapshot(entry.id))
    except FileDamaged:
        return b""


def _make_durable(change: Change, entry: Entry) -> None:
    layout = change.layout
    _make_pending_durable(change)
    link(layout.pending, layout.snapshot(entry.id))
    for folder in (layout.root, layout.snapshots, layout.data):
        fsync_folder(folder)


def _make_pending_durable(change: Change) -> None:
    """Fsync first what the process that wrote it may not have: nothing is built on less."""
    layout = change.layout
    fsync_file(layout.pending)
    fsync_folder(layout.root)


def _audit_once(change: Change, entry: Entry) -> None:
    ledger = read_ledger(change.layout.audit_dir)
    if entry.id in ledger.created and not ledger.is_settled(entry.id):
        settle_audit(change.layout.audit_dir)
    else:
        audit_created(replace(change, by=entry.created_by), entry, free=None)
