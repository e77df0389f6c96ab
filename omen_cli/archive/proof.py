"""A snapshot with every proof that its file, its entry and the audit can give."""

from hashlib import sha256

from omen_cli.archive.documents import read_snapshot
from omen_cli.archive.failures import LOST, FileDamaged
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import read_ledger
from omen_cli.errors import ArchiveDamaged, NotFound
from omen_cli.model.legacy import AnySnapshot
from omen_cli.model.snapshot import Entry


def read_proven(layout: Layout, entry: Entry) -> tuple[AnySnapshot, bytes, str]:
    """Return the entry's snapshot, the bytes of its file, and what an operator should know, "" when there is nothing.

    Raises:
        NotFound: somebody pruned it since the entry was read.
        ArchiveDamaged: the file is missing, or it is not what was acknowledged.
    """
    path = layout.snapshot(entry.id)
    try:
        found = read_snapshot(layout, entry.id)
    except FileDamaged as error:
        raise ArchiveDamaged(error.message, hint=LOST) from error
    if found is None:
        if entry.id in read_ledger(layout.audit_dir, is_tolerant=True).pruned:
            raise NotFound(f"{entry.id}: was pruned just now", hint="`omen history` lists what there is")
        raise ArchiveDamaged(f"{path}: the index names this snapshot, and its file is missing", hint=LOST)
    found_sha256 = sha256(found[1]).hexdigest()
    if (len(found[1]), found_sha256) == (entry.size_bytes, entry.sha256):
        return *found, ""
    if read_ledger(layout.audit_dir, is_tolerant=True).recorded_sha256(entry.id, "") != found_sha256:
        raise ArchiveDamaged(f"{path}: its size or its hash is not what the index says", hint=LOST)
    return *found, f"{entry.id}: is as the audit has it, and the index is not: run omen verify --deep --repair"
