"""One pass over the bytes of an export: its hash, and whether it is what a text export can be.

What is refused here would make a CSV reader guess: NUL bytes, text that is not UTF-8, lines without an end.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.sources.text_check import TextCheck

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Inspected:
    """What the pass found; `modified_ns` only serves to notice a file that changes while it is read.

    `first_character` is the text's first that is not blank, `lines` its physical lines; empty and 0 for what is not
    text.
    """

    size_bytes: int
    modified_ns: int
    sha256: str
    first_character: str
    lines: int


def inspect_bytes(path: Path, *, is_text: bool, is_gzip: bool, one_line: bool) -> Inspected:
    """Read the file once.

    Args:
        path: the export; must be a regular file (a link to one will do).
        is_text: check that it is UTF-8 text without NUL, not blank.
        is_gzip: the text is compressed; the hash is of the file as it lies there.
        one_line: a line may be as long as the file (JSON).

    Raises:
        SourceInvalid: it cannot be read, is empty, or is not text.
    """
    name = safe_text(path.name)
    text = TextCheck(name, one_line=one_line)
    digest = sha256()
    with _reading(name):
        status = _feed_file(path, digest.update, text.feed if is_text and not is_gzip else None)
        if is_gzip:
            with gzip.open(path, "rb") as unpacked:
                _feed(unpacked, text.feed)
    if status.st_size == 0:
        raise SourceInvalid(f"{name}: the file is empty", hint="export it again")
    if is_text:
        text.finish()
    return Inspected(status.st_size, status.st_mtime_ns, digest.hexdigest(), text.first_character, text.lines)


def hash_bytes(path: Path) -> tuple[int, str]:
    """Return the size and the SHA-256 of a file, whatever is in it.

    Raises:
        SourceInvalid: it cannot be read, or is not a regular file.
    """
    digest = sha256()
    with _reading(safe_text(path.name)):
        status = _feed_file(path, digest.update)
    return status.st_size, digest.hexdigest()


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Say of whatever goes wrong in a `with` that the file cannot be read."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceInvalid(
            f"{name}: cannot be read: {reason}", hint="export it again, or mend its permissions"
        ) from error


def _feed_file(path: Path, *takers: Callable[[bytes], None] | None) -> os.stat_result:
    """Feed the file's bytes as they lie there; return its status from before."""
    with os.fdopen(_open_nonblocking(path), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SourceInvalid(f"{safe_text(path.name)}: not a regular file", hint="name the export file itself")
        _feed(file, *takers)
    return status


def _open_nonblocking(path: Path) -> int:
    """Open without waiting for a FIFO's other end."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def _feed(file: BinaryIO | gzip.GzipFile, *takers: Callable[[bytes], None] | None) -> None:
    for chunk in _chunks(file):
        for take in takers:
            if take is not None:
                take(chunk)


def _chunks(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
