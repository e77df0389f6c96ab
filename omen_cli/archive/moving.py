"""Moving the files of the old system aside, beside the archives: listed first, moved one by one, never removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from omen_cli.archive.files import fsync_folder, link, lstat, make_folder, names, remove_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.archive.move_list import HashOf


@dataclass(frozen=True)
class Moved:
    """Where the old files are now, how many were moved by this call, and which stay, with why."""

    folder: Path
    count: int
    staying: Mapping[str, str]


def move(layout: Layout, folder: Path, files: Mapping[str, str], hash_of: HashOf) -> Moved:
    """Move each file that is what the list says; call it under `data/.lock`.

    Args:
        layout: of the data root.
        folder: with the list.
        files: what the list says.
        hash_of: returns the hash of an old file, "" of what is no regular file.
    """
    staying: dict[str, str] = {}
    there: list[str] = []
    for path, sha256 in files.items():
        source, target = layout.snapshots / path, folder / path
        if lstat(source) is None:
            continue
        if hash_of(source) != sha256:
            staying[path] = "it changed since"
        elif lstat(target) is not None and hash_of(target) != sha256:
            staying[path] = "another file of this name was moved already"
        else:
            _make_parents(folder, path)
            link(source, target)
            there.append(path)
    _take_away(layout, folder, there)
    return Moved(folder, len(there), staying)


def _take_away(layout: Layout, folder: Path, paths: Sequence[str]) -> None:
    """Remove the old names of files, once their new ones are durable."""
    for one in sorted({(folder / path).parent for path in paths}):
        fsync_folder(one)
    for path in paths:
        unlink(layout.snapshots / path)
    touched = {(layout.snapshots / path).parent for path in paths}
    for one in sorted(touched):
        fsync_folder(one)
    _remove_empty(layout, touched)


def _make_parents(folder: Path, path: str) -> None:
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        make_folder(folder / parent)


def _remove_empty(layout: Layout, touched: Iterable[Path]) -> None:
    """Remove the folders that only held old files, and fsync what they stood in; an archive is never empty."""
    for folder in sorted(touched, reverse=True):
        if folder.is_relative_to(layout.snapshots) and folder != layout.snapshots and not names(folder):
            remove_folder(folder)
            fsync_folder(folder.parent)
