"""One month of an archive: what its snapshots, its shard of the index and the audit say of each other."""

import stat
from collections.abc import Iterable, Iterator, Mapping

from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat
from omen_cli.archive.findings import Finding
from omen_cli.archive.index import read_shard
from omen_cli.archive.layout import Layout
from omen_cli.archive.ledger import Ledger
from omen_cli.archive.marks import key_of_message, with_deliveries
from omen_cli.archive.scan import Fault, Scanned, scan_month
from omen_cli.model.snapshot import Entry

_MARKS = ("email_sent", "email_sent_at", "email_recipient")
_FROM_ELSEWHERE = (*_MARKS, "deliveries")


def inspect_month(
    layout: Layout, month: str, ids: tuple[str, ...], ledger: Ledger, *, is_deep: bool
) -> Iterator[Finding]:
    """Yield what is wrong with a month; `ids` are those that its files are named after.

    Without `is_deep` a snapshot is read only when the shard cannot be believed.
    """
    shard, entries = f"index/{month}.json", None
    try:
        entries = read_shard(layout, month)
    except FileDamaged as error:
        yield Finding("index_damaged", shard, error.reason)
    else:
        if entries is None and ids:
            yield Finding("index_stale", shard, "is missing")
    known = {entry.id: entry for entry in entries or ()}
    scanned = Scanned((), ())
    if is_deep or entries is None or set(ids) != set(known):
        scanned = scan_month(layout, ids, ledger)
        yield from (_of_fault(fault, known, ledger) for fault in scanned.faults)
        yield from _unaudited(scanned.entries, ledger)
        yield from _misrecorded(scanned.entries, ledger)
        if entries is not None:
            yield from _stale(shard, scanned, known)
    else:
        yield from _by_size(layout, entries, ledger)
    yield from _of_deliveries(layout, shard, entries or (), ledger)
    lost = sorted({*known, *ledger.owed(month)} - set(ids))
    yield from (
        _of_missing(shard, one, known, ledger, scanned) for one in lost if one in known or not ledger.is_settled(one)
    )


def _of_fault(fault: Fault, known: Mapping[str, Entry], ledger: Ledger) -> Finding:
    """Return a loss when somebody was promised the file, and else something that omen did not keep there."""
    is_owed = fault.snapshot_id in known or fault.snapshot_id in ledger.created
    is_lost = fault.kind == "damaged" and is_owed and (fault.snapshot_id, "") not in ledger.accepted
    return Finding("snapshot_damaged" if is_lost else "foreign", fault.snapshot_id, fault.reason)


def _unaudited(entries: Iterable[Entry], ledger: Ledger) -> Iterator[Finding]:
    for entry in entries:
        if entry.id not in ledger.created:
            yield Finding("unaudited", entry.id, "the audit has no record of it")


def _misrecorded(entries: Iterable[Entry], ledger: Ledger) -> Iterator[Finding]:
    for entry in entries:
        recorded = ledger.recorded_sha256(entry.id, entry.sha256)
        if recorded != entry.sha256:
            problem = "its record in the audit has another hash than its file and the index"
            yield Finding("audit_broken", entry.id, problem, evidence=recorded)


def _stale(shard: str, scanned: Scanned, known: Mapping[str, Entry]) -> Iterator[Finding]:
    for entry in scanned.entries:
        if entry.id not in known:
            yield Finding("index_stale", shard, f"does not know {entry.id}")
        elif _derived(known[entry.id]) != _derived(entry) or _has_lost_its_mark(known[entry.id], entry):
            yield Finding("index_stale", shard, f"says something else than {entry.id}")


def _has_lost_its_mark(known: Entry, entry: Entry) -> bool:
    """Tell whether the index forgot what the old system said of e-mail; a delivery since then says it anew."""
    if entry.created_via != "migrate":
        return False
    keys = {key_of_message(one.message_id) for one in known.deliveries}
    if any(key_of_message(one.message_id) not in keys for one in entry.deliveries):
        return True
    is_said_anew = any(one not in entry.deliveries for one in known.deliveries)
    return not is_said_anew and any(getattr(known, name) != getattr(entry, name) for name in _MARKS)


def _of_deliveries(layout: Layout, shard: str, entries: Iterable[Entry], ledger: Ledger) -> Iterator[Finding]:
    for entry in entries:
        if entry != with_deliveries(layout, entry, ledger.deliveries.get(entry.id, ())):
            yield Finding("index_stale", shard, f"says something else of the deliveries of {entry.id} than their names")


def _by_size(layout: Layout, entries: tuple[Entry, ...], ledger: Ledger) -> Iterator[Finding]:
    for entry in entries:
        found = lstat(layout.snapshot(entry.id))
        if entry.id in ledger.pruned:
            yield Finding("foreign", entry.id, "the audit says that it was pruned")
        elif found and not (stat.S_ISREG(found.st_mode) and found.st_size == entry.size_bytes):
            what = f"{found.st_size} bytes long, the index says {entry.size_bytes}"
            is_file = stat.S_ISREG(found.st_mode)
            yield Finding("snapshot_damaged", entry.id, what if is_file else "not a regular file")
        elif found:
            yield from _unaudited((entry,), ledger)


def _of_missing(shard: str, snapshot_id: str, known: Mapping[str, Entry], ledger: Ledger, scanned: Scanned) -> Finding:
    """Return a loss, unless the file is gone for good or the shard made it up."""
    if ledger.is_settled(snapshot_id):
        return Finding("index_stale", shard, f"names {snapshot_id}, which is gone for good")
    if snapshot_id in known and ledger.refutes(known[snapshot_id], scanned.entries):
        return Finding("index_stale", shard, f"names {snapshot_id}, of which neither a file nor the audit knows")
    who = "the audit" if snapshot_id in ledger.created else "the index"
    return Finding("snapshot_missing", snapshot_id, f"{who} has it, and its file is gone")


def _derived(entry: Entry) -> Entry:
    """Return the entry as the snapshot alone tells it."""
    return entry.model_copy(
        update={name: Entry.model_fields[name].get_default() for name in (*_FROM_ELSEWHERE, "superseded_by")}
    )
