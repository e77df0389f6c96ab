"""The locks: one flock a file, which the kernel frees when its holder dies; the only user of filelock.

They are taken in this order, and only in it: `data/.run.lock`, `locks/<timeframe>.lock`, `.send.lock`, `.lock`,
`data/.lock`. `data/.alerts.lock` is taken when all others are free.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path

from filelock import FileLock, Timeout

from omen_cli.archive.failures import explained
from omen_cli.archive.files import FILE_MODE, lstat
from omen_cli.errors import ArchiveDamaged, Busy

_POLL_S = 0.01
_KERNELS_LIST = Path("/proc/locks")
_MAX_LIST_BYTES = 1024 * 1024


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock at `path`, whose folder exists, for the time of the block.

    Raises:
        Busy: another process has held it for `wait_s` seconds.
        ArchiveDamaged: what stands there is not a lock file of omen's.
    """
    if not (isfinite(wait_s) and wait_s >= 0):
        raise ValueError(f"not a finite time to wait: {wait_s}")
    lock = _file_lock(path, wait_s)
    with explained("lock", path):
        try:
            lock.acquire()
        except Timeout as error:
            raise _busy(path, wait_s) from error
    try:
        yield
    finally:
        with explained("unlock", path):
            lock.release()


def require_lock_file(path: Path) -> None:
    """Refuse what is no lock file of omen's; nothing there is fine: it is made.

    Raises:
        ArchiveDamaged: a symlink, a folder, a device.
    """
    found = lstat(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise ArchiveDamaged(f"{path}: not a lock file (a symlink or something else stands there)", hint="move it away")


def holder_of(path: Path) -> str | None:
    """Return who holds a lock, as `process 1234` or `another process`; None when nobody does, or it is not there.

    To find out, a lock that is free is shared with others for the time of two system calls; its file is never made.

    Raises:
        ArchiveDamaged: what stands there is not a lock file of omen's, or cannot be opened.
    """
    require_lock_file(path)
    if lstat(path) is None:
        return None
    with explained("look at", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _listed_holder(os.fstat(descriptor).st_ino)
        finally:
            os.close(descriptor)
    return None


def _listed_holder(inode: int) -> str:
    """Return the process that the kernel's list of locks names for a file that is locked, if it names one."""
    with suppress(OSError, ValueError), _KERNELS_LIST.open("rb") as file:
        for line in file.read(_MAX_LIST_BYTES).decode("ascii", "replace").splitlines():
            words = line.split()  # 1: FLOCK ADVISORY WRITE 1234 fe:00:5678 0 EOF
            if words[1:2] == ["FLOCK"] and len(words) > 5 and int(words[5].rpartition(":")[2]) == inode:
                return f"process {words[4]}" if int(words[4]) > 0 else "another process"
    return "another process"


def _file_lock(path: Path, wait_s: float) -> FileLock:
    require_lock_file(path)
    return FileLock(
        path,
        timeout=wait_s,
        mode=FILE_MODE,
        poll_interval=_POLL_S,
        fallback_to_soft=False,
        preserve_lock_file=True,
    )


def _busy(path: Path, wait_s: float) -> Busy:
    return Busy(
        f"{path}: another omen has held this lock for {wait_s:g} s",
        hint="try again, or wait longer with --lock-wait",
        lock=str(path),
        waited_s=wait_s,
    )
