"""A refusal is audited where it belongs; it stands whether or not that can be done."""

from collections.abc import Iterable
from dataclasses import dataclass

from omen_cli.access.judgement import Kind
from omen_cli.access.principal import Role
from omen_cli.archive.archive import Archive
from omen_cli.archive.denials import Denial, record_in_archive, record_in_data
from omen_cli.archive.layout import Layout
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.workflows.request import Caller

_WAIT_S = 1.0


@dataclass(frozen=True)
class About:
    """What a refused call was about: the store it reached for, whose name it was in, and what else is known of it."""

    store_id: str | None
    requested_for: str | None
    reason: str
    command: str | None = None
    role: Role | None = None
    snapshot_id: str | None = None


def denial_of(caller: Caller, kind: Kind, about: About) -> Denial:
    """Return a refusal of this call, as it is recorded."""
    details = {
        "kind": kind,
        "storeId": about.store_id,
        "requestedFor": about.requested_for,
        "snapshotId": about.snapshot_id,
        "command": about.command,
        "role": about.role,
        "reason": about.reason,
        "requestId": caller.request_id,
    }
    return Denial(details, caller.at, caller.name, min(caller.lock_wait_s, _WAIT_S))


def audit_denied(settings: Settings, stores: Iterable[str], denial: Denial) -> tuple[tuple[str, OmenError], ...]:
    """Audit a refusal in the archive of each of `stores`, and in `data/audit`.

    One after the other, each as far as it goes; returns where it could not be recorded, and why.
    """
    failed: list[tuple[str, OmenError]] = []
    for store_id in dict.fromkeys(stores):
        try:
            record_in_archive(Archive(settings.data, store_id), denial)
        except OmenError as error:
            failed.append((store_id, error))
    try:
        record_in_data(Layout(settings.data, next(iter(settings.stores))), denial)
    except OmenError as error:
        failed.append(("data/audit", error))
    return tuple(failed)
