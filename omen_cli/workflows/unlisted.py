"""Folders among the archives that no store of stores.yaml has; finding them takes no lock."""

import stat
from collections.abc import Iterator
from pathlib import Path

from omen_cli.archive.begun import is_begun
from omen_cli.archive.files import lstat, names
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import is_unmigrated, require_safe_data
from omen_cli.config.settings import Settings
from omen_cli.errors import OmenError
from omen_cli.model.ids import TIMEFRAMES, is_store_id

_OF_THE_FILE_SYSTEM = "lost+found"


def unlisted_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders among the archives that are no store's, sorted; of the old system's none.

    `lost+found` and what begins with a dot are left out: they are of the file system, of a backup or of an editor.

    Raises:
        ArchiveDamaged: the folder of all archives is not safe to read, or cannot be listed.
    """
    layout = Layout(settings.data, next(iter(settings.stores)))
    require_safe_data(layout)
    if is_unmigrated(layout):
        return ()
    foreign = (name for name in names(layout.snapshots) if name not in settings.stores and _may_be_an_archive(name))
    return tuple(path for path in map(layout.snapshots.joinpath, foreign) if _is_folder(path))


def holds_old_files(folder: Path, settings: Settings) -> bool:
    """Tell whether a folder is none of an archive of omen, but one in which the old system kept its snapshots."""
    if is_store_id(folder.name) and is_begun(Layout(settings.data, folder.name)):
        return False
    return folder.name in TIMEFRAMES or any(path.name.startswith("snapshot_") for path in _below(folder))


def holds_nothing(folder: Path) -> bool:
    """Tell whether nothing but folders is in a folder, at any depth."""
    return not any(True for _ in _below(folder))


def _below(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder that is none itself, and what cannot be listed; symlinks are not followed."""
    try:
        there = names(folder)
    except OmenError:
        yield folder
        return
    for path in map(folder.joinpath, there):
        if _is_folder(path):
            yield from _below(path)
        else:
            yield path


def _may_be_an_archive(name: str) -> bool:
    return name != _OF_THE_FILE_SYSTEM and not name.startswith(".")


def _is_folder(path: Path) -> bool:
    found = lstat(path)
    return found is not None and stat.S_ISDIR(found.st_mode)
