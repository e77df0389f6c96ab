"""The old index: its entries as far as they can be read, each with its text to the letter."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from omen_cli.legacy.index_text import parts_of
from omen_cli.legacy.marks import Marks, marks_of
from omen_cli.legacy.texts import (
    Fields,
    count_of,
    day_of,
    period_of,
    text_of,
    time_of,
    timeframe_of,
)
from omen_cli.model.canonical import canonical_sha256, load_strict
from omen_cli.model.ids import SnapshotId, Timeframe, is_store_id, parse_snapshot_id
from omen_cli.model.legacy import LegacyCounts
from omen_cli.model.old_content import fields_of

INDEX_NAME = "index.json"
MOST_VERSIONS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OldEntry:
    """An entry that can be brought over; `store` is None where it names none. `sense` is the hash of what it says."""

    number: int
    text: str
    sense: str
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
    counts: LegacyCounts

    @property
    def name(self) -> str:
        """Return what names the entry in a report."""
        return entry_name(self.number)


@dataclass(frozen=True, slots=True)
class DamagedEntry:
    """A part of the old index that is no entry, and why; `raw` is its bytes."""

    number: int
    raw: bytes
    reason: str

    @property
    def name(self) -> str:
        """Return what names the entry in a report."""
        return entry_name(self.number)


def entry_name(number: int) -> str:
    """Return what names the entry that stands at this place of the index, counted from 1."""
    return f"{INDEX_NAME}#{number}"


def read_entries(raw: bytes) -> tuple[OldEntry | DamagedEntry, ...]:
    """Return the entries of an old index in their order, whatever is wrong between and inside them."""
    text = raw.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    return tuple(_entry(number, part) for number, part in enumerate(parts_of(text), start=1))


def _entry(number: int, text: str) -> OldEntry | DamagedEntry:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        document = load_strict(raw, allows_exponents=True)
    except (ValueError, RecursionError) as error:
        return DamagedEntry(number, raw, f"does not parse: {error}")
    if not isinstance(document, dict):
        return DamagedEntry(number, raw, "is no entry: not an object")
    fields = fields_of(document)
    found = _identity(fields)
    if isinstance(found, str):
        return DamagedEntry(number, raw, found)
    return _read(number, text, fields, found)


def _identity(fields: Fields) -> SnapshotId | str:  # size: one check a line
    """Return the id of an entry, or what is wrong with what it says of itself."""
    shown = str(fields.get("id"))[:100]
    identity = parse_snapshot_id(shown) if isinstance(fields.get("id"), str) else None
    if identity is None:
        return f"its id is none: {shown!r}"
    timeframe, as_of = fields.get("timeframe"), fields.get("asOfDate")
    if timeframe is not None and timeframe_of(timeframe) != identity.timeframe:
        return f"its timeframe is not that of its id: {str(timeframe)[:40]!r}"
    if as_of is not None and day_of(as_of) != identity.as_of_date:
        return f"its asOfDate is not that of its id: {str(as_of)[:40]!r}"
    version = fields.get("version", 1)
    if not 0 < (count_of(version) or 0) <= MOST_VERSIONS:
        return f"its version is none: {str(version)[:40]!r}"
    store = fields.get("store")
    if store not in (None, "") and not (isinstance(store, str) and is_store_id(store)):
        return f"its store is no store id: {str(store)[:60]!r}"
    return identity


def _read(number: int, text: str, fields: Fields, identity: SnapshotId) -> OldEntry:
    supersedes = fields.get("supersedes")
    made = time_of(fields.get("generatedAt")) or time_of(fields.get("createdAt"))
    return OldEntry(
        number=number,
        text=text,
        sense=canonical_sha256(fields),
        id=str(identity),
        timeframe=identity.timeframe,
        as_of=identity.as_of_date,
        version=count_of(fields.get("version", 1)) or 1,
        store=text_of(fields.get("store")),
        supersedes=supersedes if isinstance(supersedes, str) and parse_snapshot_id(supersedes) else None,
        generated_at=made or time_in(identity),
        request_id=text_of(fields.get("requestId")),
        created_by=text_of(fields.get("createdBy")),
        marks=marks_of(fields),
        counts=_counts(fields),
    )


def time_in(identity: SnapshotId) -> datetime:
    """Return the time that an id holds; the epoch where that is past all calendars."""
    try:
        return _EPOCH + timedelta(milliseconds=identity.epoch_ms)
    except OverflowError:
        return _EPOCH


def _counts(fields: Fields) -> LegacyCounts:
    """Return what means today what it meant then: counts, but no money, which was worth the stock, not the sales."""
    summary, meta = fields_of(fields.get("summary")), fields_of(fields.get("diffMetadata"))
    return LegacyCounts(
        item_count=count_of(summary.get("itemCount")),
        recommendation_count=count_of(summary.get("recommendationCount")),
        items_priced=count_of(meta.get("itemsWithPricing")),
        period=period_of(meta.get("dateRange")),
    )
