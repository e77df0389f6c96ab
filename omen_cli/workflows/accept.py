"""Accept: settle a loss that nothing brings back, with a reason."""

from dataclasses import dataclass

from omen_cli.archive.acceptance import accept
from omen_cli.archive.archive import Archive
from omen_cli.archive.data_audit import accept_in_data_audit, has_data_audit
from omen_cli.archive.findings import Finding
from omen_cli.archive.safety import require_writable_layout
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.workflows.audits import DATA_AUDIT, NO_ARCHIVE
from omen_cli.workflows.reason import MAX_REASON
from omen_cli.workflows.request import Caller
from omen_cli.workflows.verify import layout_of_data, mender_of

MAX_SHOWN = 80


@dataclass(frozen=True)
class Settled:
    """A loss that was settled, in an archive or in `data/audit`; `warnings` is what else is to be said."""

    store_id: str
    finding: Finding
    warnings: tuple[str, ...] = ()


def accept_loss(
    settings: Settings, store: StoreSettings | None, subject: str, reason: str | None, caller: Caller
) -> Settled:
    """Settle a loss of one store's archive, or with no store a break in `data/audit`, with a reason.

    Raises:
        InvalidArgument: the subject or the reason is empty, or no line of text.
        NotFound: there is no archive, or nothing is lost by this name.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says.
    """
    text = _reason_for(subject, reason, f"--store {store.store_id}" if store else "--all")
    mender = mender_of(settings, caller)
    if store is None:
        layout = layout_of_data(settings)
        if not has_data_audit(layout):
            raise NotFound(f"{DATA_AUDIT}: nothing was recorded there yet", hint="name a store with --store ID")
        return Settled(DATA_AUDIT, accept_in_data_audit(layout, subject, text, mender))
    archive = Archive(settings.data, store.store_id)
    require_writable_layout(archive.layout)
    if not archive.exists():
        raise NotFound(
            f"{store.store_id}: {NO_ARCHIVE}",
            hint=f"restore its folder from a backup or, for a new store, run: omen generate --store {store.store_id}",
        )
    finding = accept(archive, subject, text, mender)
    return Settled(store.store_id, finding, tuple(archive.warnings))


def _reason_for(subject: str, reason: str | None, which: str) -> str:
    """Return the reason to record, once the subject and it are such as can be recorded."""
    if not (subject.strip() and subject.isprintable()):
        raise InvalidArgument(
            f"--accept {subject[:MAX_SHOWN]!r}: cannot be the subject of a finding",
            hint=f"omen verify {which} --deep lists what is lost, with the subjects",
        )
    text = (reason or "").strip()
    if not (text and text.isprintable() and len(text) <= MAX_REASON):
        raise InvalidArgument(
            f"--accept: needs a reason of one line, at most {MAX_REASON} characters", hint="say why with --reason TEXT"
        )
    return text
