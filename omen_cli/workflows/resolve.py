"""Resolve: a person's word on a delivery of which nobody knows whether it arrived."""

from collections.abc import Callable
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.inspect_messages import require_as_frozen
from omen_cli.archive.moved import Why
from omen_cli.archive.outbox import Outbox, opened
from omen_cli.archive.outbox_record import declare_sent
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument
from omen_cli.model.legacy import NOT_KNOWN
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.attempt import attempted
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.reason import require_line
from omen_cli.workflows.request import Caller
from omen_cli.workflows.send import sender_for
from omen_cli.workflows.sent import Result, Sent
from omen_cli.workflows.terms import told_of
from omen_cli.workflows.unknown_delivery import Gone, unknown_delivery


@dataclass(frozen=True)
class Word:
    """What a person says of a delivery, named by its key, the beginning of it, or its Message-ID.

    `was_sent`: it arrived; else the same message, with the same Message-ID, is sent again. `reason` is how they know,
    for the audit; None when they do not say.
    """

    asked: str
    was_sent: bool
    reason: str | None


def resolve(
    settings: Settings,
    store: StoreSettings,
    word: Word,
    caller: Caller,
    tools: Tools,
    announce: Callable[[Entry, str], None],
) -> Sent:
    """Settle a delivery of which nobody knows whether it arrived: it was sent, or it is to be sent again now.

    Args:
        settings: of the installation.
        store: whose delivery.
        word: what the person says, of which.
        caller: who says so.
        tools: as for a send.
        announce: says what is to be sent to whom, before it is.

    Raises:
        NotFound: the store has no such delivery.
        InvalidArgument: several begin so, it is in another state, or the reason is no line of text.
        ConfigInvalid: it is to be sent, and the settings do not say how.
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says, or somebody changed the message.
    """
    require_line(word.reason)
    archive = Archive(settings.data, store.store_id)
    transport = None if word.was_sent else tools.transport()
    with opened(archive, sender_for(settings, store, caller, tools)) as outbox:
        delivery = unknown_delivery(archive, outbox, word.asked)
        if isinstance(delivery, Gone):
            return _without_a_message(outbox, delivery, Why("resolved", word.reason), was_sent=word.was_sent)
        recipient = outbox.read(delivery)[1].recipient
        if transport is not None:
            _require_reason(archive.find_id(delivery.snapshot_id), word)
            require_as_frozen(archive.layout, delivery)
        moved, entry = outbox.move(delivery, "sent" if word.was_sent else "queued", Why("resolved", word.reason))
        if transport is None:
            return _declared(entry, moved.key, recipient)
        announce(entry, recipient)
        result = attempted(outbox, entry, moved, recipient, transport, tools)
    return Sent(archive.find_id(entry.id) or entry, (result,), transport.leaves_machine)


def _require_reason(entry: Entry | None, word: Word) -> None:
    """Refuse to send again, without a word why, what a plain send would refuse.

    Raises:
        InvalidArgument: the snapshot is held or superseded, and there is no reason.
    """
    is_plain = entry is None or (entry.status == "ok" and not entry.superseded_by)
    if entry and not is_plain and not (word.reason or "").strip():
        what = f"superseded by {entry.superseded_by}" if entry.superseded_by else "held"
        raise InvalidArgument(
            f"{entry.id}: is {what}: --resend needs --reason", hint="say why it is to go out all the same"
        )


def _without_a_message(outbox: Outbox, gone: Gone, why: Why, *, was_sent: bool) -> Sent:
    if not was_sent:
        what, whom = "its message is gone", gone.told.recipient
        if whom == NOT_KNOWN:
            what, whom = "there never was a message of it", "ADDRESS"
        command = f"omen send --store {gone.entry.store_id} --snapshot {gone.entry.id} --to {whom}"
        raise InvalidArgument(f"{gone.key}: {what}", hint=f"a new one is made by {command} --resend --reason TEXT")
    entry = declare_sent(outbox, gone.entry.id, gone.told, why)
    return _declared(entry, gone.key, gone.told.recipient)


def _declared(entry: Entry, key: str, recipient: str) -> Sent:
    told = told_of(entry, key)
    message_id, at = (told.message_id, told.at) if told else (None, None)
    return Sent(entry, (Result(recipient, key, "sent", message_id, at),))
