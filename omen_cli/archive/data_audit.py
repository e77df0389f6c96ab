"""The audit of what belongs to no store, looked through, mended and settled as that of an archive is."""

from contextlib import ExitStack

from omen_cli.archive.audit import ACCEPTED, append_event, audit_files, settle_audit
from omen_cli.archive.audit_guard import linked_files, require_appendable, unlink_from_others
from omen_cli.archive.chain import check_chain
from omen_cli.archive.failures import LINKED
from omen_cli.archive.files import fsync_folder, lstat, unlink
from omen_cli.archive.findings import Finding
from omen_cli.archive.inspection import Inspection, of_audit
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.lock import locked
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.archive.verification import Mender
from omen_cli.errors import ArchiveDamaged, NotFound


def has_data_audit(layout: Layout) -> bool:
    """Tell whether anything was recorded that belongs to no store.

    Raises:
        ArchiveDamaged: what stands there is not safe to read, or of another version.
    """
    if lstat(layout.data_audit) is None:
        return False
    require_safe_data(layout)
    require_known_layout(layout)
    return bool(audit_files(layout.data_audit))


def verify_data_audit(layout: Layout, wait_s: float) -> Inspection:
    """Look through it; what a writer under way may explain is looked at again under `data/.lock`.

    Raises:
        Busy: something was found, and another process has held the lock for `wait_s` seconds.
    """
    found = _inspect(layout)
    if found.is_sound or lstat(layout.data_lock) is None:
        return found
    with ExitStack() as held:
        try:
            held.enter_context(locked(layout.data_lock, wait_s))
        except ArchiveDamaged:  # read-only media, or another user's: there is no writer to wait for
            return found
        return _inspect(layout)


def mend_data_audit(layout: Layout, wait_s: float) -> tuple[Inspection, Inspection]:
    """Put copies in the place of files with a second name, and end a torn line; return what was found before and after.

    Raises:
        Busy: another process has held the lock for `wait_s` seconds.
        ArchiveDamaged: a file of it cannot be read, or a system call failed.
    """
    with locked(layout.data_lock, wait_s):
        before = _inspect(layout)
        if all(one.is_lost for one in before.findings):
            return before, before
        read_ledger(layout.data_audit)  # where that cannot be read nothing is touched
        unlink_from_others(layout.data_audit, layout.data_audit_draft)
        unlink(layout.data_audit_draft)
        fsync_folder(layout.data)
        settle_audit(layout.data_audit)
        return before, _inspect(layout)


def accept_in_data_audit(layout: Layout, subject: str, reason: str, mender: Mender) -> Finding:
    """Settle a break for good: it is recorded with the reason, and never found again; return it.

    Raises:
        NotFound: nothing is broken by this name.
        Busy: another process has held the lock for too long.
        ArchiveDamaged: a file of it cannot be read or appended to, or a system call failed.
    """
    with locked(layout.data_lock, mender.wait_s):
        read_ledger(layout.data_audit)
        require_appendable(layout.data_audit)
        lost = [one for one in _inspect(layout).findings if one.is_lost and one.subject == subject]
        if not lost:
            raise NotFound(
                f"{subject}: nothing in data/audit is broken by this name", hint="omen verify --all lists it"
            )
        one = lost[0]
        details = {"subject": subject, "kind": one.kind, "problem": one.problem, "evidence": one.evidence}
        about = {**details, "reason": reason, "requestId": mender.request_id}
        append_event(layout.data_audit, at=mender.at, by=mender.by, event=ACCEPTED, details=about)
        return one


def _inspect(layout: Layout) -> Inspection:
    chain, accepted = check_chain(layout.data_audit), read_ledger(layout.data_audit, is_tolerant=True).accepted
    found = list(of_audit(layout.data, chain))
    found += [Finding("linked", f"audit/{path.name}", LINKED) for path in linked_files(layout.data_audit)]
    if lstat(layout.data_audit_draft) is not None:
        found.append(Finding("leftover", layout.data_audit_draft.name, "a draft that nobody finished"))
    settled = tuple(one for one in found if one.is_lost and (one.subject, one.evidence) in accepted)
    return Inspection(tuple(one for one in found if one not in settled), settled, 0, chain.lines)
