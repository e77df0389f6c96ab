"""What an old entry says of e-mail: that it was sent, when, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from omen_cli.legacy.texts import Fields, text_of, time_of


@dataclass(frozen=True)
class Marks:
    """The marks of an entry; the time and the recipient are None where it does not say them."""

    is_sent: bool = False
    sent_at: datetime | None = None
    recipient: str | None = None


def marks_of(fields: Fields) -> Marks:
    """Return the marks that an old entry has."""
    is_sent = fields.get("emailSent") is True
    return Marks(is_sent, time_of(fields.get("emailSentAt")), text_of(fields.get("emailRecipient")))
