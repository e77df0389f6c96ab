"""Settling a loss that nothing brings back: a person says why, and the audit keeps it."""

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import ACCEPTED
from omen_cli.archive.change import Change, under_way
from omen_cli.archive.disk_guard import require_room_for, warn_if_low
from omen_cli.archive.findings import Finding
from omen_cli.archive.inspection import inspect
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.lock import locked
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import rebuild_all
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.tree import mend_folders
from omen_cli.archive.verification import BYTES_TO_MEND, Mender, months_about
from omen_cli.errors import NotFound
from omen_cli.model.ids import parse_snapshot_id


def accept(archive: Archive, subject: str, reason: str, mender: Mender) -> Finding:
    """Settle a loss for good: it is audited with the reason, and never found again; return it.

    Raises:
        NotFound: nothing is lost by this name.
        Busy: another process has held the lock for too long.
        InsufficientStorage: there is no room for what it writes.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    layout = archive.layout
    change = Change(layout, mender.at, mender.by)
    require_writable_layout(layout)
    require_room_for(change, BYTES_TO_MEND, mender.limits, mender.wait_s)
    with locked(layout.lock, mender.wait_s):
        read_ledger(layout.audit_dir)
        mend_folders(layout)
        reconcile(change)
        lost = [one for one in inspect(layout, is_deep=True).findings if one.is_lost and one.subject == subject]
        if not lost:
            raise NotFound(f"{subject}: nothing is lost by this name", hint="omen verify --deep lists what is")
        one = lost[0]
        details = {"subject": subject, "kind": one.kind, "problem": one.problem, "evidence": one.evidence}
        with under_way(change, [subject] if parse_snapshot_id(subject) else []):
            change.audit(ACCEPTED, **details, reason=reason, requestId=mender.request_id)
            rebuild_all(change, months_about((one,)), f"the loss of {subject} was accepted")
    warn_if_low(archive, change, mender.limits, mender.wait_s)
    return one
