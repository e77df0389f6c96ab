"""The deliveries of one archive, for whoever holds its `.send.lock`: a state is a name, and changes by one rename.

Every change is one of the archive's: under `.lock`, named in `.pending`, audited, and in the index before it is done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from omen_cli.archive.archive import Archive
from omen_cli.archive.change import under_way
from omen_cli.archive.deliveries import Delivery, delivered_ids, deliveries_of
from omen_cli.archive.delivery_change import Sender, delivery_change, freeze
from omen_cli.archive.disk_guard import require_room
from omen_cli.archive.files import fsync_folder, lstat, rename
from omen_cli.archive.layout import Layout, month_of
from omen_cli.archive.lock import locked
from omen_cli.archive.marks import found_deliveries, tells
from omen_cli.archive.messages import Addressed, addressed, read_message
from omen_cli.archive.moved import Message, Moved, Why
from omen_cli.archive.repair import rebuild
from omen_cli.archive.safety import require_writable_layout
from omen_cli.archive.tree import make_tree
from omen_cli.errors import ArchiveDamaged, NotFound, OmenError
from omen_cli.model.delivery import MarkResult, State
from omen_cli.model.snapshot import Entry

Admit = Callable[[Entry], None]


@contextmanager
def opened(archive: Archive, sender: Sender) -> Iterator["Outbox"]:
    """Hold `.send.lock` for the time of the block; what a dead sender left in `sending` is unknown from then on.

    Raises:
        Busy: another process has held a lock for too long.
        NotFound: the store has no archive.
        ArchiveDamaged: the tree is not ours to touch.
    """
    layout = archive.layout
    require_writable_layout(layout)
    if not archive.exists():
        raise NotFound(f"{layout.store_id}: has no archive yet", hint=f"run: omen generate --store {layout.store_id}")
    if any(lstat(path) is None for path in (layout.lock, layout.send_lock)):  # a backup without its dotfiles
        make_tree(layout, sender.wait_s)
    with locked(layout.send_lock, sender.wait_s):
        outbox = Outbox(layout, sender)
        outbox.bury()
        yield outbox


class Outbox:
    """The deliveries of one archive, to be changed; made by `opened` only."""

    def __init__(self, layout: Layout, sender: Sender) -> None:
        self.layout = layout
        self._sender = sender

    def bury(self) -> None:
        """Call unknown what is `sending`: whoever did that is dead, since the lock was free.

        One whose message is damaged, or whose snapshot is gone, gets the state by its name alone: it keeps nobody else
        from sending.
        """
        for snapshot_id in delivered_ids(self.layout):
            for one in found_deliveries(self.layout, snapshot_id):
                if one.state == "sending":
                    self._bury(one)

    def _bury(self, delivery: Delivery) -> None:
        try:
            self.read(delivery)
            self.move(delivery, "unknown", Why("died"))
        except NotFound:
            self.rename_only(delivery, "unknown")
        except ArchiveDamaged:
            self.rename_only(delivery, "unknown")
            if lstat(delivery.path(self.layout)) is not None:
                raise

    def of(self, snapshot_id: str) -> tuple[Delivery, ...]:
        """Return the deliveries of a snapshot as they stand now, by key."""
        return deliveries_of(self.layout, snapshot_id)

    def read(self, delivery: Delivery) -> tuple[bytes, Addressed]:
        """Return the frozen message, and what it says of itself.

        Raises:
            ArchiveDamaged: it is gone, or no message that omen froze under this key.
        """
        raw = read_message(self.layout, delivery)
        about = addressed(raw)
        if about is None or not about.message_id.startswith(f"<{delivery.key}@"):
            path = delivery.path(self.layout)
            raise ArchiveDamaged(
                f"{path}: is not the message that omen froze", hint="look who changed it; move it away"
            )
        return raw, about

    def queue(self, snapshot_id: str, messages: Sequence[Message], why: Why, admit: Admit) -> Entry:
        """Freeze new messages of a snapshot, durably, and return its entry; `admit` may refuse it under the lock.

        Raises:
            InsufficientStorage: the disk has too little room; nothing was written.
            Busy, ArchiveDamaged: as for every change.
        """
        layout, sender = self.layout, self._sender
        with delivery_change(layout, snapshot_id, sender) as changing:
            admit(changing.entry)
            require_room(changing.change, sender.limits, sender.wait_s)
            with under_way(changing.change, (snapshot_id,)):
                return changing.record(freeze(layout, snapshot_id, messages), why, sender.request_id)

    def settle(self, snapshot_id: str) -> Entry:
        """Record the states of a snapshot's messages where only their names tell them, and return its entry."""
        with delivery_change(self.layout, snapshot_id, self._sender) as changing:
            if tells(changing.entry, self.of(snapshot_id)):
                return changing.entry
            month = month_of(changing.entry.as_of_date)
            entries = rebuild(changing.change, month, f"did not know the deliveries of {snapshot_id}")
            return next(one for one in entries if one.id == snapshot_id)

    def move(self, delivery: Delivery, state: State, why: Why) -> tuple[Delivery, Entry]:
        """Give a delivery another state, durably, and return it with the snapshot's entry.

        Raises:
            Busy, InsufficientStorage, ArchiveDamaged: as for every change; then it may have the one or the other.
            NotFound: the index has no such snapshot.
        """
        _, about = self.read(delivery)
        moved = Moved(replace(delivery, state=state), about.recipient, about.message_id)
        with (
            delivery_change(self.layout, delivery.snapshot_id, self._sender) as changing,
            under_way(changing.change, (delivery.snapshot_id,)),
        ):
            self._rename(delivery, moved.delivery)
            return moved.delivery, changing.record((moved,), why, self._sender.request_id)

    def mark(self, delivery: Delivery, state: State, why: Why) -> MarkResult:
        """Record what the server said, whatever happens to the disk; a failure is an answer, never another send."""
        try:
            _, entry = self.move(delivery, state, why)
        except OmenError as error:
            self.rename_only(delivery, state)
            code = "entry_not_found" if isinstance(error, NotFound) else error.code
            return MarkResult(success=False, entry=None, error=code, message=error.message)
        return MarkResult(success=True, entry=entry)

    def rename_only(self, delivery: Delivery, state: State) -> None:
        """Give it the state by its name alone, best effort: that needs no room, and the next command records it."""
        moved = replace(delivery, state=state)
        with suppress(OmenError):
            if lstat(delivery.path(self.layout)) is not None and lstat(moved.path(self.layout)) is None:
                self._rename(delivery, moved)

    def take_back(self, delivery: Delivery) -> None:
        """Undo a change to `sending` that failed halfway, best effort: nothing was offered to anybody."""
        self.rename_only(replace(delivery, state="sending"), delivery.state)

    def _rename(self, delivery: Delivery, moved: Delivery) -> None:
        rename(delivery.path(self.layout), moved.path(self.layout))
        fsync_folder(self.layout.delivery_folder(delivery.snapshot_id))
