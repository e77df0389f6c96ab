"""What a migration said and did, as plain values: whoever made it, `judged.py` compares it with the old archive."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Document:
    """One snapshot of the new archives: where it lies, what it says, and the old file that it holds (None: nothing).

    `times` are all that it gives for when it was made; `claimed` is the SHA-256 that it says its payload has;
    `delivered` is to whom it says that it was sent.
    """

    folder: str
    store: str
    id: str
    timeframe: str
    as_of_date: str
    version: int
    supersedes: str | None
    request: str | None
    times: tuple[str, ...]
    marks: tuple[bool, str | None, str | None]
    payload: bytes | None = None
    claimed: str | None = None
    delivered: tuple[str, ...] = ()

    @property
    def sha256(self) -> str | None:
        """The hash of the old file that it holds."""
        return None if self.payload is None else sha256(self.payload).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What a migration said and did.

    `entries` are the ends by place in the index; `files` by path, each with what it is a duplicate of or the reason.
    `found` and `counts` are the numbers of the report; `before` and `after` are the hashes of the old tree.
    """

    entries: tuple[str, ...]
    files: Mapping[str, str]
    documents: tuple[Document, ...]
    found: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]
    before: Mapping[str, str]
    after: Mapping[str, str]
