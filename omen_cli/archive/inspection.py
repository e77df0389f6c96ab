"""Looking through a whole archive for what is not as it should be; nothing is changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.chain import Chain, check_chain
from omen_cli.archive.findings import Finding
from omen_cli.archive.index import shard_months
from omen_cli.archive.inspect_messages import foreign_folders, inspect_messages, of_foreign_folders
from omen_cli.archive.inspect_month import inspect_month
from omen_cli.archive.inspect_tree import inspect_tree
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.ledger import Ledger, read_ledger
from omen_cli.archive.lock import require_lock_file
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.archive.scan import ids_by_month, snapshot_ids
from omen_cli.model.ids import parse_snapshot_id


@dataclass(frozen=True)
class Inspection:
    """What was found, by kind and subject, and what was settled by a person before; how much was looked at.

    `old_files` are the names of files of the old system that are named by an id, and are no snapshots of the archive.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    snapshots: int
    audit_lines: int
    old_files: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Tell whether there is nothing to mend and nothing lost."""
        return not self.findings


def inspect(layout: Layout, *, is_deep: bool) -> Inspection:
    """Look through one archive.

    Args:
        layout: whose; its folder exists.
        is_deep: read every snapshot, recompute its hashes, and compare them with the index and the audit; without it
            only names and sizes are compared, and only those snapshots are read that the index does not know.

    Raises:
        ArchiveDamaged: a system call failed, or the archive's lock is none.
    """
    require_lock_file(layout.lock)
    ledger = read_ledger(layout.audit_dir, is_tolerant=True)
    chain = check_chain(layout.audit_dir)
    old = frozenset(_of_old_system(layout, ledger))
    by_month = ids_by_month(layout).items()
    ids = {month: tuple(one for one in each if one not in old) for month, each in by_month}
    found = [*inspect_tree(layout), *of_audit(layout.root, chain)]
    for month in sorted({*ids, *shard_months(layout), *_months_owed(ledger)}):
        found.extend(inspect_month(layout, month, ids.get(month, ()), ledger, is_deep=is_deep))
    known = {one for month in ids.values() for one in month}
    found.extend(of_foreign_folders(layout, foreign_folders(layout, ledger, known)))
    if is_deep:
        found.extend(inspect_messages(layout, ledger))
    if any(one.is_unreadable for one in chain.breaks):  # whether it has a record of a snapshot, nobody can say
        found = [one for one in found if one.kind != "unaudited"]
    accepted = tuple(one for one in found if one.is_lost and (one.subject, one.evidence) in ledger.accepted)
    findings = tuple(one for one in dict.fromkeys(found) if one not in accepted)
    old_files = tuple(f"{one}.json" for one in sorted(old))
    return Inspection(findings, accepted, sum(map(len, ids.values())), chain.lines, old_files)


def _of_old_system(layout: Layout, ledger: Ledger) -> Iterator[str]:
    """Yield the ids of files that the audit has no snapshot of, and the old system wrote."""
    for snapshot_id in map(str, snapshot_ids(layout)):
        is_recorded = snapshot_id in ledger.created and snapshot_id not in ledger.pruned
        if not is_recorded and is_of_old_system(layout.snapshot(snapshot_id)):
            yield snapshot_id


def _months_owed(ledger: Ledger) -> Iterator[str]:
    for snapshot_id in ledger.created:
        if found := parse_snapshot_id(snapshot_id):
            yield month_of(found.as_of_date)


def of_audit(root: Path, chain: Chain) -> Iterator[Finding]:
    """Yield what the chain of the audit below `root` does not hold."""
    for one in chain.breaks:
        place = f":{one.line}" if one.line else ""
        yield Finding("audit_broken", f"{one.path.relative_to(root)}{place}", one.problem, one.evidence)
    if chain.is_torn_at_end:
        yield Finding("audit_torn", "audit", "its last line does not end")
