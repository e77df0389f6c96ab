"""What is due of a store and not there yet, told by the names of its files alone: most ticks find nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.files import lstat
from omen_cli.archive.ledger import read_ledger
from omen_cli.archive.snapshot_names import SnapshotNames
from omen_cli.config.settings import StoreSettings
from omen_cli.model.ids import SnapshotId, Timeframe, parse_snapshot_id
from omen_cli.model.period import EARLIEST, period_of
from omen_cli.ops.schedule import Due, Schedule, schedule_of
from omen_cli.workflows.request import Request

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class FrameDue:
    """One scheduled timeframe: the newest period that is due, and the as-of dates of which there is no snapshot yet.

    `final` are those of its snapshots, within the periods that are looked at, that were made after their day had ended,
    oldest first. `is_overtaken` tells that one of a later period is among them, which is not due yet (a person made it,
    or the schedule was changed since): nothing older is sent then.
    """

    schedule: Schedule
    newest: Due
    missing: tuple[date, ...]
    final: tuple[SnapshotId, ...]
    is_overtaken: bool = False

    def newest_id(self) -> SnapshotId | None:
        """Return the newest version of the newest period; None when there is none, or that of a later one is there."""
        if self.is_overtaken:
            return None
        found = [one for one in self.final if one.as_of_date == self.newest.as_of]
        return max(found, key=lambda one: one.epoch_ms, default=None)


@dataclass(frozen=True)
class StoreDue:
    """All that is due of one store at `at`."""

    store: StoreSettings
    at: datetime
    frames: tuple[FrameDue, ...]

    def requests(self) -> tuple[tuple[Request, bool], ...]:
        """Return what is to be made, and whether it is the newest of its timeframe: those first, then oldest first."""
        asked = [
            (day != frame.newest.as_of, day, Request(self.store, frame.schedule.timeframe, day))
            for frame in self.frames
            for day in frame.missing
        ]
        return tuple((request, not is_older) for is_older, _, request in sorted(asked, key=lambda one: one[:2]))


def schedules_of(store: StoreSettings) -> tuple[Schedule, ...]:
    """Return the schedules of a store: daily, weekly, monthly."""
    return tuple(schedule_of(frame, text, store.timezone) for frame, text in store.schedule.items())


def due_of(archive: Archive, store: StoreSettings, at: datetime, catch_up: int) -> StoreDue:
    """Return what is due; a reader.

    Args:
        archive: the store's.
        store: the store.
        at: now.
        catch_up: how many of the newest periods of a timeframe are looked at; the newest always is.

    Raises:
        ArchiveDamaged: the tree is not ours to touch.
    """
    found = SnapshotNames(archive.layout) if archive.exists() else None
    is_begun = found is not None and lstat(archive.layout.pending) is not None
    frames = [_frame_due(archive, found, schedule, at, catch_up) for schedule in schedules_of(store)]
    return StoreDue(store, at, tuple(_with_newest(frame) if is_begun else frame for frame in frames))


def made_at(identity: SnapshotId) -> datetime:
    """Return when a snapshot was made, as its id has it (UTC)."""
    return _EPOCH + timedelta(milliseconds=identity.epoch_ms)


def _frame_due(
    archive: Archive, found: SnapshotNames | None, schedule: Schedule, at: datetime, catch_up: int
) -> FrameDue:
    window = list(islice(schedule.back_from(at), max(1, catch_up)))
    newest, frame = schedule.due(window[0]), schedule.timeframe
    known = found.since(frame, min(window)) if found else ()
    oldest = found.first(frame) if found else None
    final = tuple(one for one in known if is_final(one, schedule.zone))
    there = {one.as_of_date for one in final}
    is_overtaken = any(day > newest.as_of and period_of(frame, day).is_complete for day in there)
    begun = oldest.as_of_date if oldest else newest.as_of
    always = None if is_overtaken else newest.as_of  # but never what lies before the first
    missing = [day for day in window if day not in there and (day == always or day > begun) and day >= EARLIEST]
    if known and any(day < known[-1].as_of_date for day in missing):  # a gap: was it made once, and removed?
        gone = _removed(archive, frame)
        missing = [day for day in missing if day not in gone]
    return FrameDue(schedule, newest, tuple(sorted(missing)), final, is_overtaken)


def is_final(identity: SnapshotId, zone: ZoneInfo) -> bool:
    """Tell whether a snapshot was made after its as-of day had ended where the store is."""
    return datetime.fromtimestamp(identity.epoch_ms // 1000, zone).date() > identity.as_of_date


def _removed(archive: Archive, timeframe: Timeframe) -> frozenset[date]:
    """Return the as-of dates of what was pruned or given up for good: that is not made again unasked."""
    ledger = read_ledger(archive.layout.audit_dir, is_tolerant=True)
    ids = {*ledger.pruned, *(subject for subject, evidence in ledger.accepted if not evidence)}
    found = (parse_snapshot_id(one) for one in ids)
    return frozenset(one.as_of_date for one in found if one and one.timeframe == timeframe)


def _with_newest(frame: FrameDue) -> FrameDue:
    """Ask for the newest, too: a change is under way or was left by a command that died, and asking finishes it."""
    newest = frame.final[-1].as_of_date if frame.is_overtaken else frame.newest.as_of
    return replace(frame, missing=tuple(sorted({*frame.missing, newest})))
