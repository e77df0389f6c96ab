"""Which files below `data/snapshots` are omen's own, whatever is wrong with them; all others are the old system's."""

from collections.abc import Callable
from pathlib import Path

from omen_cli.archive.begun import is_begun, is_first_draft, known_ids
from omen_cli.archive.layout import Layout
from omen_cli.legacy.tree import kind_at, read_old
from omen_cli.model.ids import is_store_id, parse_snapshot_id

_BEGINNING = b'{"asOfDate":"'  # of canonical JSON: the old system's had blanks in it, or other fields first


def ours_in_place(root: Path, data: Path) -> Callable[[str], bool]:
    """Return what tells the files of archives from old ones that lie in the same folders, by their paths.

    Where no archive was begun, its own names are the old system's, as every other. Where one was, a snapshot that it
    knows of is its own also when it is damaged, and so is its folder when the store is not in stores.yaml.
    """
    known: dict[str, frozenset[str]] = {}  # of archives that are begun; one may be between two calls
    names: dict[str, frozenset[str]] = {}

    def is_ours(path: str) -> bool:
        store_id, _, name = path.partition("/")
        if not name or not is_store_id(store_id):
            return False
        layout = Layout(data, store_id)
        if store_id not in known:
            if not is_begun(layout):
                return is_first_draft(layout, name) or _is_new_snapshot(root / path)
            known[store_id], names[store_id] = known_ids(layout), own_names(layout)
        if name in names[store_id]:
            return True
        snapshot_id = name.removesuffix(".json")
        is_named = name.endswith(".json") and parse_snapshot_id(snapshot_id) is not None
        return is_named and (snapshot_id in known[store_id] or _begins_as_ours(root / path))

    return is_ours


def own_names(layout: Layout) -> frozenset[str]:
    """Return the names in an archive that are omen's, whatever stands there; snapshots have names of their own."""
    drafts = (layout.migrated_draft, layout.audit_draft, layout.readme_draft)
    files = (layout.readme, layout.send_lock, layout.lock, layout.pending, *drafts)
    return frozenset(path.name for path in (*layout.folders, *files))


def _is_new_snapshot(path: Path) -> bool:
    """Tell whether a file that is named by an id is one that omen wrote: canonical, and with its format."""
    if path.suffix != ".json" or parse_snapshot_id(path.stem) is None or kind_at(path) != "file":
        return False
    raw = read_old(path) or b""
    return raw.startswith(_BEGINNING) and b'"format":"omen.' in raw and raw.endswith(b"}\n")


def _begins_as_ours(path: Path) -> bool:
    """Tell whether a file begins as what omen writes, however it goes on."""
    return kind_at(path) == "file" and (read_old(path) or b"").startswith(_BEGINNING)
