"""Whose archive a folder is, by what it says itself: its README, its newest shard and, above both, its snapshots."""

import re
import stat
from collections import Counter
from pathlib import Path

from omen_cli.archive.files import lstat, names, read_file
from omen_cli.archive.layout import Layout, is_month
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.ids import parse_snapshot_id

_IN_README = re.compile(rb"\(omen history --store ([A-Za-z0-9_-]{3,50})\)")
_IN_TAIL = re.compile(rb'"storeId":"([A-Za-z0-9_-]{3,50})"')  # canonical JSON: among the last keys of the document
_TAIL_BYTES = 4096
_HINT = "give it its id back, in stores.yaml and as the folder's name; docs/recovery.md says how"
_HINT_MIXED = "keep in it what is this store's, and put the others back where they belong; docs/recovery.md says how"


def require_own(layout: Layout) -> None:
    """Refuse the archive of another store: a folder that was renamed, put in the wrong place or copied over another.

    Mending would take it apart, snapshot by snapshot. While its README and its newest shard name this store, another
    store's snapshot in it is damage, and mended. When one of them does not, all snapshots are asked whose they are; and
    where it only says nothing, being lost or damaged, others' are damage as long as most are this store's.

    Raises:
        ArchiveDamaged: whose it is, and what to do.
    """
    if not (_is_folder(layout.root) and _is_folder(layout.index_dir, or_absent=True)):
        return  # whether that is safe is another question
    shards = [layout.shard(month) for month in _months(layout)]
    claims = [_claim(layout.readme, _IN_README), *(_claim(path, _IN_TAIL) for path in shards[-1:])]
    if all(claim == layout.store_id for claim in claims):
        return
    counts = Counter(owner for path in _snapshots(layout) if (owner := _claim(path, _IN_TAIL)))
    if len(counts) == 1 and layout.store_id not in counts:
        raise ArchiveDamaged(f"{layout.root}: is the archive of the store {min(counts)}", hint=_HINT)
    is_told_otherwise = any(claim not in (None, layout.store_id) for claim in claims)
    if len(counts) > 1 and (is_told_otherwise or 2 * counts[layout.store_id] < counts.total()):
        whose = " and of ".join(f"{owner} ({counts[owner]})" for owner in sorted(counts))
        raise ArchiveDamaged(f"{layout.root}: snapshots of {whose} are mixed here", hint=_HINT_MIXED)


def _claim(path: Path, pattern: re.Pattern[bytes]) -> str | None:
    """Return the store that a file names last; None when it names none, or cannot be read: others will say so."""
    try:
        found = pattern.findall(read_file(path, last_bytes=_TAIL_BYTES) or b"")
    except ArchiveDamaged:
        return None
    return str(found[-1], "ascii") if found else None


def _months(layout: Layout) -> list[str]:
    stems = (name.removesuffix(".json") for name in names(layout.index_dir) if name.endswith(".json"))
    return [stem for stem in stems if is_month(stem)]


def _snapshots(layout: Layout) -> list[Path]:
    """Return the files that are named as snapshots are."""
    ids = (name.removesuffix(".json") for name in names(layout.root) if name.endswith(".json"))
    return [layout.snapshot(one) for one in ids if parse_snapshot_id(one)]


def _is_folder(path: Path, *, or_absent: bool = False) -> bool:
    found = lstat(path)
    return or_absent if found is None else stat.S_ISDIR(found.st_mode)
