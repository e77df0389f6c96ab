"""Old files that stand where a migration would write: nothing is overwritten, so that is refused before it begins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from omen_cli.archive.begun import is_begun, known_ids
from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.plan import Planned
from omen_cli.workflows.old_tree import OldTree
from omen_cli.workflows.own_files import own_names

_MOST_NAMED = 5


def require_free_names(data: Path, tree: OldTree, snapshots: Sequence[Planned]) -> None:
    """Refuse old files that stand where the new archives would have files of their own.

    Raises:
        ArchiveDamaged: names the first of them, and says what to do.
    """
    layouts = {store_id: Layout(data, store_id) for store_id in {one.store_id for one in snapshots}}
    taken = _in_place(tree, layouts, snapshots) if tree.is_in_place else tuple(_among_archives(layouts, snapshots))
    if not taken:
        return
    more = f" and {len(taken) - _MOST_NAMED} more" if len(taken) > _MOST_NAMED else ""
    message = f"{', '.join(taken[:_MOST_NAMED])}{more}: old files that stand under the names of new ones"
    if any(map(is_begun, layouts.values())):
        where = data / "snapshots"
        hint = (
            f"nothing is overwritten: move them out of {where}, each to its path in a new folder, and migrate that, too"
        )
    else:
        hint = f"nothing is overwritten: rename {tree.root} to another folder, and migrate --from that one"
    raise ArchiveDamaged(message, hint=hint)


def _in_place(tree: OldTree, layouts: Mapping[str, Layout], snapshots: Iterable[Planned]) -> tuple[str, ...]:
    """Return the files of the tree itself, which lies where the archives do."""
    names = {f"{one.store_id}/{one.id}.json" for one in snapshots}
    own = {store_id: own_names(layout) for store_id, layout in layouts.items()}
    return tuple(file.path for file in tree.files if file.path in names or _is_among(file.path, own))


def _is_among(path: str, own: Mapping[str, frozenset[str]]) -> bool:
    store_id, _, rest = path.partition("/")
    return rest.partition("/")[0] in own.get(store_id, frozenset())


def _among_archives(layouts: Mapping[str, Layout], snapshots: Iterable[Planned]) -> Iterator[str]:
    """Yield old files that lie among the archives, beside the tree; what an archive knows is none."""
    known = {store_id: known_ids(layout) for store_id, layout in layouts.items()}
    for one in snapshots:
        path = layouts[one.store_id].snapshot(one.id)
        if one.id not in known[one.store_id] and lstat(path) is not None and is_of_old_system(path):
            yield f"{one.store_id}/{path.name}"
