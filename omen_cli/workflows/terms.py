"""On which terms a snapshot is sent, and what each recipient is due by them: a message, another try, or nothing."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.marks import key_of_message, outdoes
from omen_cli.errors import InvalidArgument
from omen_cli.model.delivery import DONE, State, delivery_key
from omen_cli.model.snapshot import DeliveryState, Entry
from omen_cli.workflows.anew import NOTHING_ANEW, Anew
from omen_cli.workflows.reason import require_line

Due = Literal["new", "retry", "resend", "already_sent", "sending", "unknown", "failed"]
SENDS: frozenset[Due] = frozenset({"new", "retry", "resend"})


@dataclass(frozen=True)
class Terms:
    """What the call allows; `to` are its recipients, empty for the store's own.

    `reason` is why it goes beyond a plain send. `only_failed` is for deliveries that were begun and did not arrive.
    `is_unattended`: nobody asked for it now, so what a server refused for good is not offered again.
    """

    to: tuple[str, ...] = ()
    allows_held: bool = False
    is_forced: bool = False
    is_resend: bool = False
    only_failed: bool = False
    reason: str | None = None
    is_unattended: bool = False

    def require_reason(self) -> None:
        """Refuse what needs a reason and has none, and a reason that is no line of text.

        Raises:
            InvalidArgument: names the option.
        """
        for is_asked, option in (
            (self.allows_held, "--allow-held"),
            (self.is_forced, "--force"),
            (self.is_resend, "--resend"),
        ):
            if is_asked and not (self.reason or "").strip():
                raise InvalidArgument(f"{option}: needs --reason", hint="say why, in a few words: the audit keeps it")
        require_line(self.reason)


@dataclass(frozen=True)
class Step:
    """What one recipient is due; `delivery` is the one that exists already, None for a new one.

    `sending` is due where another omen is at it, or died of it: only under `.send.lock` can that be told.
    """

    recipient: str
    key: str
    due: Due
    delivery: Delivery | None
    told: DeliveryState | None

    @property
    def sends(self) -> bool:
        """Tell whether a message is to be offered."""
        return self.due in SENDS


def steps_for(
    entry: Entry,
    recipients: tuple[str, ...],
    there: tuple[Delivery, ...],
    terms: Terms,
    made_anew: Anew = NOTHING_ANEW,
) -> tuple[Step, ...]:
    """Return what each recipient is due, given the deliveries that are there.

    What is to be made anew counts as new, as far as it is due at all.
    """
    by_key = {one.key: one for one in there}
    told = {key_of_message(one.message_id): one for one in entry.deliveries}
    found: list[Step] = []
    for recipient in recipients:
        key = delivery_key(entry.store_id, entry.id, recipient)
        delivery = by_key.get(key)
        state = _stands(delivery, told.get(key))
        due = _due(state, terms, is_there=delivery is not None)
        if (due == "already_sent" and key in made_anew.kept) or (due in SENDS and key in made_anew.from_another):
            due = "new"
        if state in ("queued", "failed") or not terms.only_failed:
            found.append(Step(recipient, key, due, delivery, told.get(key)))
    return tuple(found)


def told_of(entry: Entry, key: str) -> DeliveryState | None:
    """Return where a delivery stands as the entry tells it; None when it does not."""
    return next((one for one in entry.deliveries if key_of_message(one.message_id) == key), None)


def _stands(delivery: Delivery | None, told: DeliveryState | None) -> State | None:
    """Return where a delivery stands; None where nobody has begun it, or it is gone and certainly did not arrive.

    Its own file says it, unless that did not arrive and the old system sent it.
    """
    if delivery:
        return "sent" if told and outdoes(told, delivery.state) else delivery.state
    state = told.state if told else None
    return "sent" if state == "sent" else "unknown" if state in DONE else None


def _due(state: State | None, terms: Terms, *, is_there: bool) -> Due:
    if state is None or (terms.is_resend and not is_there):
        return "new"
    if state == "sent":
        return "resend" if terms.is_resend else "already_sent"
    if state in ("sending", "unknown") or (state == "failed" and terms.is_unattended):
        return state
    return "retry"
