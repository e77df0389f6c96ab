"""Verify: look through a store's archive, or through what belongs to no store, and mend it."""

from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.data_audit import has_data_audit, mend_data_audit, verify_data_audit
from omen_cli.archive.files import lstat
from omen_cli.archive.findings import KINDS, Finding, Kind
from omen_cli.archive.layout import Layout
from omen_cli.archive.old_files import holds_only_old_files, note_old_files
from omen_cli.archive.safety import is_unmigrated, require_writable_layout
from omen_cli.archive.verification import Mender, mend, verify
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.workflows.audits import DATA_AUDIT, NO_ARCHIVE
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.request import Caller


@dataclass(frozen=True)
class Verified:
    """What a verification of one archive found; `repaired` is found no more: mended, or moved away and so missing now.

    `store_id` is `data/audit` for what belongs to no store.
    `snapshots` and `audit_lines` say how much there is; both are 0 where there is no archive, which is a warning.
    """

    store_id: str
    exists: bool
    remaining: tuple[Finding, ...] = ()
    repaired: tuple[Finding, ...] = ()
    accepted: tuple[Finding, ...] = ()
    snapshots: int = 0
    audit_lines: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Tell whether data are gone."""
        return any(one.is_lost for one in self.remaining)


def kind_of(finding: Finding) -> Kind:
    """Return what a finding's kind means, and what mends it."""
    return KINDS[finding.kind]


def verify_store(
    settings: Settings, store: StoreSettings, caller: Caller, *, is_deep: bool, is_repair: bool
) -> Verified:
    """Verify one store's archive, and mend it when asked to.

    Raises:
        Busy: another process has held a lock for too long.
        InsufficientStorage: there is no room for what mending writes.
        ArchiveDamaged: the tree is not safe to read or not ours to touch, an old archive is not migrated to its end,
            or a system call failed.
    """
    archive = Archive(settings.data, store.store_id)
    if is_repair or is_unmigrated(archive.layout) or lstat(archive.layout.migration_mark):
        # without it "sound" would be said of a history that was not looked at
        require_writable_layout(archive.layout)
    if not archive.exists() or holds_only_old_files(archive.layout):
        return Verified(store.store_id, exists=False, warnings=tuple(archive.warnings) or (NO_ARCHIVE,))
    if is_repair:
        before, found = mend(archive, mender_of(settings, caller), is_deep=is_deep)
    else:
        before = found = verify(archive, is_deep=is_deep, wait_s=caller.lock_wait_s)
    note_old_files(archive, found.old_files)
    return Verified(
        store.store_id,
        exists=True,
        remaining=found.findings,
        repaired=tuple(one for one in before.findings if one not in found.findings),
        accepted=found.accepted,
        snapshots=found.snapshots,
        audit_lines=found.audit_lines,
        warnings=tuple(archive.warnings),
    )


def verify_of_no_store(settings: Settings, caller: Caller, *, is_repair: bool) -> Verified | None:
    """Verify the audit of what belongs to no store, and mend it when asked to; None where there is none.

    Raises:
        Busy: another process has held its lock for too long.
        ArchiveDamaged: it is not safe to read, or a system call failed.
    """
    layout = layout_of_data(settings)
    if not has_data_audit(layout):
        return None
    if is_repair:
        before, found = mend_data_audit(layout, caller.lock_wait_s)
    else:
        before = found = verify_data_audit(layout, caller.lock_wait_s)
    return Verified(
        DATA_AUDIT,
        exists=True,
        remaining=found.findings,
        repaired=tuple(one for one in before.findings if one not in found.findings),
        accepted=found.accepted,
        audit_lines=found.audit_lines,
    )


def layout_of_data(settings: Settings) -> Layout:
    """Return the paths of what belongs to no store; there is always some store to ask by."""
    return Layout(settings.data, next(iter(settings.stores)))


def mender_of(settings: Settings, caller: Caller) -> Mender:
    """Return who mends, as the archive takes it."""
    return Mender(caller.name, caller.at, caller.request_id, caller.lock_wait_s, limits_of(settings))
