"""The old tree as it lies there: read once for the plan, file by file for the writing, and compared at the end."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.config.settings import Settings
from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.damaged import INDEX_NAME, DamagedEntry
from omen_cli.legacy.entries import OldEntry
from omen_cli.legacy.files import OldFile, read_old_file
from omen_cli.legacy.tree import (
    Found,
    find_files,
    hash_old,
    is_one_folder,
    printable,
    require_tree,
)
from omen_cli.workflows.old_index import read_index
from omen_cli.workflows.own_files import ours_in_place
from omen_cli.workflows.right_tree import leads_to_folder, require_right_place, require_something_old

CHANGED_HINT = "stop the old system, so that nothing writes there, then run omen migrate again: it goes on where it was"


@dataclass(frozen=True)
class OldTree:
    """What was found: the entries of the index in their order, and the files by path.

    `index_sha256` is None without an index; `note` says what is to be known of it. `is_in_place` where the new archives
    go into the same folder.
    """

    root: Path
    entries: tuple[OldEntry | DamagedEntry, ...]
    files: tuple[OldFile, ...]
    index_sha256: str | None
    note: str
    is_ours: Callable[[str], bool]
    is_in_place: bool

    def require_unchanged(self) -> None:
        """Refuse an old tree that is not, to the byte, what it was when it was read.

        Raises:
            ArchiveDamaged: names the first file that changed, is gone, or is new.
        """
        known = {file.path: file.sha256 for file in self.files}
        known |= {INDEX_NAME: self.index_sha256} if self.index_sha256 is not None else {}
        there = {found.path for found in find_files(self.root, self.is_ours)}
        for path in sorted(there ^ set(known)):
            what = "is new" if path in there else "is gone"
            raise ArchiveDamaged(f"{self.root / path}: {what} since the old archive was read", hint=CHANGED_HINT)
        for path, digest in known.items():
            if hash_old(self.root / path) != digest:
                raise ArchiveDamaged(f"{self.root / path}: changed since the old archive was read", hint=CHANGED_HINT)


Steps = Callable[[str, int], AbstractContextManager[Callable[[str], None]]]


def read_tree(root: Path, settings: Settings, steps: Steps) -> OldTree:
    """Return what the old tree holds; nothing of it is written to, and no two files are in memory at once.

    `steps(what, total)` is entered around a long piece of work, and what it gives is called after each step of it.

    Raises:
        NotFound: there is no such folder.
        InvalidArgument: it is not the old system's.
        ArchiveDamaged: something in it cannot be read.
    """
    require_tree(root)
    layout = Layout(settings.data, next(iter(settings.stores)))
    is_in_place = is_one_folder(root, layout.snapshots)
    is_ours = ours_in_place(root, settings.data) if is_in_place else _nothing
    files: list[OldFile] = []
    index = read_index(root)
    there = [one for one in find_files(root, is_ours) if one.path != INDEX_NAME]
    is_done = is_in_place and lstat(layout.format_file) is not None
    if index.sha256 is None and not is_done:
        require_right_place(root, layout, there)
    with steps("reading", len(there)) as advance:
        for one in there:
            files.append(read_old_file(root, one))
            advance("reading")
    if index.sha256 is None and not is_done:
        require_something_old(root, files)
    note = "" if is_done and not there and index.sha256 is None else index.note
    notes = "; ".join(filter(None, (note, _note_of_links(root, there))))
    return OldTree(root, index.entries, tuple(files), index.sha256, notes, is_ours, is_in_place)


def _note_of_links(root: Path, there: Iterable[Found]) -> str:
    """Return what is to be known of folders that are only linked to: what they hold is not read."""
    linked = [printable(one.path) for one in there if not one.is_file and leads_to_folder(root / one.path)]
    if not linked:
        return ""
    return f"{linked[0]} leads to a folder elsewhere, which is not read: put the folder itself in its place, or lose it"


def _nothing(_: str) -> bool:
    return False
