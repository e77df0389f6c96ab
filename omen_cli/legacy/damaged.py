"""A part of the old index that is no entry: what it tells all the same, so that nobody gets again what was sent."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from omen_cli.legacy.marks import Marks, marks_in, marks_of
from omen_cli.legacy.texts import Fields, day_of, text_of, time_of, timeframe_of
from omen_cli.model.ids import Timeframe, parse_snapshot_id

INDEX_NAME = "index.json"
_MOST_SEARCHED = 100_000
_SAYS = re.compile(
    r'"(id|requestId|timeframe|asOfDate|generatedAt|createdAt|store)"\s*+:\s*+"([^"\\]{1,300})"', re.ASCII
)


@dataclass(frozen=True)
class DamagedEntry:
    """A part of the old index that is no entry, and why; `raw` is its bytes.

    What it tells of itself all the same: the id, the request, which snapshot and when, and that it was sent. None and
    nothing where it does not. `is_unreadable` where nobody can say how many entries stood there.
    """

    number: int
    raw: bytes
    reason: str
    id: str | None = None
    request_id: str | None = None
    store: str | None = None
    timeframe: Timeframe | None = None
    as_of: date | None = None
    generated_at: datetime | None = None
    marks: Marks = field(default_factory=Marks)
    is_unreadable: bool = False

    @property
    def name(self) -> str:
        """Return what names the entry in a report."""
        return entry_name(self.number)


def entry_name(number: int) -> str:
    """Return what names the entry that stands at this place of the index, counted from 1."""
    return f"{INDEX_NAME}#{number}"


def damaged(number: int, raw: bytes, reason: str, fields: Fields) -> DamagedEntry:
    """Return an entry that parses, and cannot be brought over; an object without an id may be anything."""
    is_unreadable = not fields.keys() & {"id", "requestId"}
    return _telling(number, raw, reason, fields, marks_of(fields), is_unreadable=is_unreadable)


def unreadable(number: int, raw: bytes, text: str, reason: str) -> DamagedEntry:
    """Return an entry that does not parse, with what can be read in its text."""
    fields: Fields = {}
    for one in _SAYS.finditer(text[:_MOST_SEARCHED]):
        fields.setdefault(one[1], one[2])
    said_id = fields.get("id")
    if not str(said_id).startswith("snapshot_"):
        fields.pop("id", None)
    marks = marks_in(text[:_MOST_SEARCHED]) if "id" in fields or "requestId" in fields else Marks()
    return _telling(number, raw, reason, fields, marks, is_unreadable=True)


def _telling(
    number: int, raw: bytes, reason: str, fields: Fields, marks: Marks, *, is_unreadable: bool
) -> DamagedEntry:
    said_id = text_of(fields.get("id"))
    identity = parse_snapshot_id(said_id or "")
    return DamagedEntry(
        number=number,
        raw=raw,
        reason=reason,
        id=said_id,
        request_id=text_of(fields.get("requestId")),
        store=text_of(fields.get("store")),
        timeframe=timeframe_of(fields.get("timeframe")) or (identity.timeframe if identity else None),
        as_of=day_of(fields.get("asOfDate")) or (identity.as_of_date if identity else None),
        generated_at=time_of(fields.get("generatedAt")) or time_of(fields.get("createdAt")),
        marks=marks,
        is_unreadable=is_unreadable,
    )
