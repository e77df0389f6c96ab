"""Where everything of an archive lies: every path is said here, once, and made of checked names only."""
# size: one place for every path

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import STORE_ID_RULE, TIMEFRAMES, Timeframe, is_store_id, parse_snapshot_id

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


def month_of(day: date) -> str:
    """Return the month that names the shard of `day`, as `2026-01`."""
    return day.isoformat()[:7]


def is_month(text: str) -> bool:
    """Tell whether `text` is a month as `2026-01`, matched whole."""
    return _MONTH.fullmatch(text) is not None


@dataclass(frozen=True)
class Layout:
    """The paths of one store's archive below `data`, the folder that stores.yaml names."""

    data: Path
    store_id: str

    def __post_init__(self) -> None:
        if not is_store_id(self.store_id):
            raise InvalidArgument(f"{self.store_id!r}: not a store id", hint=f"a store id is {STORE_ID_RULE}")

    @cached_property
    def format_file(self) -> Path:
        """Return the file that says which layout `data` has."""
        return self.data / ".omen-format"

    @cached_property
    def migration_mark(self) -> Path:
        """Return the file that stands while an old archive is brought over, or after a migration died at it."""
        return self.data / ".omen-migrating"

    @cached_property
    def data_lock(self) -> Path:
        """Return the lock that guards what belongs to no store: `data/audit` and the making of trees."""
        return self.data / ".lock"

    @cached_property
    def data_audit(self) -> Path:
        """Return the audit folder of what belongs to no store."""
        return self.data / "audit"

    @cached_property
    def data_audit_draft(self) -> Path:
        """Return the copy, written under `data/.lock`, for a file of that audit that has a second name."""
        return self.data / ".audit.tmp"

    @cached_property
    def run_lock(self) -> Path:
        """Return the lock that lets one `omen run` at a time work on this `data`; it is taken before every other."""
        return self.data / ".run.lock"

    @cached_property
    def run_memory(self) -> Path:
        """Return the file of the troubles that `omen run` has told of."""
        return self.data / "run.json"

    @cached_property
    def run_memory_draft(self) -> Path:
        """Return the file that is written, by `omen run` alone, before it becomes its memory."""
        return self.data / f".{self.run_memory.name}.tmp"

    @cached_property
    def alerts_memory(self) -> Path:
        """Return the file of the alarms that were told."""
        return self.data / "alerts.json"

    @cached_property
    def alerts_memory_draft(self) -> Path:
        """Return the file that is written, under that lock, before it becomes that memory."""
        return self.data / f".{self.alerts_memory.name}.tmp"

    @cached_property
    def alerts_lock(self) -> Path:
        """Return the lock that guards what is known of alarms; nothing else is taken while it is held."""
        return self.data / ".alerts.lock"

    @cached_property
    def log(self) -> Path:
        """Return the folder of the log of commands; it belongs to no store."""
        return self.data / "log"

    @cached_property
    def data_quarantine(self) -> Path:
        """Return the folder of what a migration could not bring over; it belongs to no store."""
        return self.data / "quarantine"

    @cached_property
    def snapshots(self) -> Path:
        """Return the folder of all archives."""
        return self.data / "snapshots"

    @cached_property
    def legacy_index(self) -> Path:
        """Return where the old single-tenant system kept its one index."""
        return self.snapshots / "index.json"

    @cached_property
    def root(self) -> Path:
        """Return the folder of this archive."""
        return self.snapshots / self.store_id

    @cached_property
    def pending(self) -> Path:
        """Return the file that stands only while a change is under way."""
        return self.root / ".pending"

    @cached_property
    def lock(self) -> Path:
        """Return the lock of everything that changes this archive."""
        return self.root / ".lock"

    @cached_property
    def send_lock(self) -> Path:
        """Return the lock of whoever sends from this archive."""
        return self.root / ".send.lock"

    @cached_property
    def locks_dir(self) -> Path:
        """Return the folder of the locks of the timeframes."""
        return self.root / "locks"

    @cached_property
    def index_dir(self) -> Path:
        """Return the folder of the shards."""
        return self.root / "index"

    @cached_property
    def audit_dir(self) -> Path:
        """Return the folder of this archive's audit."""
        return self.root / "audit"

    @cached_property
    def migrated_draft(self) -> Path:
        """Return the file that is written, under `.lock`, before it becomes a snapshot of the old system."""
        return self.root / ".migrated.tmp"

    @cached_property
    def audit_draft(self) -> Path:
        """Return the copy, written under `.lock`, that takes the place of a file of the audit with a second name."""
        return self.root / ".audit.tmp"

    @cached_property
    def deliveries(self) -> Path:
        """Return the folder of the frozen messages."""
        return self.root / "deliveries"

    @cached_property
    def quarantine(self) -> Path:
        """Return the folder that damaged files are moved to."""
        return self.root / "quarantine"

    @cached_property
    def readme(self) -> Path:
        """Return the file that tells a finder what this folder is."""
        return self.root / "README"

    @cached_property
    def readme_draft(self) -> Path:
        """Return the file that is written, under `data/.lock`, before it becomes the README."""
        return self.root / f".{self.readme.name}.tmp"

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders inside the archive's own."""
        return (self.index_dir, self.audit_dir, self.deliveries, self.quarantine, self.locks_dir)

    @cached_property
    def lock_files(self) -> tuple[Path, ...]:
        """Return every lock file of this archive; `.lock` is the last one made."""
        return (*(self.timeframe_lock(timeframe) for timeframe in TIMEFRAMES), self.send_lock, self.lock)

    def log_file(self, month: str, number: int) -> Path:
        """Return a file of the log: the `number`-th of its month, from 1."""
        if not is_month(month) or number < 1:
            raise ValueError(f"no file of the log: {month!r}, {number}")
        return self.log / f"{month}.{number:04}.jsonl"

    def timeframe_lock(self, timeframe: Timeframe) -> Path:
        """Return the lock under which snapshots of one timeframe are computed."""
        if timeframe not in TIMEFRAMES:
            raise ValueError(f"no timeframe: {timeframe!r}")
        return self.locks_dir / f"{timeframe}.lock"

    def snapshot(self, snapshot_id: str) -> Path:
        """Return the file of a snapshot.

        Raises:
            InvalidArgument: `snapshot_id` is not an id, to the letter.
        """
        return self.root / f"{_checked(snapshot_id)}.json"

    def delivery_folder(self, snapshot_id: str) -> Path:
        """Return the folder of the messages of one snapshot."""
        return self.deliveries / _checked(snapshot_id)

    def shard(self, month: str) -> Path:
        """Return the file of the entries whose as-of date is in `month` (`2026-01`)."""
        if not is_month(month):
            raise ValueError(f"no month: {month!r}")
        return self.index_dir / f"{month}.json"

    def shard_draft(self, month: str) -> Path:
        """Return the file that is written, under `.lock`, before it becomes the shard."""
        return self.index_dir / f".{self.shard(month).name}.tmp"


@lru_cache(maxsize=256)
def layout_for(data: Path, store_id: str) -> Layout:
    """Return the layout of one archive; the same one again, so that its paths are put together once a process.

    Raises:
        InvalidArgument: `store_id` is no store id.
    """
    return Layout(data, store_id)


def _checked(snapshot_id: str) -> str:
    if parse_snapshot_id(snapshot_id) is None:
        raise InvalidArgument(f"{snapshot_id!r}: not a snapshot id", hint="`omen history` lists the ids")
    return snapshot_id
