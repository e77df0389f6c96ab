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
from omen_cli.workflows.retries import retry_of

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
            waiting = _waiting(archive, store, entry, at) if entry.id in offered else frozenset()
            keys = (delivery_key(store.store_id, entry.id, one) for one in queued)
            yield from ("queued" if key in waiting else GIVEN_UP for key in keys)


def _offered(archive: Archive, store: StoreSettings, at: datetime, catch_up: int) -> frozenset[str]:
    """Return the ids of the snapshots at whose messages a tick looks."""
    frames = due_of(archive, store, at, catch_up).frames
    return frozenset(
        str(one) for frame in frames for one in frame.final if one == frame.newest_id() or at - made_at(one) < LOOKED_AT
    )


def _waiting(archive: Archive, store: StoreSettings, entry: Entry, at: datetime) -> frozenset[str]:
    """Return the keys of the messages of a snapshot that are offered again: nobody's who was taken out of the store."""
    if entry.superseded_by or entry.provisional or entry.created_via == "migrate" or entry.status == "held":
        return frozenset()
    events = message_events(archive.layout.audit_dir, entry.id, is_tolerant=True)
    keys = (delivery_key(store.store_id, entry.id, one) for one in store.recipients)
    return frozenset(key for key in keys if retry_of(events, key, at) != "given up")
