"""Reading an archive: no lock, no writing; what is damaged is made anew in memory and said in `warnings`."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from omen_cli.archive.entries import newest_first, newest_of
from omen_cli.archive.failures import FileDamaged
from omen_cli.archive.files import lstat
from omen_cli.archive.index import read_shard, shard_months
from omen_cli.archive.layout import layout_for, month_of
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.old_named import is_of_old_system
from omen_cli.archive.owner import require_own
from omen_cli.archive.proof import read_proven
from omen_cli.archive.remake import remake
from omen_cli.archive.safety import is_unmigrated, require_known_layout, require_safe
from omen_cli.archive.scan import ids_by_month, ids_in_month, is_under_way
from omen_cli.model.ids import Timeframe, parse_snapshot_id
from omen_cli.model.legacy import AnySnapshot
from omen_cli.model.snapshot import Entry


class Archive:
    """One store's archive, as readers see it; making one touches nothing.

    `warnings` grows while damage is met, one line each, without repeats. Only a migration sees what stands beside
    an old index that is not migrated.
    """

    def __init__(self, data: Path, store_id: str, *, is_migrating: bool = False) -> None:
        self.layout = layout_for(data, store_id)
        self._is_migrating = is_migrating
        self.warnings: list[str] = []

    def exists(self) -> bool:
        """Tell whether the store has an archive; an old tree that was not migrated is none.

        Raises:
            ArchiveDamaged: there is something, and it is not safe to read, another store's, or of another version.
        """
        require_safe(self.layout)
        require_known_layout(self.layout)
        if is_unmigrated(self.layout) and not self._is_migrating:
            self.warn(f"an old archive is here, not migrated; run: omen migrate --from {self.layout.snapshots}")
            return False
        if lstat(self.layout.migration_mark) is not None and not self._is_migrating:
            self.warn("a migration was begun, and is not finished: a part of the old archive may not be here yet")
        require_own(self.layout)
        return lstat(self.layout.root) is not None

    def is_unfinished(self) -> bool:
        """Tell whether a change is under way, or was left by a command that died."""
        return self.exists() and lstat(self.layout.pending) is not None

    def find(self, timeframe: Timeframe, as_of_date: date) -> Entry | None:
        """Return the newest version of a key; opens one shard."""
        return newest_of(self._month(month_of(as_of_date)), timeframe, as_of_date) if self.exists() else None

    def find_id(self, snapshot_id: str) -> Entry | None:
        """Return the entry of an id, of any version; None also when it is no id at all. Opens one shard."""
        identity = parse_snapshot_id(snapshot_id)
        if identity is None or not self.exists():
            return None
        return next((entry for entry in self._month(month_of(identity.as_of_date)) if entry.id == snapshot_id), None)

    def newest(self, timeframe: Timeframe) -> Entry | None:
        """Return the entry with the greatest as-of date, then the greatest version."""
        return next((entry for entry in self.entries() if entry.timeframe == timeframe), None)

    def newest_before(self, timeframe: Timeframe, as_of_date: date) -> Entry | None:
        """Return the newest version of the greatest as-of date before this one; None when there is none."""
        entries = self.entries(until=as_of_date)
        return next((one for one in entries if one.timeframe == timeframe and one.as_of_date < as_of_date), None)

    def entries(self, until: date = date.max) -> Iterator[Entry]:
        """Yield all entries: as-of dates newest first, then by timeframe, then versions newest first.

        Shards are opened as they are needed, the newest month first; none of a later month than that of `until`.
        """
        if not self.exists():
            return
        files = ids_by_month(self.layout)
        for month in sorted({*files, *shard_months(self.layout)}, reverse=True):
            if month <= month_of(until):
                yield from sorted(self._month(month, files.get(month, ())), key=newest_first)

    def settling(self, snapshot_id: str) -> Mapping[str, object] | None:
        """Return the audit's record of how a snapshot was pruned or given up; None when it was not.

        Reads the whole audit.
        """
        return read_ledger(self.layout.audit_dir, is_tolerant=True).settling(snapshot_id) if self.exists() else None

    def load(self, entry: Entry) -> AnySnapshot:
        """Return the entry's snapshot, as `read` does."""
        return self.read(entry)[0]

    def read(self, entry: Entry) -> tuple[AnySnapshot, bytes]:
        """Return the entry's snapshot and the bytes of its file, after every proof that the file can give.

        Raises:
            NotFound: somebody pruned it since the entry was read.
            ArchiveDamaged: the file is missing, or it is not what the entry says.
        """
        require_safe(self.layout)
        snapshot, raw, warning = read_proven(self.layout, entry)
        if warning:
            self.warn(warning)
        return snapshot, raw

    def _month(self, month: str, files: tuple[str, ...] | None = None) -> tuple[Entry, ...]:
        """Return the entries of a month, from its shard or, when that is damaged, lost or stale, from the snapshots.

        `files` are the ids that the month's files are named after, where they have been listed.
        """
        try:
            entries = read_shard(self.layout, month)
            files = ids_in_month(self.layout, month) if files is None else files
            unknown = self._unknown(entries, files)
            if unknown:
                entries = read_shard(self.layout, month)  # a writer may have made it between the two looks
                unknown = self._unknown(entries, unknown)
        except FileDamaged as error:
            return self._made_anew(month, error.reason)
        if unknown:
            return self._made_anew(month, "is missing" if entries is None else f"does not know {unknown[0]}")
        return entries or ()

    def _unknown(self, entries: tuple[Entry, ...] | None, files: tuple[str, ...]) -> tuple[str, ...]:
        """Return those committed snapshots that the entries do not have: a shard may be whole, and yet not the last."""
        known = {entry.id for entry in entries or ()}
        return tuple(found for found in files if found not in known and self._is_committed(found))

    def _is_committed(self, snapshot_id: str) -> bool:
        path = self.layout.snapshot(snapshot_id)
        return lstat(path) is not None and not (is_under_way(self.layout, snapshot_id) or is_of_old_system(path))

    def _made_anew(self, month: str, reason: str) -> tuple[Entry, ...]:
        ledger = read_ledger(self.layout.audit_dir, is_tolerant=True)
        made = remake(self.layout, month, ids_in_month(self.layout, month), ledger)
        self.warn(f"index/{month}.json {reason}: rebuilt in memory; the next write in {month} repairs it")
        for fault in made.faults:
            self.warn(f"{fault.snapshot_id}.json {fault.reason}: left out; the next write in {month} quarantines it")
        return made.entries

    def warn(self, text: str) -> None:
        """Add a line to `warnings`, once."""
        if text not in self.warnings:
            self.warnings.append(text)
