"""Moving the files of the old system aside, beside the archives: listed first, moved one by one, never removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from omen_cli.archive.files import fsync_folder, link, lstat, make_folder, names, remove_folder, unlink
from omen_cli.archive.inspect_tree import printable
from omen_cli.archive.layout import Layout
from omen_cli.archive.move_list import HashOf, place_of_files


@dataclass(frozen=True)
class Moved:
    """The dated folder, how many files were moved into it by this call, and which stay (as text), with why."""

    folder: Path
    count: int
    staying: Mapping[str, str]


def move(layout: Layout, folder: Path, files: Mapping[str, str], hash_of: HashOf) -> Moved:
    """Move each file that is what the list says; call it under `data/.lock`.

    Args:
        layout: of the data root.
        folder: with the list; the files go into a folder in it.
        files: what the list says, by the paths as the system has them.
        hash_of: returns the hash of an old file, "" of what is no regular file.
    """
    staying: dict[str, str] = {}
    there: list[str] = []
    place = place_of_files(folder)
    for path, sha256 in files.items():
        source, target = layout.snapshots / path, place / path
        if lstat(source) is None:
            continue
        if hash_of(source) != sha256:
            staying[printable(Path(path))] = "it changed since"
        elif lstat(target) is not None and hash_of(target) != sha256:
            staying[printable(Path(path))] = "another file of this name was moved already"
        else:
            _make_parents(place, path)
            link(source, target)
            there.append(path)
    _take_away(layout, place, there)
    return Moved(folder, len(there), staying)


def _take_away(layout: Layout, place: Path, paths: Sequence[str]) -> None:
    """Remove the old names of files, once their new ones are durable."""
    for one in sorted({(place / path).parent for path in paths}):
        fsync_folder(one)
    for path in paths:
        unlink(layout.snapshots / path)
    touched = {(layout.snapshots / path).parent for path in paths}
    for one in sorted(touched):
        fsync_folder(one)
    _remove_empty(layout, touched)


def _make_parents(place: Path, path: str) -> None:
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        make_folder(place / parent)


def _remove_empty(layout: Layout, touched: Iterable[Path]) -> None:
    """Remove the folders that only held old files, and fsync what they stood in; an archive is never empty."""
    holders = {folder for one in touched for folder in (one, *one.parents) if layout.snapshots in folder.parents}
    for folder in sorted(holders, reverse=True):
        if not names(folder):
            remove_folder(folder)
            fsync_folder(folder.parent)
