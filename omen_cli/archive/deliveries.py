"""The frozen messages of an archive, as far as their names tell: `deliveries/<snapshotId>/<key>.<state>.eml`."""

import stat
from collections.abc import Iterable
from pathlib import Path

from omen_cli.archive.files import fsync_folder, lstat, names, remove_folder, unlink
from omen_cli.archive.layout import Layout
from omen_cli.model.ids import parse_snapshot_id

FINAL_STATES = frozenset({"sent", "failed"})
_SUFFIX = ".eml"


def undelivered(layout: Layout) -> frozenset[str]:
    """Return the ids of the snapshots that have a delivery which is not final, or something that is no delivery."""
    return frozenset(
        name for name in names(layout.deliveries) if parse_snapshot_id(name) and not _is_final(layout, name)
    )


def remove_deliveries(layout: Layout, ids: Iterable[str]) -> None:
    """Remove the messages of the snapshots, durably, whoever began it; the audit keeps that they were sent."""
    for snapshot_id in sorted(set(names(layout.deliveries)) & set(ids)):
        folder = layout.delivery_folder(snapshot_id)
        for name in names(folder):
            unlink(folder / name)
        remove_folder(folder)
    fsync_folder(layout.deliveries)


def _is_final(layout: Layout, snapshot_id: str) -> bool:
    folder = layout.delivery_folder(snapshot_id)
    found = lstat(folder)
    if found is None:
        return True
    return stat.S_ISDIR(found.st_mode) and all(_is_final_message(folder / name) for name in names(folder))


def _is_final_message(path: Path) -> bool:
    """Tell whether it is a message, in a state that never changes; anything else is for a person to look at."""
    found = lstat(path)
    is_file = found is not None and stat.S_ISREG(found.st_mode)
    return is_file and path.name.endswith(_SUFFIX) and path.stem.rpartition(".")[2] in FINAL_STATES
