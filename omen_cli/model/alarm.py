"""An alarm: something that somebody should be told of at once, in words that may leave the machine."""

import re
from dataclasses import dataclass
from typing import Literal

from omen_cli.model.safe_text import safe_text

RUNS_LOW = "the disk runs low"  # the words by which every warning of a disk that is nearly full begins
MAX_TEXT = 300
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")

Kind = Literal["disk low", "disk refused", "failure", "held", "undelivered", "damage", "crossing"]


@dataclass(frozen=True)
class Alarm:
    """What is wrong, and what to do; `key` is the same as long as the same is wrong. `store_id` is None of no store."""

    kind: Kind
    key: str
    store_id: str | None
    what: str
    to_do: str


def telling(text: str) -> str:
    """Return a text as it may be told to a third party: on one line, without an e-mail address, and not too long."""
    plain = safe_text(_ADDRESS.sub("(an address)", " ".join(text.split())))
    return plain if len(plain) <= MAX_TEXT else f"{plain[: MAX_TEXT - 1]}…"
