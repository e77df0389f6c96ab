"""History: a store's snapshots, newest first, and what they add up to. Readers take no lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.errors import OmenError
from omen_cli.model.base import Value
from omen_cli.model.ids import TIMEFRAMES, Timeframe
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.lookup import migration_first


@dataclass(frozen=True)
class Filter:
    """Which entries are asked for; None means any. Without `all_versions` a superseded one is left out."""

    timeframe: Timeframe | None = None
    first: date | None = None
    last: date | None = None
    is_emailed: bool | None = None
    all_versions: bool = False

    def admits(self, entry: Entry) -> bool:
        """Tell whether the entry is asked for; `first` is left to the caller, who stops there."""
        return (
            (self.timeframe is None or entry.timeframe == self.timeframe)
            and (self.last is None or entry.as_of_date <= self.last)
            and (self.is_emailed is None or entry.email_sent == self.is_emailed)
            and (self.all_versions or entry.superseded_by is None)
        )


class Statistics(Value):
    """What a store's entries add up to; the dates are as-of dates."""

    store_id: str
    total: int
    by_timeframe: dict[str, int]
    emailed: int
    regenerated: int
    held: int
    oldest: date | None
    newest: date | None


@dataclass(frozen=True)
class Trouble:
    """What was wrong with archives that could be read, a line each, and why others could not, by store id.

    `before_all` is what to do first, where an old archive is not migrated yet.
    """

    warnings: tuple[str, ...]
    unreadable: Mapping[str, OmenError]
    before_all: str | None = None


def list_history(
    data: Path, store_ids: Sequence[str], wanted: Filter, limit: int | None
) -> tuple[tuple[Entry, ...], Trouble]:
    """Return the entries of the stores, greatest as-of date first; it opens no more shards than it must."""
    archives = [Archive(data, store_id) for store_id in store_ids]
    unreadable: dict[str, OmenError] = {}
    streams = [_readable(archive, wanted, unreadable) for archive in archives]
    merged = merge(*streams, key=lambda entry: (-entry.as_of_date.toordinal(), entry.store_id))
    entries = tuple(islice(merged, limit))
    return entries, Trouble(_warnings(archives), unreadable, _before_all(archives))


def count_history(data: Path, store_ids: Sequence[str], wanted: Filter) -> tuple[tuple[Statistics, ...], Trouble]:
    """Return the statistics of each readable store over all versions that the filter admits."""
    archives = [Archive(data, store_id) for store_id in store_ids]
    unreadable: dict[str, OmenError] = {}
    entries = {archive.layout.store_id: list(_readable(archive, wanted, unreadable)) for archive in archives}
    found = tuple(_statistics(store_id, of) for store_id, of in entries.items() if store_id not in unreadable)
    return found, Trouble(_warnings(archives), unreadable, _before_all(archives))


def _before_all(archives: Sequence[Archive]) -> str | None:
    return next((first for one in archives if (first := migration_first(one))), None)


def _readable(archive: Archive, wanted: Filter, unreadable: dict[str, OmenError]) -> Iterator[Entry]:
    """Yield what is asked for; an archive that cannot be read ends early, and is remembered."""
    try:
        yield from _admitted(archive, wanted)
    except OmenError as error:
        unreadable[archive.layout.store_id] = error


def _admitted(archive: Archive, wanted: Filter) -> Iterator[Entry]:
    for entry in archive.entries():
        if wanted.first is not None and entry.as_of_date < wanted.first:
            return
        if wanted.admits(entry):
            yield entry


def _statistics(store_id: str, entries: Sequence[Entry]) -> Statistics:
    dates = [entry.as_of_date for entry in entries]
    return Statistics(
        store_id=store_id,
        total=len(entries),
        by_timeframe={frame: sum(entry.timeframe == frame for entry in entries) for frame in TIMEFRAMES},
        emailed=sum(entry.email_sent for entry in entries),
        regenerated=sum(entry.version > 1 for entry in entries),
        held=sum(entry.status == "held" for entry in entries),
        oldest=min(dates, default=None),
        newest=max(dates, default=None),
    )


def _warnings(archives: Sequence[Archive]) -> tuple[str, ...]:
    return tuple(f"{archive.layout.store_id}: {warning}" for archive in archives for warning in archive.warnings)
