"""Verifying an archive, and mending what can be mended: the work of `omen verify`."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import REPAIRED
from omen_cli.archive.audit_guard import unlink_from_others
from omen_cli.archive.change import Change, quarantine
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.disk_guard import require_room_for, warn_if_low
from omen_cli.archive.files import fsync_folder, lstat, make_private, unlink
from omen_cli.archive.findings import Finding
from omen_cli.archive.inspect_messages import damaged_messages, foreign_folders
from omen_cli.archive.inspect_tree import drafts, inspect_tree, printable, strays
from omen_cli.archive.inspection import Inspection, inspect
from omen_cli.archive.layout import Layout, is_month, month_of
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.lock import locked
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import rebuild_all
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.scan import snapshot_ids
from omen_cli.archive.tree import make_tree, mend_folders
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.ids import parse_snapshot_id

BYTES_TO_MEND = 256 * 1024
_OF_A_MONTH = frozenset({"index_damaged", "index_stale", "unaudited", "foreign", "snapshot_damaged", "message_damaged"})
_UNNAMED = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 150


@dataclass(frozen=True)
class Mender:
    """Who mends or settles, when (aware), in which call, how long they wait for a lock, and when to warn."""

    by: str
    at: datetime
    request_id: str
    wait_s: float
    limits: DiskLimits


def verify(archive: Archive, *, is_deep: bool, wait_s: float) -> Inspection:
    """Look through an archive that exists. What a writer under way may explain is looked at again under `.lock`.

    Raises:
        Busy: something was found, and another process has held the lock for `wait_s` seconds.
        ArchiveDamaged: the tree is not safe to read.
    """
    layout = archive.layout
    found = inspect(layout, is_deep=is_deep)
    if found.is_sound or lstat(layout.lock) is None:
        return found
    with ExitStack() as held:
        try:
            held.enter_context(locked(layout.lock, wait_s))
        except ArchiveDamaged:  # read-only media, or another user's archive: there is no writer to wait for
            return found
        return inspect(layout, is_deep=is_deep)


def mend(archive: Archive, mender: Mender, *, is_deep: bool) -> tuple[Inspection, Inspection]:
    """Mend what can be mended; return what was found before and after. A sound archive is not written to.

    Raises:
        Busy: another process has held a lock for too long.
        InsufficientStorage: there is no room for what mending writes.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    layout = archive.layout
    change = Change(layout, mender.at, mender.by)
    require_writable_layout(layout)
    require_room_for(change, BYTES_TO_MEND, mender.limits, mender.wait_s)
    incomplete = tuple(one for one in inspect_tree(layout) if one.kind == "incomplete")
    make_tree(layout, mender.wait_s)
    with locked(layout.lock, mender.wait_s):
        found = inspect(layout, is_deep=is_deep)
        before = replace(found, findings=tuple(dict.fromkeys((*incomplete, *found.findings))))
        if all(one.is_lost and one.kind != "snapshot_damaged" for one in before.findings):
            return before, before
        read_ledger(layout.audit_dir)  # where that cannot be read nothing is touched
        unlink_from_others(layout.audit_dir, layout.audit_draft)
        _mend(change, before.findings, mender.wait_s)
        counts = Counter(one.kind for one in before.findings)
        change.audit(REPAIRED, findings=dict(sorted(counts.items())), requestId=mender.request_id)
        after = inspect(layout, is_deep=is_deep)
    warn_if_low(archive, change, mender.limits, mender.wait_s)
    return before, after


def _mend(change: Change, findings: Iterable[Finding], wait_s: float) -> None:
    layout = change.layout
    mend_folders(layout)
    for path in strays(layout):  # before anything else: they may stand where a change is to be finished
        quarantine(change, path, _plain_name(layout, path), "omen keeps nothing of this name and kind there")
    make_tree(layout, wait_s)  # in the place of what was moved away
    reconcile(change)
    for path in drafts(layout):
        unlink(path)
        fsync_folder(path.parent)
    if any(one.kind == "permissions" for one in findings):
        make_private(layout.root)
    ledger = read_ledger(layout.audit_dir)
    for path in foreign_folders(layout, ledger, {str(one) for one in snapshot_ids(layout)}):
        quarantine(change, path, _plain_name(layout, path), "messages of a snapshot that nobody knows")
    for path in damaged_messages(layout, ledger):
        quarantine(change, path, _plain_name(layout, path), "is not the message that was queued")
    rebuild_all(change, months_about(one for one in findings if one.kind in _OF_A_MONTH), "omen verify --repair")


def _plain_name(layout: Layout, path: Path) -> str:
    return _UNNAMED.sub("_", printable(path.relative_to(layout.root)))[-_MAX_NAME:].lstrip(".") or "unnamed"


def months_about(findings: Iterable[Finding]) -> list[str]:
    """Return the months that the findings are about: of a shard's name, of a snapshot's id, or of its message."""
    found: set[str] = set()
    for one in findings:
        month = one.subject.removeprefix("index/").removesuffix(".json")
        if is_month(month):
            found.add(month)
        elif identity := parse_snapshot_id(one.subject.removeprefix("deliveries/").partition("/")[0]):
            found.add(month_of(identity.as_of_date))
    return sorted(found)
