"""A refusal is audited where it belongs; it stands whether or not that can be done."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

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


def audit_denied(settings: Settings, stores: Iterable[str], denial: Denial) -> OmenError | None:
    """Audit a refusal in the archive of each of `stores`, and in `data/audit`; return why the latter does not tell it.

    One after the other, each as far as it goes. Another store's archive is not waited for, and what kept the refusal
    out of it is nobody's to know: whoever is refused would learn by it that there is such a store.
    """
    own = denial.details.get("requestedFor")
    for store_id in dict.fromkeys(stores):
        with suppress(OmenError):
            record_in_archive(
                Archive(settings.data, store_id), denial if store_id == own else replace(denial, wait_s=0)
            )
    try:
        record_in_data(Layout(settings.data, next(iter(settings.stores))), denial)
    except OmenError as error:
        return error
    return None
