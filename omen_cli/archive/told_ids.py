"""The ids that an audit speaks of, and nothing else of its records: what a long history costs is its ids alone."""

from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.audit import CREATED, PRUNED, audit_files
from omen_cli.archive.ledger import believed_events


@dataclass(frozen=True)
class ToldIds:
    """All ids of the snapshots that were ever made or pruned; `pruned` are those that were not made again since."""

    known: frozenset[str]
    pruned: frozenset[str]


def told_ids(folder: Path, *, is_tolerant: bool = False) -> ToldIds:
    """Return the ids that the audit in `folder` speaks of.

    Args:
        folder: of the audit.
        is_tolerant: pass over a file that cannot be believed; only for those who change nothing.

    Raises:
        FileDamaged: a file of the audit is none, or too large.
    """
    known: set[str] = set()
    pruned: set[str] = set()
    for path in audit_files(folder):
        for event in believed_events(path, is_tolerant=is_tolerant):
            snapshot_id = str(event.get("id"))
            if event.get("event") == CREATED:
                known.add(snapshot_id)
                pruned.discard(snapshot_id)
            elif event.get("event") == PRUNED:
                known.add(snapshot_id)
                pruned.add(snapshot_id)
    return ToldIds(frozenset(known), frozenset(pruned))
