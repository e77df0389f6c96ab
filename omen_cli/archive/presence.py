"""Whether the snapshots that an index names are there: a rule that counts must not count what is gone."""

import stat
from collections.abc import Iterable

from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import read_ledger
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.snapshot import Entry


def all_there(layout: Layout, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries without those that another command has pruned since they were read; the rest must be there.

    Raises:
        ArchiveDamaged: the file of an entry is gone, or not what it was by its kind and size: a rule would count it
            as kept, and remove what is left.
    """
    entries = tuple(entries)
    gone = {entry.id for entry in entries if not _is_whole(layout, entry)}
    if gone:
        lost = gone - set(read_ledger(layout.audit_dir, is_tolerant=True).pruned)
        if lost:
            raise ArchiveDamaged(
                f"{min(lost)}: its file is lost or damaged, and pruning beside a loss could remove what is left",
                hint=f"run omen verify --store {layout.store_id}, restore or settle what it finds, then prune",
            )
    return tuple(entry for entry in entries if entry.id not in gone)


def _is_whole(layout: Layout, entry: Entry) -> bool:
    found = lstat(layout.snapshot(entry.id))
    return found is not None and stat.S_ISREG(found.st_mode) and found.st_size == entry.size_bytes
