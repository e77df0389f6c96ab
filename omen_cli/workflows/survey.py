"""What a migration would do now: the old tree, its plan, and what the archives have of it already; a reader."""

from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.migrating import is_open_to_others
from omen_cli.archive.migration_mark import read_mark
from omen_cli.archive.move_list import begun, newest_folder
from omen_cli.archive.safety import is_unmigrated, require_known_layout, require_safe_data
from omen_cli.archive.set_aside import Aside
from omen_cli.config.settings import Settings
from omen_cli.errors import CheckFailed, InvalidArgument, NotFound
from omen_cli.legacy.decide import plan
from omen_cli.legacy.plan import End, Plan, Planned
from omen_cli.legacy.tree import hash_old, is_folder, is_one_folder
from omen_cli.workflows.compared import BYTES_BESIDE, Late, compared_with_archives, is_any_unfinished
from omen_cli.workflows.ends import asides_of, ends_of
from omen_cli.workflows.free_names import require_free_names
from omen_cli.workflows.old_tree import OldTree, Steps, read_tree


@dataclass(frozen=True)
class Survey:
    """What a migration would do now: the end of each part, and of the snapshots those that are not there yet.

    `late` are recipients by the old system of whom the archives do not know; of the `unknown` nobody knows whether they
    were sent, and of those `told_since` the old index tells it only now; of those that `came_late` the archive has the
    entry, and the file was found only since; those that are `gone` were brought over, and pruned since.
    `lost` supersede one of which nothing is left; `is_finished` tells that the archives count as migrated already,
    `is_unfinished` that a command died in one of them, or a migration before its end; `moved_to` is the newest folder
    that old files were moved aside to, None without; `closed` are folders of the old system that become an archive's.
    """

    tree: OldTree
    ends: tuple[End, ...]
    snapshots: tuple[Planned, ...]
    missing: tuple[Planned, ...]
    late: tuple[Late, ...]
    unknown: tuple[Planned, ...]
    told_since: tuple[Planned, ...]
    came_late: tuple[Planned, ...]
    gone: tuple[Planned, ...]
    asides: tuple[Aside, ...]
    lost: tuple[Planned, ...]
    needed_bytes: int
    is_finished: bool
    is_unfinished: bool
    unlisted: tuple[str, ...]
    default_store: str | None
    moved_to: Path | None
    closed: tuple[Path, ...]

    @property
    def has_nothing_to_do(self) -> bool:
        """Tell whether everything is there already."""
        is_all_there = not (self.missing or self.late or self.told_since or self.asides or self.unlisted)
        return is_all_there and self.is_finished and not self.is_unfinished


def survey(
    settings: Settings, root: Path, default_store: str | None, steps: Steps, *, adds_stores: bool
) -> Survey:  # size: a field a line
    """Return what a migration would do; a reader: it takes no lock and writes nothing.

    Raises:
        NotFound: there is no such folder, or a store of it is not in stores.yaml and is not to be added.
        InvalidArgument: it is not the old system's; an entry names no store and there is no default; two names differ
            in case only; or a snapshot of it is another store's already.
        ArchiveDamaged: something cannot be read, or an old file stands where a new one is to.
    """
    layout = layout_of(settings)
    tree = _right_tree(settings, layout, root, steps)
    planned = plan(tree.entries, tree.files, default_store, tuple(settings.stores))
    unlisted = _unlisted(settings, planned, adds_stores=adds_stores)
    require_free_names(settings.data, tree, planned.snapshots)
    compared = compared_with_archives(settings, tree, planned.snapshots, steps)
    ends = ends_of(planned, compared)
    asides = asides_of(layout, tree, ends)
    return Survey(
        tree=tree,
        ends=ends,
        snapshots=tuple(one for one in planned.snapshots if one.id not in compared.rivals),
        missing=tuple(compared.missing),
        late=tuple(compared.late),
        unknown=tuple(compared.unknown),
        told_since=tuple(compared.told_since),
        came_late=tuple(one for one in planned.snapshots if one.id in compared.came_late),
        gone=tuple(one for one in planned.snapshots if one.id in compared.gone),
        asides=asides,
        lost=planned.lost(),
        needed_bytes=compared.needed_bytes + BYTES_BESIDE * len(asides),
        is_finished=lstat(layout.format_file) is not None,
        is_unfinished=lstat(layout.migration_mark) is not None or is_any_unfinished(settings, planned.stores),
        unlisted=unlisted,
        default_store=default_store,
        moved_to=newest_folder(layout),
        closed=tuple(
            one.root
            for one in (Layout(settings.data, store_id) for store_id in planned.stores)
            if is_open_to_others(one)
        ),
    )


def _unlisted(settings: Settings, planned: Plan, *, adds_stores: bool) -> tuple[str, ...]:
    """Return the stores that are to be added to stores.yaml; those that must not be are refused."""
    found = tuple(one for one in planned.stores if one not in settings.stores)
    if found and not adds_stores:
        message = f"{', '.join(found)}: in the old archive, and not in {settings.path.name}"
        hint = "add the store to it, or let omen migrate --add-store do that; nothing was written"
        raise NotFound(message, hint=hint)
    return found


def layout_of(settings: Settings) -> Layout:
    """Return the paths below the data root; there is always some store to ask by."""
    return Layout(settings.data, next(iter(settings.stores)))


def _right_tree(settings: Settings, layout: Layout, root: Path, steps: Steps) -> OldTree:
    """Return what the old tree holds, when it is the one that is to be migrated now."""
    require_safe_data(layout)
    require_known_layout(layout)
    tree = read_tree(root, settings, steps)
    require_its_turn(tree, layout)
    return tree


def require_its_turn(tree: OldTree, layout: Layout) -> None:
    """Refuse an old tree beside another one that is to be migrated first, or that is being moved aside.

    Raises:
        InvalidArgument: names the other one.
        CheckFailed: a clean-up has begun.
    """
    mark = read_mark(layout)
    if is_unmigrated(layout) and not tree.is_in_place:
        hint = f"migrate that one: --from {layout.snapshots}; or move it away"
        raise InvalidArgument(f"{layout.snapshots}: holds an old archive of its own, not migrated", hint=hint)
    if mark and mark.source and is_folder(Path(mark.source)) and not is_one_folder(tree.root, Path(mark.source)):
        hint = f"finish that first: {mark.command}; to give it up for this one, remove {layout.migration_mark}"
        raise InvalidArgument(f"{layout.data}: a migration of {mark.source} was begun, and is not finished", hint=hint)
    if tree.is_in_place and begun(layout, hash_old):
        hint = "omen migrate --cleanup goes on with that; or undo it as the README in data/snapshots.old-… says"
        raise CheckFailed(f"{tree.root}: is being moved aside, and a part of it is gone from here", hint=hint)
