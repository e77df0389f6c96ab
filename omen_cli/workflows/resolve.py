"""Resolve: a person's word on a delivery of which nobody knows whether it arrived."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import Delivery, delivered_ids
from omen_cli.archive.inspect_messages import require_as_frozen
from omen_cli.archive.marks import key_of_message
from omen_cli.archive.moved import Why
from omen_cli.archive.outbox import Outbox, opened
from omen_cli.archive.outbox_record import declare_sent, settle
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import DeliveryState, Entry
from omen_cli.workflows.attempt import attempted
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.reason import require_line
from omen_cli.workflows.request import Caller
from omen_cli.workflows.send import sender_for
from omen_cli.workflows.sent import Result, Sent
from omen_cli.workflows.terms import told_of

_LEAST_OF_A_KEY = 6


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
        delivery = _unknown(archive, outbox, word.asked)
        if isinstance(delivery, _Gone):
            return _without_a_message(outbox, delivery, Why("resolved", word.reason), was_sent=word.was_sent)
        recipient = outbox.read(delivery)[1].recipient
        if transport is not None:
            require_as_frozen(archive.layout, delivery)
        moved, entry = outbox.move(delivery, "sent" if word.was_sent else "queued", Why("resolved", word.reason))
        if transport is None:
            return _declared(entry, moved.key, recipient)
        announce(entry, recipient)
        result = attempted(outbox, entry, moved, recipient, transport, tools)
    return Sent(archive.find_id(entry.id) or entry, (result,), transport.leaves_machine)


@dataclass(frozen=True)
class _Gone:
    """A delivery of which the audit tells, and whose message is gone."""

    entry: Entry
    told: DeliveryState
    key: str
    state: str

    @property
    def snapshot_id(self) -> str:
        """Return the id of its snapshot."""
        return self.entry.id


def _without_a_message(outbox: Outbox, gone: _Gone, why: Why, *, was_sent: bool) -> Sent:
    if not was_sent:
        command = f"omen send --store {gone.entry.store_id} --snapshot {gone.entry.id} --to {gone.told.recipient}"
        raise InvalidArgument(
            f"{gone.key}: its message is gone", hint=f"a new one is made by {command} --resend --reason TEXT"
        )
    entry = declare_sent(outbox, gone.entry.id, gone.told, why)
    return _declared(entry, gone.key, gone.told.recipient)


def _declared(entry: Entry, key: str, recipient: str) -> Sent:
    told = told_of(entry, key)
    message_id, at = (told.message_id, told.at) if told else (None, None)
    return Sent(entry, (Result(recipient, key, "sent", message_id, at),))


def _gone(archive: Archive, key: str) -> Iterator[_Gone]:
    """Yield the deliveries with such a key of which only index and audit tell."""
    for entry in archive.entries():
        for one in entry.deliveries:
            known = key_of_message(one.message_id)
            if known.startswith(key):
                yield _Gone(entry, one, known, one.state)


def _unknown(archive: Archive, outbox: Outbox, asked: str) -> Delivery | _Gone:
    key = asked.strip().strip("<>").partition("@")[0]
    own, shown = archive.layout.store_id, safe_text(asked[:80])
    found: list[Delivery | _Gone] = [
        one for each in delivered_ids(archive.layout) for one in outbox.of(each) if one.key.startswith(key)
    ]
    if len(key) >= _LEAST_OF_A_KEY and not found:
        found = list(_gone(archive, key))
    if len(key) < _LEAST_OF_A_KEY or not found:
        raise NotFound(
            f"{own}: no delivery {shown!r}", hint=f"omen deliveries --store {own} lists them; use 6 digits or more"
        )
    if len(found) > 1:
        raise InvalidArgument(f"{shown}: {len(found)} deliveries begin so", hint="give more of the key")
    if found[0].state != "unknown":
        settle(outbox, found[0].snapshot_id)  # its sender may have been unable to
        raise _settled(own, found[0])
    return found[0]


def _settled(store_id: str, delivery: Delivery | _Gone) -> InvalidArgument:
    command = f"omen send --store {store_id} --snapshot {delivery.snapshot_id}"
    hint = f"one that arrived is sent again by {command} --resend --reason TEXT"
    if delivery.state != "sent":
        hint = f"one that did not arrive is tried again by {command} --only-failed"
    return InvalidArgument(f"{delivery.key}: is {delivery.state}, not unknown", hint=hint)
