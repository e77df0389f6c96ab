"""A change of deliveries: what is needed for one, and how it is made, audited and put into the index."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from omen_cli.archive.audit import DELIVERY_EVENTS, append_events
from omen_cli.archive.change import Change
from omen_cli.archive.deliveries import Delivery, deliveries_of, is_delivery_folder
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.files import fsync_folder, make_folder, rename, unlink, write_new
from omen_cli.archive.index import write_shard
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.lock import locked
from omen_cli.archive.marks import with_delivery
from omen_cli.archive.moved import Message, Moved, Why
from omen_cli.archive.reconcile import reconcile
from omen_cli.archive.repair import sound_entries
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.tree import mend_folders
from omen_cli.errors import NotFound
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.snapshot import DeliveryState, Entry


@dataclass(frozen=True)
class Sender:
    """Who sends, in which call, what time it is, how long they wait for a lock, and the limits of the disk."""

    by: str
    request_id: str
    now: Callable[[], datetime]
    wait_s: float
    limits: DiskLimits


@dataclass(frozen=True)
class DeliveryChange:
    """A change under way of one snapshot's deliveries: its entry, and `known`, all those of its month."""

    change: Change
    entry: Entry
    known: tuple[Entry, ...]

    def record(self, moved: Sequence[Moved], why: Why, request_id: str) -> Entry:
        """Audit the new states, all of one kind, and put them into the index: steps 6 and 7 of the write protocol."""
        change, entry = self.change, self.entry
        for one in moved:
            state = DeliveryState(
                recipient=one.recipient, state=one.delivery.state, at=change.at, message_id=one.message_id
            )
            entry = with_delivery(entry, state)
        each = [one.details(why, request_id) for one in moved]
        event = DELIVERY_EVENTS[moved[0].delivery.state]
        append_events(change.layout.audit_dir, at=change.at, by=change.by, event=event, each=each)
        others = (one for one in self.known if one.id != entry.id)
        entries = write_shard(change.layout, month_of(entry.as_of_date), (*others, entry))
        return next(one for one in entries if one.id == entry.id)


@contextmanager
def delivery_change(layout: Layout, snapshot_id: str, sender: Sender) -> Iterator[DeliveryChange]:
    """Hold `.lock` for the time of the block, with everything finished that was begun.

    Raises:
        NotFound: the index has no such snapshot.
        Busy: another process has held the lock for too long.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    identity = parse_snapshot_id(snapshot_id)
    if identity is None:
        raise ValueError(f"not a snapshot id: {snapshot_id!r}")
    with locked(layout.lock, sender.wait_s):
        require_writable_layout(layout)
        mend_folders(layout)
        change = Change(layout, sender.now(), sender.by)
        reconcile(change)
        known = sound_entries(change, month_of(identity.as_of_date), (snapshot_id,))
        entry = next((one for one in known if one.id == snapshot_id), None)
        if entry is None:
            raise NotFound(f"{snapshot_id}: is not in the index any more", hint="`omen history` lists what there is")
        yield DeliveryChange(change, entry, known)


def freeze(layout: Layout, snapshot_id: str, messages: Iterable[Message]) -> tuple[Moved, ...]:
    """Write messages, durably, and return their deliveries; none is ever seen in part.

    Where a message of the same key is there already (in a folder, while there was no server), the new one replaces it.
    """
    folder = layout.delivery_folder(snapshot_id)
    is_delivery_folder(folder)  # or this ends here
    make_folder(folder)  # also where it is there: whoever made it may have died before its name was durable
    moved: list[Moved] = []
    before = {one.key: one for one in deliveries_of(layout, snapshot_id)}
    for one in messages:
        delivery = Delivery(snapshot_id, one.key, "queued")
        draft = folder / f".{one.key}.tmp"
        unlink(draft)
        write_new(draft, one.raw)
        rename(draft, delivery.path(layout))
        if one.key in before and before[one.key] != delivery:
            fsync_folder(folder)
            unlink(before[one.key].path(layout))
        moved.append(Moved(delivery, one.recipient, one.message_id, sha256(one.raw).hexdigest()))
    fsync_folder(folder)
    return tuple(moved)
