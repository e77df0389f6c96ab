"""Clean up: once everything is migrated and sound, the files of the old system are moved aside; none is removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import MOVED, append_event
from omen_cli.archive.begun import is_begun
from omen_cli.archive.files import lstat, make_folder, names
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.migrating import Migrator, finish_change
from omen_cli.archive.migration_mark import read_mark
from omen_cli.archive.move_list import MovedFiles, begin, begun, listing
from omen_cli.archive.moving import Moved, move
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.archive.standing import accounted_for
from omen_cli.archive.verification import verify
from omen_cli.config.settings import Settings
from omen_cli.errors import CheckFailed, InvalidArgument
from omen_cli.legacy.entries import INDEX_NAME
from omen_cli.legacy.tree import hash_old, is_one_folder
from omen_cli.model.ids import is_store_id
from omen_cli.workflows.old_tree import Steps
from omen_cli.workflows.request import Caller
from omen_cli.workflows.survey import layout_of, survey

_IN_NOBODYS_WAY = frozenset(
    {"foreign", "leftover"}
)  # what stands there beside the archive: it is moved, or mended later


@dataclass(frozen=True)
class Cleaned:
    """What was moved; None when nothing of the old system is left here. `snapshots` is where the files stood."""

    moved: Moved | None
    snapshots: Path


def clean_up(settings: Settings, root: Path | None, default_store: str | None, caller: Caller, steps: Steps) -> Cleaned:
    """Move the old files below `data/snapshots` aside; killed, it is run again and goes on.

    Raises:
        InvalidArgument: the old tree lies elsewhere: it is in nobody's way there.
        CheckFailed: the migration is not whole, or an archive is not sound; nothing was moved.
        Busy, ArchiveDamaged: as the archive says.
    """
    layout = layout_of(settings)
    _require_in_place(layout, root)
    require_safe_data(layout)
    require_known_layout(layout)
    _require_migrated(layout)
    migrator = Migrator(caller.name, caller.at, caller.lock_wait_s)
    archives = _archives(settings, layout)
    for archive in archives:
        finish_change(archive, migrator)
    started = begun(layout, hash_old)
    listed = started[1] if started else _files_to_move(settings, layout, default_store, steps)
    if not listed.by_path:
        return Cleaned(None, layout.snapshots)
    _require_sound(archives, caller)
    _require_snapshots(settings, listed)
    with locked(layout.data_lock, caller.lock_wait_s):
        folder = started[0] if started else begin(layout, listed, caller.at.date())
        moved = move(layout, folder, listed.by_path, hash_old)
        make_folder(layout.data_audit)
        details = {"movedTo": folder.name, "files": moved.count, "requestId": caller.request_id}
        append_event(layout.data_audit, at=caller.at, by=caller.name, event=MOVED, details=details)
    return Cleaned(moved, layout.snapshots)


def _archives(settings: Settings, layout: Layout) -> tuple[Archive, ...]:
    """Return every archive that there is, also those of stores that stores.yaml does not list."""
    there = {one for one in names(layout.snapshots) if is_store_id(one) and is_begun(Layout(settings.data, one))}
    return tuple(Archive(settings.data, one) for one in sorted({*settings.stores, *there}))


def _require_migrated(layout: Layout) -> None:
    mark = read_mark(layout)
    if mark or lstat(layout.format_file) is None:
        command = mark.command if mark else f"omen migrate --from {layout.snapshots}"
        raise CheckFailed(f"{layout.snapshots}: is not migrated yet", hint=f"run: {command}; nothing was moved")


def _require_in_place(layout: Layout, root: Path | None) -> None:
    if root is not None and not is_one_folder(root, layout.snapshots):
        raise InvalidArgument(
            f"{root}: is not {layout.snapshots}, so it is in nobody's way",
            hint="keep it, or move it away yourself; --cleanup is for old files among the archives",
        )


def _files_to_move(settings: Settings, layout: Layout, default_store: str | None, steps: Steps) -> MovedFiles:
    """Return the hash of each old file by its path, the index last, once the migration was looked at again."""
    found = survey(settings, layout.snapshots, default_store, steps, adds_stores=False)
    if not found.has_nothing_to_do:
        marks = len(found.late) + len(found.told_since)
        raise CheckFailed(
            f"{len(found.missing)} snapshots, {len(found.asides)} copies and {marks} marks are not there yet",
            hint=f"run omen migrate --from {layout.snapshots} again; nothing was moved",
        )
    files = {one.path: one.sha256 for one in found.tree.files}
    files |= {INDEX_NAME: found.tree.index_sha256} if found.tree.index_sha256 else {}
    ids: dict[str, list[str]] = {}
    for one in found.snapshots:
        ids.setdefault(one.store_id, []).append(one.id)
    return listing(files, {store_id: tuple(each) for store_id, each in ids.items()})


def _require_sound(archives: Iterable[Archive], caller: Caller) -> None:
    """Refuse while anything is wrong with any archive: the old files may be the last that say what it had."""
    for archive in (one for one in archives if one.exists()):
        inspection = verify(archive, is_deep=True, wait_s=caller.lock_wait_s)
        wrong = [one for one in inspection.findings if one.kind not in _IN_NOBODYS_WAY]
        if wrong:
            store_id = archive.layout.store_id
            raise CheckFailed(
                f"{store_id}: {wrong[0].subject}: {wrong[0].problem}",
                hint=f"run: omen verify --deep --store {store_id}; nothing was moved",
            )


def _require_snapshots(settings: Settings, listed: MovedFiles) -> None:
    """Refuse while a snapshot that was made of the old files is not in its archive, nor gone by somebody's will."""
    for store_id, ids in listed.snapshots.items():
        known = accounted_for(Archive(settings.data, store_id, is_migrating=True))
        if lost := [one for one in ids if one not in known]:
            raise CheckFailed(
                f"{lost[0]}: is not in the archive of {store_id}",
                hint="move back what moved.json lists, and run omen migrate again; nothing more was moved",
            )
