"""The disk guard: nothing is begun on a disk that is nearly full."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.audit import append_event
from omen_cli.archive.change import Change
from omen_cli.archive.files import free_space, lstat, make_folder
from omen_cli.archive.lock import locked
from omen_cli.errors import InsufficientStorage, OmenError

MIN_FREE_INODES = 100
_MAX_AUDIT_WAIT_S = 1.0
_GB = 1024**3  # as in stores.yaml


@dataclass(frozen=True)
class DiskLimits:
    """Below `warn_free_bytes` the workflow alerts, below `min_free_bytes` nothing is written."""

    warn_free_bytes: int
    min_free_bytes: int


@dataclass(frozen=True)
class FreeSpace:
    """What the archive's file system had left; `free_inodes` is None where inodes have no limit."""

    free_bytes: int
    free_inodes: int | None
    is_low: bool


def check_disk(path: Path, limits: DiskLimits) -> FreeSpace:
    """Return what is free where `path` is, or will be.

    Raises:
        InsufficientStorage: under `min_free_bytes`, or under 100 inodes where they have a limit.
    """
    while lstat(path) is None:
        path = path.parent
    found = free_space(path)
    free_bytes = found.f_bavail * found.f_frsize
    free_inodes = found.f_favail if found.f_files else None
    if free_bytes < limits.min_free_bytes or (free_inodes is not None and free_inodes < MIN_FREE_INODES):
        raise InsufficientStorage(
            f"{path}: {free_bytes / _GB:.2f} GB and {_count(free_inodes)} inodes free, "
            f"{limits.min_free_bytes / _GB:.2f} GB and {MIN_FREE_INODES} inodes are needed",
            hint="free some space, or lower disk.min_free_gb; nothing was written",
            free_bytes=free_bytes,
            free_inodes=free_inodes,
            min_free_bytes=limits.min_free_bytes,
        )
    return FreeSpace(free_bytes, free_inodes, is_low=free_bytes < limits.warn_free_bytes)


def require_room(change: Change, limits: DiskLimits, wait_s: float) -> FreeSpace:
    """Return what is free where the archive is, or will be; a refusal is audited in `data/audit`."""
    try:
        return check_disk(change.layout.root, limits)
    except InsufficientStorage as error:
        _audit_refusal(change, error, min(wait_s, _MAX_AUDIT_WAIT_S))
        raise


def _audit_refusal(change: Change, refusal: InsufficientStorage, wait_s: float) -> None:
    """Audit in `data/audit` that the disk was too full; best effort, and never instead of the refusal."""
    layout = change.layout
    details = {
        "storeId": layout.store_id,
        "reason": refusal.message,
        "freeBytes": refusal.details.get("free_bytes"),
        "freeInodes": refusal.details.get("free_inodes"),
        "minFreeBytes": refusal.details.get("min_free_bytes"),
    }
    with suppress(OmenError):
        if lstat(layout.data) is not None:
            with locked(layout.data_lock, wait_s):
                make_folder(layout.data_audit)
                append_event(layout.data_audit, at=change.at, by=change.by, event="disk.refused", details=details)


def _count(inodes: int | None) -> str:
    return "unlimited" if inodes is None else str(inodes)
