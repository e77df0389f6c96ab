"""A window is whole days of the store's own clock: not a second less, not one more, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.oracle.periods import DAY
from tests.unit.made_stores import MadeStore
from tests.unit.property_stores import content_of

MIDNIGHT, LAST_SECOND = time(), time(23, 59, 59)
# zone, timeframe, as-of date; the observed window, the window before: first day, and the first day that is out of it
WINDOWS = [
    # a day of 23 hours, one of 25, one of 23.5 and one without a midnight
    ("America/New_York", "daily", "2026-03-08", ("2026-03-08", "2026-03-09"), ("2026-03-07", "2026-03-08")),
    ("America/New_York", "daily", "2025-11-02", ("2025-11-02", "2025-11-03"), ("2025-11-01", "2025-11-02")),
    ("Pacific/Auckland", "daily", "2026-04-05", ("2026-04-05", "2026-04-06"), ("2026-04-04", "2026-04-05")),
    ("Pacific/Auckland", "daily", "2025-09-28", ("2025-09-28", "2025-09-29"), ("2025-09-27", "2025-09-28")),
    ("Australia/Lord_Howe", "daily", "2025-10-05", ("2025-10-05", "2025-10-06"), ("2025-10-04", "2025-10-05")),
    ("America/Havana", "daily", "2026-03-08", ("2026-03-08", "2026-03-09"), ("2026-03-07", "2026-03-08")),
    # weeks and months around them, complete and running
    ("America/Los_Angeles", "weekly", "2026-03-08", ("2026-03-02", "2026-03-09"), ("2026-02-23", "2026-03-02")),
    ("America/Los_Angeles", "weekly", "2026-03-10", ("2026-03-09", "2026-03-11"), ("2026-03-02", "2026-03-04")),
    ("Europe/London", "monthly", "2026-03-31", ("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")),
    ("Europe/London", "weekly", "2025-10-26", ("2025-10-20", "2025-10-27"), ("2025-10-13", "2025-10-20")),
    # year ends, and the ISO weeks 53 of 2020 and 2026
    ("Pacific/Honolulu", "daily", "2026-01-01", ("2026-01-01", "2026-01-02"), ("2025-12-31", "2026-01-01")),
    ("Pacific/Auckland", "monthly", "2025-12-31", ("2025-12-01", "2026-01-01"), ("2025-11-01", "2025-12-01")),
    ("Pacific/Auckland", "weekly", "2026-01-01", ("2025-12-29", "2026-01-02"), ("2025-12-22", "2025-12-26")),
    ("Pacific/Honolulu", "weekly", "2027-01-03", ("2026-12-28", "2027-01-04"), ("2026-12-21", "2026-12-28")),
    ("Pacific/Auckland", "weekly", "2026-12-31", ("2026-12-28", "2027-01-01"), ("2026-12-21", "2026-12-25")),
    ("America/New_York", "weekly", "2021-01-03", ("2020-12-28", "2021-01-04"), ("2020-12-21", "2020-12-28")),
    ("Asia/Kolkata", "weekly", "2021-01-10", ("2021-01-04", "2021-01-11"), ("2020-12-28", "2021-01-04")),
    # leap days; a month that is longer than the one before compares with the whole of that one
    ("Pacific/Honolulu", "daily", "2024-02-29", ("2024-02-29", "2024-03-01"), ("2024-02-28", "2024-02-29")),
    ("Pacific/Auckland", "monthly", "2024-02-29", ("2024-02-01", "2024-03-01"), ("2024-01-01", "2024-02-01")),
    ("America/New_York", "monthly", "2028-02-28", ("2028-02-01", "2028-02-29"), ("2028-01-01", "2028-01-29")),
    ("America/New_York", "monthly", "2024-03-30", ("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-03-01")),
    ("UTC", "monthly", "2026-03-29", ("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-03-01")),
]


def at(day: date, clock: time, zone: str) -> datetime:
    """Return a local time as what a till in another country would write."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "timeframe", "as_of", "now", "before"), WINDOWS, ids=[" ".join(row[:3]) for row in WINDOWS]
)
def test_the_first_and_the_last_second_count_and_their_neighbours_do_not(tmp_path, zone, timeframe, as_of, now, before):
    spans = [tuple(date.fromisoformat(day) for day in span) for span in (now, before)]
    rows = []
    for (first, end), unit in zip(spans, (1, 100_000), strict=True):
        for moment, price in (
            (at(first, MIDNIGHT, zone) - timedelta(seconds=1), 1),
            (at(first, MIDNIGHT, zone), 10),
            (at(end - DAY, LAST_SECOND, zone), 100),
            (at(end, MIDNIGHT, zone), 1000),
        ):
            rows.append((moment, price * unit))
    sold = [
        {"order_id": str(n), "ordered_at": moment.isoformat(), "sku": "A", "quantity": "1", "unit_price": str(price)}
        for n, (moment, price) in enumerate(rows)
    ]
    stock = [{"sku": "A", "on_hand": "5", "unit_cost": "1", "unit_price": "2"}]
    made = MadeStore(zone, timeframe, date.fromisoformat(as_of), {"inventory.csv": stock, "orders-1.csv": sold})

    content = content_of(made, tmp_path)

    def within(span: tuple[date, date]) -> int:
        local = [(moment.astimezone(ZoneInfo(zone)).date(), price) for moment, price in rows]
        return sum(price for day, price in local if span[0] <= day < span[1])

    period, net = content.period, content.kpis["netSales"]
    assert (period.start, period.observed_end) == spans[0]
    assert (period.before.start, period.before.end) == spans[1]
    assert (period.observed_days, period.before_days) == tuple((end - first).days for first, end in spans)
    assert (net.value, net.before) == (within(spans[0]), within(spans[1]))
    assert net.value % 1000 == 110  # of the lines around this window, those inside
    assert net.before // 100_000 % 1000 == 110  # and of those around the window before
    for days, (first, end) in zip((content.days, content.days_before), spans, strict=True):
        assert [day.date for day in days] == [first + number * DAY for number in range((end - first).days)]
    assert sum(day.net_sales for day in content.days) == net.value
    assert content.trend[-1].net_sales == net.value
    assert content.trend[-1].orders == content.kpis["orders"].value
    assert (
        content.items[0].velocity_days == min(28, (spans[0][1] - spans[1][0] + DAY).days) == content.sums.velocity_days
    )
