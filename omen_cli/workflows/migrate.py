"""Migrate: bring the old single-tenant archive over, losing nothing; the old tree is only read."""

from functools import partial

from omen_cli.archive.archive import Archive
from omen_cli.archive.disk import MIN_FREE_INODES, measured, require
from omen_cli.archive.late_marks import LateMark, record_late
from omen_cli.archive.migrating import Migrator, bring
from omen_cli.archive.migration_mark import mark_of
from omen_cli.archive.set_aside import record_migration, set_aside
from omen_cli.archive.standing import accounted_for
from omen_cli.archive.tree import begin_migration, finish_migration
from omen_cli.config.settings import Settings
from omen_cli.errors import ArchiveDamaged
from omen_cli.legacy.plan import End, plain_counts
from omen_cli.legacy.tree import printable
from omen_cli.model.legacy import NOT_KNOWN
from omen_cli.workflows.compared import wanted_of
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.old_tree import Steps
from omen_cli.workflows.request import Caller
from omen_cli.workflows.survey import Survey, layout_of, require_its_turn


def migrate(settings: Settings, found: Survey, caller: Caller, steps: Steps) -> int:
    """Carry a survey out: the mark that keeps others from writing, store by store, what is set aside, the comparison.

    Last the mark goes, and the layout's number says that it is done. Returns how many snapshots this call wrote:
    another one may have written some meanwhile.

    Raises:
        InsufficientStorage: the disk filled up on the way, although `require_room` was asked first.
        Busy, ArchiveDamaged: as the archive says; run it again, it goes on where it was.
    """
    layout = layout_of(settings)
    mark = mark_of(printable(str(found.tree.root.resolve())), found.default_store)
    begin_migration(layout, mark.document(at=caller.at, by=caller.name), caller.lock_wait_s)
    require_its_turn(found.tree, layout)  # another one may have been begun since it was looked at
    migrator, written = Migrator(caller.name, caller.at, caller.lock_wait_s), 0
    stores = dict.fromkeys((*(one.store_id for one in found.snapshots), *(one.planned.store_id for one in found.late)))
    with steps("writing", len(found.missing)) as advance:
        for store_id in stores:
            archive = Archive(settings.data, store_id, is_migrating=True)
            own = (wanted_of(settings, found.tree, one) for one in found.snapshots if one.store_id == store_id)
            written += len(bring(archive, own, migrator, partial(advance, store_id)))
            if late := _late_of(found, store_id):
                record_late(archive, late, migrator)
    set_aside(layout, found.asides, caller.lock_wait_s)
    found.tree.require_unchanged()
    _require_all_there(settings, found)
    details = {"from": str(found.tree.root), "written": written, "requestId": caller.request_id}
    details |= {"indexSha256": found.tree.index_sha256}
    record_migration(layout, details | _counts(found), at=caller.at, by=caller.name, wait_s=caller.lock_wait_s)
    finish_migration(layout, caller.lock_wait_s)
    return written


def _late_of(found: Survey, store_id: str) -> tuple[LateMark, ...]:
    own = (one for one in found.late if one.planned.store_id == store_id)
    marks = [LateMark(one.snapshot_id, name, one.planned.marks.sent_at) for one in own for name in one.recipients]
    marks += [LateMark(one.id, NOT_KNOWN, None) for one in found.told_since if one.store_id == store_id]
    return tuple(marks)


def _size(end: End) -> int:
    return end.file.size_bytes if end.file else len(end.raw or b"")


def require_room(settings: Settings, found: Survey) -> None:
    """Refuse to begin what the disk has no room for.

    Raises:
        InsufficientStorage: says how much is free and how much is needed; nothing was written.
    """
    layout, limits = layout_of(settings), limits_of(settings)
    asides = sum(_size(end) for end in found.ends if end.fate == "quarantined")
    needed = found.needed_bytes + (asides if found.asides else 0) + limits.min_free_bytes
    inodes = len(found.missing) + 2 * len(found.asides) + MIN_FREE_INODES
    hint = "free some space on that disk, or migrate to another one; nothing was written"
    require(layout.root, measured(layout.root, limits), needed, inodes, hint)


def _require_all_there(settings: Settings, found: Survey) -> None:
    """Refuse to call it done while a snapshot is not where it should be."""
    for store_id in dict.fromkeys(one.store_id for one in found.snapshots):
        known = accounted_for(Archive(settings.data, store_id, is_migrating=True))
        for one in found.snapshots:
            if one.store_id == store_id and one.id not in known:
                raise ArchiveDamaged(f"{one.id}: is not in the archive of {store_id}", hint="run omen migrate again")


def _counts(found: Survey) -> dict[str, object]:
    return {"entryEnds": plain_counts(found.ends, "entry"), "fileEnds": plain_counts(found.ends, "file")}
