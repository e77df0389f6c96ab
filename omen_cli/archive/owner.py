"""Whose archive a folder is, by what it says itself: its README, its newest shard and, above both, its snapshots."""

import re
import stat
from itertools import islice
from pathlib import Path

from omen_cli.archive.files import lstat, names, read_file
from omen_cli.archive.layout import Layout, is_month
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.ids import parse_snapshot_id

_IN_README = re.compile(rb"\(omen history --store ([A-Za-z0-9_-]{3,50})\)")
_IN_TAIL = re.compile(rb'"storeId":"([A-Za-z0-9_-]{3,50})"')  # canonical JSON: among the last keys of the document
_TAIL_BYTES = 4096
_WITNESSES = 5


def require_own(layout: Layout) -> None:
    """Refuse the archive of another store: a folder that was renamed, or put in the wrong place.

    Mending would take it apart, snapshot by snapshot. One file of another store's is damage, and mended; five snapshots
    that agree are an archive. They are asked only when the README or the newest shard does not name this store.

    Raises:
        ArchiveDamaged: whose it is, and what to do.
    """
    if not (_is_folder(layout.root) and _is_folder(layout.index_dir, or_absent=True)):
        return  # whether that is safe is another question
    shards = [layout.shard(month) for month in _months(layout)]
    claims = [_claim(layout.readme, _IN_README), *(_claim(path, _IN_TAIL) for path in shards[-1:])]
    if all(claim == layout.store_id for claim in claims):
        return
    owners = {owner for path in _snapshots(layout) if (owner := _claim(path, _IN_TAIL))}
    if len(owners) == 1 and layout.store_id not in owners:
        raise ArchiveDamaged(
            f"{layout.root}: is the archive of the store {min(owners)}",
            hint="give it its id back, in stores.yaml and as the folder's name; docs/recovery.md says how",
        )


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
    """Return the first few files that are named as snapshots are."""
    ids = (name.removesuffix(".json") for name in names(layout.root) if name.endswith(".json"))
    return [layout.snapshot(one) for one in islice((one for one in ids if parse_snapshot_id(one)), _WITNESSES)]


def _is_folder(path: Path, *, or_absent: bool = False) -> bool:
    found = lstat(path)
    return or_absent if found is None else stat.S_ISDIR(found.st_mode)
