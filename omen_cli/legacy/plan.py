"""What becomes of every old file and entry: values, of which the report, the writing and the counts are made."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from omen_cli.legacy.files import OldFile
from omen_cli.legacy.marks import Marks
from omen_cli.legacy.said import OldCounts
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import NOT_KNOWN

Kind = Literal["entry", "file"]
Fate = Literal["migrated", "migrated_without_payload", "duplicate", "quarantined"]
FATES: tuple[Fate, ...] = ("migrated", "migrated_without_payload", "duplicate", "quarantined")
FATE_KEYS = ("migrated", "migratedWithoutPayload", "duplicate", "quarantined")


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of one file or entry: the snapshot that it is kept in, that it repeats, or why there is none.

    `raw` are the bytes of a quarantined entry; those of a file are read from the old tree.
    """

    kind: Kind
    name: str
    fate: Fate
    store_id: str | None = None
    snapshot_id: str | None = None
    reason: str | None = None
    file: OldFile | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A snapshot that is to be made of an old entry, an old file, or both; `entry_name` is None without an entry.

    `supersedes_said` is what the entry says that it supersedes, where that is no id.
    `file_note` tells of an entry without a file what its file is, where there is one that cannot be brought over.
    """

    store_id: str
    id: str
    timeframe: Timeframe
    as_of: date
    version: int
    supersedes: str | None
    generated_at: datetime
    request_id: str
    created_by: str
    marks: Marks = field(default_factory=Marks)
    counts: OldCounts = field(default_factory=OldCounts)
    entry_name: str | None = None
    entry_text: str | None = None
    file: OldFile | None = None
    supersedes_said: str | None = None
    file_note: str | None = None

    @property
    def key(self) -> tuple[str, Timeframe, date, int]:
        """Return what at most one snapshot may have."""
        return self.store_id, self.timeframe, self.as_of, self.version

    @property
    def has_unknown_history(self) -> bool:
        """Tell whether nothing in the old archive says if it was sent."""
        return NOT_KNOWN in self.marks.delivered_to

    def ends(self) -> tuple[End, ...]:
        """Return what becomes of what it is made of."""
        of_entry: Fate = "migrated" if self.file else "migrated_without_payload"
        about = (self.store_id, self.id, self.file_note)
        entry = End("entry", self.entry_name, of_entry, *about) if self.entry_name else None
        file = End("file", self.file.name, "migrated", self.store_id, self.id, file=self.file) if self.file else None
        return tuple(one for one in (entry, file) if one)


@dataclass(frozen=True)
class Plan:
    """The snapshots to be made, in the order of stores, dates, timeframes and versions, and every end of the others."""

    snapshots: tuple[Planned, ...]
    others: tuple[End, ...]

    @property
    def ends(self) -> tuple[End, ...]:
        """Return the end of every entry, in the order of the index, then of every file, by path."""
        made = [end for one in self.snapshots for end in one.ends()]
        return tuple(sorted((*made, *self.others), key=_in_order))

    @property
    def stores(self) -> tuple[str, ...]:
        """Return the stores that get a snapshot."""
        return tuple(dict.fromkeys(one.store_id for one in self.snapshots))

    def lost(self) -> tuple[Planned, ...]:
        """Return the snapshots that supersede one of which nothing is left."""
        known = {one.id for one in self.snapshots}
        return tuple(
            one for one in self.snapshots if one.supersedes_said or (one.supersedes and one.supersedes not in known)
        )


def counts_of(ends: tuple[End, ...]) -> Mapping[Kind, Mapping[Fate, int]]:
    """Return how many entries and files there are of each end."""
    found = Counter((end.kind, end.fate) for end in ends)
    return {kind: {fate: found[kind, fate] for fate in FATES} for kind in ("entry", "file")}


def plain_counts(ends: tuple[End, ...], kind: Kind) -> dict[str, int]:
    """Return the counts of one kind as JSON names them."""
    return dict(zip(FATE_KEYS, counts_of(ends)[kind].values(), strict=True))


def _in_order(end: End) -> tuple[str, int, str]:
    number = end.name.partition("#")[2] if end.kind == "entry" else ""
    return end.kind, int(number or 0), end.name
