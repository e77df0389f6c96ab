"""The audit as it is read: the events of one store, or of all and of what belongs to none. Takes no lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from omen_cli.archive.audit import audit_files, read_events
from omen_cli.archive.layout import month_of
from omen_cli.errors import OmenError
from omen_cli.model.canonical import dump_canonical
from omen_cli.workflows.audits import Audit

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_SEE = "omen audit --check tells whether a crash left them"


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for: by their names or the beginnings of names, and by their days at the store."""

    names: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def is_dated(self) -> bool:
        """Tell whether only some days are asked for."""
        return self.first is not None or self.last is not None

    def admits(self, name: str, day: date | None) -> bool:
        """Tell whether an event is asked for; one whose time cannot be read has no day."""
        if self.names and not any(is_named(name, asked) for asked in self.names):
            return False
        if not self.is_dated:
            return True
        return day is not None and (self.first or date.min) <= day <= (self.last or date.max)

    def needs(self, month: str) -> bool:
        """Tell whether the file of a month in UTC may hold such days: its events are of that month, or older.

        Older are those that were written after the clock was set back, by whatever time: they may be in any later file.
        """
        return self.first is None or self.first == date.min or month >= month_of(self.first - timedelta(days=1))


def is_named(name: str, asked: str) -> bool:
    """Tell whether an event's name is what is asked for: the same, or begun by it when it ends with a dot."""
    return name == asked or (asked.endswith(".") and name.startswith(asked))


@dataclass(frozen=True)
class Recorded:
    """One event as it was written; `at` is None when it bears no time that can be read, else in the store's zone."""

    store_id: str | None
    event: Mapping[str, object]
    at: datetime | None

    def plain(self) -> dict[str, object]:
        """Return the event as it was written, with whose it is; what is in no archive says itself whom it is about."""
        return {**self.event, "storeId": self.store_id or self.event.get("storeId")}


@dataclass
class Found:
    """What was found: `total` events are asked for, `events` are the newest of them, oldest first.

    `names` are all that occur in the files that were read; `unreadable` says why an audit could not be read.
    """

    events: tuple[Recorded, ...] = ()
    total: int = 0
    names: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    unreadable: dict[Audit, OmenError] = field(default_factory=dict)


def list_events(asked: Sequence[Audit], wanted: Wanted, limit: int | None) -> Found:
    """Return the events that are asked for: each audit's in the order in which they were written, merged by time."""
    found = Found()
    streams = [_readable(audit, wanted, found) for audit in asked]
    events = [recorded for _, recorded in merge(*streams, key=lambda pair: pair[0])]
    found.total = len(events)
    found.events = tuple(events[-limit:] if limit else events)
    return found


def _readable(audit: Audit, wanted: Wanted, found: Found) -> list[tuple[datetime, Recorded]]:
    """Return the events of one audit, each with its place in time; of one that cannot be read none."""
    try:
        return list(_admitted(audit, wanted, found)) if audit.exists(found.warnings) else []
    except OmenError as error:
        found.unreadable[audit] = error
        return []


def _admitted(audit: Audit, wanted: Wanted, found: Found) -> Iterator[tuple[datetime, Recorded]]:
    zone, place, skipped, undated = ZoneInfo(audit.zone), _ALWAYS, 0, 0
    for path in audit_files(audit.folder):
        if not wanted.needs(path.stem):
            continue
        read = read_events(path)
        events = [event for event in read.events if _is_text(event)]
        skipped += read.skipped + len(read.events) - len(events)
        for event in events:
            name, at = str(event.get("event", "")), _moment(event, zone)
            found.names.add(name)
            place = max(place, at or place)
            undated += at is None and wanted.is_dated
            if wanted.admits(name, at.date() if at else None):
                yield place, Recorded(audit.store_id, event, at)
    if skipped:
        found.warnings.append(f"{audit.name}: lines of the audit left out, since they are no events: {skipped}; {_SEE}")
    if undated:
        found.warnings.append(f"{audit.name}: events left out, since their time cannot be read: {undated}; {_SEE}")


def _moment(event: Mapping[str, object], zone: ZoneInfo) -> datetime | None:
    """Return the event's time in the zone; None when it has none, and no line of omen's lacks it."""
    try:
        at = datetime.fromisoformat(str(event.get("at")))
        return at.astimezone(zone) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _is_text(event: Mapping[str, object]) -> bool:
    """Tell whether the event can be written down again: half of a surrogate pair cannot, and omen never wrote it."""
    try:
        return bool(dump_canonical(event))
    except ValueError:
        return False
