"""What an archive has already of the snapshots that a migration is to bring over."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.archive.entries import Key, key_of
from omen_cli.archive.files import lstat
from omen_cli.archive.marks import key_of_message
from omen_cli.archive.told_ids import told_ids
from omen_cli.model.delivery import DONE
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import LegacySnapshot, has_unknown_history
from omen_cli.model.snapshot import Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """A snapshot that is to be in the archive; `compose` makes it, only when it is written."""

    id: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    compose: Callable[[], LegacySnapshot]


@dataclass(frozen=True, slots=True)
class Had:
    """What is asked of a snapshot that is there: the hashes of its content and of its file, and whose it is.

    `is_legacy` tells that it is of the old system; `known` are the keys of its deliveries that arrived, or may have.
    """

    content_sha256: str
    sha256: str
    is_legacy: bool
    known: frozenset[str]
    has_no_payload: bool
    has_unknown_history: bool


@dataclass(frozen=True)
class Standing:
    """What an archive has, as a migration asks: snapshots by id, ids by version, and which were pruned.

    `first_own` is the least version that omen itself made of a timeframe and date, and its id.

    One that was lost, and given up by a person, is wanted again: what the old system left of it is all that is left.
    """

    by_id: Mapping[str, Had]
    by_key: Mapping[Key, str]
    first_own: Mapping[tuple[Timeframe, date], tuple[int, str]]
    gone: frozenset[str]

    def rival(self, wanted: Wanted) -> str | None:
        """Return the id of the snapshot that has the version of another's key; None when it is free.

        Above a version that omen made none is: an old snapshot would answer in its place.
        """
        other = self.by_key.get((wanted.timeframe, wanted.as_of_date, wanted.version))
        own = self.first_own.get((wanted.timeframe, wanted.as_of_date))
        if other is None and own and own[0] < wanted.version:
            return own[1]
        return other if other != wanted.id else None

    def lacks(self, wanted: Wanted) -> bool:
        """Tell whether the snapshot is to be written: it is not there, was never removed, and its version is free."""
        return wanted.id not in self.by_id and wanted.id not in self.gone and self.rival(wanted) is None


def is_left_unfinished(archive: Archive) -> bool:
    """Tell whether a change is under way in the archive, or a dead migration left the draft of a file."""
    return archive.is_unfinished() or (archive.exists() and lstat(archive.layout.migrated_draft) is not None)


def standing_of(archive: Archive) -> Standing:
    """Return what the archive has; a reader, and nothing where there is none yet.

    Raises:
        ArchiveDamaged: it is not safe to read, or not this store's.
    """
    return standing_among(archive.entries(), told_ids(archive.layout.audit_dir, is_tolerant=True).pruned)


def accounted_for(archive: Archive) -> frozenset[str]:
    """Return the ids of the snapshots that the archive has, or had until somebody removed them; a reader.

    Raises:
        ArchiveDamaged: it is not safe to read, or not this store's.
    """
    pruned = told_ids(archive.layout.audit_dir, is_tolerant=True).pruned
    return frozenset((*pruned, *(entry.id for entry in archive.entries())))


def standing_among(entries: Iterable[Entry], pruned: frozenset[str]) -> Standing:
    """Return what an archive with these entries and removed ids has; of an entry only what is asked is kept."""
    by_id: dict[str, Had] = {}
    by_key: dict[Key, str] = {}
    own: dict[tuple[Timeframe, date], tuple[int, str]] = {}
    for entry in entries:
        by_id[entry.id] = _had(entry)
        by_key[key_of(entry)] = entry.id
        if entry.created_via != "migrate":
            day = (entry.timeframe, entry.as_of_date)
            own[day] = min((entry.version, entry.id), own.get(day, (entry.version, entry.id)))
    return Standing(by_id, by_key, own, pruned)


def _had(entry: Entry) -> Had:
    known = frozenset(key_of_message(one.message_id) for one in entry.deliveries if one.state in DONE)
    return Had(
        content_sha256=entry.content_sha256,
        sha256=entry.sha256,
        is_legacy=entry.created_via == "migrate",
        known=known,
        has_no_payload=entry.status == "no_payload",
        has_unknown_history=has_unknown_history(entry),
    )
