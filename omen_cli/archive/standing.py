"""What an archive has already of the snapshots that a migration is to bring over."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.entries import key_of
from omen_cli.archive.files import lstat
from omen_cli.archive.ledger import read_ledger
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.snapshot import Entry


@dataclass(frozen=True)
class Wanted:
    """A snapshot that is to be in the archive; `compose` makes it, only when it is written."""

    id: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    compose: Callable[[], LegacySnapshot]


@dataclass(frozen=True)
class Standing:
    """What an archive has, as a migration asks: its entries, and which ids are gone for good."""

    by_id: Mapping[str, Entry]
    by_key: Mapping[tuple[object, ...], Entry]
    settled: Callable[[str], bool]

    def rival(self, wanted: Wanted) -> Entry | None:
        """Return the snapshot that has the version of another's key; None when it is free."""
        other = self.by_key.get((wanted.timeframe, wanted.as_of_date, wanted.version))
        return other if other and other.id != wanted.id else None

    def lacks(self, wanted: Wanted) -> bool:
        """Tell whether the snapshot is to be written: it is not there, was never removed, and its version is free."""
        return wanted.id not in self.by_id and not self.settled(wanted.id) and self.rival(wanted) is None


def is_left_unfinished(archive: Archive) -> bool:
    """Tell whether a change is under way in the archive, or a dead migration left the draft of a file."""
    return archive.is_unfinished() or (archive.exists() and lstat(archive.layout.migrated_draft) is not None)


def standing_of(archive: Archive) -> Standing:
    """Return what the archive has; a reader, and nothing where there is none yet.

    Raises:
        ArchiveDamaged: it is not safe to read, or not this store's.
    """
    entries = tuple(archive.entries())
    ledger = read_ledger(archive.layout.audit_dir, is_tolerant=True)
    return standing_among(entries, ledger.is_settled)


def standing_among(entries: Iterable[Entry], is_settled: Callable[[str], bool]) -> Standing:
    """Return what an archive with these entries has."""
    entries = tuple(entries)
    return Standing({one.id: one for one in entries}, {key_of(one): one for one in entries}, is_settled)
