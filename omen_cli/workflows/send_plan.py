"""What a send would do: which snapshot, to whom, and what each recipient is due; a reader, nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import Delivery, deliveries_of
from omen_cli.archive.marks import is_quiet, key_of_message
from omen_cli.archive.messages import try_addressed
from omen_cli.archive.safety import require_writable_layout
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import ConfigInvalid
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.anew import anew
from omen_cli.workflows.choice import Choice, chosen
from omen_cli.workflows.request import Caller
from omen_cli.workflows.sendable import require_sendable
from omen_cli.workflows.terms import Step, Terms, steps_for


@dataclass(frozen=True)
class Plan:
    """What is to be sent to whom; nothing was written. `warnings` is what was wrong with the archive on the way.

    `is_settled` tells whether there is nothing to finish: the index knows the state of every message that there is,
    none is on its way, and no change is under way.
    """

    settings: Settings
    store: StoreSettings
    entry: Entry
    recipients: tuple[str, ...]
    steps: tuple[Step, ...]
    is_settled: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def sends(self) -> tuple[Step, ...]:
        """Return the steps by which something is to be sent."""
        return tuple(step for step in self.steps if step.sends)


def plan_send(
    settings: Settings, store: StoreSettings, choice: Choice, terms: Terms, caller: Caller, *, is_strict: bool = False
) -> Plan:
    """Return what a send would do now; a reader: it takes no lock.

    Raises:
        InvalidArgument: no snapshot was named, or the terms lack a reason.
        NotFound, Forbidden: as for the choice.
        ConfigInvalid: the store has no recipients, and the call names none.
        Held, InvalidArgument: the snapshot must not be sent on these terms.
        ArchiveDamaged: the tree is not ours to touch.
    """
    terms.require_reason()
    archive = Archive(settings.data, store.store_id)
    require_writable_layout(archive.layout)
    entry = chosen(settings, archive, choice, caller, is_strict=is_strict or settings.access.strict_send)
    there = deliveries_of(archive.layout, entry.id)
    recipients = terms.to or (_begun(archive, entry, there) if terms.only_failed else store.recipients)
    if not recipients and not terms.only_failed:
        raise ConfigInvalid(
            f"{store.store_id}: has no recipients",
            hint=f"add `recipients:` to it in {settings.path.name}, or name them with --to ADDRESS",
        )
    steps = steps_for(entry, recipients, there, terms, anew(settings, archive.layout, there))
    if any(step.sends for step in steps):
        require_sendable(entry, terms)
    is_settled = is_quiet(archive.layout, entry)
    return Plan(settings, store, entry, recipients, steps, is_settled, tuple(archive.warnings))


def _begun(archive: Archive, entry: Entry, there: Iterable[Delivery]) -> tuple[str, ...]:
    """Return to whom a message was begun to be sent that did not arrive, whoever they are, in their order."""
    told = {key_of_message(one.message_id): one.recipient for one in entry.deliveries}
    found: set[str] = set()
    for one in there:
        if one.state in ("queued", "failed"):
            about = try_addressed(archive.layout, one)
            recipient = told.get(one.key) or (about.recipient if about else None)
            found |= {recipient} if recipient else set()
    return tuple(sorted(found))
