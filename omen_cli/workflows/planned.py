"""What the next tick of `omen run` would do, and when the next snapshot of each timeframe is due; a reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.archive.safety import require_safe_data, require_writable_data
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import OmenError
from omen_cli.ops.schedule import Schedule
from omen_cli.workflows.corrected import would_correct
from omen_cli.workflows.due import FrameDue, due_of, schedules_of
from omen_cli.workflows.offers import Offer, offers_of
from omen_cli.workflows.run import layout_of


@dataclass(frozen=True)
class Planned:
    """One scheduled timeframe of a store.

    `missing` are the as-of dates of which a snapshot would be made, `to` who would be offered one, `why_not` why
    something is not sent. `next_at` is in the store's own time. `error` is why of a store nothing can be told but that.
    """

    store_id: str
    timeframe: str
    missing: tuple[date, ...]
    to: tuple[str, ...]
    why_not: tuple[str, ...]
    next_as_of: date
    next_at: datetime
    error: OmenError | None = None

    def plain(self) -> dict[str, object]:
        """Return it as the document of `omen run --dry-run --json` has it."""
        return {
            "storeId": self.store_id,
            "timeframe": self.timeframe,
            "generates": list(self.missing),
            "sendsTo": list(self.to),
            "troubles": list(self.why_not),
            "nextAsOfDate": self.next_as_of,
            "nextAt": self.next_at,
        }


def plan_run(settings: Settings, at: datetime) -> tuple[Planned, ...]:
    """Return what a tick at `at` would do, in the order of stores.yaml; takes no lock.

    What is wrong with an archive is its own store's, as it is in a tick.

    Raises:
        ArchiveDamaged: the data folder is not ours to touch.
    """
    require_safe_data(layout_of(settings))
    require_writable_data(layout_of(settings))
    stores = (store for store in settings.stores.values() if store.schedule)
    return tuple(one for store in stores for one in _of_store(settings, store, at))


def _of_store(settings: Settings, store: StoreSettings, at: datetime) -> Iterator[Planned]:
    archive, has_server = Archive(settings.data, store.store_id), settings.mail.folder is None
    try:
        due = due_of(archive, store, at, settings.limits.catch_up)
        offers = tuple(offers_of(archive, due, settings))
        yield from [_planned(archive, store, frame, offers, at, has_server=has_server) for frame in due.frames]
    except OmenError as error:
        for schedule in schedules_of(store):
            yield _not_known(store, schedule, error, at)


def _planned(
    archive: Archive,
    store: StoreSettings,
    frame: FrameDue,
    all_offers: Iterable[Offer],
    at: datetime,
    *,
    has_server: bool,
) -> Planned:
    timeframe, day = frame.schedule.timeframe, frame.newest.as_of
    offers = [one for one in all_offers if one.entry.timeframe == timeframe]
    why_not = [str(trouble.error) for one in offers for trouble in one.troubles]
    new_to: tuple[str, ...] = ()
    if day in frame.missing and frame.newest_id() is None and not frame.is_overtaken:
        new_to = store.recipients
        if would_correct(archive, timeframe, day, has_server=has_server):
            new_to = ()
            why_not.append(f"{store.store_id} {timeframe} {day}: would be made anew and not sent: somebody has one")
    to = (*new_to, *(name for one in offers for name in one.to))
    return Planned(
        store.store_id,
        timeframe,
        frame.missing,
        tuple(dict.fromkeys(to)),
        tuple(why_not),
        *_next(store, frame.schedule, at),
    )


def _not_known(store: StoreSettings, schedule: Schedule, error: OmenError, at: datetime) -> Planned:
    return Planned(store.store_id, schedule.timeframe, (), (), (error.message,), *_next(store, schedule, at), error)


def _next(store: StoreSettings, schedule: Schedule, at: datetime) -> tuple[date, datetime]:
    """Return the as-of date of the next that is due, and when, in the store's own time."""
    following = schedule.next(at)
    return following.as_of, following.at.astimezone(ZoneInfo(store.timezone))


@dataclass(frozen=True)
class NextDue:
    """When the next snapshot of a scheduled timeframe is due, in the store's own time, and its as-of date."""

    store_id: str
    timeframe: str
    text: str
    at: datetime
    as_of: date

    def plain(self) -> dict[str, object]:
        """Return it as the document of `omen schedule --json` has it."""
        return {
            "storeId": self.store_id,
            "timeframe": self.timeframe,
            "schedule": self.text,
            "nextAt": self.at,
            "nextAsOfDate": self.as_of,
        }


def next_dues(settings: Settings, at: datetime) -> tuple[NextDue, ...]:
    """Return when the next snapshot of each scheduled timeframe is due after `at`, in the order of stores.yaml."""
    found: list[NextDue] = []
    for store in settings.stores.values():
        for one in schedules_of(store):
            following = one.next(at)
            local = following.at.astimezone(ZoneInfo(store.timezone))
            text = store.schedule[one.timeframe]
            found.append(NextDue(store.store_id, one.timeframe, text, local, following.as_of))
    return tuple(found)
