"""Moving the files of the old system aside, beside the archives: listed first, moved one by one, never removed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import fsync_folder, link, lstat, make_folder, names, read_file, remove_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.archive.tree import write_whole
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.base import Value
from omen_cli.model.canonical import dump_canonical, load_strict

HashOf = Callable[[Path], str]
LIST_NAME = "moved.json"
_FOLDER = re.compile(r"snapshots\.old-\d{4}-\d{2}-\d{2}(?:\.\d+)?", re.ASCII)
_README = """\
These files are those of the old system, moved here by omen migrate --cleanup. moved.json lists them, by the path that
each had below data/snapshots. What they say is kept in the archives; nothing reads them here.

To undo: move each file back to its path below data/snapshots. Nothing else has to be changed.
"""


class MovedFiles(Value):
    """The list of a folder of old files: the path of each below data/snapshots, and the hash of its bytes."""

    format: str = "omen.moved/1"
    files: dict[str, str]


@dataclass(frozen=True)
class Moved:
    """Where the old files are now, how many were moved by this call, and which stay, with why."""

    folder: Path
    count: int
    staying: Mapping[str, str]


def begun(layout: Layout, hash_of: HashOf) -> tuple[Path, MovedFiles] | None:
    """Return the newest folder of which a listed file was not moved yet, and is what it was; None when there is none.

    Raises:
        ArchiveDamaged: a list cannot be read.
    """
    for name in reversed([one for one in names(layout.data) if _FOLDER.fullmatch(one)]):
        folder = layout.data / name
        raw = read_file(folder / LIST_NAME)
        if raw is None:
            continue
        try:
            listed = MovedFiles.model_validate(load_strict(raw))
        except ValueError as error:
            raise FileDamaged(folder / LIST_NAME, "is not the list of what was moved") from error
        if any(_is_left(layout, folder, path, one, hash_of) for path, one in listed.files.items()):
            return folder, listed
    return None


def begin(layout: Layout, files: Mapping[str, str], day: date) -> Path:
    """Make a folder named by the day, with the list of what is to be moved into it; call it under `data/.lock`.

    Args:
        layout: of the data root.
        files: the hash of each file by its path below `data/snapshots`.
        day: of the call.
    """
    wanted = (layout.data / f"snapshots.old-{day}{'' if turn == 1 else f'.{turn}'}" for turn in count(1))
    folder = next(path for path in wanted if not _has_list(path))
    make_folder(folder)
    write_whole(folder / "README", _README.encode())
    fsync_folder(folder)
    write_whole(folder / LIST_NAME, dump_canonical(MovedFiles(files=dict(files)).plain()) + b"\n")
    fsync_folder(folder)
    return folder


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


def _is_left(layout: Layout, folder: Path, path: str, sha256: str, hash_of: HashOf) -> bool:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ArchiveDamaged(f"{folder / LIST_NAME}: names a file elsewhere", hint="look who changed it")
    source = layout.snapshots / path
    return lstat(source) is not None and hash_of(source) == sha256


def _has_list(folder: Path) -> bool:
    return lstat(folder / LIST_NAME) is not None


def _make_parents(folder: Path, path: str) -> None:
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        make_folder(folder / parent)


def _remove_empty(layout: Layout, touched: Iterable[Path]) -> None:
    """Remove the folders that only held old files, and fsync what they stood in; an archive is never empty."""
    for folder in sorted(touched, reverse=True):
        if folder.is_relative_to(layout.snapshots) and folder != layout.snapshots and not names(folder):
            remove_folder(folder)
            fsync_folder(folder.parent)
