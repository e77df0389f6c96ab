"""Whether the tree below `data` is ours to touch: its layout, and that nobody else can plant anything in it."""

import shlex
import stat
from os import stat_result
from pathlib import Path

from omen_cli.archive.failures import explained
from omen_cli.archive.files import lstat, read_file
from omen_cli.archive.layout import Layout
from omen_cli.archive.migration_mark import read_mark
from omen_cli.archive.owner import require_own
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.canonical import load_strict

LAYOUT = {"layout": 2}
_OTHERS_WRITE = stat.S_IWOTH
_GROUP_OR_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def require_safe(layout: Layout) -> None:
    """Refuse a tree in which others may write, or in which a symlink or a file stands where a folder should.

    Raises:
        ArchiveDamaged: names the folder, and the chmod to run.
    """
    require_safe_data(layout)
    _require_folder(layout.root, _GROUP_OR_OTHERS_WRITE, "chmod 700")
    for folder in layout.folders:
        _require_folder(folder)


def require_safe_data(layout: Layout) -> None:
    """Refuse, as `require_safe` does, what belongs to no store; an archive is not looked at."""
    _require_folder(layout.data, _OTHERS_WRITE, "chmod o-w", may_be_link=True)
    _require_folder(layout.snapshots, _GROUP_OR_OTHERS_WRITE, "chmod 700")
    _require_folder(layout.data_audit, _GROUP_OR_OTHERS_WRITE, "chmod 700")


def require_safe_log(layout: Layout) -> None:
    """Refuse, as `require_safe` does, the folder of the log: of those only who write or read the log."""
    _require_folder(layout.log, _GROUP_OR_OTHERS_WRITE, "chmod 700")


def is_unmigrated(layout: Layout) -> bool:
    """Tell whether `data` holds the old single-tenant archive and no newer layout was made of it."""
    return lstat(layout.format_file) is None and lstat(layout.legacy_index) is not None


def require_writable_layout(layout: Layout) -> None:
    """Refuse what `require_writable_data` refuses, and the archive of another store in the place of this one's.

    Raises:
        ArchiveDamaged: what is there, and what to do.
    """
    require_writable_data(layout)
    require_own(layout)


def require_writable_data(layout: Layout) -> None:
    """Refuse a data root that is not ours to change as a whole; no store's archive is looked at.

    That is one with an old archive that was not migrated, or not to its end, and one of another version.

    Raises:
        ArchiveDamaged: what is there, and what to do.
    """
    if is_unmigrated(layout):
        raise ArchiveDamaged(
            f"{layout.legacy_index}: an archive of the old system, not migrated yet",
            hint=f"run: {shlex.join(['omen', 'migrate', '--from', str(layout.snapshots)])}; nothing was changed",
        )
    _require_no_migration(layout)
    require_known_layout(layout)


def _require_no_migration(layout: Layout) -> None:
    if mark := read_mark(layout):
        raise ArchiveDamaged(
            f"{layout.migration_mark}: a migration was begun, and is not finished",
            hint=f"wait for it, or go on with it when it died: {mark.command}; nothing was changed",
        )


def require_known_layout(layout: Layout) -> None:
    """Refuse a tree that another version of omen made."""
    raw = read_file(layout.format_file)
    if raw is not None and not _is_ours(raw):
        raise ArchiveDamaged(
            f"{layout.format_file}: made by another version of omen",
            hint="use the version of omen that wrote this archive, or restore the file from a backup",
        )


def _is_ours(raw: bytes) -> bool:
    try:
        return load_strict(raw) == LAYOUT
    except ValueError:
        return False


def _require_folder(path: Path, refused: int = 0, remedy: str = "", *, may_be_link: bool = False) -> None:
    found = _follow(path) if may_be_link else lstat(path)
    if found is None:
        return
    if not stat.S_ISDIR(found.st_mode):
        raise ArchiveDamaged(f"{path}: not a folder (a symlink or a file stands there)", hint="move it away")
    if found.st_mode & refused:
        raise ArchiveDamaged(
            f"{path}: others may write in it (mode {stat.S_IMODE(found.st_mode):04o})",
            hint=f"look what was put there, then run `{remedy} {path}`",
        )


def _follow(path: Path) -> stat_result | None:
    with explained("look at", path):
        try:
            return path.stat()
        except FileNotFoundError:
            return None
