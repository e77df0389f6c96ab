"""Diff: two snapshots of one store, chosen by ids, by versions, or the one before; nothing is written."""

from dataclasses import dataclass
from datetime import date

from omen_cli.archive.archive import Archive
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.intelligence.diff import diff
from omen_cli.intelligence.diff_legacy import diff_legacy
from omen_cli.model.difference import Difference
from omen_cli.model.ids import Timeframe
from omen_cli.model.legacy import AnySnapshot
from omen_cli.model.legacy_difference import LegacyDifference
from omen_cli.model.snapshot import Entry, Snapshot
from omen_cli.workflows.lookup import entry_by_id, entry_by_key, versions_of
from omen_cli.workflows.request import Caller


@dataclass(frozen=True)
class Choice:
    """Which two: two ids; or one id, or a key, against the snapshot before it; or two versions of a key.

    A key is a timeframe, None for the store's first, with an as-of date, None for the newest.
    """

    ids: tuple[str, ...] = ()
    timeframe: Timeframe | None = None
    as_of: date | None = None
    versions: tuple[int, int] | None = None


@dataclass(frozen=True)
class Differing:
    """What differs, and what was wrong with the archive on the way."""

    difference: Difference | LegacyDifference
    warnings: tuple[str, ...]


def diff_snapshots(settings: Settings, store: StoreSettings, choice: Choice, caller: Caller) -> Differing:
    """Return what differs between the two snapshots of the store that are chosen.

    Raises:
        InvalidArgument: an id is none, or the two are one.
        NotFound: the store has no such snapshot, or none before it; the hint says what to run.
        Forbidden: an id is another store's; audited in both archives.
        ArchiveDamaged: a file is lost or damaged.
    """
    archive = Archive(settings.data, store.store_id)
    before, now = _chosen(settings, store, archive, choice, caller)
    if before.id == now.id:
        raise InvalidArgument(
            f"{now.id}: one snapshot, named twice",
            hint="name two; or leave one out, to compare the other with the snapshot before it",
        )
    found = _difference(archive.load(before), archive.load(now))
    return Differing(found, tuple(archive.warnings))


def _difference(before: AnySnapshot, now: AnySnapshot) -> Difference | LegacyDifference:
    """Return what differs; where one is of the old system, only what both say."""
    if isinstance(before, Snapshot) and isinstance(now, Snapshot):
        return diff(before, now)
    return diff_legacy(before, now)


def _chosen(
    settings: Settings, store: StoreSettings, archive: Archive, choice: Choice, caller: Caller
) -> tuple[Entry, Entry]:
    named = [entry_by_id(settings, archive, one, caller) for one in choice.ids]
    if len(named) > 1:
        return named[0], named[1]
    now = named[0] if named else entry_by_key(archive, choice.timeframe or store.timeframes[0], choice.as_of)
    if choice.versions is not None:
        return _two_versions(archive, now, choice.versions)
    return _before(archive, now), now


def _before(archive: Archive, now: Entry) -> Entry:
    """Return the newest version of the as-of date before; however many versions of its own date came before it."""
    if entry := archive.newest_before(now.timeframe, now.as_of_date):
        return entry
    own, key = archive.layout.store_id, f"--timeframe {now.timeframe} --as-of {now.as_of_date}"
    older = f"; for its own versions: omen diff --store {own} {key} --versions {now.version - 1} {now.version}"
    raise NotFound(
        f"{own}: no {now.timeframe} snapshot before that of {now.as_of_date}",
        hint=f"`omen history --store {own}` lists what there is{older if now.version > 1 else ''}",
    )


def _two_versions(archive: Archive, newest: Entry, wanted: tuple[int, int]) -> tuple[Entry, Entry]:
    """Return two versions of the key that `newest` is of."""
    known = {one.version: one for one in versions_of(archive, newest)}
    for version in wanted:
        if version not in known:
            key = f"{newest.timeframe} snapshot of {newest.as_of_date}"
            raise NotFound(
                f"{archive.layout.store_id}: no version {version} of the {key}",
                hint=f"there is {', '.join(map(str, sorted(known)))}",
            )
    return known[wanted[0]], known[wanted[1]]
