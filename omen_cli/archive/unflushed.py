"""The system calls for what may be lost in a power cut: the log, and what alerts remember. Nothing is made durable."""

import os
from errno import ENOSPC
from pathlib import Path

from omen_cli.archive.failures import LINKED, FileDamaged, explained
from omen_cli.archive.files import FILE_MODE, FOLDER_MODE, SAFELY, open_regular, rename, unlink, write_all


def append_unflushed(path: Path, raw: bytes) -> None:
    """Append `raw` in one write, behind a newline where a line before was torn; nothing is made durable.

    Raises:
        FileDamaged: no regular file, or one that has a second name.
    """
    with explained("append to", path):
        descriptor = open_regular(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            found = os.fstat(descriptor)
            if found.st_nlink != 1:
                raise FileDamaged(path, LINKED)
            is_torn = found.st_size > 0 and os.pread(descriptor, 1, found.st_size - 1) != b"\n"
            whole = (b"\n" if is_torn else b"") + raw
            if os.write(descriptor, whole) != len(whole):
                raise OSError(ENOSPC, "only a part was written")
        finally:
            os.close(descriptor)


def replace_unflushed(path: Path, raw: bytes, draft: Path) -> None:
    """Put `raw` in the place of what stands at `path`, at once for whoever reads; a power cut may leave it empty."""
    unlink(draft)
    with explained("write", path):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY, FILE_MODE)
        try:
            write_all(descriptor, raw)
        finally:
            os.close(descriptor)
    rename(draft, path)


def make_folder_unflushed(path: Path) -> None:
    """Make a folder, mode 0700, if it is not there; a power cut may take it away again."""
    with explained("make", path):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
