"""The disk guard: nothing is begun on a disk that is nearly full; what the guard saw is audited beside the archive."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import append_event
from omen_cli.archive.change import Change
from omen_cli.archive.disk import DiskLimits, FreeSpace, check_disk, measured, require
from omen_cli.archive.files import lstat, make_folder
from omen_cli.archive.lock import locked
from omen_cli.errors import InsufficientStorage, OmenError

MIN_INODES_TO_MEND = 8  # .pending, the draft of a shard, a month of the audit, and a few for quarantine
RESERVE_BYTES = 16 * 1024  # what folders and an audit may grow by
_MAX_AUDIT_WAIT_S = 1.0


def require_room(change: Change, limits: DiskLimits, wait_s: float) -> FreeSpace:
    """Return what is free where the archive is, or will be; a refusal is audited in `data/audit`.

    Until `data` has its own files, its file system is looked at, too: an archive may lie on another one.
    """
    with _refusal_audited(change, wait_s):
        if lstat(change.layout.format_file) is None:
            check_disk(change.layout.data, limits)
        return check_disk(change.layout.root, limits)


def require_room_for(change: Change, needed_bytes: int, limits: DiskLimits, wait_s: float) -> FreeSpace:
    """Return what is free for a change that frees or mends, and so has to work where no snapshot may be written.

    Args:
        change: the change; a refusal is audited in `data/audit`.
        needed_bytes: what it may write before it has freed anything.
        limits: only what counts as low is taken from them.
        wait_s: how long that audit may wait for its lock; never more than a second.

    Raises:
        InsufficientStorage: less than that and a small reserve are free, or fewer than 8 inodes.
    """
    hint = "free some space on that disk, outside the archive; nothing was written"
    root = change.layout.root
    with _refusal_audited(change, wait_s):
        return require(root, measured(root, limits), needed_bytes + RESERVE_BYTES, MIN_INODES_TO_MEND, hint)


def note_low(change: Change, found: FreeSpace, limits: DiskLimits, wait_s: float) -> FreeSpace:
    """Audit in `data/audit` that the disk runs low, if it does, best effort; call it when no lock is held.

    Return what was found, with why it could not be audited.
    """
    if not found.is_low:
        return found
    details = {"freeBytes": found.free_bytes, "freeInodes": found.free_inodes}
    unrecorded = _audit(change, "disk.low", details | {"warnFreeBytes": limits.warn_free_bytes}, wait_s)
    return replace(found, unrecorded=unrecorded)


def warn_if_low(archive: Archive, change: Change, limits: DiskLimits, wait_s: float) -> None:
    """Look at the disk after a change that frees or mends: audit that it runs low, and let the archive warn of it."""
    with suppress(OmenError):  # the change is made, whatever the disk says now
        found = note_low(change, measured(change.layout.root, limits), limits, wait_s)
        if found.is_low:
            archive.warn(f"{found.warning}; free some space in time")


@contextmanager
def _refusal_audited(change: Change, wait_s: float) -> Iterator[None]:
    try:
        yield
    except InsufficientStorage as error:
        found = {"freeBytes": error.details.get("free_bytes"), "freeInodes": error.details.get("free_inodes")}
        least = {"minFreeBytes": error.details.get("min_free_bytes")}
        unrecorded = _audit(change, "disk.refused", {"reason": error.message, **found, **least}, wait_s)
        if unrecorded:
            error.hint = f"{error.hint}; data/audit does not tell of it: {unrecorded}"
        raise


def _audit(change: Change, event: str, details: Mapping[str, object], wait_s: float) -> str:
    """Audit in `data/audit` what the guard saw, best effort, and never instead of what it decided.

    Return why it could not be recorded, "" when it was, or when there is no `data` yet.
    """
    layout = change.layout
    try:
        if lstat(layout.data) is not None:
            with locked(layout.data_lock, min(wait_s, _MAX_AUDIT_WAIT_S)):
                make_folder(layout.data_audit)
                about = {"storeId": layout.store_id, **details}
                append_event(layout.data_audit, at=change.at, by=change.by, event=event, details=about)
    except OmenError as error:
        return error.message
    return ""
