"""The disk guard: nothing is begun on a disk that is nearly full; what the guard saw is audited beside the archive."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from omen_cli.archive.audit import append_event
from omen_cli.archive.change import Change
from omen_cli.archive.files import free_space, lstat, make_folder
from omen_cli.archive.lock import locked
from omen_cli.errors import InsufficientStorage, OmenError

WARN_FREE_INODES = 1_000
MIN_FREE_INODES = 100
MIN_INODES_TO_MEND = 8  # .pending, the draft of a shard, a month of the audit, and a few for quarantine
RESERVE_BYTES = 16 * 1024  # what folders and an audit may grow by
_MAX_AUDIT_WAIT_S = 1.0
_GB = 1024**3  # as in stores.yaml


@dataclass(frozen=True)
class DiskLimits:
    """Below `warn_free_bytes` the workflow alerts, below `min_free_bytes` nothing is written."""

    warn_free_bytes: int
    min_free_bytes: int


@dataclass(frozen=True)
class FreeSpace:
    """What a file system had left; `free_inodes` is None where inodes have no limit."""

    free_bytes: int
    free_inodes: int | None
    is_low: bool = False

    def __str__(self) -> str:
        return _said(self.free_bytes, "unlimited" if self.free_inodes is None else str(self.free_inodes))

    def has(self, needed_bytes: int, needed_inodes: int) -> bool:
        """Tell whether so much is free."""
        has_inodes = self.free_inodes is None or self.free_inodes >= needed_inodes
        return has_inodes and self.free_bytes >= needed_bytes


def check_disk(path: Path, limits: DiskLimits) -> FreeSpace:
    """Return what is free where `path` is, or will be; it is low below `warn_free_bytes`, or below 1,000 inodes.

    Raises:
        InsufficientStorage: under `min_free_bytes`, or under 100 inodes where they have a limit.
    """
    hint = "free some space, or lower disk.min_free_gb; nothing was written"
    found = _require(path, limits.min_free_bytes, MIN_FREE_INODES, hint)
    return replace(found, is_low=not found.has(limits.warn_free_bytes, WARN_FREE_INODES))


def require_room(change: Change, limits: DiskLimits, wait_s: float) -> FreeSpace:
    """Return what is free where the archive is, or will be; a refusal is audited in `data/audit`.

    Until `data` has its own files, its file system is looked at, too: an archive may lie on another one.
    """
    with _refusal_audited(change, wait_s):
        if lstat(change.layout.format_file) is None:
            check_disk(change.layout.data, limits)
        return check_disk(change.layout.root, limits)


def require_room_for(change: Change, needed_bytes: int, wait_s: float) -> FreeSpace:
    """Return what is free for a change that frees or mends, and so has to work where no snapshot may be written.

    Args:
        change: the change; a refusal is audited in `data/audit`.
        needed_bytes: what it may write before it has freed anything.
        wait_s: how long that audit may wait for its lock; never more than a second.

    Raises:
        InsufficientStorage: less than that and a small reserve are free, or fewer than 8 inodes.
    """
    hint = "free some space on that disk, outside the archive; nothing was written"
    with _refusal_audited(change, wait_s):
        return _require(change.layout.root, needed_bytes + RESERVE_BYTES, MIN_INODES_TO_MEND, hint)


def note_low(change: Change, found: FreeSpace, limits: DiskLimits, wait_s: float) -> None:
    """Audit in `data/audit` that the disk runs low, if it does, best effort; call it when no lock is held."""
    if found.is_low:
        details = {"freeBytes": found.free_bytes, "freeInodes": found.free_inodes}
        _audit(change, "disk.low", details | {"warnFreeBytes": limits.warn_free_bytes}, wait_s)


@contextmanager
def _refusal_audited(change: Change, wait_s: float) -> Iterator[None]:
    try:
        yield
    except InsufficientStorage as error:
        found = {"freeBytes": error.details.get("free_bytes"), "freeInodes": error.details.get("free_inodes")}
        least = {"minFreeBytes": error.details.get("min_free_bytes")}
        _audit(change, "disk.refused", {"reason": error.message, **found, **least}, wait_s)
        raise


def _require(path: Path, min_bytes: int, min_inodes: int, hint: str) -> FreeSpace:
    while lstat(path) is None:
        path = path.parent
    measured = free_space(path)
    inodes = measured.f_favail if measured.f_files else None
    found = FreeSpace(measured.f_bavail * measured.f_frsize, inodes)
    if found.has(min_bytes, min_inodes):
        return found
    raise InsufficientStorage(
        f"{path}: {found} free, {_said(min_bytes, str(min_inodes))} are needed",
        hint=hint,
        free_bytes=found.free_bytes,
        free_inodes=inodes,
        min_free_bytes=min_bytes,
    )


def _audit(change: Change, event: str, details: Mapping[str, object], wait_s: float) -> None:
    """Audit in `data/audit` what the guard saw; best effort, and never instead of what it decided."""
    layout = change.layout
    with suppress(OmenError):
        if lstat(layout.data) is not None:
            with locked(layout.data_lock, min(wait_s, _MAX_AUDIT_WAIT_S)):
                make_folder(layout.data_audit)
                about = {"storeId": layout.store_id, **details}
                append_event(layout.data_audit, at=change.at, by=change.by, event=event, details=about)


def _said(size_bytes: int, inodes: str) -> str:
    size = f"{size_bytes / _GB:.2f} GB" if size_bytes >= _GB / 100 else f"{size_bytes:,} bytes"
    return f"{size} and {inodes} inodes"
