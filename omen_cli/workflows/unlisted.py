"""Folders among the archives that no store of stores.yaml has; finding them takes no lock."""

import stat

from omen_cli.archive.files import lstat, names
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import is_unmigrated, require_safe_data
from omen_cli.config.settings import Settings


def unlisted_folders(settings: Settings) -> tuple[str, ...]:
    """Return the names of the folders below `data/snapshots` that are no store's, sorted; of the old system's none.

    Raises:
        ArchiveDamaged: the folder of all archives is not safe to read, or cannot be listed.
    """
    layout = Layout(settings.data, next(iter(settings.stores)))
    require_safe_data(layout)
    if is_unmigrated(layout):
        return ()
    return tuple(name for name in names(layout.snapshots) if name not in settings.stores and _is_folder(layout, name))


def _is_folder(layout: Layout, name: str) -> bool:
    found = lstat(layout.snapshots / name)
    return found is not None and stat.S_ISDIR(found.st_mode)
