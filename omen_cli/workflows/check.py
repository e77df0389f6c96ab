"""Whether every store's newest snapshot is as fresh as it should be, delivered and sound; a reader, for monitors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import deliveries_of
from omen_cli.archive.scan import snapshot_ids
from omen_cli.config.settings import StoreSettings
from omen_cli.errors import InvalidArgument, OmenError
from omen_cli.model.delivery import delivery_key
from omen_cli.model.ids import SnapshotId
from omen_cli.ops.schedule import Schedule
from omen_cli.workflows.due import is_final, made_at, schedules_of

GRACE = timedelta(hours=1)  # after it was due: a tick of `omen run` is a quarter of an hour, and so is a second try


@dataclass(frozen=True)
class Checked:
    """One store: how many seconds ago its newest snapshot was made (None: never), and what is wrong."""

    store_id: str
    age_s: int | None
    problems: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """Return it as the document of `omen check --json` has it."""
        return {"storeId": self.store_id, "ageS": self.age_s, "problems": list(self.problems)}


def check_stores(
    data_of: "Sequence[tuple[StoreSettings, Archive]]", at: datetime, max_age: timedelta | None
) -> tuple[Checked, ...]:
    """Return what is to be said of each store that is asked for something; takes no lock.

    Args:
        data_of: the stores with their archives.
        at: now.
        max_age: how old the newest snapshot of a store may be, of whichever timeframe, instead of what the schedule
            asks.

    Raises:
        InvalidArgument: no store has a schedule, and no age was given: there is nothing to check.
    """
    asked = [(store, archive) for store, archive in data_of if store.schedule or max_age is not None]
    if not asked:
        raise InvalidArgument("no store has a schedule", hint="add `schedule:` to a store, or give --max-age 26h")
    return tuple(_checked(store, archive, at, max_age) for store, archive in asked)


def _checked(store: StoreSettings, archive: Archive, at: datetime, max_age: timedelta | None) -> Checked:
    """Return what is to be said of one store; what cannot be read is a problem of that store."""
    try:
        ids = snapshot_ids(archive.layout) if archive.exists() else ()
        zone = ZoneInfo(store.timezone)
        final = sorted((one for one in ids if is_final(one, zone)), key=lambda one: (one.as_of_date, one.epoch_ms))
        newest = max(map(made_at, final), default=None)
        problems = list(_problems(store, archive, final, at, max_age))
    except OmenError as error:
        return Checked(store.store_id, None, (error.message,))
    return Checked(store.store_id, None if newest is None else int((at - newest).total_seconds()), tuple(problems))


def _problems(
    store: StoreSettings, archive: Archive, final: Sequence[SnapshotId], at: datetime, max_age: timedelta | None
) -> Iterator[str]:
    schedules = {one.timeframe: one for one in schedules_of(store)}
    if max_age is not None:
        yield from _too_old(final[-1] if final else None, at, max_age)
    for frame in schedules or [one.timeframe for one in final[-1:]]:
        schedule = schedules.get(frame)
        newest = next((one for one in reversed(final) if one.timeframe == frame), None)
        if schedule is not None and max_age is None:
            yield from _overdue(schedule, [one.as_of_date for one in final if one.timeframe == frame], at)
        if newest is not None:
            yield from _unsound(store, archive, newest, final, is_sent=schedule is not None and _is_late(newest, at))


def _is_late(newest: SnapshotId, at: datetime) -> bool:
    return at - made_at(newest) >= GRACE


def _too_old(newest: SnapshotId | None, at: datetime, max_age: timedelta) -> Iterator[str]:
    """Yield that the newest snapshot of a store, of whichever timeframe, is older than it may be."""
    if newest is None:
        yield "no snapshot"
    elif at - made_at(newest) > max_age:
        yield f"{newest.timeframe} {newest.as_of_date}: older than {_hours(max_age)}"


def _overdue(schedule: Schedule, days: Sequence[date], at: datetime) -> Iterator[str]:
    """Yield that what a timeframe's schedule asked for more than an hour ago is not there."""
    due = schedule.last(at - GRACE)
    if not schedule.is_met(due, days):
        when = due.at.astimezone(schedule.zone).isoformat(sep=" ", timespec="minutes")
        yield f"{schedule.timeframe} {due.as_of}: missing, was due {when}"


def _unsound(
    store: StoreSettings, archive: Archive, newest: SnapshotId, final: Sequence[SnapshotId], *, is_sent: bool
) -> Iterator[str]:
    """Yield what is wrong with the newest snapshot of a timeframe: damaged, held, or not with everybody."""
    about = f"{newest.timeframe} {newest.as_of_date}"
    entry = archive.find_id(str(newest))
    if entry is None:
        yield f"{about}: is not in the index"
        return
    try:
        archive.load(entry)
    except OmenError as error:
        yield f"{about}: {error.message}"
    if entry.status == "held":
        yield f"{about}: held"
    elif is_sent and entry.created_via != "migrate":
        versions = [one for one in final if (one.timeframe, one.as_of_date) == (newest.timeframe, newest.as_of_date)]
        yield from (f"{about}: {one}" for one in _undelivered(store, archive, versions))


def _undelivered(store: StoreSettings, archive: Archive, versions: Sequence[SnapshotId]) -> Iterator[str]:
    """Yield which recipients have no version of it, and how their message stands."""
    found = [(one, {each.key: each.state for each in deliveries_of(archive.layout, str(one))}) for one in versions]
    for recipient in store.recipients:
        states = [states.get(delivery_key(store.store_id, str(one), recipient)) for one, states in found]
        if "sent" not in states:
            yield f"{recipient} {next((one for one in reversed(states) if one), 'not sent')}"


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:g} h"
