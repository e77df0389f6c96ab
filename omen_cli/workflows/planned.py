"""What the next tick of `omen run` would do, and when the next snapshot of each timeframe is due; a reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from omen_cli.archive.archive import Archive
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.ops.schedule import Due
from omen_cli.workflows.due import FrameDue, due_of, schedules_of
from omen_cli.workflows.offers import Offer, offers_of


@dataclass(frozen=True)
class Planned:
    """One scheduled timeframe of a store.

    `missing` are the as-of dates of which a snapshot would be made, `to` who would be offered one, `why_not` why
    something is not sent. `next_at` is in the store's own time.
    """

    store_id: str
    timeframe: str
    missing: tuple[date, ...]
    to: tuple[str, ...]
    why_not: tuple[str, ...]
    next_as_of: date
    next_at: datetime

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

    Raises:
        ArchiveDamaged: an archive is not ours to touch.
    """
    stores = (store for store in settings.stores.values() if store.schedule)
    return tuple(one for store in stores for one in _of_store(settings, store, at))


def _of_store(settings: Settings, store: StoreSettings, at: datetime) -> Iterator[Planned]:
    archive = Archive(settings.data, store.store_id)
    due = due_of(archive, store, at, settings.limits.catch_up)
    offers = tuple(offers_of(archive, due))
    for frame in due.frames:
        yield _planned(store, frame, [one for one in offers if one.entry.timeframe == frame.schedule.timeframe], at)


def _planned(store: StoreSettings, frame: FrameDue, offers: list[Offer], at: datetime) -> Planned:
    following: Due = frame.schedule.next(at)
    is_new = frame.newest.as_of in frame.missing and frame.newest_id() is None
    to = (*(store.recipients if is_new else ()), *(name for one in offers for name in one.to))
    why_not = tuple(str(trouble.error) for one in offers for trouble in one.troubles)
    local = following.at.astimezone(ZoneInfo(store.timezone))
    return Planned(
        store.store_id,
        frame.schedule.timeframe,
        frame.missing,
        tuple(dict.fromkeys(to)),
        why_not,
        following.as_of,
        local,
    )


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
