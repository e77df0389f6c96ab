"""What the index of a store and the disk below it say, as metrics."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.disk import measured
from omen_cli.archive.measure import measure_archive
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import OmenError
from omen_cli.model.delivery import STATES
from omen_cli.model.metric import seconds_of
from omen_cli.model.snapshot import Entry
from omen_cli.ops.catalogue import (
    ARCHIVE_BYTES,
    ARCHIVE_FILES,
    DELIVERIES,
    FREE_BYTES,
    FREE_INODES,
    LAST_GENERATED,
    LAST_SENT,
    OVERDUE,
    RATE_LEFT,
    READABLE,
    SNAPSHOTS,
    WARNINGS,
)
from omen_cli.ops.schedule import Schedule
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.due import schedules_of
from omen_cli.workflows.metrics_gathered import Gathered, timeframes_of
from omen_cli.workflows.rate_limit import rate_left
from omen_cli.workflows.waiting import GIVEN_UP, delivery_states

DELIVERY_STATES = (*STATES, GIVEN_UP)
_ALWAYS = ("ok", "held", "superseded")  # these series are there before the first such snapshot, so that a rise shows


def gather_store(gathered: Gathered, settings: Settings, store: StoreSettings, now: datetime) -> None:
    """Take what one store's index and disk say; an archive that cannot be read is never another's trouble."""
    archive = Archive(settings.data, store.store_id)
    try:
        entries = tuple(archive.entries())
        states = tuple(delivery_states(archive, store, entries, now, settings.limits.catch_up))
        size = measure_archive(archive.layout)
        if limit := settings.limits.generations_per_hour:
            gathered.set(RATE_LEFT, rate_left(archive.layout, limit, now), store.store_id)
    except OmenError as error:
        gathered.set(READABLE, 0, store.store_id)
        gathered.warn(f"{store.store_id}: {error.message}")
    else:
        gathered.set(READABLE, 1, store.store_id)
        gathered.set(WARNINGS, len(archive.warnings), store.store_id)
        gathered.set(ARCHIVE_FILES, size.files, store.store_id)
        gathered.set(ARCHIVE_BYTES, size.total_bytes, store.store_id)
        _take_entries(gathered, store, entries)
        _take_deliveries(gathered, store.store_id, entries, states)
        _take_overdue(gathered, store, entries, now)
    _take_disk(gathered, settings, archive)


def _take_entries(gathered: Gathered, store: StoreSettings, entries: tuple[Entry, ...]) -> None:
    store_id = store.store_id
    for timeframe in timeframes_of(store):
        for status in _ALWAYS:
            gathered.set(SNAPSHOTS, 0, store_id, timeframe, status)
    gathered.add(SNAPSHOTS, Counter((store_id, entry.timeframe, _status(entry)) for entry in entries))
    for entry in entries:
        gathered.most(LAST_GENERATED, seconds_of(entry.generated_at), store_id, entry.timeframe)


def _take_deliveries(gathered: Gathered, store_id: str, entries: tuple[Entry, ...], states: tuple[str, ...]) -> None:
    for state in DELIVERY_STATES:
        gathered.set(DELIVERIES, 0, store_id, state)
    gathered.add(DELIVERIES, Counter((store_id, state) for state in states))
    for one in (one for entry in entries for one in entry.deliveries):
        if one.state == "sent" and one.at:  # the old system does not always tell when
            gathered.most(LAST_SENT, seconds_of(one.at), store_id)


def _take_overdue(gathered: Gathered, store: StoreSettings, entries: tuple[Entry, ...], now: datetime) -> None:
    """Take how long each scheduled timeframe has been without what is due; where nothing was ever made, the newest."""
    for schedule in schedules_of(store):
        today = now.astimezone(schedule.zone).date()  # what a clock that was wrong made of later days is no excuse
        final = (one for one in entries if one.timeframe == schedule.timeframe and not one.provisional)
        days = [one.as_of_date for one in final if one.as_of_date < today]
        gathered.set(OVERDUE, _overdue_s(schedule, days, now), store.store_id, schedule.timeframe)


def _overdue_s(schedule: Schedule, days: Sequence[date], now: datetime) -> int:
    due = schedule.last(now)
    if schedule.is_met(due, days):
        return 0
    before = [day for day in days if day < due.as_of]
    return int((now - (schedule.after(max(before)) if before else due).at).total_seconds())


def _status(entry: Entry) -> str:
    return "superseded" if entry.superseded_by else entry.status


def _take_disk(gathered: Gathered, settings: Settings, archive: Archive) -> None:
    store_id = archive.layout.store_id
    try:
        free = measured(archive.layout.root, limits_of(settings))
    except OmenError as error:
        gathered.warn(f"{store_id}: {error.message}")
        return
    gathered.set(FREE_BYTES, free.free_bytes, store_id)
    if free.free_inodes is not None:
        gathered.set(FREE_INODES, free.free_inodes, store_id)
