"""The entries of a month without its shard: from its snapshots, and of lost ones from whoever remembers them.

A lost snapshot keeps its key: an older version must not answer in its place, nor a new one get its number.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from omen_cli.archive.entries import key_of, with_successors
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.index import fits, read_shard
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import Ledger
from omen_cli.archive.marks import with_deliveries
from omen_cli.archive.scan import Fault, Scanned, scan_month, usurper
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = {
    "storeName": "",
    "omenVersion": "",
    "provisional": False,
    "sizeBytes": 0,
    "summary": {
        "itemCount": 0,
        "netSales": None,
        "grossProfit": None,
        "grossMarginPct": None,
        "inventoryRetailValue": None,
        "recommendationCount": 0,
    },
    "diffMetadata": {"itemsPriced": 0, "highestMarginSku": None, "lowestMarginSku": None, "period": ""},
}
_RECORDED = ("id", "timeframe", "asOfDate", "version", "supersedes", "reason", "requestId", "contentSha256", "sha256")


@dataclass(frozen=True)
class Remade:
    """The entries of the files, those of lost snapshots, and the files that belong into quarantine."""

    kept: tuple[Entry, ...]
    lost: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return all entries in the order of a shard."""
        return with_successors((*self.kept, *self.lost))


def remake(layout: Layout, month: str, ids: Iterable[str], ledger: Ledger) -> Remade:
    """Return what the month's shard should say; `ids` are those that its files are named after. Nothing is changed."""
    scanned = scan_month(layout, ids, ledger)
    lost = tuple(_told(layout, entry, ledger) for entry in _lost(layout, month, ledger, scanned))
    taken = {key_of(entry): entry for entry in lost}
    kept = tuple(_told(layout, entry, ledger) for entry in scanned.entries if key_of(entry) not in taken)
    rivals = (usurper(entry, taken[key_of(entry)]) for entry in scanned.entries if key_of(entry) in taken)
    return Remade(kept, lost, (*scanned.faults, *rivals))


def _told(layout: Layout, entry: Entry, ledger: Ledger) -> Entry:
    return with_deliveries(layout, entry, ledger.deliveries.get(entry.id, ()))


def _lost(layout: Layout, month: str, ledger: Ledger, scanned: Scanned) -> tuple[Entry, ...]:
    """Return the entries of those snapshots that are gone or damaged, not pruned and not given up.

    A readable shard remembers them whole; where there is none the audit does, as far as it tells. One that the audit
    never saw gives way to a file of its version that the audit did see: then the shard lies. One that only the audit
    remembers gives way to any file of its version, unless that was given up.
    """
    found = {entry.id for entry in scanned.entries}
    found |= {fault.snapshot_id for fault in scanned.faults if fault.kind == "rival"}
    lost = {
        entry.id: entry
        for entry in _remembered(layout, month)
        if entry.id not in found and not ledger.is_settled(entry.id) and not ledger.refutes(entry, scanned.entries)
    }
    taken = {key_of(entry) for entry in (*lost.values(), *scanned.entries) if not ledger.is_settled(entry.id)}
    for entry in _recorded(layout.store_id, month, ledger):
        if entry.id not in found and key_of(entry) not in taken:
            lost[entry.id] = entry
            taken.add(key_of(entry))
    return tuple(lost.values())


def _remembered(layout: Layout, month: str) -> tuple[Entry, ...]:
    try:
        return read_shard(layout, month) or ()
    except FileDamaged:
        return ()


def _recorded(store_id: str, month: str, ledger: Ledger) -> Iterator[Entry]:
    """Yield what the audit tells of the month's snapshots that must have a file; records that cannot be are none."""
    for snapshot_id in ledger.owed(month):
        entry = entry_of_record(store_id, ledger.created[snapshot_id])
        if entry and entry.id == snapshot_id and fits(entry, store_id, month):
            yield entry


def entry_of_record(store_id: str, event: Mapping[str, object]) -> Entry | None:
    """Return the entry of a snapshot as its record in the audit tells it: what that does not say is empty."""
    identity = parse_snapshot_id(str(event.get("id")))
    if identity is None:
        return None
    is_legacy = not str(event.get("contentSha256")).startswith(identity.hash8)  # only those are exempt from that
    told = {name: event.get(name) for name in _RECORDED} | {
        "createdVia": "migrate" if is_legacy else "cli",
        "storeId": store_id,
        "generatedAt": _EPOCH + timedelta(milliseconds=identity.epoch_ms),
        "createdBy": event.get("by"),
        "filePath": f"{identity}.json",
        "status": "held" if event.get("held") is True else "ok",
    }
    try:
        return Entry.model_validate(_NOTHING | told)
    except ValueError:
        return None
