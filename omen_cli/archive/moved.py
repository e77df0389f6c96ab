"""A message that is to be frozen, and a delivery that got another state: what the audit says of either."""

from dataclasses import dataclass

from omen_cli.archive.deliveries import Delivery
from omen_cli.model.delivery import Cause


@dataclass(frozen=True)
class Message:
    """A message that is to be frozen: the whole of its bytes, and what they say of themselves."""

    key: str
    recipient: str
    message_id: str
    raw: bytes


@dataclass(frozen=True)
class Why:
    """Why a state changes: `reason` in a person's words, `reply` in the server's."""

    cause: Cause
    reason: str | None = None
    reply: str | None = None


@dataclass(frozen=True)
class Moved:
    """A delivery in its new state; `sha256` is that of the message, where it has just been frozen."""

    delivery: Delivery
    recipient: str
    message_id: str
    sha256: str | None = None

    def details(self, why: Why, request_id: str | None) -> dict[str, object]:
        """Return what the audit says of it."""
        return {
            "id": self.delivery.snapshot_id,
            "key": self.delivery.key,
            "recipient": self.recipient,
            "messageId": self.message_id,
            "cause": why.cause,
            "reason": why.reason,
            "reply": why.reply,
            "requestId": request_id,
            "messageSha256": self.sha256,
        }
