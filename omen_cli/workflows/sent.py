"""What became of a send: for each recipient the state, the server's answer, and whether it could be recorded."""

from dataclasses import dataclass
from datetime import datetime

from omen_cli.model.delivery import MarkResult
from omen_cli.model.snapshot import Entry


@dataclass(frozen=True)
class Result:
    """What became of one recipient.

    `outcome` is the delivery's state, `already_sent` where nothing was to be done, `would_send` of a dry run. `mark`
    says whether it could be recorded, `phase` where the last try ended; both None where nothing was offered.
    """

    recipient: str
    key: str
    outcome: str
    message_id: str | None = None
    at: datetime | None = None
    reply: str | None = None
    mark: MarkResult | None = None
    phase: str | None = None


@dataclass(frozen=True)
class Sent:
    """The results, in the order of the recipients, and whether anything left this machine."""

    entry: Entry
    results: tuple[Result, ...]
    leaves_machine: bool | None = None
