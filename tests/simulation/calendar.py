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
CHANGES = (  # of the clocks; in the week before and the week after each, every quarter of an hour is a tick
    "2026-03-08",  # New York, Los Angeles
    "2026-03-29",  # London
    "2026-04-05",  # Sydney
    "2026-10-04",  # Sydney
    "2026-10-25",  # London
    "2026-11-01",  # New York, Los Angeles
)
AROUND = timedelta(days=7)
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
# mail server puts everything off for three hours, what goes to one mailbox for twenty, and to another for four days.
OFF = (Span(utc("2026-05-18T11:00"), utc("2026-05-18T14:00")), Span(utc("2026-07-10T06:05"), utc("2026-07-19T06:05")))
BROKEN_STORE, BROKEN = "Store01", Span(utc("2026-06-08T00:10"), utc("2026-06-15T00:10"))
FULL = Span(utc("2026-09-06T23:00"), utc("2026-09-08T23:00"))
BUSY = Span(utc("2026-08-17T11:50"), utc("2026-08-17T14:50"))
FULL_BOXES = {
    "r0@store05.example": Span(utc("2026-05-03T08:00"), utc("2026-05-04T04:00")),
    "r0@store09.example": Span(utc("2026-06-22T01:00"), utc("2026-06-26T01:00")),
}
# When a message is offered, in minutes after it was first: as docs/operations.md says, after a quarter of an hour, then
# ever more seldom, up to four hours apart, for three days.
OFFERED_AFTER = (0, 15, 30, 60, 120, *range(240, 3 * 24 * 60 + 1, 240))


def is_put_off(recipient: str, at: datetime) -> bool:
    """Tell whether the mail server says "later"."""
    return at in BUSY or (recipient in FULL_BOXES and at in FULL_BOXES[recipient])


def offers(recipient: str, first: datetime) -> tuple[list[datetime], bool]:
    """Return when a message is offered that is first offered at `first`, and whether the server takes it at the last."""
    found = []
    for minutes in OFFERED_AFTER:
        found.append(first + timedelta(minutes=minutes))
        if not is_put_off(recipient, found[-1]):
            return found, True
    return found, False


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
    """Return the instant: the first that this zone's clocks show the time on, looked for by quarters of an hour."""
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    for quarter in range(-14 * 4, 14 * 4):
        at = noon + quarter * QUARTER
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


def instants() -> list[datetime]:
    """Return where the clock stands: around each due, retry, change of the clocks and outage, and through the fortnights.

    A tick is a quarter of an hour; there is none while the machine is off.
    """
    found: set[datetime] = set()
    for at in acting():
        found |= {at - QUARTER, at, at + QUARTER}
    for day in CHANGES:
        found |= set(_quarters(utc(day) - AROUND, utc(day) + AROUND))
    for span in (*OFF, BROKEN, FULL, BUSY, *FULL_BOXES.values()):
        for edge in (span.start, span.end):
            found |= set(_quarters(_floor(edge) - QUARTER, _floor(edge) + timedelta(hours=5)))
    return sorted(at for at in found if START <= at < END and not any(at in span for span in OFF))


def acting() -> set[datetime]:
    """Return when something is due, and when a message that is put off is offered again."""
    return {
        at
        for shop in shops()
        for _, _, due in shop.dues()
        for recipient in shop.recipients
        for at in offers(recipient, due)[0]
    }


def _quarters(first: datetime, last: datetime) -> Iterator[datetime]:
    while first < last:
        yield first
        first += QUARTER


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15)
