"""Messages to freeze, and an outbox of an archive whose clock stands still."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.delivery_change import Sender
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.moved import Message, Why
from omen_cli.archive.outbox import opened
from omen_cli.model.delivery import delivery_key, message_id
from tests.archive.factories import AT, LIMITS, STORE

LATER = AT + timedelta(hours=2)
OWNER = "owner@njweedwizard.example"
NEW = Why("new")


def sender(at: datetime = LATER, *, wait_s: float = 5.0, limits: DiskLimits = LIMITS) -> Sender:
    """Ann, who sends at `at`."""
    return Sender("ann", "r-2", lambda: at, wait_s, limits)


def message(snapshot_id: str, recipient: str = OWNER, body: str = "as sent") -> Message:
    """A whole message, to be frozen."""
    key = delivery_key(STORE, snapshot_id, recipient)
    about = message_id(key, "example.com")
    lines = (
        "From: OMEN <reports@example.com>",
        f"To: {recipient}",
        "Subject: NJ Weed Wizard",
        "Date: Sat, 10 Jan 2026 05:00:00 +0000",
        f"Message-ID: {about}",
        "",
        body,
        "",
    )
    return Message(key, recipient, about, "\r\n".join(lines).encode())


@contextmanager
def outbox(data: Path, **about):
    """The outbox of the store, for the time of a `with`."""
    with opened(Archive(data, STORE), sender(**about)) as found:
        yield found


def queued(data: Path, snapshot_id: str, *recipients: str):
    """Freeze messages to the recipients, and return the deliveries."""
    with outbox(data) as found:
        messages = [message(snapshot_id, one) for one in recipients or (OWNER,)]
        found.queue(snapshot_id, messages, NEW, lambda entry: None)
        return found.of(snapshot_id)
