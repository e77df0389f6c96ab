"""What an entry says of its deliveries, made of the names of the messages and of the audit alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from omen_cli.archive.audit import DELIVERY_EVENTS
from omen_cli.archive.deliveries import Delivery, deliveries_of
from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.messages import try_addressed
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.delivery import DONE, State
from omen_cli.model.legacy import is_by_the_old_system
from omen_cli.model.snapshot import DeliveryState, Entry

Event = Mapping[str, object]


def with_deliveries(layout: Layout, entry: Entry, events: Sequence[Event]) -> Entry:
    """Return the entry with its deliveries; `events` are those of its messages, in the order of the audit.

    A message whose file is gone keeps what the audit says of it, when it may have arrived: it is not sent again. What
    the old system sent stays, until omen itself has a delivery to the same recipient; told later than that, it counts
    more than a delivery that did not arrive.
    """
    states = {one.key: found for one in found_deliveries(layout, entry.id) if (found := _state(layout, one, events))}
    for key, event in last_events(events).items():
        told = _told(event)
        if told and (told.state in DONE or is_by_the_old_system(told)) and key not in states:
            states[key] = told.model_copy(update={"state": "unknown" if told.state == "sending" else told.state})
    sent = [told for event in events if _state_of(event) == "sent" and (told := _told(event))]
    sent += [one for one in states.values() if one.state == "sent" and not sent]
    by_key = {key_of_message(one.message_id): one for one in entry.deliveries if is_by_the_old_system(one)} | states
    nothing = {"email_sent": False, "email_sent_at": None, "email_recipient": None}
    is_marked_itself = entry.created_via == "migrate"  # the old system kept no messages: its mark is all there is
    return marked(entry if is_marked_itself else entry.model_copy(update=nothing), by_key.values(), sent[-1:])


def marked(entry: Entry, deliveries: Iterable[DeliveryState], sent: Iterable[DeliveryState]) -> Entry:
    """Return the entry with these deliveries; `sent` is the newest that was sent, if any is new."""
    update: dict[str, object] = {
        "deliveries": tuple(sorted(deliveries, key=lambda one: (one.recipient, one.message_id)))
    }
    for one in sent:
        update |= {"email_sent": True, "email_sent_at": one.at, "email_recipient": one.recipient}
    return entry.model_copy(update=update)


def with_delivery(entry: Entry, changed: DeliveryState) -> Entry:
    """Return the entry with one delivery changed or new."""
    key = key_of_message(changed.message_id)
    others = (one for one in entry.deliveries if key_of_message(one.message_id) != key)
    return marked(entry, (*others, changed), (changed,) if changed.state == "sent" else ())


def found_deliveries(layout: Layout, snapshot_id: str) -> tuple[Delivery, ...]:
    """Return the deliveries of a snapshot; none where something else stands in the place of their folder."""
    try:
        return deliveries_of(layout, snapshot_id)
    except ArchiveDamaged:
        return ()


def tells(entry: Entry, there: Iterable[Delivery]) -> bool:
    """Tell whether the entry says of each delivery what its name says."""
    told = {key_of_message(one.message_id): one for one in entry.deliveries}
    return all((state := told.get(one.key)) and _answers(state, one) for one in there)


def is_quiet(layout: Layout, entry: Entry) -> bool:
    """Tell whether nothing is to be finished: the index knows every message's state, and nothing is under way."""
    there = deliveries_of(layout, entry.id)
    is_still = lstat(layout.pending) is None and all(one.state != "sending" for one in there)
    return is_still and tells(entry, there)


def key_of_message(message_id: str) -> str:
    """Return the key of a delivery: what stands before the domain of its Message-ID."""
    return message_id.strip("<> ").partition("@")[0]


def last_events(events: Iterable[Event]) -> dict[str, Event]:
    """Return the last event of each key."""
    return {str(event.get("key")): event for event in events}


def is_told(delivery: Delivery, events: Mapping[str, Event]) -> bool:
    """Tell whether the last event of its key is that of the delivery's state, or that the old system sent it."""
    last = events.get(delivery.key, {})
    told = _told(last)
    return _state_of(last) == delivery.state or (told is not None and outdoes(told, delivery.state))


def outdoes(told: DeliveryState, state: State) -> bool:
    """Tell whether the old system sent to a recipient what, by the state of its own message, omen did not."""
    return is_by_the_old_system(told) and told.state == "sent" and state not in DONE


def _answers(told: DeliveryState, delivery: Delivery) -> bool:
    return told.state == delivery.state or outdoes(told, delivery.state)


def _state(layout: Layout, delivery: Delivery, events: Sequence[Event]) -> DeliveryState | None:
    """Return where a delivery stands; None when neither the audit nor the message says to whom it goes."""
    last = last_events(events).get(delivery.key, {})
    told = _told(last)
    if told and _answers(told, delivery):
        return told
    about = try_addressed(layout, delivery)
    if about is None:
        return told.model_copy(update={"state": delivery.state}) if told else None
    at = told.at if told else about.date
    return DeliveryState(recipient=about.recipient, state=delivery.state, at=at, message_id=about.message_id)


def _state_of(event: Event) -> State | None:
    name = event.get("event")
    return next((state for state, known in DELIVERY_EVENTS.items() if known == name), None)


def _told(event: Event) -> DeliveryState | None:
    """Return where a delivery stands as its event tells it; None when that is no such event, or not whole."""
    state, recipient, message_id = _state_of(event), event.get("recipient"), event.get("messageId")
    if not (state and isinstance(recipient, str) and isinstance(message_id, str)):
        return None
    at = event.get("sentAt", event.get("at"))  # what the old system sent was audited later, and it may not tell when
    if at is None and "sentAt" in event:
        return DeliveryState(recipient=recipient, state=state, at=None, message_id=message_id)
    try:
        when = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    is_time = when is not None and when.tzinfo is not None
    return DeliveryState(recipient=recipient, state=state, at=when, message_id=message_id) if is_time else None
