"""Whether omen has made an archive in a folder, or was making it, and which snapshots it knows; nothing is believed."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from omen_cli.archive.audit import audit_files
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat, read_file
from omen_cli.archive.index import read_shard, shard_months
from omen_cli.archive.layout import Layout
from omen_cli.archive.told_ids import told_ids
from omen_cli.archive.tree import readme_of

_TELLING, _MOST_TOLD = 60, 10_000
_OF_A_SHARD, _OF_AN_AUDIT = b'"format":"omen.index/', b'"prev":"'


def is_begun(layout: Layout) -> bool:
    """Tell whether omen has made this archive, or was making it, by any trace of it.

    Its README, the lock that is made last, or a list or an audit that is one of omen's.
    """
    root = lstat(layout.root)
    if root is None or not stat.S_ISDIR(root.st_mode):
        return False
    lock = lstat(layout.lock)
    if lock is not None and stat.S_ISREG(lock.st_mode) and lock.st_size == 0:
        return True
    told = _read_plain(layout.readme, _MOST_TOLD) or b""
    return told.startswith(readme_of(layout)[:_TELLING]) or any(mark in raw for raw, mark in _records(layout))


def is_first_draft(layout: Layout, name: str) -> bool:
    """Tell whether a file of this name is the README that omen was writing, perhaps not whole, when it died."""
    if name != layout.readme_draft.name:
        return False
    drafted = _read_plain(layout.readme_draft, _MOST_TOLD)
    return drafted is not None and readme_of(layout).startswith(drafted)


def known_ids(layout: Layout) -> frozenset[str]:
    """Return the ids of all snapshots that the archive has or had, by its audit and by its index."""
    found = set(told_ids(layout.audit_dir, is_tolerant=True).known)
    for month in shard_months(layout):
        with suppress(FileDamaged):
            found.update(entry.id for entry in read_shard(layout, month) or ())
    return frozenset(found)


def _records(layout: Layout) -> Iterator[tuple[bytes, bytes]]:
    """Yield the bytes of each shard and audit file, with what one of omen's has in it."""
    for month in shard_months(layout):
        yield _read_plain(layout.shard(month)) or b"", _OF_A_SHARD
    for path in audit_files(layout.audit_dir):
        yield _read_plain(path) or b"", _OF_AN_AUDIT


def _read_plain(path: Path, most_bytes: int | None = None) -> bytes | None:
    """Return the bytes of a file; None when none stands there, when it is too large, or cannot be read."""
    found = lstat(path)
    if found is None or not stat.S_ISREG(found.st_mode) or (most_bytes is not None and found.st_size > most_bytes):
        return None
    with suppress(FileDamaged):
        return read_file(path)
    return None
