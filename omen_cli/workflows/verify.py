"""Verify: look through a store's archive, mend it, settle a loss."""

from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.findings import KINDS, Finding, Kind
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.verification import Mender, accept, mend, verify
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.workflows.job import MAX_REASON
from omen_cli.workflows.request import Caller

MAX_SHOWN = 80
NO_ARCHIVE = "has no archive: nothing was generated yet, or its folder is gone"


@dataclass(frozen=True)
class Verified:
    """What a verification of one archive found; `repaired` is found no more: mended, or moved away and so missing now.

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
        ArchiveDamaged: the tree is not safe to read or not ours to touch, or a system call failed.
    """
    archive = Archive(settings.data, store.store_id)
    if is_repair:
        require_writable_layout(archive.layout)
    if not archive.exists():
        return Verified(store.store_id, exists=False, warnings=tuple(archive.warnings) or (NO_ARCHIVE,))
    if is_repair:
        before, found = mend(archive, _mender(caller), is_deep=is_deep)
    else:
        before = found = verify(archive, is_deep=is_deep, wait_s=caller.lock_wait_s)
    return Verified(
        store.store_id,
        exists=True,
        remaining=found.findings,
        repaired=tuple(one for one in before.findings if one not in found.findings),
        accepted=found.accepted,
        snapshots=found.snapshots,
        audit_lines=found.audit_lines,
    )


def accept_loss(settings: Settings, store: StoreSettings, subject: str, reason: str | None, caller: Caller) -> Finding:
    """Settle a loss of one store's archive, with a reason.

    Raises:
        InvalidArgument: the subject or the reason is empty, or no line of text.
        NotFound: there is no archive, or nothing is lost by this name.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says.
    """
    if not (subject.strip() and subject.isprintable()):
        raise InvalidArgument(
            f"--accept {subject[:MAX_SHOWN]!r}: cannot be the subject of a finding",
            hint=f"omen verify --store {store.store_id} --deep lists what is lost, with the subjects",
        )
    text = (reason or "").strip()
    if not (text and text.isprintable() and len(text) <= MAX_REASON):
        raise InvalidArgument(
            f"--accept: needs a reason of one line, at most {MAX_REASON} characters", hint="say why with --reason TEXT"
        )
    archive = Archive(settings.data, store.store_id)
    require_writable_layout(archive.layout)
    if not archive.exists():
        raise NotFound(
            f"{store.store_id}: {NO_ARCHIVE}",
            hint=f"restore its folder from a backup or, for a new store, run: omen generate --store {store.store_id}",
        )
    return accept(archive, subject, text, _mender(caller))


def _mender(caller: Caller) -> Mender:
    return Mender(caller.name, caller.at, caller.request_id, caller.lock_wait_s)
