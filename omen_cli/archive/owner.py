"""Whose archive a folder is, by what it says itself: its README and its newest shard."""

import re

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import names, read_file
from omen_cli.archive.layout import Layout, is_month
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.canonical import load_strict
from omen_cli.model.ids import is_store_id

_IN_README = re.compile(rb"\(omen history --store ([A-Za-z0-9_-]{1,64})\)")


def require_own(layout: Layout) -> None:
    """Refuse the archive of another store: a folder that was renamed, or put in the wrong place.

    One file that says so beside another that does not is damage, which is mended; nothing but such files is a whole
    archive of somebody's, and mending would take it apart.

    Raises:
        ArchiveDamaged: whose it is, and what to do.
    """
    readme = _owner_in_readme(layout)
    if readme == layout.store_id:
        return
    owners = {owner for owner in (readme, _owner_in_index(layout)) if owner}
    if len(owners) == 1 and layout.store_id not in owners:
        raise ArchiveDamaged(
            f"{layout.root}: is the archive of the store {min(owners)}",
            hint="give it its id back, in stores.yaml and as the folder's name; docs/recovery.md says how",
        )


def _owner_in_readme(layout: Layout) -> str | None:
    try:
        found = _IN_README.search(read_file(layout.readme) or b"")
    except FileDamaged:
        return None
    return found[1].decode() if found else None


def _owner_in_index(layout: Layout) -> str | None:
    """Return the store that the newest shard names; None when it cannot be believed to be one."""
    months = [
        name for name in names(layout.index_dir) if name.endswith(".json") and is_month(name.removesuffix(".json"))
    ]
    try:
        shard = load_strict(read_file(layout.index_dir / months[-1]) or b"") if months else None
    except (FileDamaged, ValueError):
        return None
    owner = shard.get("storeId") if isinstance(shard, dict) else None
    return owner if isinstance(owner, str) and is_store_id(owner) else None
