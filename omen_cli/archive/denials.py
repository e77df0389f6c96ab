"""Refused access, recorded: in the archive that it was about, and in `data/audit`. It never crowds out what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import append_event, audit_files
from omen_cli.archive.audit_guard import require_appendable
from omen_cli.archive.files import lstat, make_folder
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.record import record
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.errors import InsufficientStorage

DENIED = "access.denied"
MAX_BYTES = 16 * 1024 * 1024  # a quarter of what a month may have: whoever asks without end fills no more than that


@dataclass(frozen=True)
class Denial:
    """One refusal, as it is recorded: when, to whom, and the rest; `wait_s` is how long a lock may take."""

    details: Mapping[str, object]
    at: datetime
    by: str
    wait_s: float


def record_in_archive(archive: Archive, denial: Denial) -> None:
    """Append the refusal to the audit of an archive; where there is no archive there is no audit either.

    Raises:
        Busy, ArchiveDamaged: as the archive says.
        InsufficientStorage: the disk is full, or this month's file is as large as refusals may make it.
    """
    if archive.exists():
        _require_moderate(archive.layout.audit_dir)
    record(archive, DENIED, denial.details, at=denial.at, by=denial.by, wait_s=denial.wait_s)


def record_in_data(layout: Layout, denial: Denial) -> None:
    """Append the refusal to `data/audit`; where there is no `data` there is none.

    Raises:
        Busy, ArchiveDamaged: as the archive says.
        InsufficientStorage: the disk is full, or this month's file is as large as refusals may make it.
    """
    if lstat(layout.data) is None:
        return
    require_safe_data(layout)
    require_known_layout(layout)
    _require_moderate(layout.data_audit)
    with locked(layout.data_lock, denial.wait_s):
        make_folder(layout.data_audit)
        require_appendable(layout.data_audit)
        append_event(layout.data_audit, at=denial.at, by=denial.by, event=DENIED, details=denial.details)


def _require_moderate(folder: Path) -> None:
    for path in audit_files(folder)[-1:]:
        found = lstat(path)
        if found and found.st_size > MAX_BYTES:
            raise InsufficientStorage(
                f"{path}: no more refusals are recorded this month",
                hint="find out who asks so often: omen audit --denied",
            )
