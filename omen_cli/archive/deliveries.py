"""The frozen messages of an archive: `deliveries/<snapshotId>/<key>.<state>.eml`, their state in their names."""

import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.files import fsync_folder, lstat, names, remove_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.delivery import STATES, State
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.legacy import is_by_the_old_system
from omen_cli.model.snapshot import DeliveryState, Entry

FINAL_STATES = frozenset({"sent", "failed"})
_NAME = re.compile(rf"([0-9A-Za-z]{{1,64}})\.({'|'.join(STATES)})\.eml", re.ASCII)
_LATER_STATE = re.compile(r"[0-9A-Za-z]{1,64}\.[^./]{1,40}\.eml", re.ASCII)  # nobody's to judge but a later omen's
_DRAFT = re.compile(r"\.[0-9A-Za-z]{1,64}\.tmp", re.ASCII)
_MOST_CAUTIOUS: tuple[State, ...] = ("sent", "unknown", "sending", "failed", "queued")


@dataclass(frozen=True)
class Delivery:
    """A message of a snapshot, by its name; its key is the same in every state."""

    snapshot_id: str
    key: str
    state: State

    def path(self, layout: Layout) -> Path:
        """Return the file of the message."""
        return layout.delivery_folder(self.snapshot_id) / f"{self.key}.{self.state}.eml"


def deliveries_of(layout: Layout, snapshot_id: str) -> tuple[Delivery, ...]:
    """Return the deliveries of a snapshot by key; of two files with one key the one that forbids another try.

    Raises:
        ArchiveDamaged: something else stands where the folder should be.
    """
    folder = layout.delivery_folder(snapshot_id)
    found: dict[str, Delivery] = {}
    for name in names(folder) if is_delivery_folder(folder) else ():
        if match := _NAME.fullmatch(name):
            one = Delivery(snapshot_id, match[1], _state(match[2]))
            known = found.get(one.key)
            if known is None or _MOST_CAUTIOUS.index(one.state) < _MOST_CAUTIOUS.index(known.state):
                found[one.key] = one
    return tuple(found[key] for key in sorted(found))


def superfluous_messages(layout: Layout, snapshot_id: str) -> tuple[Path, ...]:
    """Return the files whose key another file has in a state that counts more."""
    folder = layout.delivery_folder(snapshot_id)
    found = lstat(folder)
    if found is None or not stat.S_ISDIR(found.st_mode):
        return ()
    counting = {one.path(layout).name for one in deliveries_of(layout, snapshot_id)}
    return tuple(folder / name for name in names(folder) if _NAME.fullmatch(name) and name not in counting)


def delivered_ids(layout: Layout) -> tuple[str, ...]:
    """Return the ids of the snapshots that have a folder of messages, sorted."""
    return tuple(name for name in names(layout.deliveries) if parse_snapshot_id(name))


def is_delivery_folder(folder: Path) -> bool:
    """Tell whether the folder of a snapshot's messages is there.

    Raises:
        ArchiveDamaged: a symlink or a file stands there.
    """
    found = lstat(folder)
    if found is not None and not stat.S_ISDIR(found.st_mode):
        raise ArchiveDamaged(f"{folder}: not a folder (a symlink or a file stands there)", hint="move it away")
    return found is not None


def message_drafts(layout: Layout, snapshot_id: str) -> tuple[Path, ...]:
    """Return the drafts of messages that nobody finished; only under `.lock` they are certainly nobody's."""
    folder = layout.delivery_folder(snapshot_id)
    found = lstat(folder)
    if found is None or not stat.S_ISDIR(found.st_mode):
        return ()
    return tuple(folder / name for name in names(folder) if _DRAFT.fullmatch(name))


def remove_message_drafts(layout: Layout, snapshot_id: str) -> None:
    """Remove the drafts of messages that nobody finished; call it under `.lock`."""
    if drafts := message_drafts(layout, snapshot_id):
        for path in drafts:
            unlink(path)
        fsync_folder(layout.delivery_folder(snapshot_id))


def is_message_name(name: str) -> bool:
    """Tell whether a file of this name is a message, in whatever state, or the draft of one."""
    return (_LATER_STATE.fullmatch(name) or _DRAFT.fullmatch(name)) is not None


def undelivered(layout: Layout, entries: Iterable[Entry] = ()) -> frozenset[str]:
    """Return the ids of the snapshots that have a delivery which is not final, or something that is no delivery.

    `entries` tell of those whose message is gone, and of which nobody knows whether it arrived. What the old system may
    have sent keeps nothing: there never was a message.
    """
    doubtful = (entry.id for entry in entries if any(map(_is_doubtful, entry.deliveries)))
    return frozenset((*doubtful, *(name for name in delivered_ids(layout) if not _is_final(layout, name))))


def remove_deliveries(layout: Layout, ids: Iterable[str]) -> None:
    """Remove the messages of the snapshots, durably, whoever began it; the audit keeps that they were sent."""
    for snapshot_id in sorted(set(names(layout.deliveries)) & set(ids)):
        folder = layout.delivery_folder(snapshot_id)
        for name in names(folder):
            unlink(folder / name)
        remove_folder(folder)
    fsync_folder(layout.deliveries)


def _is_doubtful(one: DeliveryState) -> bool:
    return one.state in ("unknown", "sending") and not is_by_the_old_system(one)


def _state(text: str) -> State:
    return next(state for state in STATES if state == text)


def _is_final(layout: Layout, snapshot_id: str) -> bool:
    folder = layout.delivery_folder(snapshot_id)
    found = lstat(folder)
    if found is None:
        return True
    return stat.S_ISDIR(found.st_mode) and all(_is_final_message(folder / name) for name in names(folder))


def _is_final_message(path: Path) -> bool:
    """Tell whether it is a message, in a state that never changes; anything else is for a person to look at."""
    found, match = lstat(path), _NAME.fullmatch(path.name)
    is_file = found is not None and stat.S_ISREG(found.st_mode)
    return is_file and match is not None and match[2] in FINAL_STATES
