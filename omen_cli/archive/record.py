"""Records in an archive's audit what is no change of it."""

from collections.abc import Mapping
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.change import Change
from omen_cli.archive.files import lstat
from omen_cli.archive.lock import locked
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.tree import mend_folders


def record(
    archive: Archive, event: str, details: Mapping[str, object], *, at: datetime, by: str, wait_s: float
) -> None:
    """Append one event under `.lock`; where there is no archive there is no audit either.

    Raises:
        Busy: another process has held the lock for `wait_s` seconds.
        ArchiveDamaged: the archive is not ours to touch, or it cannot be written.
        InsufficientStorage: the disk is full.
    """
    if not archive.exists() or lstat(archive.layout.lock) is None:
        return
    change = Change(archive.layout, at, by)
    with locked(archive.layout.lock, wait_s):
        mend_folders(archive.layout)
        reconcile(change)
        change.audit(event, **details)
