"""One message to one recipient: offered, its verdict recorded; tried again only when it cannot have arrived."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.moved import Why
from omen_cli.archive.outbox import Outbox
from omen_cli.delivery.verdict import Outcome, Transport, Verdict
from omen_cli.errors import OmenError
from omen_cli.model.delivery import Cause, MarkResult
from omen_cli.model.legacy import AnySnapshot
from omen_cli.model.letter import Correction, Envelope

PAUSES_S = (2.0, 10.0)  # between the tries of one call; after the last the message stays queued, for the next call
_CAUSES: dict[Outcome, Cause] = {"sent": "attempt", "failed": "attempt", "unknown": "attempt", "queued": "retry"}
Compose = Callable[[AnySnapshot, Correction | None, Sequence[Envelope]], tuple[bytes, ...]]


@dataclass(frozen=True)
class Tools:
    """What sending needs of the outside: how messages are made, who takes them, the time, and how to wait.

    `pauses_s` lie between the tries of one call.
    """

    compose: Compose
    transport: Callable[[], Transport]
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    pauses_s: tuple[float, ...] = PAUSES_S


@dataclass(frozen=True)
class Delivered:
    """The verdict of the last try, and whether it could be recorded."""

    verdict: Verdict
    mark: MarkResult


class _Attempt:
    """One try; `delivery` is where the delivery stands."""

    def __init__(self, outbox: Outbox, delivery: Delivery) -> None:
        self._outbox = outbox
        self.delivery = delivery

    def before_data(self) -> None:
        """Make `sending` durable; where that fails nothing was offered, and the message stays as it was."""
        try:
            self.delivery, _ = self._outbox.move(self.delivery, "sending", Why("attempt"))
        except OmenError:
            self._outbox.take_back(self.delivery)
            raise


def deliver(
    outbox: Outbox,
    delivery: Delivery,
    transport: Transport,
    name: str,
    tools: Tools,
    pauses_s: tuple[float, ...] = PAUSES_S,
) -> Delivered:
    """Offer a message, a few times when that is safe, and record each verdict.

    Raises:
        Busy, InsufficientStorage, ArchiveDamaged: `sending` could not be made durable: the message was not offered.
    """
    for pause_s in (*pauses_s, None):
        verdict, mark, delivery = _try(outbox, delivery, transport, name)
        if pause_s is None or not mark.success or verdict.outcome != "queued" or not verdict.is_retryable:
            break
        tools.pause(pause_s)
    return Delivered(verdict, mark)


def _try(outbox: Outbox, delivery: Delivery, transport: Transport, name: str) -> tuple[Verdict, MarkResult, Delivery]:
    raw, about = outbox.read(delivery)
    attempt = _Attempt(outbox, delivery)
    try:
        verdict = transport.send(raw, about.sender, about.recipient, name, attempt.before_data)
    except KeyboardInterrupt:
        if attempt.delivery.state == "sending":
            outbox.mark(attempt.delivery, "unknown", Why("died", reply="interrupted while the message was on its way"))
        raise
    why = Why(_CAUSES[verdict.outcome], reply=f"{verdict.phase}: {verdict.reply}")
    mark = outbox.mark(attempt.delivery, verdict.outcome, why)
    return verdict, mark, Delivery(delivery.snapshot_id, delivery.key, verdict.outcome)
