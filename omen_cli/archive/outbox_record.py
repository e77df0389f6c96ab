"""What is recorded of deliveries without a message being sent: what a sender could not record, and a person's word."""

from omen_cli.archive.change import under_way
from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.delivery_change import delivery_change
from omen_cli.archive.layout import month_of
from omen_cli.archive.ledger import message_events
from omen_cli.archive.marks import key_of_message, with_deliveries
from omen_cli.archive.moved import Moved, Why
from omen_cli.archive.outbox import Outbox
from omen_cli.archive.repair import rebuild
from omen_cli.model.snapshot import DeliveryState, Entry


def settle(outbox: Outbox, snapshot_id: str) -> Entry:
    """Record what only the names of a snapshot's messages tell, or only the audit, and return its entry."""
    with delivery_change(outbox.layout, snapshot_id, outbox.sender) as changing:
        events = message_events(outbox.layout.audit_dir, snapshot_id)
        if with_deliveries(outbox.layout, changing.entry, events) == changing.entry:
            return changing.entry
        month = month_of(changing.entry.as_of_date)
        entries = rebuild(changing.change, month, f"did not know the deliveries of {snapshot_id}")
        return next(one for one in entries if one.id == snapshot_id)


def declare_sent(outbox: Outbox, snapshot_id: str, told: DeliveryState, why: Why) -> Entry:
    """Record a person's word that a message arrived whose file is gone, and return the snapshot's entry."""
    delivery = Delivery(snapshot_id, key_of_message(told.message_id), "sent")
    with (
        delivery_change(outbox.layout, snapshot_id, outbox.sender) as changing,
        under_way(changing.change, (snapshot_id,)),
    ):
        moved = Moved(delivery, told.recipient, told.message_id)
        return changing.record((moved,), why, outbox.sender.request_id)
