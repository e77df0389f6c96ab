"""What a dead sender left: the states of messages that the audit does not tell are audited."""

from collections.abc import Iterable

from omen_cli.archive.audit import DELIVERY_EVENTS
from omen_cli.archive.change import Change
from omen_cli.archive.files import fsync_folder
from omen_cli.archive.ledger import Ledger
from omen_cli.archive.marks import found_deliveries, is_told, last_events
from omen_cli.archive.messages import try_addressed
from omen_cli.archive.moved import Moved, Why


def settle_deliveries(change: Change, ids: Iterable[str], ledger: Ledger) -> bool:
    """Audit the states that messages have and the audit does not tell: their sender died; tell whether there were any.

    The name is made durable first: nothing is said on less.
    """
    found = False
    for snapshot_id in ids:
        events = last_events(ledger.deliveries.get(snapshot_id, ()))
        for one in found_deliveries(change.layout, snapshot_id):
            about = None if is_told(one, events) else try_addressed(change.layout, one)
            if about:
                fsync_folder(change.layout.delivery_folder(snapshot_id))
                details = Moved(one, about.recipient, about.message_id).details(Why("found"), None)
                change.audit(DELIVERY_EVENTS[one.state], **details)
                found = True
    return found
