"""One change of one archive under its `.lock`: who makes it, when, and the two things that every change may need."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from omen_cli.archive.audit import CREATED, QUARANTINED, append_event
from omen_cli.archive.files import fsync_folder, lstat, rename, unlink, write_new
from omen_cli.archive.layout import Layout
from omen_cli.model.canonical import dump_canonical
from omen_cli.model.rate import CountsAs
from omen_cli.model.snapshot import Entry


@dataclass(frozen=True)
class Change:
    """A change under way: `at` (aware) and `by` are what the audit says of it."""

    layout: Layout
    at: datetime
    by: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time without an offset")
        self.by.encode()  # before anything is written: what is no UTF-8 cannot be audited

    def audit(self, event: str, **details: object) -> None:
        """Append one event to the archive's audit, durably."""
        append_event(self.layout.audit_dir, at=self.at, by=self.by, event=event, details=details)


@contextmanager
def under_way(change: Change, ids: Iterable[str]) -> Iterator[None]:
    """Let `.pending` name the ids for the time of the block: a crash inside it has their entries made anew.

    A `.pending` that stands already stays: whoever finishes that change comes by here again.
    """
    layout = change.layout
    if lstat(layout.pending) is not None:
        yield
        return
    write_new(layout.pending, dump_canonical({"ids": sorted(ids)}) + b"\n")
    fsync_folder(layout.root)
    yield
    unlink(layout.pending)


def audit_created(
    change: Change, entry: Entry, free: Mapping[str, object] | None, counts_as: CountsAs | None = None
) -> None:
    """Audit that a snapshot was made, once in its life.

    `free` is what the disk had left, `counts_as` how it counts toward the limit of the hour; None when found later.
    """
    change.audit(CREATED, **created(entry, free, counts_as))


def created(entry: Entry, free: Mapping[str, object] | None, counts_as: CountsAs | None = None) -> dict[str, object]:
    """Return what the audit says of a snapshot that was made."""
    return {
        "id": entry.id,
        "timeframe": entry.timeframe,
        "asOfDate": entry.as_of_date,
        "version": entry.version,
        "supersedes": entry.supersedes,
        "reason": entry.reason,
        "contentSha256": entry.content_sha256,
        "sha256": entry.sha256,
        "requestId": entry.request_id,
        "held": entry.status == "held",
        "free": free,
        "countsAs": counts_as,
    }


def quarantine(change: Change, path: Path, name: str, reason: str) -> None:
    """Move what stands at `path`, itself, into quarantine under `name`, with its reason beside it; nothing is lost."""
    target = _free_name(change.layout.quarantine, name)
    sidecar = {"at": change.at, "by": change.by, "name": name, "reason": reason}
    write_new(_sidecar(target), dump_canonical(sidecar) + b"\n")
    fsync_folder(change.layout.quarantine)
    rename(path, target)
    fsync_folder(change.layout.quarantine)
    fsync_folder(path.parent)
    change.audit(QUARANTINED, name=name, movedTo=f"quarantine/{target.name}", reason=reason)


def _free_name(folder: Path, name: str) -> Path:
    candidates = (folder / (name if turn == 1 else f"{name}.{turn}") for turn in count(1))
    return next(path for path in candidates if lstat(path) is None and lstat(_sidecar(path)) is None)


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.reason.json")
