"""What is planned, held against what the archives have already; a reader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.archive.standing import Standing, Wanted, is_left_unfinished, standing_of
from omen_cli.config.settings import Settings
from omen_cli.legacy.plan import Planned
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.workflows.composed import composed
from omen_cli.workflows.old_tree import OldTree, Steps

BYTES_BESIDE = 4096  # what a snapshot costs beside its own file: its entry, its line in the audit, the rest of a block


@dataclass(frozen=True)
class Compared:
    """The snapshots that the archives lack, by id why they cannot take others, and how many bytes are to be written."""

    missing: tuple[Planned, ...]
    rivals: Mapping[str, str]
    needed_bytes: int


def compared_with_archives(settings: Settings, tree: OldTree, snapshots: Sequence[Planned], steps: Steps) -> Compared:
    """Return which snapshots the archives lack, and which they cannot take, with why."""
    missing: list[Planned] = []
    rivals: dict[str, str] = {}
    needed_bytes = 0
    standings = {store: standing_in(settings, store) for store in {one.store_id for one in snapshots}}
    with steps("comparing", len(snapshots)) as advance:
        for one in snapshots:
            standing, wanted = standings[one.store_id], wanted_of(settings, tree, one)
            snapshot = wanted.compose()
            if reason := _rivalry(standing, wanted, snapshot):
                rivals[one.id] = reason
            elif standing.lacks(wanted):
                missing.append(one)
                needed_bytes += len(encode(snapshot)) + BYTES_BESIDE
            advance("comparing")
    return Compared(tuple(missing), rivals, needed_bytes)


def _rivalry(standing: Standing, wanted: Wanted, snapshot: LegacySnapshot) -> str | None:
    """Return why the archive cannot take the snapshot: it has another of its id, or of its version."""
    known, rival = standing.by_id.get(wanted.id), standing.rival(wanted)
    if known:
        is_less = known.is_legacy and snapshot.payload is None  # its file was moved away since
        is_same = known.content_sha256 == snapshot.content_sha256
        return None if is_same or is_less else "the archive has another snapshot of this id already"
    if rival is None or wanted.id in standing.gone:
        return None
    return f"version {wanted.version} of {wanted.timeframe} {wanted.as_of_date} is {rival} in the archive already"


def standing_in(settings: Settings, store_id: str) -> Standing:
    """Return what a store's archive has, also beside an old index that is not migrated."""
    return standing_of(Archive(settings.data, store_id, is_migrating=True))


def is_any_unfinished(settings: Settings, store_ids: Iterable[str]) -> bool:
    """Tell whether a command died in one of the archives, and none has finished what it left."""
    return any(is_left_unfinished(Archive(settings.data, one, is_migrating=True)) for one in store_ids)


def wanted_of(settings: Settings, tree: OldTree, one: Planned) -> Wanted:
    """Return a planned snapshot as the archive takes it."""
    store = settings.stores.get(one.store_id)
    name = store.name if store else one.store_id
    return Wanted(one.id, one.timeframe, one.as_of, one.version, partial(composed, one, tree.root, name))
