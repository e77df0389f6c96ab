"""What a frozen message says of itself: to whom it goes, and under which id; read from its bytes, never changed."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime

from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import read_file
from omen_cli.archive.layout import Layout

_PARSER = BytesHeaderParser(policy=policy.default)


@dataclass(frozen=True)
class Addressed:
    """The sender's and the only recipient's address, the Message-ID with its brackets, and the date, aware."""

    sender: str
    recipient: str
    message_id: str
    date: datetime


def read_message(layout: Layout, delivery: Delivery) -> bytes:
    """Return the bytes of the message.

    Raises:
        FileDamaged: it is gone, or no regular file.
    """
    path = delivery.path(layout)
    raw = read_file(path)
    if raw is None:
        raise FileDamaged(path, "is gone")
    return raw


def addressed(raw: bytes) -> Addressed | None:
    """Return what a message says of itself; None when it does not say all of it."""
    try:
        headers = _PARSER.parsebytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        found = ((name, headers[name]) for name in ("From", "To", "Message-ID", "Date"))  # each look parses it anew
        said = {name: str(value) for name, value in found if value is not None}
        date = parsedate_to_datetime(said["Date"])
    except (KeyError, ValueError, TypeError, IndexError, HeaderParseError):
        return None
    sender, recipient = parseaddr(said["From"])[1], parseaddr(said["To"])[1]
    if not (sender and recipient and said["Message-ID"]) or date.tzinfo is None:
        return None
    return Addressed(sender, recipient, said["Message-ID"], date)


def try_addressed(layout: Layout, delivery: Delivery) -> Addressed | None:
    """Return what the message says of itself; None also when it cannot be read."""
    try:
        return addressed(read_message(layout, delivery))
    except FileDamaged:
        return None
