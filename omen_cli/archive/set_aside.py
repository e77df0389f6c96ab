"""What a migration cannot bring over, copied with the reason: `data/quarantine`, under `data/.lock`."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from omen_cli.archive.audit import MIGRATED, append_event, audit_files, read_events
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import fsync_folder, lstat, make_folder, names, read_file
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.safety import require_safe_data
from omen_cli.archive.tree import make_root, write_whole
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.canonical import dump_canonical, load_strict

_UNNAMED = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 120
_REASON = ".reason.json"


@dataclass(frozen=True)
class Aside:
    """Something that is to be copied: its name in the old tree, the hash of its bytes, why, and where to read it.

    `about` is what its reason says beside, such as the snapshot that it belongs to.
    """

    name: str
    sha256: str
    reason: str
    read: Callable[[], bytes]
    about: Mapping[str, str] = field(default_factory=dict)


def place_of(layout: Layout, one: Aside) -> Path:
    """Return where the copy stands: named by its hash and its name, the same for the same bytes."""
    return layout.data_quarantine / f"{one.sha256[:8]}-{_UNNAMED.sub('_', one.name)[-_MAX_NAME:]}"


def is_set_aside(layout: Layout, one: Aside) -> bool:
    """Tell whether the copy is there, to the byte, and its reason beside it."""
    place = place_of(layout, one)
    if lstat(place.with_name(f"{place.name}{_REASON}")) is None:
        return False
    try:
        raw = read_file(place)
    except FileDamaged:
        return False
    return raw is not None and sha256(raw).hexdigest() == one.sha256


def found_for(layout: Layout, snapshot_id: str) -> tuple[Path, ...]:
    """Return the copies that belong to a snapshot of the store, as the reasons beside them say.

    A folder that cannot be listed is nobody's reason not to see the snapshot: then there are none.
    """
    folder, wanted = layout.data_quarantine, (snapshot_id, layout.store_id)
    with suppress(ArchiveDamaged):
        reasons = (folder / name for name in names(folder) if name.endswith(_REASON))
        return tuple(path.with_name(path.name.removesuffix(_REASON)) for path in reasons if _belongs(path) == wanted)
    return ()


def _belongs(path: Path) -> tuple[object, object]:
    """Return the ids of the snapshot and of the store that a reason names; None for each that it does not."""
    try:
        said = load_strict(read_file(path) or b"")
    except (ArchiveDamaged, ValueError, RecursionError):
        said = None
    return (said.get("snapshotId"), said.get("storeId")) if isinstance(said, dict) else (None, None)


def set_aside(layout: Layout, what: Sequence[Aside], wait_s: float) -> int:
    """Copy what is not there yet, durably, each with its reason beside it; return how many were copied.

    Raises:
        Busy: another process has held `data/.lock` for `wait_s` seconds.
        ArchiveDamaged: the tree is not ours to touch, or a system call failed.
    """
    missing = [one for one in what if not is_set_aside(layout, one)]
    if not missing:
        return 0
    require_safe_data(layout)
    make_root(layout.data)
    with locked(layout.data_lock, wait_s):
        make_folder(layout.data_quarantine)
        for one in missing:
            place = place_of(layout, one)
            about = {"name": one.name, "reason": one.reason, "sha256": one.sha256, **one.about}
            write_whole(place.with_name(f"{place.name}{_REASON}"), dump_canonical(about) + b"\n")
            write_whole(place, one.read())
        fsync_folder(layout.data_quarantine)
        fsync_folder(layout.data)
    return len(missing)


def migrated_indexes(layout: Layout) -> frozenset[str]:
    """Return the SHA-256 of every old index that was brought over, as far as `data/audit` can be read."""
    found: set[str] = set()
    for path in audit_files(layout.data_audit):
        with suppress(FileDamaged):
            events = read_events(path).events
            found.update(str(one.get("indexSha256")) for one in events if one.get("event") == MIGRATED)
    return frozenset(found)


def record_migration(layout: Layout, details: dict[str, object], *, at: datetime, by: str, wait_s: float) -> None:
    """Record in `data/audit` that an old archive was brought over.

    Raises:
        Busy: another process has held `data/.lock` for `wait_s` seconds.
    """
    make_root(layout.data)
    with locked(layout.data_lock, wait_s):
        make_folder(layout.data_audit)
        append_event(layout.data_audit, at=at, by=by, event=MIGRATED, details=details)
