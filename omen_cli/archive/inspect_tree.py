"""The names in an archive's folders: what is missing, what a dead command left, what omen never put there."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from omen_cli.archive.audit_guard import linked_files
from omen_cli.archive.failures import LINKED
from omen_cli.archive.files import lstat, names
from omen_cli.archive.findings import Finding
from omen_cli.archive.inspect_messages import drafts_of_messages, strays_among_messages
from omen_cli.archive.layout import Layout, is_month
from omen_cli.model.ids import parse_snapshot_id

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_DRAFT = re.compile(r"\.[^/]+\.tmp")
_OF_THE_OLD_SYSTEM = re.compile(r"snapshot_.*\.json")
_UNFINISHED = "a draft that nobody finished"
_FOREIGN = "omen keeps nothing of this name and kind here"


def inspect_tree(layout: Layout) -> Iterator[Finding]:
    """Yield what is wrong with the folders and their names; what the files say is not looked at."""
    yield from _unfinished(layout)
    yield from _incomplete(layout)
    yield from _linked(layout)
    root = lstat(layout.root)
    if root and root.st_mode & _OTHERS:
        yield Finding("permissions", ".", f"has mode {stat.S_IMODE(root.st_mode):04o}, not 0700")
    for folder in (layout.root, layout.index_dir, layout.audit_dir, layout.locks_dir, layout.deliveries):
        for name in names(folder):
            yield from _of_name(layout, folder, name)
    for path in drafts_of_messages(layout):
        yield Finding("leftover", printable(path.relative_to(layout.root)), _UNFINISHED)
    for path in strays_among_messages(layout):
        yield Finding("foreign", printable(path.relative_to(layout.root)), _FOREIGN)


def _linked(layout: Layout) -> Iterator[Finding]:
    for path in linked_files(layout.audit_dir):
        yield Finding("linked", printable(path.relative_to(layout.root)), LINKED)


def drafts(layout: Layout) -> tuple[Path, ...]:
    """Return the drafts that a dead command left; only under `.lock` they are certainly nobody's."""
    folders = (layout.root, layout.index_dir)
    found = (folder / name for folder in folders for name in names(folder) if _DRAFT.fullmatch(name))
    return (*(path for path in found if _is_file(path)), *drafts_of_messages(layout))


def strays(layout: Layout) -> tuple[Path, ...]:
    """Return what stands in the archive's folders and is none of its names, or no regular file."""
    folders = (layout.root, layout.index_dir, layout.audit_dir, layout.locks_dir, layout.deliveries)
    found = (folder / name for folder in folders for name in names(folder) if _is_stray(layout, folder, name))
    return (*found, *strays_among_messages(layout))


def is_old_name(name: str) -> bool:
    """Tell whether the old system named its files so: nobody adopts them, and only a migration moves them away."""
    return _OF_THE_OLD_SYSTEM.fullmatch(name) is not None and parse_snapshot_id(name.removesuffix(".json")) is None


def printable(path: Path) -> str:
    """Return a path as text that every encoding of ours can say; bytes that are no UTF-8 are written in hex."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _unfinished(layout: Layout) -> Iterator[Finding]:
    if lstat(layout.pending) is not None:
        yield Finding("unfinished", layout.pending.name, "a change was begun and not finished")


def _incomplete(layout: Layout) -> Iterator[Finding]:
    for path in (layout.format_file, *layout.folders, layout.readme, *layout.lock_files):
        if lstat(path) is None:
            inside = path.is_relative_to(layout.root)
            yield Finding("incomplete", str(path.relative_to(layout.root if inside else layout.data)), "is missing")


def _of_name(layout: Layout, folder: Path, name: str) -> Iterator[Finding]:
    path = folder / name
    subject = printable(path.relative_to(layout.root))
    if _DRAFT.fullmatch(name) and _is_file(path):
        yield Finding("leftover", subject, _UNFINISHED)
    elif _is_stray(layout, folder, name):
        yield Finding("foreign", subject, _FOREIGN)


def _is_stray(layout: Layout, folder: Path, name: str) -> bool:
    """Tell whether a name is none that omen gives; a snapshot's own name never is, whatever stands there."""
    path = folder / name
    if folder == layout.root and is_old_name(name) and _is_file(path):
        return False
    if folder == layout.root and parse_snapshot_id(name.removesuffix(".json")) and name.endswith(".json"):
        return False
    if folder == layout.root and path in (*layout.folders, layout.pending):
        return False
    if folder == layout.audit_dir and _is_named(layout, folder, name):
        return False  # what cannot be read there is a loss, and is never moved away as if it were none
    if folder == layout.deliveries:
        return not (parse_snapshot_id(name) and not _is_file(path))
    return not (_is_named(layout, folder, name) and _is_file(path)) and not (_DRAFT.fullmatch(name) and _is_file(path))


def _is_named(layout: Layout, folder: Path, name: str) -> bool:
    if folder == layout.index_dir:
        return name.endswith(".json") and is_month(name.removesuffix(".json"))
    if folder == layout.audit_dir:
        return name.endswith(".jsonl") and is_month(name.removesuffix(".jsonl"))
    return folder / name in (layout.readme, *layout.lock_files)


def _is_file(path: Path) -> bool:
    found = lstat(path)
    return found is not None and stat.S_ISREG(found.st_mode)
