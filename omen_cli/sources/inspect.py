"""One pass over the bytes of an export: its hash, and whether it is what a text export can be.

What is refused here would make a CSV reader guess: NUL bytes, text that is not UTF-8, lines without an end.
"""

import codecs
import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text

CHUNK_BYTES = 1 << 20
_BLANK = "\ufeff \t\r\n"


@dataclass(frozen=True)
class Inspected:
    """What the pass found; `modified_ns` only serves to notice a file that changes while it is read.

    `first_character` is the text's first that is not blank, empty for what is not text.
    """

    size_bytes: int
    modified_ns: int
    sha256: str
    first_character: str


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
    try:
        with os.fdopen(_open_nonblocking(path), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceInvalid(f"{name}: not a regular file", hint="name the export file itself")
            digest, first = _read_plain(file, name, is_text=is_text and not is_gzip, one_line=one_line)
        if is_gzip:
            with gzip.open(path, "rb") as text:
                first = _check_text(_chunks(text), name, one_line=one_line)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceInvalid(
            f"{name}: cannot be read: {reason}", hint="export it again, or mend its permissions"
        ) from error
    if status.st_size == 0:
        raise SourceInvalid(f"{name}: the file is empty", hint="export it again")
    return Inspected(status.st_size, status.st_mtime_ns, digest, first)


def _open_nonblocking(path: Path) -> int:
    """Open without waiting for a FIFO's other end."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def _read_plain(file: BinaryIO, name: str, *, is_text: bool, one_line: bool) -> tuple[str, str]:
    digest = sha256()
    chunks = _hashed(_chunks(file), digest.update)
    first = _check_text(chunks, name, one_line=one_line) if is_text else ""
    for _ in chunks:
        pass
    return digest.hexdigest(), first


def _chunks(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _hashed(chunks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _check_text(chunks: Iterator[bytes], name: str, *, one_line: bool) -> str:
    """Return the first character that is not blank; read all the chunks unless one is not text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    first = ""
    for chunk in chunks:
        if b"\0" in chunk:
            raise SourceInvalid(f"{name}: binary data near line {line}, not text", hint="export it again as UTF-8 text")
        if len(chunk) == CHUNK_BYTES and not one_line and b"\n" not in chunk and b"\r" not in chunk:
            raise SourceInvalid(f"{name}: line {line} is longer than 1 MiB: not a table", hint="export it again")
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            line += chunk.count(b"\n", 0, error.start)
            raise SourceInvalid(f"{name}: not UTF-8 near line {line}", hint="export it again as UTF-8") from error
        first = first or text.lstrip(_BLANK)[:1]
        line += chunk.count(b"\n")
    if not first:
        raise SourceInvalid(f"{name}: the file is empty", hint="export it again")
    return first
