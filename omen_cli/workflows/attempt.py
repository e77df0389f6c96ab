"""What each recipient is due is carried out, one after the other: a message is offered, or nothing was to be done."""

from collections.abc import Sequence

from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.inspect_messages import require_as_frozen
from omen_cli.archive.outbox import Outbox
from omen_cli.delivery.verdict import Transport
from omen_cli.errors import ArchiveDamaged, OmenError
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.deliver import PAUSES_S, Tools, deliver
from omen_cli.workflows.sent import Result
from omen_cli.workflows.terms import Step, told_of

BEFORE_MAIL = frozenset({"connect", "banner", "ehlo", "starttls", "auth"})


def carry_out_each(
    outbox: Outbox, entry: Entry, steps: Sequence[Step], transport: Transport, tools: Tools
) -> tuple[Result, ...]:
    """Carry each step out. An error names those who have it all the same; of one damaged message it waits for the rest.

    Where a server could not be talked to after all the tries for one recipient, the others have one try each.
    """
    results: list[Result] = []
    damage: list[ArchiveDamaged] = []
    pauses_s = tools.pauses_s
    for step in steps:
        try:
            results.append(_carried_out(outbox, entry, step, transport, tools, pauses_s))
        except ArchiveDamaged as error:
            damage.append(error)
            continue
        except OmenError as error:
            _with_those_who_have_it(error, results)
            raise
        if phase := results[-1].phase:
            pauses_s = () if phase in BEFORE_MAIL else tools.pauses_s
    if damage:
        raise _with_those_who_have_it(damage[0], results)
    return tuple(results)


def _with_those_who_have_it(error: OmenError, results: Sequence[Result]) -> OmenError:
    sent_to = [one.recipient for one in results if one.outcome == "sent"]
    error.details.setdefault("sent_to", sent_to)
    if sent_to:
        error.hint = f"{error.hint}; sent to {', '.join(sent_to)}"
    return error


def _carried_out(
    outbox: Outbox, entry: Entry, step: Step, transport: Transport, tools: Tools, pauses_s: tuple[float, ...]
) -> Result:
    """Do what a recipient is due; a delivery is taken up where it stands now."""
    current = next((one for one in outbox.of(entry.id) if one.key == step.key), None)
    if not step.sends or current is None:
        return idle(step)
    if step.due != "new":
        require_as_frozen(outbox.layout, current)
    return attempted(outbox, entry, current, step.recipient, transport, tools, pauses_s)


def attempted(
    outbox: Outbox,
    entry: Entry,
    delivery: Delivery,
    recipient: str,
    transport: Transport,
    tools: Tools,
    pauses_s: tuple[float, ...] = PAUSES_S,
) -> Result:
    """Offer one message, as often as there are pauses and once more, and return what became of it."""
    name = f"{entry.store_id}_{entry.id}_{delivery.key[:12]}"
    found = deliver(outbox, delivery, transport, name, tools, pauses_s)
    told = told_of(found.mark.entry, delivery.key) if found.mark.entry else None
    return Result(
        recipient,
        delivery.key,
        found.verdict.outcome,
        told.message_id if told else None,
        told.at if told else tools.now(),
        f"{found.verdict.phase}: {found.verdict.reply}",
        found.mark,
        found.verdict.phase,
    )


def idle(step: Step) -> Result:
    """Return the result of a step by which nothing is to be done."""
    told = step.told
    return Result(
        step.recipient,
        step.key,
        step.due,
        told.message_id if told else None,
        told.at if told else None,
    )
