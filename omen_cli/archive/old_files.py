"""Files of the old system that lie in an archive's folder: whether a snapshot of the archive keeps them whole."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256

from omen_cli.archive.archive import Archive
from omen_cli.archive.begun import is_begun
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat, names, read_file
from omen_cli.archive.inspect_tree import is_old_name
from omen_cli.archive.layout import Layout
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.archive.scan import snapshot_ids
from omen_cli.errors import OmenError
from omen_cli.model.counted import counted
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.snapshot import Entry

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOST_NAMED = 5


def holds_only_old_files(layout: Layout) -> bool:
    """Tell whether the folder of an archive was the old system's, and omen has made no archive in it yet."""
    if not names(layout.root) or is_begun(layout) or any(lstat(folder) is not None for folder in layout.folders):
        return False
    return all(is_of_old_system(layout.snapshot(str(one))) for one in snapshot_ids(layout))


def note_old_files(archive: Archive, named_by_id: Sequence[str]) -> None:
    """Let the archive warn of the old files in its folder: those that it keeps, and those that were not migrated.

    `named_by_id` are those that are named as snapshots are.
    """
    found = sorted({*(name for name in names(archive.layout.root) if is_old_name(name)), *named_by_id})
    if not found:
        return
    kept = _payloads(archive, {day for name in found for day in _DAY.findall(name)})
    unmigrated = [name for name in found if _sha256(archive, name) not in kept]
    migrated = len(found) - len(unmigrated)
    if migrated:
        said = counted(migrated, "migrated file")
        archive.warn(f"{said} of the old system still here: omen migrate --cleanup moves them aside")
    if unmigrated:
        more = f" and {len(unmigrated) - _MOST_NAMED} more" if len(unmigrated) > _MOST_NAMED else ""
        archive.warn(
            f"not migrated, of the old system: {', '.join(unmigrated[:_MOST_NAMED])}{more}; nothing reads them, "
            f"omen migrate --from {archive.layout.snapshots} --dry-run says what would become of them"
        )


def _sha256(archive: Archive, name: str) -> str | None:
    try:
        raw = read_file(archive.layout.root / name)
    except FileDamaged:
        return None
    return None if raw is None else sha256(raw).hexdigest()


def _payloads(archive: Archive, days: Iterable[str]) -> frozenset[str]:
    """Return the hashes of the old files that are kept in the snapshots of these days."""
    by_day: dict[str, list[Entry]] = defaultdict(list)
    for entry in archive.entries():
        if entry.created_via == "migrate" and entry.status != "no_payload":
            by_day[entry.as_of_date.isoformat()].append(entry)
    found: set[str] = set()
    for entry in (one for day in days for one in by_day[day]):
        with suppress(OmenError):  # one that is damaged is a finding of its own
            snapshot = archive.load(entry)
            if isinstance(snapshot, LegacySnapshot) and snapshot.payload:
                found.add(snapshot.payload.sha256)
    return frozenset(found)
