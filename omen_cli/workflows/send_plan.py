"""What a send would do: which snapshot, to whom, and what each recipient is due; a reader, nothing is written."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import deliveries_of
from omen_cli.archive.marks import is_quiet
from omen_cli.archive.messages import try_addressed
from omen_cli.archive.safety import require_writable_layout
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.choice import Choice, chosen
from omen_cli.workflows.kept import only_kept
from omen_cli.workflows.request import Caller
from omen_cli.workflows.sender import sender_address
from omen_cli.workflows.terms import Step, Terms, require_sendable, steps_for


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
    recipients = terms.to or store.recipients
    if not recipients:
        raise ConfigInvalid(
            f"{store.store_id}: has no recipients",
            hint=f"add `recipients:` to it in {settings.path.name}, or name them with --to ADDRESS",
        )
    there = deliveries_of(archive.layout, entry.id)
    steps = steps_for(entry, recipients, there, terms, only_kept(settings, archive.layout, there))
    if any(step.sends for step in steps):
        require_sendable(entry, terms)
    is_settled = is_quiet(archive.layout, entry)
    warnings = (*archive.warnings, *_other_senders(settings, archive, steps))
    return Plan(settings, store, entry, recipients, steps, is_settled, warnings)


def _other_senders(settings: Settings, archive: Archive, steps: Iterable[Step]) -> Iterator[str]:
    """Yield the messages that are to be sent as they were frozen, from somebody who is not the sender any more."""
    with suppress(ConfigInvalid):
        now = sender_address(settings)
        for step in steps:
            is_frozen = step.sends and step.due != "new"
            about = try_addressed(archive.layout, step.delivery) if is_frozen and step.delivery else None
            if about and about.sender != now:
                was = safe_text(about.sender)
                yield (
                    f"{step.recipient}: goes out as it was made, from {was}; mail.from is {now} now\n"
                    "  a new version has that: omen generate --force --reason TEXT, then send it"
                )
