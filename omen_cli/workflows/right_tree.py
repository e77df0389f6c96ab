"""Whether a folder is the one that the old system kept its snapshots in, and no other; a wrong one is refused."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from omen_cli.archive.layout import Layout
from omen_cli.errors import ArchiveDamaged, InvalidArgument
from omen_cli.legacy.damaged import INDEX_NAME
from omen_cli.legacy.entries import OldEntry, read_entries
from omen_cli.legacy.files import OldFile
from omen_cli.legacy.tree import Found, kind_at, read_old

_HINT = "name the old data/snapshots, the folder of the old index.json; nothing was written"


def require_right_place(root: Path, layout: Layout, there: Iterable[Found]) -> None:
    """Refuse a folder without an index beside, above or below the one that has it; nothing is read but indexes.

    Args:
        root: the folder; it has no index itself.
        layout: of the data root.
        there: what was found in it.

    Raises:
        InvalidArgument: says which folder it may be.
    """
    archives, own = layout.snapshots.resolve(), root.resolve()
    if archives != own and archives.is_relative_to(own):
        raise InvalidArgument(f"{root}: is above {layout.snapshots}, where the archives are", hint=_HINT)
    below = (root / one.path for one in there if PurePosixPath(one.path).name == INDEX_NAME and one.is_file)
    index = next((path for path in (root.parent / INDEX_NAME, *below) if _is_old_index(path)), None)
    if index is not None:
        hint = f"name that folder: --from {index.parent}; nothing was written"
        raise InvalidArgument(f"{root}: is not the old data/snapshots: its index lies in {index.parent}", hint=hint)


def require_something_old(root: Path, files: Iterable[OldFile]) -> None:
    """Refuse a folder in which nothing is of the old system: neither an index nor a snapshot.

    Raises:
        InvalidArgument: there is neither.
    """
    if all(one.problem or one.is_mistaken for one in files):
        raise InvalidArgument(f"{root}: nothing of the old system is here: no index, and no snapshot of it", hint=_HINT)


def leads_to_folder(path: Path) -> bool:
    """Tell whether a symlink leads to a folder; one that leads nowhere, or round in a circle, does not."""
    try:
        return path.is_symlink() and path.is_dir()
    except OSError:
        return False


def _is_old_index(path: Path) -> bool:
    try:
        raw = read_old(path) if kind_at(path) == "file" else None
    except ArchiveDamaged:
        return False
    return raw is not None and any(isinstance(one, OldEntry) for one in read_entries(raw))
