"""The old index: its entries as far as they can be read, each with its text to the letter."""

from dataclasses import dataclass
from datetime import date, datetime

from omen_cli.legacy.damaged import DamagedEntry, damaged, entry_name, unreadable
from omen_cli.legacy.index_text import MOST_OF_AN_ENTRY, parts_of
from omen_cli.legacy.marks import Marks, marks_of
from omen_cli.legacy.said import OldCounts, counts_in, identity_of, time_in
from omen_cli.legacy.texts import Fields, store_of, text_of, time_of, version_of
from omen_cli.model.canonical import canonical_sha256, load_strict
from omen_cli.model.ids import SnapshotId, Timeframe, parse_snapshot_id
from omen_cli.model.old_content import fields_of

_MOST_OF_SAID = 200
MOST_DAMAGED = 1000


@dataclass(frozen=True, slots=True)
class OldEntry:
    """An entry that can be brought over; `store` is None where it names none.

    `supersedes_said` is what it says that it supersedes, where that is no id of a snapshot.
    """

    number: int
    text: str
    id: str
    timeframe: Timeframe
    as_of: date
    version: int
    store: str | None
    supersedes: str | None
    generated_at: datetime
    request_id: str | None
    created_by: str | None
    marks: Marks
    counts: OldCounts
    supersedes_said: str | None = None

    @property
    def name(self) -> str:
        """Return what names the entry in a report."""
        return entry_name(self.number)

    @property
    def sense(self) -> str:
        """Return the hash of what it says, however it is written."""
        return canonical_sha256(load_strict(self.text.encode("utf-8"), is_foreign=True))


def read_entries(raw: bytes) -> tuple[OldEntry | DamagedEntry, ...]:
    """Return the entries of an old index in their order, whatever is wrong between and inside them.

    An index with very many parts that are no entries is one such part as a whole.
    """
    text = raw.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    found: list[OldEntry | DamagedEntry] = []
    wrong = 0
    for number, part in enumerate(parts_of(text), start=1):
        one = _entry(number, part)
        found.append(one)
        wrong += isinstance(one, DamagedEntry)
        if wrong > MOST_DAMAGED:
            reason = f"more than {MOST_DAMAGED} parts of the index are no entries: it is set aside whole"
            return (DamagedEntry(1, raw, reason, is_unreadable=True),)
    return tuple(found)


def _entry(number: int, text: str) -> OldEntry | DamagedEntry:
    raw = text.encode("utf-8", "surrogateescape")
    if len(text) > MOST_OF_AN_ENTRY:
        return unreadable(number, raw, text, f"is over {MOST_OF_AN_ENTRY // 1024 // 1024} MiB, which no entry is")
    try:
        document = load_strict(raw, is_foreign=True)
    except (ValueError, RecursionError) as error:
        return unreadable(number, raw, text, f"does not parse: {error}"[:300])
    if not isinstance(document, dict):
        return DamagedEntry(number, raw, "is no entry: not an object")
    fields = fields_of(document)
    found = identity_of(fields)
    if isinstance(found, str):
        return damaged(number, raw, found, fields)
    return _read(number, text, fields, found)


def _read(number: int, text: str, fields: Fields, identity: SnapshotId) -> OldEntry:
    said = fields.get("supersedes")
    supersedes = said if isinstance(said, str) and parse_snapshot_id(said) else None
    made = time_of(fields.get("generatedAt")) or time_of(fields.get("createdAt"))
    return OldEntry(
        number=number,
        text=text,
        id=str(identity),
        timeframe=identity.timeframe,
        as_of=identity.as_of_date,
        version=version_of(fields.get("version")) or 1,
        store=store_of(fields.get("store")),
        supersedes=supersedes,
        generated_at=made or time_in(identity),
        request_id=text_of(fields.get("requestId")),
        created_by=text_of(fields.get("createdBy")),
        marks=marks_of(fields),
        counts=counts_in(fields),
        supersedes_said=None if supersedes or said in (None, "") else str(said)[:_MOST_OF_SAID],
    )
