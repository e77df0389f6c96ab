"""Whether a clean-up may begin: everything is migrated, sound, and in its place."""

from collections.abc import Iterable
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.migration_mark import read_mark
from omen_cli.archive.move_list import MovedFiles
from omen_cli.archive.old_files import holds_only_old_files
from omen_cli.archive.standing import accounted_for
from omen_cli.archive.verification import verify
from omen_cli.config.settings import Settings
from omen_cli.errors import CheckFailed, InvalidArgument
from omen_cli.legacy.tree import is_one_folder
from omen_cli.model.counted import counted
from omen_cli.workflows.request import Caller
from omen_cli.workflows.survey import Survey

_IN_NOBODYS_WAY = frozenset(
    {"foreign", "leftover"}
)  # what stands there beside the archive: it is moved, or mended later


def require_migrated(layout: Layout) -> None:
    """Refuse before the migration has come to its end.

    Raises:
        CheckFailed: says how to go on with it.
    """
    mark = read_mark(layout)
    if mark or lstat(layout.format_file) is None:
        command = mark.command if mark else f"omen migrate --from {layout.snapshots}"
        raise CheckFailed(f"{layout.snapshots}: is not migrated yet", hint=f"run: {command}; nothing was moved")


def require_in_place(layout: Layout, root: Path | None) -> None:
    """Refuse an old tree that is not where the archives are.

    Raises:
        InvalidArgument: it is in nobody's way.
    """
    if root is not None and not is_one_folder(root, layout.snapshots):
        raise InvalidArgument(
            f"{root}: is not {layout.snapshots}, so it is in nobody's way",
            hint="keep it, or move it away yourself; --cleanup is for old files among the archives",
        )


def lacking(found: Survey) -> str:
    """Return what of the old archive is not in the new ones yet."""
    copies = counted(len(found.asides), "copy", "copies")
    marks = counted(len(found.late) + len(found.told_since), "mark")
    said = (
        (found.missing, counted(len(found.missing), "snapshot")),
        (found.asides, f"{copies} in data/quarantine"),
        (found.late or found.told_since, f"{marks} of whom it was sent to"),
    )
    listed = ", ".join(words for count, words in said if count)
    return f"not brought over yet: {listed}" if listed else f"{found.tree.root}: a change was begun, and not finished"


def require_sound(archives: Iterable[Archive], caller: Caller) -> None:
    """Refuse while anything is wrong with any archive: the old files may be the last that say what it had.

    Raises:
        CheckFailed: names the first finding.
        Busy, ArchiveDamaged: as the archive says.
    """
    for archive in (one for one in archives if one.exists() and not holds_only_old_files(one.layout)):
        inspection = verify(archive, is_deep=True, wait_s=caller.lock_wait_s)
        wrong = [one for one in inspection.findings if one.kind not in _IN_NOBODYS_WAY]
        if wrong:
            store_id = archive.layout.store_id
            raise CheckFailed(
                f"{store_id}: {wrong[0].subject}: {wrong[0].problem}",
                hint=f"run: omen verify --deep --store {store_id}; nothing was moved",
            )


def require_snapshots(settings: Settings, listed: MovedFiles) -> None:
    """Refuse while a snapshot that was made of the old files is not in its archive, nor gone by somebody's will.

    Raises:
        CheckFailed: names the first that is lost.
    """
    for store_id, ids in listed.snapshots.items():
        known = accounted_for(Archive(settings.data, store_id, is_migrating=True))
        if lost := [one for one in ids if one not in known]:
            raise CheckFailed(
                f"{lost[0]}: is not in the archive of {store_id}",
                hint="undo the move as the README in data/snapshots.old-… says, and run omen migrate again; nothing "
                "more was moved",
            )
