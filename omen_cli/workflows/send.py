"""Send: exactly the snapshot that was named, to each recipient once; what the server said is kept for each."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.delivery_change import Sender
from omen_cli.archive.inspect_messages import require_as_frozen
from omen_cli.archive.moved import Message, Why
from omen_cli.archive.outbox import Outbox, opened
from omen_cli.archive.outbox_record import settle
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.model.delivery import Cause
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.anew import anew
from omen_cli.workflows.attempt import carry_out_each, idle
from omen_cli.workflows.correction import correction_of
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.envelope import envelope_of
from omen_cli.workflows.request import Caller
from omen_cli.workflows.send_plan import Plan
from omen_cli.workflows.sendable import require_sendable
from omen_cli.workflows.sent import Sent
from omen_cli.workflows.terms import Step, Terms, steps_for


def send(plan: Plan, terms: Terms, caller: Caller, tools: Tools) -> Sent:
    """Carry a plan out, as far as it still holds under `.send.lock`: another omen may have sent some of it by then.

    What a sender could not record any more is recorded now, and what a dead one left is unknown.

    Raises:
        Held, InvalidArgument: the snapshot must not be sent on these terms any more.
        ConfigInvalid: the settings do not say from whom, or where to.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says; what was sent until then is recorded.
    """
    archive = Archive(plan.settings.data, plan.store.store_id)
    if not plan.sends and plan.is_settled:
        return Sent(plan.entry, tuple(map(idle, plan.steps)))
    transport = tools.transport()
    fresh = {one.key: one for one in _messages(plan, archive, caller, tools)}
    with opened(archive, sender_for(plan.settings, plan.store, caller, tools)) as outbox:
        entry = settle(outbox, plan.entry.id)
        there = outbox.of(entry.id)
        steps = steps_for(entry, plan.recipients, there, terms, anew(plan.settings, archive.layout, there))
        is_offered = any(step.sends for step in steps)
        if is_offered:
            require_sendable(entry, terms)
        entry = _prepared(outbox, entry, steps, fresh, terms)
        results = carry_out_each(outbox, entry, steps, transport, tools)
    return Sent(archive.find_id(entry.id) or entry, results, transport.leaves_machine if is_offered else None)


def sender_for(settings: Settings, store: StoreSettings, caller: Caller, tools: Tools) -> Sender:
    """Return who sends, as the archive takes it; their clock shows the store's own time."""
    zone = ZoneInfo(store.timezone)
    return Sender(
        caller.name,
        caller.request_id,
        lambda: tools.now().astimezone(zone),
        caller.lock_wait_s,
        limits_of(settings),
    )


def _messages(plan: Plan, archive: Archive, caller: Caller, tools: Tools) -> Sequence[Message]:
    """Return the messages of those who have none yet, made of the snapshot after every proof that its file can give."""
    new = [step for step in plan.sends if step.due == "new"]
    if not new:
        return ()
    snapshot = archive.load(plan.entry)
    envelopes = tuple(envelope_of(plan.settings, plan.store, step.recipient, step.key, caller.at) for step in new)
    has_server = plan.settings.mail.folder is None
    correction = correction_of(archive, plan.entry, snapshot, has_server=has_server)
    raws = tools.compose(snapshot, correction, envelopes)
    return tuple(
        Message(step.key, step.recipient, envelope.message_id, raw)
        for step, envelope, raw in zip(new, envelopes, raws, strict=True)
    )


def _prepared(outbox: Outbox, entry: Entry, steps: Sequence[Step], fresh: dict[str, Message], terms: Terms) -> Entry:
    """Freeze the new messages, and queue again those that were sent and are asked for again; return the entry."""
    new = [fresh[step.key] for step in steps if step.due == "new" and step.key in fresh]
    if new:
        cause: Cause = "named" if terms.to and not terms.is_unattended else "new"
        entry = outbox.queue(entry.id, new, Why(cause, terms.reason), lambda now: require_sendable(now, terms))
    for step in steps:
        if step.due == "resend" and step.delivery:
            require_as_frozen(outbox.layout, step.delivery)
            _, entry = outbox.move(step.delivery, "queued", Why("resend", terms.reason))
    return entry
