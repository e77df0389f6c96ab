"""The list of a folder that old files are moved to: written before the first is, and what tells how far it came."""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath

from pydantic import Field

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import fsync_folder, lstat, make_folder, names, read_file
from omen_cli.archive.layout import Layout
from omen_cli.archive.tree import write_whole
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.base import Value
from omen_cli.model.canonical import dump_canonical, load_strict

HashOf = Callable[[Path], str]
LIST_NAME = "moved.json"
FILES_NAME = "files"
_FOLDER = re.compile(r"snapshots\.old-\d{4}-\d{2}-\d{2}(?:\.\d+)?", re.ASCII)
_README = """\
files/ holds what the old system kept below data/snapshots, moved here by omen migrate --cleanup; moved.json lists it.
What these files say is kept in the archives; nothing reads them here.

To undo, stop the commands of omen, and in this folder run:

    cp -a files/. ../snapshots/

Then everything is as it was before the clean-up, and nothing else has to be changed.
"""


class MovedFiles(Value):
    """The list of a folder of old files: the path of each below data/snapshots, and the hash of its bytes.

    `files_not_utf8` are those whose paths are no UTF-8: the bytes of the path in base64. `snapshots` are the ids, by
    store, of what the archives made of the files: they are moved only while all of these are there.
    """

    format: str = "omen.moved/1"
    files: dict[str, str]
    files_not_utf8: dict[str, str] = Field(default_factory=dict)
    snapshots: dict[str, tuple[str, ...]]

    @property
    def by_path(self) -> dict[str, str]:
        """Return the hash of each file by its path as the system has it, the index last."""
        others = {os.fsdecode(b64decode(path)): sha256 for path, sha256 in self.files_not_utf8.items()}
        return others | self.files


def listing(files: Mapping[str, str], snapshots: dict[str, tuple[str, ...]]) -> MovedFiles:
    """Return the list of files, by their paths as the system has them."""
    plain = {path: sha256 for path, sha256 in files.items() if _is_utf8(path)}
    others = {b64encode(os.fsencode(path)).decode(): sha256 for path, sha256 in files.items() if path not in plain}
    return MovedFiles(files=plain, files_not_utf8=others, snapshots=snapshots)


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def place_of_files(folder: Path) -> Path:
    """Return where the old files stand in a dated folder: below one of their own, whatever they are called."""
    return folder / FILES_NAME


def begun(layout: Layout, hash_of: HashOf) -> tuple[Path, MovedFiles] | None:
    """Return the newest folder that a part of its list was moved to, and a part is left; None when there is none.

    What was moved back as a whole is no move that was begun.

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
            by_path = listed.by_path
        except ValueError as error:
            raise FileDamaged(folder / LIST_NAME, "is not the list of what was moved") from error
        is_left = any(_is_left(layout, folder, path, one, hash_of) for path, one in by_path.items())
        files = place_of_files(folder)
        if is_left and any(_is_moved(layout.snapshots / path, files / path) for path in by_path):
            return folder, listed
    return None


def newest_folder(layout: Layout) -> Path | None:
    """Return the newest folder that old files were moved to, and still stand in; None when there is none."""
    folders = [layout.data / name for name in names(layout.data) if _FOLDER.fullmatch(name)]
    return next((one for one in reversed(folders) if names(place_of_files(one))), None)


def folder_for(layout: Layout, day: date) -> Path:
    """Return the folder named by the day that the next old files would be moved to; nothing is made."""
    wanted = (layout.data / f"snapshots.old-{day}{'' if turn == 1 else f'.{turn}'}" for turn in count(1))
    return next(path for path in wanted if not _has_files(path))


def begin(layout: Layout, listed: MovedFiles, day: date) -> Path:
    """Make a folder named by the day, one in it for the files, and the list of them; call it under `data/.lock`."""
    folder = folder_for(layout, day)
    make_folder(folder)
    make_folder(place_of_files(folder))
    write_whole(folder / "README", _README.encode())
    fsync_folder(folder)
    write_whole(folder / LIST_NAME, dump_canonical(listed.plain()) + b"\n")
    fsync_folder(folder)
    return folder


def _is_left(layout: Layout, folder: Path, path: str, sha256: str, hash_of: HashOf) -> bool:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ArchiveDamaged(f"{folder / LIST_NAME}: names a file elsewhere", hint="look who changed it")
    source = layout.snapshots / path
    return lstat(source) is not None and hash_of(source) == sha256


def _is_moved(source: Path, target: Path) -> bool:
    """Tell whether a file has its new name, alone or, after a power cut, beside the old one."""
    old, new = lstat(source), lstat(target)
    return new is not None and (old is None or (old.st_dev, old.st_ino) == (new.st_dev, new.st_ino))


def _has_files(folder: Path) -> bool:
    """Tell whether anything that a folder lists is in it; one whose move never began, or was undone, is used again."""
    try:
        raw = read_file(folder / LIST_NAME)
        files = MovedFiles.model_validate(load_strict(raw)).by_path if raw is not None else {}
    except (FileDamaged, ValueError):
        return True
    return any(lstat(place_of_files(folder) / path) is not None for path in files)
