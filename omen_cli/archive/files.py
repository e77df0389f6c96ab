"""The system calls by which the archive touches files: the one place in which faults are injected.

Nothing here follows a symlink, waits on a FIFO or reads without a bound. OSErrors leave as errors of omen's;
FileDamaged says that what stands at a path is not a file that omen writes.
"""
# size: one place for the system calls that have to last, so that a fault can be injected at each

import os
import stat
from contextlib import suppress
from errno import ELOOP, ENOSPC, ENXIO
from pathlib import Path

from omen_cli.archive.failures import LINKED, MAX_BYTES, TOO_LARGE, FileDamaged, explained

FOLDER_MODE = 0o700
FILE_MODE = 0o600
SAFELY = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK_BYTES = 1024 * 1024


def lstat(path: Path) -> os.stat_result | None:
    """Return what stands at `path` itself, symlinks unfollowed; None when nothing does."""
    with explained("look at", path):
        try:
            return path.lstat()
        except FileNotFoundError:
            return None


def names(folder: Path) -> tuple[str, ...]:
    """Return the names in `folder`, sorted; none when it is absent."""
    with explained("list", folder):
        try:
            with os.scandir(folder) as found:
                return tuple(sorted([item.name for item in found]))
        except FileNotFoundError:
            return ()


def read_file(path: Path, *, last_bytes: int | None = None) -> bytes | None:
    """Return the bytes of the file, or only its `last_bytes`; None when it is absent.

    Raises:
        FileDamaged: a symlink, a folder, a FIFO, a device, or over 64 MiB.
    """
    with explained("read", path):
        try:
            descriptor = open_regular(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            raw = _read(descriptor, last_bytes)
        finally:
            os.close(descriptor)
    if len(raw) > MAX_BYTES:
        raise FileDamaged(path, TOO_LARGE)
    return raw


def write_new(path: Path, raw: bytes) -> None:
    """Make a file that was not there, mode 0600, and fsync it; a failure leaves nothing at `path`."""
    with explained("write", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY, FILE_MODE)
        try:
            write_all(descriptor, raw)
            os.fsync(descriptor)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
        finally:
            os.close(descriptor)


def append(path: Path, raw: bytes) -> None:
    """Append `raw` in one write, and fsync it; the name of an empty file is made durable before its first byte.

    Raises:
        FileDamaged: no regular file; one that has a second name, where what is appended would stand, too; or one that
            nobody could read any more.
    """
    with explained("append to", path):
        descriptor = open_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            found = os.fstat(descriptor)
            if found.st_nlink > 1:
                raise FileDamaged(path, LINKED, hint="omen verify --repair puts a copy in its place")
            if found.st_size + len(raw) > MAX_BYTES:
                raise FileDamaged(path, TOO_LARGE)
            if found.st_size == 0:
                fsync_folder(path.parent)
            if os.write(descriptor, raw) != len(raw):
                raise OSError(ENOSPC, "only a part was written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Make the bytes of a file durable, whoever wrote them."""
    with explained("fsync", path):
        descriptor = open_regular(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    with explained("fsync", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def link(source: Path, target: Path) -> bool:
    """Give the file at `source` a second name; False, and nothing done, when `target` is taken."""
    with explained("link", target):
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            return False
        return True


def rename(source: Path, target: Path) -> None:
    """Rename, replacing what stands at `target`; a symlink is moved itself."""
    with explained("rename", source):
        source.rename(target)


def unlink(path: Path) -> None:
    """Remove a name, if it is there."""
    with explained("remove", path):
        path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Remove an empty folder."""
    with explained("remove", path):
        path.rmdir()


def make_folder(path: Path) -> None:
    """Make a folder, mode 0700, and make its name durable; whoever was first, it is durable when this returns."""
    with explained("make", path):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    fsync_folder(path.parent)


def make_private(folder: Path) -> None:
    """Take every right to a folder of ours from the group and from others."""
    with explained("change the mode of", folder):
        folder.chmod(FOLDER_MODE)


def free_space(path: Path) -> os.statvfs_result:
    """Return what is free on the file system of `path`, which exists."""
    with explained("measure", path):
        return os.statvfs(path)


def open_regular(path: Path, flags: int) -> int:
    """Return the descriptor of a regular file, made when `flags` say so.

    Raises:
        FileDamaged: something else stands there.
    """
    try:
        descriptor = os.open(path, flags | SAFELY, FILE_MODE)
    except OSError as error:
        if error.errno in (ELOOP, ENXIO):
            raise FileDamaged(path, "is a symlink or a socket, not a regular file") from error
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise FileDamaged(path, "not a regular file")


def _read(descriptor: int, last_bytes: int | None) -> bytes:
    size_bytes = os.fstat(descriptor).st_size
    if last_bytes is not None and size_bytes > last_bytes:
        os.lseek(descriptor, size_bytes - last_bytes, os.SEEK_SET)
    parts: list[bytes] = []
    room = MAX_BYTES + 1
    while room > 0 and (part := os.read(descriptor, min(_CHUNK_BYTES, room))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def write_all(descriptor: int, raw: bytes) -> None:
    """Write every byte, in as many calls as the system needs."""
    rest = memoryview(raw)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
