"""The audit: one line an event, only ever appended, each with the hash of the line before, across all months."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from omen_cli.archive.files import append, fsync_file, fsync_folder, names, read_file
from omen_cli.archive.layout import is_month
from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.delivery import State

CREATED = "snapshot.created"
PRUNED = "snapshot.pruned"
QUARANTINED = "snapshot.quarantined"
ACCEPTED = "loss.accepted"
REBUILT = "index.rebuilt"
REPAIRED = "archive.repaired"
MIGRATED = "archive.migrated"
MOVED = "legacy.moved"
TROUBLE = "run.trouble"
QUEUED = "delivery.queued"
SENDING = "delivery.sending"
SENT = "delivery.sent"
FAILED = "delivery.failed"
UNKNOWN = "delivery.unknown"
DELIVERY_EVENTS: Mapping[State, str] = MappingProxyType(
    {"queued": QUEUED, "sending": SENDING, "sent": SENT, "failed": FAILED, "unknown": UNKNOWN}
)
_TAIL_BYTES = 64 * 1024
_SUFFIX = ".jsonl"


@dataclass(frozen=True)
class Events:
    """The events of one file in their order, and how many of its lines are none (torn, damaged)."""

    events: tuple[dict[str, object], ...]
    skipped: int


@dataclass(frozen=True)
class _LastLine:
    path: Path
    raw: bytes
    is_torn: bool


def audit_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of an audit, oldest month first."""
    months = (name.removesuffix(_SUFFIX) for name in names(folder) if name.endswith(_SUFFIX))
    return tuple(folder / f"{month}{_SUFFIX}" for month in months if is_month(month))


def read_events(path: Path) -> Events:
    """Return the events of one file; lines that do not parse are counted, never an error."""
    found = tuple(each_event(path))
    events = tuple(event for event in found if event is not None)
    return Events(events, skipped=len(found) - len(events))


def each_event(path: Path, naming: str = "") -> Iterator[dict[str, object] | None]:
    """Yield the event of each line of one file, None for a line that is none; one at a time is in memory.

    Args:
        path: the file.
        naming: a word in ASCII without quotes: lines in which it does not stand are passed over, unparsed.
    """
    word = naming.encode("ascii")
    yield from (parse_event(line.removesuffix(b"\n")) for line in BytesIO(_read(path)) if word in line)


def append_event(folder: Path, *, at: datetime, by: str, event: str, details: Mapping[str, object]) -> None:
    """Append one event durably; call it under the lock of its archive (or of `data`) only."""
    append_events(folder, at=at, by=by, event=event, each=(details,))


def append_events(folder: Path, *, at: datetime, by: str, event: str, each: Sequence[Mapping[str, object]]) -> None:
    """Append an event once for `each` of the details, durably and in one write; call it under the lock only.

    They go to the month of `at` in UTC, or to a newer month that has begun. A torn last line is fenced with a newline
    first; `prev` is the SHA-256 of the physical line before, "" for the very first.
    """
    path = max((folder / f"{at.astimezone(UTC):%Y-%m}{_SUFFIX}", *audit_files(folder)))
    last = _last_line(folder)
    before = last.raw if last else None
    lines: list[bytes] = []
    for details in each:
        prev = "" if before is None else sha256(before).hexdigest()
        before = dump_canonical({"at": at, "by": by, "event": event, "prev": prev, **details})
        lines.append(before + b"\n")
    is_fence_needed = last is not None and last.is_torn and last.path == path
    append(path, (b"\n" if is_fence_needed else b"") + b"".join(lines))


def settle_audit(folder: Path) -> None:
    """Make the newest file of an audit durable, whoever wrote it, and end its last line where only that is missing."""
    last = _last_line(folder)
    if last and last.is_torn:
        append(last.path, b"\n")
    for path in audit_files(folder)[-1:]:
        fsync_file(path)
    fsync_folder(folder)


def _last_line(folder: Path) -> _LastLine | None:
    """Return the last physical line of the newest file that has any, without its newline."""
    for path in reversed(audit_files(folder)):
        raw = _read(path, last_bytes=_TAIL_BYTES)
        if raw and b"\n" not in raw[:-1]:
            raw = _read(path)
        if raw:
            return _LastLine(path, raw.removesuffix(b"\n").rpartition(b"\n")[2], is_torn=not raw.endswith(b"\n"))
    return None


def _read(path: Path, *, last_bytes: int | None = None) -> bytes:
    return read_file(path, last_bytes=last_bytes) or b""


def parse_event(line: bytes) -> dict[str, object] | None:
    """Return the event of a line; None when it is none (torn, damaged)."""
    try:
        event = load_strict(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
