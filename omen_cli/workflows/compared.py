"""What is planned, held against what the archives have already; a reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.archive.standing import Had, Standing, Wanted, is_left_unfinished, standing_of
from omen_cli.config.settings import Settings
from omen_cli.legacy.plan import Kind, Planned
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.workflows.brought_before import stored, untold, what_changed
from omen_cli.workflows.composed import composed
from omen_cli.workflows.old_tree import OldTree, Steps
from omen_cli.workflows.other_store import require_one_store

BYTES_BESIDE = 4096  # what a snapshot costs beside its own file: its entry, its line in the audit, the rest of a block


@dataclass(frozen=True)
class Late:
    """Recipients whom the old index names now, and did not when the snapshot was brought over."""

    planned: Planned
    snapshot_id: str
    recipients: tuple[str, ...]


@dataclass
class Compared:
    """What the archives lack: `missing` snapshots, and recipients that they do not know, `late`.

    `rivals` are the ids that they cannot take; `reasons` why the entry or the file of an id is set aside. Of the
    `unknown` nobody knows whether they were sent; of those `told_since` the old index tells it now; `came_late` are the
    ids whose file came after their entry was brought over, and `gone` those that were pruned since.
    """

    missing: list[Planned] = field(default_factory=list)
    rivals: set[str] = field(default_factory=set)
    reasons: dict[tuple[str, Kind], str] = field(default_factory=dict)
    late: list[Late] = field(default_factory=list)
    unknown: list[Planned] = field(default_factory=list)
    told_since: list[Planned] = field(default_factory=list)
    came_late: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    needed_bytes: int = 0

    def refuse(self, one: Planned, reason: str) -> None:
        """Take note that the archive cannot take a snapshot."""
        self.rivals.add(one.id)
        self.reasons[one.id, "entry"] = self.reasons[one.id, "file"] = reason

    def tell(self, one: Planned, snapshot_id: str, had: Had) -> None:
        """Take note of recipients that a snapshot of the archive does not know."""
        if recipients := untold(one, snapshot_id, had):
            self.late.append(Late(one, snapshot_id, recipients))


def compared_with_archives(settings: Settings, tree: OldTree, snapshots: Sequence[Planned], steps: Steps) -> Compared:
    """Return which snapshots the archives lack, and which they cannot take, with why.

    Raises:
        ArchiveDamaged: one that was brought over is lost or damaged since.
        InvalidArgument: one was brought over as another store's.
    """
    found = Compared()
    stores = {*settings.stores, *(one.store_id for one in snapshots)}
    standings = {store: standing_in(settings, store) for store in sorted(stores)}
    require_one_store(snapshots, standings)
    with steps("comparing", len(snapshots)) as advance:
        for one in snapshots:
            wanted = wanted_of(settings, tree, one)
            _compare(found, settings, standings[one.store_id], one, wanted)
            advance("comparing")
    return found


def _compare(found: Compared, settings: Settings, standing: Standing, one: Planned, wanted: Wanted) -> None:
    snapshot, had, rival = wanted.compose(), standing.by_id.get(one.id), standing.rival(wanted)
    if had:
        _compare_with(found, settings, one, snapshot, had)
    elif rival and one.id not in standing.gone:
        found.refuse(one, _taken(one, rival, standing))
        if (other := standing.by_id.get(rival)) and other.is_legacy:
            found.tell(one, rival, other)
    elif one.id in standing.gone:
        found.gone.add(one.id)
    elif standing.lacks(wanted):
        found.missing.append(one)
        found.unknown += [one] if one.has_unknown_history else []
        found.needed_bytes += len(encode(snapshot)) + BYTES_BESIDE


def _taken(one: Planned, rival: str, standing: Standing) -> str:
    """Return why an old snapshot is not brought over beside another one of its key."""
    key = f"{one.timeframe} {one.as_of}"
    if standing.by_key.get((one.timeframe, one.as_of, one.version)) == rival:
        return f"version {one.version} of {key} is {rival} in the archive already"
    return f"omen has made {rival} of {key} already: no old version comes after one of its own"


def _compare_with(found: Compared, settings: Settings, one: Planned, snapshot: LegacySnapshot, had: Had) -> None:
    """Compare with what was brought over before: by what it says, not by how it is written."""
    if not had.is_legacy:
        found.refuse(one, "the archive has another snapshot of this id already")
        return
    before = stored(Archive(settings.data, one.store_id, is_migrating=True), one.id, had)
    found.tell(one, one.id, had)
    if had.has_unknown_history:
        (found.unknown if one.has_unknown_history else found.told_since).append(one)
    if had.content_sha256 != snapshot.content_sha256:
        found.reasons |= {(one.id, kind): reason for kind, reason in what_changed(before(), snapshot).items()}
        found.came_late |= {one.id} if one.file and had.has_no_payload else set()


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
