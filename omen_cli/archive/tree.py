"""Making an archive's tree: whole, durable, private, and by any number of processes at once."""

from pathlib import Path

from omen_cli.archive.files import fsync_folder, lstat, make_folder, rename, unlink, write_new
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.safety import LAYOUT, require_writable_layout
from omen_cli.model.canonical import dump_canonical

_README = """\
This folder is the archive of one store, written by omen (omen history --store {store_id}).

snapshot_*.json   the snapshots: the truth. Never edit, rename or remove one: each is named by its own hash.
index/            a list of them, by month; made anew from the snapshots when it is lost
audit/            what happened here, one line an event, each with the hash of the line before
deliveries/       every message that was sent or is to be sent; its state is in its name
quarantine/       files that were found damaged, each with the reason
.lock, locks/     empty files that keep two processes apart; leave them
.pending          only while a change is under way; the next command finishes or undoes it

A backup is a copy of this folder together with ../../.omen-format.
"""


def make_tree(layout: Layout, wait_s: float, *, is_migrating: bool = False) -> None:
    """Make what is missing of the tree, `.lock` last; complete what a crash left half-made.

    A migration makes archives beside the old one, and says last which layout `data` has.

    Raises:
        Busy: another process makes a tree below the same `data` for longer than `wait_s`.
        ArchiveDamaged: the tree is not ours to touch.
    """
    if any(lstat(path) is None for path in _parts(layout)):
        make_root(layout.data)
        with locked(layout.data_lock, wait_s):
            if not is_migrating:
                require_writable_layout(layout)
                _make_format(layout)
            _make_archive(layout)
    fsync_folder(layout.data)
    fsync_folder(layout.snapshots)


def readme_of(layout: Layout) -> bytes:
    """Return what the README of an archive says."""
    return _README.format(store_id=layout.store_id).encode()


def mend_folders(layout: Layout) -> None:
    """Make those folders of an existing archive anew that somebody took away; call it under `.lock`."""
    for folder in layout.folders:
        if lstat(folder) is None:
            make_folder(folder)


def _parts(layout: Layout) -> tuple[Path, ...]:
    return (layout.format_file, *layout.folders, layout.readme, *layout.lock_files)


def make_root(path: Path) -> None:
    """Make a folder, and its parents where they are missing."""
    if lstat(path.parent) is None:
        make_root(path.parent)
    make_folder(path)


def begin_migration(layout: Layout, document: bytes, wait_s: float) -> None:
    """Say, durably and before anything else, that a migration is under way: from then on nobody else writes.

    Raises:
        Busy: another process has held `data/.lock` for `wait_s` seconds.
    """
    make_root(layout.data)
    with locked(layout.data_lock, wait_s):
        if lstat(layout.migration_mark) is None:
            write_whole(layout.migration_mark, document)
        fsync_folder(layout.data)


def finish_migration(layout: Layout, wait_s: float) -> None:
    """Take the mark of the migration away, and say, durably and last, that `data` has the layout of today.

    Raises:
        Busy: another process has held `data/.lock` for `wait_s` seconds.
    """
    with locked(layout.data_lock, wait_s):
        unlink(layout.migration_mark)
        _make_format(layout)
        fsync_folder(layout.data)


def _make_format(layout: Layout) -> None:
    if lstat(layout.format_file) is None:
        write_whole(layout.format_file, dump_canonical(LAYOUT) + b"\n")


def _make_archive(layout: Layout) -> None:
    for folder in (layout.snapshots, layout.root, *layout.folders):
        make_folder(folder)
    if lstat(layout.readme) is None:
        write_whole(layout.readme, readme_of(layout))
    fsync_folder(layout.root)  # beside an old archive only the README tells that what follows is omen's
    for lock_file in layout.lock_files:
        if lock_file == layout.lock:  # where it stands, nobody comes by here again: what is before it is durable
            fsync_folder(layout.locks_dir)
            fsync_folder(layout.root)
        if lstat(lock_file) is None:
            write_new(lock_file, b"")


def write_whole(path: Path, raw: bytes) -> None:
    """Make a file that is never seen in part; call it under `data/.lock` only."""
    draft = path.with_name(f".{path.name.removeprefix('.')}.tmp")
    unlink(draft)
    write_new(draft, raw)
    rename(draft, path)
