"""What `omen run` keeps between its ticks: a lock, so that there is one at a time, and the troubles it has told of.

The memory is no truth: where it is lost, what still stands is told once more.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from omen_cli.archive.audit import TROUBLE, append_events
from omen_cli.archive.audit_guard import require_appendable
from omen_cli.archive.files import fsync_folder, make_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.memory import memory_document, read_memory
from omen_cli.archive.safety import require_safe_data, require_writable_data
from omen_cli.archive.tree import make_root, write_whole

_FORMAT = "omen.run/1"


@dataclass(frozen=True)
class Told:
    """A trouble that was told of: of which store (None: of none), and since when it stands."""

    store_id: str | None
    since: str


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """Be the one `omen run` of this `data` for the time of the block; `data` is made when it is missing.

    Raises:
        Busy: another one is under way; nobody is waited for.
        ArchiveDamaged: the tree is not ours to touch.
    """
    require_safe_data(layout)
    require_writable_data(layout)  # a store's own archive is that store's affair
    make_root(layout.data)
    with locked(layout.run_lock, 0):
        unlink(layout.run_memory_draft)  # of one that died
        yield


def read_told(layout: Layout) -> dict[str, Told]:
    """Return the troubles that were told of, by what names them; none where the file is lost or damaged."""
    found = read_memory(layout.run_memory, _FORMAT, "troubles")
    return {
        key: Told(str(one["storeId"]) if one["storeId"] else None, str(one["since"]))
        for key, one in found.items()
        if {"storeId", "since"} <= one.keys()
    }


def write_told(layout: Layout, told: Mapping[str, Told]) -> None:
    """Remember the troubles, durably; call it inside `alone` only.

    Raises:
        InsufficientStorage, ArchiveDamaged: it could not be written; the file is the one before or this.
    """
    troubles = {key: {"storeId": one.store_id, "since": one.since} for key, one in told.items()}
    write_whole(layout.run_memory, memory_document(_FORMAT, "troubles", troubles))
    fsync_folder(layout.data)


def audit_troubles(
    layout: Layout, each: Sequence[Mapping[str, object]], *, at: datetime, by: str, wait_s: float
) -> None:
    """Audit, in `data/audit`, troubles that are told of for the first time.

    Raises:
        Busy: another process has held `data/.lock` for `wait_s` seconds.
        InsufficientStorage, ArchiveDamaged: it could not be written.
    """
    with locked(layout.data_lock, wait_s):
        make_folder(layout.data_audit)
        require_appendable(layout.data_audit)
        append_events(layout.data_audit, at=at, by=by, event=TROUBLE, each=each)
