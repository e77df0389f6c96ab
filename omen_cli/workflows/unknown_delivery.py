"""A delivery of which nobody knows whether it arrived, by its key: found by its message, or where that is gone."""

from collections.abc import Iterator
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import Delivery, delivered_ids
from omen_cli.archive.marks import key_of_message
from omen_cli.archive.outbox import Outbox
from omen_cli.archive.outbox_record import settle
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.model.safe_text import safe_text
from omen_cli.model.snapshot import DeliveryState, Entry

_LEAST_OF_A_KEY = 6


@dataclass(frozen=True)
class Gone:
    """A delivery of which the audit tells, and whose message is gone."""

    entry: Entry
    told: DeliveryState
    key: str
    state: str

    @property
    def snapshot_id(self) -> str:
        """Return the id of its snapshot."""
        return self.entry.id


def _gone(archive: Archive, key: str) -> Iterator[Gone]:
    """Yield the deliveries with such a key of which only index and audit tell."""
    for entry in archive.entries():
        for one in entry.deliveries:
            known = key_of_message(one.message_id)
            if known.startswith(key):
                yield Gone(entry, one, known, one.state)


def unknown_delivery(archive: Archive, outbox: Outbox, asked: str) -> Delivery | Gone:
    """Return the unknown delivery that is asked for, by its key, the beginning of it, or its Message-ID.

    Raises:
        NotFound: the store has none.
        InvalidArgument: several begin so, or it is in another state.
    """
    key = asked.strip().strip("<>").partition("@")[0]
    own, shown = archive.layout.store_id, safe_text(asked[:80])
    found: list[Delivery | Gone] = [
        one for each in delivered_ids(archive.layout) for one in outbox.of(each) if one.key.startswith(key)
    ]
    if len(key) >= _LEAST_OF_A_KEY and not found:
        found = list(_gone(archive, key))
    if len(key) < _LEAST_OF_A_KEY or not found:
        raise NotFound(
            f"{own}: no delivery {shown!r}", hint=f"omen deliveries --store {own} lists them; use 6 digits or more"
        )
    if len(found) > 1:
        raise InvalidArgument(f"{shown}: {len(found)} deliveries begin so", hint="give more of the key")
    if found[0].state != "unknown":
        settle(outbox, found[0].snapshot_id)  # its sender may have been unable to
        raise _settled(own, found[0])
    return found[0]


def _settled(store_id: str, delivery: Delivery | Gone) -> InvalidArgument:
    command = f"omen send --store {store_id} --snapshot {delivery.snapshot_id}"
    hint = f"one that arrived is sent again by {command} --resend --reason TEXT"
    if delivery.state != "sent":
        hint = f"one that did not arrive is tried again by {command} --only-failed"
    return InvalidArgument(f"{delivery.key}: is {delivery.state}, not unknown", hint=hint)
