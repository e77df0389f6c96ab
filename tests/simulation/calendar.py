"""The simulated year: who is due when, what happens, and at which instants the clock stands. Nothing of omen's is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "Europe/London",
    "Australia/Sydney",
    "Asia/Kolkata",
)
CHANGES = {  # of the clocks, and how many days around each every quarter of an hour is a tick
    "2026-03-08": 7,  # New York, Los Angeles
    "2026-03-29": 1,  # London
    "2026-04-05": 1,  # Sydney
    "2026-10-04": 1,  # Sydney
    "2026-10-25": 1,  # London
    "2026-11-01": 7,  # New York, Los Angeles
}
WEEKLY = ("MON 08:00", "MON 00:00", "SUN 02:30", "MON 02:15", "WED 23:45", "SUN 01:30")
DAILY = ("02:30", "07:00", "00:00")
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


# What happens. The machine is off twice; one store's export is broken for a week; the disk is full for two days; the
# mail server puts everything off for three hours.
OFF = (Span(utc("2026-05-18T11:00"), utc("2026-05-18T14:00")), Span(utc("2026-07-10T06:05"), utc("2026-07-19T06:05")))
BROKEN_STORE, BROKEN = "Store01", Span(utc("2026-06-08T00:10"), utc("2026-06-15T00:10"))
FULL = Span(utc("2026-09-06T23:00"), utc("2026-09-08T23:00"))
PUT_OFF = Span(utc("2026-08-17T11:50"), utc("2026-08-17T14:50"))


@dataclass(frozen=True)
class Shop:
    """One store: its zone, what it schedules, and to whom it sends."""

    name: str
    zone: str
    schedule: dict[str, str]
    recipients: tuple[str, ...]

    def dues(self) -> Iterator[tuple[str, date, datetime]]:
        """Yield (timeframe, as-of date, when it is due) of the whole year, from one period before it on."""
        day = START.date() - timedelta(days=8)
        while day < END.date() + timedelta(days=1):
            for frame, text in self.schedule.items():
                weekday, _, clock = text.rpartition(" ")
                if frame == "daily" or _WEEKDAYS[day.weekday()] == weekday:
                    as_of = day - timedelta(days=1 if frame == "daily" else day.weekday() + 1)
                    yield frame, as_of, _instant(day, time.fromisoformat(clock), ZoneInfo(self.zone))
            day += timedelta(days=1)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant: the first that this zone's clocks show the time on, looked for minute by minute around it."""
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    for minute in range(-14 * 60, 14 * 60):
        at = noon + timedelta(minutes=minute)
        if at.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, clock):
            return at
    return _instant(day, (datetime.combine(day, clock) + timedelta(hours=1)).time(), zone)  # it is left out that day


def shops() -> tuple[Shop, ...]:
    """Return the twenty stores: all weekly, three of them daily, too."""
    found = []
    for number in range(20):
        schedule = {"weekly": WEEKLY[number % len(WEEKLY)]} | ({"daily": DAILY[number]} if number < len(DAILY) else {})
        recipients = tuple(f"r{turn}@store{number:02d}.example" for turn in range(2 if number == 4 else 1))
        found.append(Shop(f"Store{number:02d}", ZONES[(number * 5) % len(ZONES)], schedule, recipients))
    return tuple(found)


def instants(dues: list[datetime]) -> list[datetime]:
    """Return where the clock stands: around each due, change of the clocks and outage, and through the fortnights.

    A tick is a quarter of an hour; there is none while the machine is off.
    """
    found: set[datetime] = set()
    for at in dues:
        found |= {at - QUARTER, at, at + QUARTER}
    for day, around in CHANGES.items():
        found |= set(_quarters(utc(day) - timedelta(days=around), utc(day) + timedelta(days=around)))
    for span in (*OFF, BROKEN, FULL, PUT_OFF):
        for edge in (span.start, span.end):
            found |= set(_quarters(_floor(edge) - QUARTER, _floor(edge) + timedelta(hours=5)))
    return sorted(at for at in found if START <= at < END and not any(at in span for span in OFF))


def _quarters(first: datetime, last: datetime) -> Iterator[datetime]:
    while first < last:
        yield first
        first += QUARTER


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15)
