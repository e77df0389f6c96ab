"""Deliveries of the old system that its index tells only after a snapshot was brought over: audited and indexed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import DELIVERY_EVENTS, FAILED, SENT, append_events
from omen_cli.archive.change import Change, under_way
from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.index import write_shard
from omen_cli.archive.layout import month_of
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.lock import locked
from omen_cli.archive.marks import key_of_message, with_deliveries
from omen_cli.archive.migrating import Migrator
from omen_cli.archive.moved import Moved, Why
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import sound_entries
from omen_cli.archive.safety import require_known_layout, require_safe
from omen_cli.model.delivery import DONE, State
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.legacy import NOT_KNOWN, old_message_id
from omen_cli.model.snapshot import DeliveryState

BY_THE_OLD_SYSTEM = "sent by the old system, says its index"
TO_NO_OTHERS = "sent to no others, says the old index, which was found since"


@dataclass(frozen=True)
class LateMark:
    """Somebody to whom the old system sent a snapshot, and when (aware); None where it does not say that.

    Of a snapshot of which nobody knew, the recipient `NOT_KNOWN` tells that it got to no others.
    """

    snapshot_id: str
    recipient: str
    at: datetime | None


def record_late(archive: Archive, late: Sequence[LateMark], migrator: Migrator) -> None:
    """Record deliveries of the old system, so that nobody gets again what it sent; one change.

    Raises:
        Busy: another process has held `.lock` for too long.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    layout, change = archive.layout, Change(archive.layout, migrator.at, migrator.by)
    require_safe(layout)
    require_known_layout(layout)
    ids = sorted({one.snapshot_id for one in late})
    months = sorted({month_of(found.as_of_date) for one in ids if (found := parse_snapshot_id(one))})
    with locked(layout.send_lock, migrator.wait_s), locked(layout.lock, migrator.wait_s):  # nobody is at it now
        reconcile(change)
        known = {month: sound_entries(change, month, ()) for month in months}
        told_before = (one for entries in known.values() for entry in entries for one in entry.deliveries)
        there = {key_of_message(one.message_id) for one in told_before if _is_settled(one)}
        each = [said for one in late if (said := _told(layout.store_id, one))[1]["key"] not in there]
        if not each:  # another migration was first, or one that died after its audit
            return
        with under_way(change, ids):
            for event in (SENT, FAILED):
                if of_it := [details for state, details in each if DELIVERY_EVENTS[state] == event]:
                    append_events(layout.audit_dir, at=change.at, by=change.by, event=event, each=of_it)
            told = read_ledger(layout.audit_dir).deliveries
            for month, entries in known.items():
                write_shard(layout, month, [with_deliveries(layout, one, told.get(one.id, ())) for one in entries])


def _is_settled(told: DeliveryState) -> bool:
    """Tell whether a delivery may have arrived; of that to nobody knows whom, whether the old index has told."""
    return told.state != "unknown" if told.recipient == NOT_KNOWN else told.state in DONE


def _told(store_id: str, one: LateMark) -> tuple[State, dict[str, object]]:
    """Return the state that a mark tells, and what the audit says of it."""
    name = old_message_id(store_id, one.snapshot_id, one.recipient)
    state: State = "failed" if one.recipient == NOT_KNOWN else "sent"
    moved = Moved(Delivery(one.snapshot_id, key_of_message(name), state), one.recipient, name)
    why = Why("found", reply=TO_NO_OTHERS if one.recipient == NOT_KNOWN else BY_THE_OLD_SYSTEM)
    return state, moved.details(why, None) | ({"sentAt": one.at} if state == "sent" else {})
