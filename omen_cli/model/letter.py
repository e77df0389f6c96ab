"""A message before it has a recipient, and what is on its envelope: what report makes and delivery takes."""

from dataclasses import dataclass
from datetime import datetime

from omen_cli.model.difference import Difference


@dataclass(frozen=True)
class Picture:
    """A PNG that the HTML shows by `cid:<cid>`."""

    cid: str
    png: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the message; `media_type` such as `text/csv`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a message says, whoever gets it; the text is complete without the HTML."""

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Envelope:
    """From whom, to whom, when and under which names.

    `sender` is a From header such as `OMEN <reports@example.com>`, `recipient` a plain address, `message_id` with its
    angle brackets, `date` aware, `list_id` such as `<njweedwizard.omen.example.com>`, `list_unsubscribe` a mailto: or
    https: URL, None when there is none.
    """

    sender: str
    recipient: str
    message_id: str
    date: datetime
    list_id: str
    list_unsubscribe: str | None = None


@dataclass(frozen=True)
class Correction:
    """What a letter says where its snapshot takes the place of one that was sent before.

    `reason` is why the new version was made; `difference` what differs from the old one, None when that is lost, or
    when one of the two is the old system's, which counted otherwise.
    """

    before_id: str
    before_version: int
    reason: str | None
    difference: Difference | None
    is_of_the_old_system: bool = False
