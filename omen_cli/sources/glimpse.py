"""A glimpse of an export, for a doctor: what can be told of it by its beginning, however large it is."""

import gzip
import os
import stat
import zlib
from codecs import getincrementaldecoder
from dataclasses import dataclass
from datetime import UTC, datetime

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceSpec
from omen_cli.sources.csv_header import read_header
from omen_cli.sources.find import FoundFile
from omen_cli.sources.plan import refuse_other_kind

_BEGINNING_BYTES = 64 * 1024
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class Glimpse:
    """The size of the file, when it was changed last (UTC), and how many columns its header names; 0 without one."""

    size_bytes: int
    modified_at: datetime
    columns: int


def glimpse(found: FoundFile, spec: SourceSpec) -> Glimpse:
    """Look at the beginning of a file of a source.

    Raises:
        SourceInvalid: it cannot be read, is empty, or does not begin as a file of its kind does.
    """
    refuse_other_kind(found, spec)
    name = safe_text(found.path.name)
    try:
        status, raw = _beginning(found)
        if not raw:
            raise SourceInvalid(f"{name}: the file is empty", hint="export it again")
        _require_kind(name, found, raw)
        columns = len(read_header(found.path, is_gzip=found.is_gzip).names) if found.kind == "csv" else 0
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "export it again, or mend its permissions"
        raise SourceInvalid(f"{name}: cannot be read: {reason}", hint=hint) from error
    return Glimpse(status.st_size, changed_at(status.st_mtime), columns)


def changed_at(seconds: float) -> datetime:
    """Return the time of a file, in UTC; what no calendar has is the first or the last that one has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.min.replace(tzinfo=UTC) if seconds < 0 else datetime.max.replace(tzinfo=UTC)


def _beginning(found: FoundFile) -> tuple[os.stat_result, bytes]:
    """Return the file's status and its first bytes, unpacked; the other end of a FIFO is not waited for."""
    with os.fdopen(os.open(found.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SourceInvalid(f"{safe_text(found.path.name)}: not a regular file", hint="name the export file itself")
        if not found.is_gzip:
            return status, file.read(_BEGINNING_BYTES)
        with gzip.open(file, "rb") as unpacked:
            return status, unpacked.read(_BEGINNING_BYTES)


def _require_kind(name: str, found: FoundFile, raw: bytes) -> None:
    if found.kind == "parquet":
        if not raw.startswith(_PARQUET):
            raise SourceInvalid(f"{name}: is no Parquet file", hint="export it again")
        return
    if b"\0" in raw:
        raise SourceInvalid(f"{name}: holds NUL bytes: it is no text", hint="export it again, as UTF-8")
    text = getincrementaldecoder("utf-8-sig")().decode(raw)
    if found.kind in ("json", "jsonl") and text.lstrip()[:1] not in ("", "{", "["):
        raise SourceInvalid(f"{name}: does not begin as JSON does", hint="export it again")
