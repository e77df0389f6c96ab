"""What a disk has left, and whether that is enough."""

from dataclasses import dataclass, replace
from pathlib import Path

from omen_cli.archive.files import free_space, lstat
from omen_cli.errors import InsufficientStorage
from omen_cli.model.alarm import RUNS_LOW

WARN_FREE_INODES = 1_000
MIN_FREE_INODES = 100
_GB = 1024**3  # as in stores.yaml


@dataclass(frozen=True)
class DiskLimits:
    """Below `warn_free_bytes` the workflow alerts, below `min_free_bytes` nothing is written."""

    warn_free_bytes: int
    min_free_bytes: int


@dataclass(frozen=True)
class FreeSpace:
    """What a file system had left; `free_inodes` is None where inodes have no limit.

    `unrecorded` says why `data/audit` does not tell that it is low, "" when it does.
    """

    free_bytes: int
    free_inodes: int | None
    is_low: bool = False
    unrecorded: str = ""

    def __str__(self) -> str:
        return _said(self.free_bytes, "unlimited" if self.free_inodes is None else str(self.free_inodes))

    @property
    def warning(self) -> str:
        """Return what is to be said of a disk that is low."""
        told = f"; data/audit does not tell of it: {self.unrecorded}" if self.unrecorded else ""
        return f"{RUNS_LOW}: {self} are free{told}"

    def has(self, needed_bytes: int, needed_inodes: int) -> bool:
        """Tell whether so much is free."""
        has_inodes = self.free_inodes is None or self.free_inodes >= needed_inodes
        return has_inodes and self.free_bytes >= needed_bytes


def check_disk(path: Path, limits: DiskLimits) -> FreeSpace:
    """Return what is free where `path` is, or will be; it is low below `warn_free_bytes`, or below 1,000 inodes.

    Raises:
        InsufficientStorage: under `min_free_bytes`, or under 100 inodes where they have a limit.
    """
    found = measured(path, limits)
    hint = "free some space, or lower disk.min_free_gb; nothing was written"
    return require(path, found, limits.min_free_bytes, MIN_FREE_INODES, hint)


def measured(path: Path, limits: DiskLimits) -> FreeSpace:
    """Return what is free where `path` is, or will be, and whether that is little."""
    while lstat(path) is None:
        path = path.parent
    found = free_space(path)
    free = FreeSpace(found.f_bavail * found.f_frsize, found.f_favail if found.f_files else None)
    return replace(free, is_low=not free.has(limits.warn_free_bytes, WARN_FREE_INODES))


def require(path: Path, found: FreeSpace, min_bytes: int, min_inodes: int, hint: str) -> FreeSpace:
    """Return what was found free, when it is enough.

    Raises:
        InsufficientStorage: it is not.
    """
    if found.has(min_bytes, min_inodes):
        return found
    while lstat(path) is None:  # the message names the folder that was measured
        path = path.parent
    raise InsufficientStorage(
        f"{path}: {found} free, {_said(min_bytes, str(min_inodes))} are needed",
        hint=hint,
        free_bytes=found.free_bytes,
        free_inodes=found.free_inodes,
        min_free_bytes=min_bytes,
    )


def _said(size_bytes: int, inodes: str) -> str:
    size = f"{size_bytes / _GB:.2f} GB" if size_bytes >= _GB / 100 else f"{size_bytes:,} bytes"
    return f"{size} and {inodes} inodes"
