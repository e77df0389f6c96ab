"""The files of the old tree, opened for reading only: what they hold, and their hashes, one file at a time."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from omen_cli.errors import ArchiveDamaged, NotFound

MAX_READ = 64 * 1024 * 1024
_SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the old tree: its path in it, and whether a regular file stands there."""

    path: str
    is_file: bool
    size_bytes: int


def require_tree(root: Path) -> None:
    """Refuse what is no folder.

    Raises:
        NotFound: nothing, or something else, stands there.
    """
    if not is_folder(root):
        raise NotFound(f"{root}: there is no such folder", hint="name the old data/snapshots with --from DIR")


def is_folder(path: Path) -> bool:
    """Tell whether a folder, or a symlink to one, stands there."""
    with _explained(path):
        try:
            return stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False


def is_one_folder(path: Path, other: Path) -> bool:
    """Tell whether two paths lead to one folder."""
    with _explained(path):
        return is_folder(path) and is_folder(other) and path.samefile(other)


def kind_at(path: Path) -> Literal["none", "file", "other"]:
    """Tell what stands at a path itself: nothing, a regular file, or something else."""
    with _explained(path):
        try:
            return "file" if stat.S_ISREG(path.lstat().st_mode) else "other"
        except FileNotFoundError:
            return "none"


def find_files(root: Path, is_ours: Callable[[str], bool]) -> tuple[Found, ...]:
    """Return everything below the old tree that is no folder, by path; symlinks are not followed.

    Args:
        root: the folder.
        is_ours: tells of a path in it, of a file or a folder, whether it is none of the old system's.
    """
    return tuple(sorted(_below(root, "", is_ours), key=lambda one: one.path))


def _below(root: Path, prefix: str, is_ours: Callable[[str], bool]) -> Iterator[Found]:
    folders: list[str] = []
    with _explained(root / prefix), os.scandir(root / prefix) as listed:
        for one in listed:
            path = f"{prefix}{one.name}"
            if is_ours(path):
                continue
            if one.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                found = one.stat(follow_symlinks=False)
                yield Found(path, stat.S_ISREG(found.st_mode), found.st_size)
    for path in folders:
        yield from _below(root, f"{path}/", is_ours)


def printable(path: str) -> str:
    """Return a path as text that UTF-8 can say; bytes that are none are written in hex."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def read_old(path: Path, most_bytes: int = MAX_READ) -> bytes | None:
    """Return the bytes of an old file; None when it is no regular file, or larger than that.

    Raises:
        ArchiveDamaged: it cannot be read, or is gone.
    """
    with _opened(path) as descriptor:
        if descriptor is None or os.fstat(descriptor).st_size > most_bytes:
            return None
        raw = b"".join(_chunks(descriptor, most_bytes + 1))
    return raw if len(raw) <= most_bytes else None


def hash_old(path: Path) -> str:
    """Return the SHA-256 of an old file, whatever its size; "" when it is no regular file.

    Raises:
        ArchiveDamaged: it cannot be read, or is gone.
    """
    digest = sha256()
    with _opened(path) as descriptor:
        if descriptor is None:
            return ""
        for part in _chunks(descriptor):
            digest.update(part)
    return digest.hexdigest()


def _chunks(descriptor: int, room: int | None = None) -> Iterator[bytes]:
    while (room is None or room > 0) and (part := os.read(descriptor, min(_CHUNK_BYTES, room or _CHUNK_BYTES))):
        room = None if room is None else room - len(part)
        yield part


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    with _explained(path):
        if not stat.S_ISREG(path.lstat().st_mode):
            yield None
            return
        descriptor = os.open(path, _SAFELY)
        try:
            yield descriptor if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
        finally:
            os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        shown = printable(str(path))
        raise ArchiveDamaged(
            f"{shown}: cannot be read ({error.strerror})",
            hint="give this user the right to read the whole old archive, and let nothing write to it meanwhile",
        ) from error
