"""Which messages wait for another try, and which of the queued ones nobody offers again by itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.ledger import message_events
from omen_cli.config.settings import StoreSettings
from omen_cli.model.delivery import delivery_key
from omen_cli.model.snapshot import Entry
from omen_cli.workflows.due import due_of, made_at
from omen_cli.workflows.offers import LOOKED_AT
from omen_cli.workflows.retries import is_named, retry_of

GIVEN_UP = "given_up"


def delivery_states(
    archive: Archive, store: StoreSettings, entries: Iterable[Entry], at: datetime, catch_up: int
) -> Iterator[str]:
    """Yield the state of every delivery; of a queued one that `omen run` does not offer again, GIVEN_UP.

    Args:
        archive: the store's.
        store: the store.
        entries: the archive's.
        at: now.
        catch_up: how many periods of a timeframe are looked at.

    Raises:
        ArchiveDamaged: the tree is not ours to touch.
    """
    offered = _offered(archive, store, at, catch_up)
    for entry in entries:
        yield from (one.state for one in entry.deliveries if one.state != "queued")
        if queued := [one.recipient for one in entry.deliveries if one.state == "queued"]:
            keys = [delivery_key(store.store_id, entry.id, one) for one in queued]
            waiting = _waiting(archive, store, entry, keys, at) if entry.id in offered else frozenset()
            yield from ("queued" if key in waiting else GIVEN_UP for key in keys)


def _offered(archive: Archive, store: StoreSettings, at: datetime, catch_up: int) -> frozenset[str]:
    """Return the ids of the snapshots at whose messages a tick looks."""
    frames = due_of(archive, store, at, catch_up).frames
    return frozenset(
        str(one) for frame in frames for one in frame.final if one == frame.newest_id() or at - made_at(one) < LOOKED_AT
    )


def _waiting(
    archive: Archive, store: StoreSettings, entry: Entry, queued: Iterable[str], at: datetime
) -> frozenset[str]:
    """Return which queued messages are offered again: nobody's who was taken out, unless a person named them."""
    if entry.superseded_by or entry.provisional or entry.created_via == "migrate" or entry.status == "held":
        return frozenset()
    events = message_events(archive.layout.audit_dir, entry.id, is_tolerant=True)
    own = {delivery_key(store.store_id, entry.id, one) for one in store.recipients}
    wanted = (key for key in queued if key in own or is_named(events, key))
    return frozenset(key for key in wanted if retry_of(events, key, at) != "given up")
