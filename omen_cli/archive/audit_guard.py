"""Whether an audit can be appended to at all, and what puts it right: asked before a command writes its first byte."""

import stat
from pathlib import Path

from omen_cli.archive.audit import audit_files
from omen_cli.archive.failures import LINKED, MAX_BYTES, TOO_LARGE, FileDamaged
from omen_cli.archive.files import fsync_folder, lstat, read_file, rename, unlink, write_new

_ROOM_BYTES = 1024 * 1024


def require_appendable(folder: Path) -> None:
    """Refuse, before anything is written, where the next event could not be appended.

    Raises:
        FileDamaged: the newest file is none of omen's, all but too large to be read, or has a second name.
    """
    for path in audit_files(folder)[-1:]:
        found = lstat(path)
        if found and not stat.S_ISREG(found.st_mode):
            raise FileDamaged(path, "not a regular file")
        if found and found.st_size > MAX_BYTES - _ROOM_BYTES:
            raise FileDamaged(path, TOO_LARGE)
        if found and found.st_nlink > 1:
            raise FileDamaged(path, LINKED, hint="omen verify --repair puts a copy in its place")


def linked_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that have a second name: what is appended to one would stand there, too."""
    found = ((path, lstat(path)) for path in audit_files(folder))
    return tuple(path for path, one in found if one and stat.S_ISREG(one.st_mode) and one.st_nlink > 1)


def unlink_from_others(folder: Path, draft: Path) -> None:
    """Put a copy in the place of each file that has a second name; `draft` lies on the same file system."""
    for path in linked_files(folder):
        raw = read_file(path) or b""
        unlink(draft)
        write_new(draft, raw)
        rename(draft, path)
        fsync_folder(draft.parent)
        fsync_folder(folder)
