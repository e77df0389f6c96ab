"""The audit: one line an event, only ever appended, each with the hash of the line before, across all months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from omen_cli.archive.files import append, fsync_file, fsync_folder, names, read_file
from omen_cli.archive.layout import is_month
from omen_cli.model.canonical import dump_canonical, load_strict

CREATED = "snapshot.created"
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
    lines = _read(path).split(b"\n")
    found = [_parse(line) for line in (lines if lines[-1] else lines[:-1])]
    events = tuple(event for event in found if event is not None)
    return Events(events, skipped=len(found) - len(events))


def append_event(folder: Path, *, at: datetime, by: str, event: str, details: Mapping[str, object]) -> None:
    """Append one event durably; call it under the lock of its archive (or of `data`) only.

    It goes to the month of `at` in UTC, or to a newer month that has begun. A torn last line is fenced with a newline
    first; `prev` is the SHA-256 of the physical line before, "" for the very first.
    """
    path = max((folder / f"{at.astimezone(UTC):%Y-%m}{_SUFFIX}", *audit_files(folder)))
    last = _last_line(folder)
    prev = sha256(last.raw).hexdigest() if last else ""
    line = dump_canonical({"at": at, "by": by, "event": event, "prev": prev, **details}) + b"\n"
    is_fence_needed = last is not None and last.is_torn and last.path == path
    append(path, b"\n" + line if is_fence_needed else line)


def created_order(folder: Path) -> dict[str, int]:
    """Return the ids of all `snapshot.created` events, each with its first place in the audit."""
    order: dict[str, int] = {}
    for path in audit_files(folder):
        for event in read_events(path).events:
            if event.get("event") == CREATED:
                order.setdefault(str(event.get("id")), len(order))
    return order


def fsync_audit(folder: Path) -> None:
    """Make the newest file of an audit durable, whoever wrote it."""
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


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        event = load_strict(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
