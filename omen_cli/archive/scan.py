"""What the snapshot files themselves say: the entries of a month, made anew without the index."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from omen_cli.archive.documents import read_snapshot
from omen_cli.archive.entries import Key, entry_of, key_of, with_successors
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat, names
from omen_cli.archive.index import read_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.ledger import Ledger
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.model.ids import SnapshotId, parse_snapshot_id
from omen_cli.model.snapshot import Entry


@dataclass(frozen=True)
class Fault:
    """A snapshot file that gets no entry and belongs into quarantine.

    It is damaged, or it claims a version that is a rival's, or the audit says that it was pruned.
    """

    snapshot_id: str
    reason: str
    kind: Literal["damaged", "rival", "pruned"] = "damaged"


@dataclass(frozen=True)
class Scanned:
    """The entries of a month in the order of a shard, and the files that got none."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def snapshot_ids(layout: Layout) -> tuple[SnapshotId, ...]:
    """Return the ids after which files in the archive's folder are named, whatever stands there."""
    stems = (name.removesuffix(".json") for name in names(layout.root) if name.endswith(".json"))
    return tuple(found for stem in stems if (found := parse_snapshot_id(stem)))


def ids_in_month(layout: Layout, month: str) -> tuple[str, ...]:
    """Return the ids of the snapshot files with an as-of date in `month`, sorted."""
    return ids_by_month(layout).get(month, ())


def ids_by_month(layout: Layout) -> dict[str, tuple[str, ...]]:
    """Return the ids of the snapshot files by the month of their as-of date; ids sorted, months oldest first."""
    months: dict[str, list[str]] = defaultdict(list)
    for found in snapshot_ids(layout):
        months[month_of(found.as_of_date)].append(str(found))
    return {month: tuple(sorted(months[month])) for month in sorted(months)}


def is_under_way(layout: Layout, snapshot_id: str) -> bool:
    """Tell whether the file has its name, but `.pending` still stands for it: it is not committed yet."""
    pending, final = lstat(layout.pending), lstat(layout.snapshot(snapshot_id))
    return pending is not None and final is not None and pending.st_ino == final.st_ino


def scan_month(layout: Layout, ids: Iterable[str], ledger: Ledger) -> Scanned:
    """Read the snapshot files of a month, those of the `ids`, and return its entries; nothing is changed."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for snapshot_id in ids:
        found = _read(layout, snapshot_id, ledger)
        if isinstance(found, Fault):
            faults.append(found)
        elif found:
            entries.append(found)
    kept, usurpers = _one_a_version(ledger, entries)
    return Scanned(with_successors(kept), (*faults, *usurpers))


def _read(layout: Layout, snapshot_id: str, ledger: Ledger) -> Entry | Fault | None:
    """Return the entry of a file, or why it gets none; None when it went away, or is of the old system."""
    if snapshot_id in ledger.pruned:
        if is_of_old_system(layout.snapshot(snapshot_id)):
            return None
        return Fault(snapshot_id, "the audit says that it was pruned", "pruned")
    try:
        found = read_snapshot(layout, snapshot_id)
    except FileDamaged as error:
        is_old = not _is_known(layout, snapshot_id, ledger) and is_of_old_system(layout.snapshot(snapshot_id))
        return None if is_old else Fault(snapshot_id, error.reason)
    if found is None:
        return None
    entry = entry_of(*found)
    recorded = ledger.recorded_sha256(snapshot_id, entry.sha256)
    if recorded != entry.sha256 and not _is_in_shard(layout, entry):
        return Fault(snapshot_id, f"its hash is {entry.sha256}, the audit recorded {recorded}")
    return entry


def _is_known(layout: Layout, snapshot_id: str, ledger: Ledger) -> bool:
    """Tell whether the audit or the index has a snapshot of this id."""
    identity = parse_snapshot_id(snapshot_id)
    indexed = _indexed(layout, month_of(identity.as_of_date)) if identity else ()
    return snapshot_id in ledger.created or any(one.id == snapshot_id for one in indexed)


def _is_in_shard(layout: Layout, entry: Entry) -> bool:
    """Tell whether the index has the very same file: two witnesses against a line of the audit."""
    known = _indexed(layout, month_of(entry.as_of_date))
    return any((other.id, other.sha256) == (entry.id, entry.sha256) for other in known)


def _indexed(layout: Layout, month: str) -> tuple[Entry, ...]:
    try:
        return read_shard(layout, month) or ()
    except FileDamaged:
        return ()


def _one_a_version(ledger: Ledger, entries: list[Entry]) -> tuple[list[Entry], list[Fault]]:
    """Keep one entry a version: what is owed goes before what was given up, and then what the audit saw first.

    What it never saw comes last, the smallest time in its id first.
    """
    claims: dict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        claims[key_of(entry)].append(entry)
    if len(claims) == len(entries):
        return entries, []
    order = ledger.order()
    seniority = {entry.id: (ledger.is_settled(entry.id), *_seniority(entry, order)) for entry in entries}
    kept: list[Entry] = []
    faults: list[Fault] = []
    for rivals in claims.values():
        first, *others = sorted(rivals, key=lambda entry: seniority[entry.id])
        kept.append(first)
        faults.extend(usurper(entry, first) for entry in others)
    return kept, faults


def usurper(entry: Entry, first: Entry) -> Fault:
    """Return what is wrong with a file that claims the version of `first`."""
    return Fault(entry.id, f"version {entry.version} of its key is {first.id}", "rival")


def _seniority(entry: Entry, order: dict[str, int]) -> tuple[int, int, str]:
    identity = parse_snapshot_id(entry.id)
    return order.get(entry.id, len(order)), identity.epoch_ms if identity else 0, entry.id
