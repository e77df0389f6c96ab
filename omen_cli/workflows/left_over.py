"""What the old system left, or wrote since, in the folder of the archives itself: no archive looks there."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from omen_cli.archive.files import lstat, names
from omen_cli.archive.layout import Layout
from omen_cli.archive.safety import is_unmigrated, require_safe_data
from omen_cli.archive.set_aside import migrated_indexes
from omen_cli.config.settings import Settings
from omen_cli.legacy.tree import hash_old, is_folder
from omen_cli.model.counted import counted


def said_of_old_files(settings: Settings) -> Iterator[str]:
    """Yield what is to be said of them beside archives that were migrated; elsewhere the refusals say it.

    Raises:
        ArchiveDamaged: the folder is not safe to read, or cannot be listed.
    """
    layout = Layout(settings.data, next(iter(settings.stores)))
    require_safe_data(layout)
    if is_unmigrated(layout):
        return
    again = shlex.join(["omen", "migrate", "--from", str(layout.snapshots)])
    index = layout.legacy_index
    if lstat(index) is not None and hash_old(index) not in migrated_indexes(layout):
        yield (
            f"{index}: is not the index that was migrated: if the old system still runs, stop it; then {again} brings "
            "over what is new, and omen migrate --cleanup moves the rest aside"
        )
    others = [one for one in map(layout.snapshots.joinpath, names(layout.snapshots)) if _is_old(one, index)]
    if others:
        shown = counted(len(others), "file stands", "files stand")
        yield (
            f"{shown} in {layout.snapshots} itself, beside the archives: {again} --dry-run says what becomes of "
            f"{'it' if len(others) == 1 else 'them'}, omen migrate --cleanup moves old files aside"
        )


def _is_old(path: Path, index: Path) -> bool:
    """Tell whether a name may be the old system's; what begins with a dot is of an editor or a backup."""
    return path != index and not path.name.startswith(".") and not is_folder(path)
