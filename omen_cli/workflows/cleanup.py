"""Clean up: once everything is migrated and sound, the files of the old system are moved aside; none is removed."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import MOVED, append_event
from omen_cli.archive.begun import is_begun
from omen_cli.archive.files import lstat, make_folder, names
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.migrating import Migrator, finish_change
from omen_cli.archive.move_list import MovedFiles, begin, begun, folder_for, listing
from omen_cli.archive.moving import Moved, move
from omen_cli.archive.safety import require_known_layout, require_safe_data
from omen_cli.config.settings import Settings
from omen_cli.errors import CheckFailed
from omen_cli.legacy.damaged import INDEX_NAME
from omen_cli.legacy.tree import hash_old, printable
from omen_cli.model.ids import is_store_id
from omen_cli.workflows.cleanable import (
    lacking,
    require_in_place,
    require_migrated,
    require_snapshots,
    require_sound,
)
from omen_cli.workflows.old_tree import Steps
from omen_cli.workflows.request import Caller
from omen_cli.workflows.survey import layout_of, survey


@dataclass(frozen=True)
class Planned:
    """What a clean-up would move now: the folder, not made yet, and the old files by their paths as text."""

    folder: Path
    files: tuple[str, ...]


@dataclass(frozen=True)
class Cleaned:
    """What was moved, or would be; both None when nothing of the old system is left here.

    `snapshots` is where the files stood.
    """

    snapshots: Path
    moved: Moved | None = None
    planned: Planned | None = None


def clean_up(
    settings: Settings, root: Path | None, default_store: str | None, caller: Caller, steps: Steps, *, is_dry: bool
) -> Cleaned:
    """Move the old files below `data/snapshots` aside; killed, it is run again and goes on. `is_dry` only looks.

    Raises:
        InvalidArgument: the old tree lies elsewhere: it is in nobody's way there.
        CheckFailed: the migration is not whole, or an archive is not sound; nothing was moved.
        Busy, ArchiveDamaged: as the archive says.
    """
    layout = layout_of(settings)
    require_in_place(layout, root)
    require_safe_data(layout)
    require_known_layout(layout)
    require_migrated(layout)
    archives = _archives(settings, layout)
    for archive in archives if not is_dry else ():
        finish_change(archive, Migrator(caller.name, caller.at, caller.lock_wait_s))
    started = begun(layout, hash_old)
    listed = started[1] if started else _files_to_move(settings, layout, default_store, steps)
    if not listed.by_path:
        return Cleaned(layout.snapshots)
    require_sound(archives, caller)
    require_snapshots(settings, listed)
    if is_dry:
        folder = started[0] if started else folder_for(layout, caller.at.date())
        left = (path for path in listed.by_path if lstat(layout.snapshots / path) is not None)
        return Cleaned(layout.snapshots, planned=Planned(folder, tuple(sorted(map(printable, left)))))
    return Cleaned(layout.snapshots, _moved(layout, started[0] if started else None, listed, caller))


def _moved(layout: Layout, folder: Path | None, listed: MovedFiles, caller: Caller) -> Moved:
    """Move what is listed, into a new folder where none was begun, and record it."""
    with locked(layout.data_lock, caller.lock_wait_s):
        moved = move(layout, folder or begin(layout, listed, caller.at.date()), listed.by_path, hash_old)
        make_folder(layout.data_audit)
        details = {"movedTo": moved.folder.name, "files": moved.count, "requestId": caller.request_id}
        append_event(layout.data_audit, at=caller.at, by=caller.name, event=MOVED, details=details)
    return moved


def _archives(settings: Settings, layout: Layout) -> tuple[Archive, ...]:
    """Return every archive that there is, also those of stores that stores.yaml does not list."""
    there = {one for one in names(layout.snapshots) if is_store_id(one) and is_begun(Layout(settings.data, one))}
    return tuple(Archive(settings.data, one) for one in sorted({*settings.stores, *there}))


def _files_to_move(settings: Settings, layout: Layout, default_store: str | None, steps: Steps) -> MovedFiles:
    """Return the hash of each old file by its path, the index last, once the migration was looked at again."""
    found = survey(settings, layout.snapshots, default_store, steps, adds_stores=False)
    if not found.has_nothing_to_do:
        options = ["--default-store", default_store] if default_store else []
        again = shlex.join(["omen", "migrate", "--from", str(layout.snapshots), *options])
        raise CheckFailed(lacking(found), hint=f"run: {again}; nothing was moved")
    files = {one.path: one.sha256 for one in found.tree.files}
    files |= {INDEX_NAME: found.tree.index_sha256} if found.tree.index_sha256 else {}
    ids: dict[str, list[str]] = {}
    for one in found.snapshots:
        ids.setdefault(one.store_id, []).append(one.id)
    return listing(files, {store_id: tuple(each) for store_id, each in ids.items()})
