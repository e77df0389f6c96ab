"""Which order line counts in which window, in the store's own days."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from omen_cli.model.facts import SkuSales
from tests.unit.exports import ORDERS, Exports


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def sold(*days: str) -> str:
    """One line a day (or time), each of another power of two, so that a sum tells which counted."""
    return "".join(f"{number},{day},A,1,{2**number},,,\n" for number, day in enumerate(days))


def counted(gross: object) -> set[int]:
    return {bit for bit in range(60) if int(str(gross).split(".")[0]) >> bit & 1}


# --- windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timeframe", "as_of", "start", "end", "before_start", "before_end"),
    [
        ("daily", "2026-01-09", "2026-01-09", "2026-01-10", "2026-01-08", "2026-01-09"),
        ("weekly", "2026-01-09", "2026-01-05", "2026-01-10", "2025-12-29", "2026-01-03"),
        ("weekly", "2026-01-01", "2025-12-29", "2026-01-02", "2025-12-22", "2025-12-26"),
        ("weekly", "2026-01-11", "2026-01-05", "2026-01-12", "2025-12-29", "2026-01-05"),
        ("monthly", "2026-03-30", "2026-03-01", "2026-03-31", "2026-02-01", "2026-03-01"),
        ("monthly", "2026-02-28", "2026-02-01", "2026-03-01", "2026-01-01", "2026-02-01"),
    ],
)
def test_windows_are_half_open_to_the_last_microsecond(
    exports: Exports, timeframe, as_of, start, end, before_start, before_end
):
    edges = [
        f"{date.fromisoformat(start) - timedelta(1)}T23:59:59.999999", f"{start}T00:00:00", f"{date.fromisoformat(end) - timedelta(1)}T23:59:59.999999",
        f"{end}T00:00:00", f"{date.fromisoformat(before_start) - timedelta(1)}T23:59:59.999999", f"{before_start}T00:00:00",
        f"{date.fromisoformat(before_end) - timedelta(1)}T23:59:59.999999", f"{before_end}T00:00:00", "2019-12-31",
    ]  # fmt: skip

    orders = exports.of_lines(sold(*edges), timeframe=timeframe, as_of=date.fromisoformat(as_of)).orders

    assert orders
    assert orders.before[0]
    inside = {number for number, edge in enumerate(edges) if start <= edge[:10] < end}
    assert counted(orders.observed.gross) == inside >= {1, 2}
    assert (
        counted(orders.before[0].gross)
        == {number for number, edge in enumerate(edges) if before_start <= edge[:10] < before_end}
        >= {5, 6}
    )
    assert (str(orders.observed.span.start), str(orders.before[0].span.end)) == (start, before_end)


def test_there_are_four_periods_before_the_latest_first(exports: Exports):
    orders = exports.of_lines(sold("2025-12-08", "2025-12-15", "2025-12-22", "2025-12-29", "2026-01-05")).orders
    assert orders
    assert [counted(window.gross) if window else None for window in orders.before] == [{3}, {2}, {1}, {0}]


def test_a_period_before_the_first_order_is_none_and_one_without_orders_since_is_zero(exports: Exports):
    orders = exports.of_lines(sold("2025-12-19", "2026-01-05")).orders
    assert orders
    assert [window and int(window.gross) for window in orders.before] == [0, 0, 1, None]
    assert orders.first_order == date(2025, 12, 19)


def test_only_sales_begin_a_store_not_returns_nor_lines_of_nothing_nor_those_set_aside(exports: Exports):
    lines = "1,2025-01-01,A,-1,10,,,\n2,2025-02-01,A,0,10,,,\n3,2025-03-01,A,1,-10,,,\n4,2025-04-01,A,1,10,,void,\n5,2026-01-06T10:00:00,A,1,10,,,\n6,2026-01-07,A,-1,10,,,\n"
    orders = exports.of_lines(lines).orders
    assert orders
    assert (orders.first_order, orders.newest_order) == (date(2026, 1, 6), datetime.fromisoformat("2026-01-06 10:00"))


def test_orders_after_the_observed_window_are_unknown_to_it(exports: Exports):
    orders = exports.of_lines(sold("2026-01-10", "2026-01-11", "2027-01-01")).orders
    assert orders
    assert (orders.first_order, orders.newest_order, orders.before, orders.trend) == (
        None,
        None,
        (None,) * 4,
        (None,) * 8,
    )
    (only,) = orders.by_item  # known only for what the stock on hand was before them
    assert only == SkuSales(sku="A", units_after=Decimal(3))


def test_velocity_looks_at_28_days_from_the_first_order_and_from_when_the_item_was_first_seen(exports: Exports):
    exports.write("i.csv", "sku,first_seen\nA,\nB,2026-01-01\n")
    lines = "".join(
        f"{sku}{number},{day},{sku},{2**number},1,,,\n"
        for sku in "AB"
        for number, day in enumerate(
            ["2025-12-12", "2025-12-13", "2025-12-31", "2026-01-01", "2026-01-09", "2026-01-10"]
        )
    )
    exports.write("o.csv", ORDERS + lines)

    orders = exports.facts("i.csv", "o.csv").orders

    assert orders
    assert {item.sku: counted(item.velocity_units) for item in orders.by_item} == {"A": {1, 2, 3, 4}, "B": {3, 4}}
    assert (orders.velocity.span.end, orders.velocity.span.days) == (date(2026, 1, 10), 28)


def test_an_item_knows_its_first_and_last_sale_and_its_sums_in_the_observed_window(exports: Exports):
    lines = "1,2024-02-29,A,1,10,,,\n2,2026-01-06,A,2,10,3,,\n3,2026-01-07,A,-1,10,,,\n4,2026-01-20,A,1,10,,,\n5,2026-01-08,B,-1,12,,,\n"
    orders = exports.of_lines(lines).orders
    assert orders
    apple, banana = orders.by_item
    assert (apple.first_sale, apple.last_sale, banana.first_sale) == (date(2024, 2, 29), date(2026, 1, 6), None)
    assert (apple.observed.gross, apple.observed.discounts, apple.observed.returns, apple.observed.units) == (
        20,
        3,
        10,
        1,
    )
    assert (banana.observed.returns, banana.observed.units) == (12, -1)


def test_an_order_of_several_lines_is_one_and_one_of_returns_only_is_none(exports: Exports):
    lines = "1,2026-01-06,A,1,10,,,\n1,2026-01-06,B,1,12,,,\n1,2026-01-06,A,-1,10,,,\n2,2026-01-06,A,-1,10,,,\n"
    orders = exports.of_lines(lines).orders
    assert orders
    assert (orders.observed.orders, orders.observed.lines) == (1, 4)


# --- time zones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-01-09", 24),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Pacific/Auckland", "2026-04-05", 25),
        ("Pacific/Auckland", "2026-09-27", 23),
        ("Pacific/Honolulu", "2026-03-08", 24),
        ("America/St_Johns", "2026-11-01", 25),
        ("Asia/Kathmandu", "2026-01-09", 24),
    ],
)
def test_every_hour_with_an_offset_falls_on_the_stores_own_day_of_23_24_or_25_hours(exports: Exports, zone, day, hours):
    as_of = date.fromisoformat(day)
    start = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) - timedelta(hours=30)
    instants = [start + timedelta(minutes=30 * step) for step in range(168)]
    lines = ""
    for number, instant in enumerate(instants):
        offset = timedelta(minutes=(number % 5 - 2) * 210)
        local = (instant + offset).replace(tzinfo=None)
        sign, minutes = "-" if offset < timedelta(0) else "+", abs(offset) // timedelta(minutes=1)
        lines += f"{number},{local.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02},A,1,1,,,\n"

    orders = exports.of_lines(lines, timeframe="daily", timezone=zone, as_of=as_of, threads=1).orders

    mine = [instant for instant in instants if instant.astimezone(ZoneInfo(zone)).date() == as_of]
    assert orders
    assert orders.observed.lines == len(mine) == 2 * hours
    assert orders.newest_order == mine[-1].astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_times_without_an_offset_are_the_stores_own_even_where_the_clock_skips_or_repeats_them(exports: Exports, zone):
    times = ["2026-03-08T00:00:00", "2026-03-08 02:30", "2026-03-08T23:59:59.999", "2026-03-08"]
    orders = exports.of_lines(
        sold(*times, "2026-03-07T23:59:59"), timeframe="daily", timezone=zone, as_of=date(2026, 3, 8)
    ).orders
    assert orders
    assert counted(orders.observed.gross) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-01-10T04:30:00Z", "2026-01-09 23:30:00"),
        ("2026-01-10T04:30:00z", "2026-01-09 23:30:00"),
        ("2026-01-10 04:30:00 UTC", "2026-01-09 23:30:00"),
        ("2026-01-10 04:30 GMT", "2026-01-09 23:30:00"),
        ("2026-01-10 04:30:00 +0000", "2026-01-09 23:30:00"),
        ("2026-01-09 23:30:00 -0500", "2026-01-09 23:30:00"),
        ("2026-01-10 9:30+05", "2026-01-09 23:30:00"),
        ("2026-01-10T18:30:00.5+14:00", "2026-01-09 23:30:00.500000"),
        ("2026-01-09T23:59:59.999999999-05:00", "2026-01-09 23:59:59.999999"),
        ("2026/1/9 9:05", "2026-01-09 09:05:00"),
        ("2026-01-09", "2026-01-09 00:00:00"),
        (" 2026-01-09T23:30:00 ", "2026-01-09 23:30:00"),
    ],
)
def test_a_time_is_read_in_any_of_these_forms(exports: Exports, text, local):
    orders = exports.of_lines(f"1,{text},A,1,10,,,\n").orders
    assert orders
    assert str(orders.newest_order) == local


NO_TIMES = [
    "2026-01-09 02:30 PM", "2026-01-09 14:30:00 EST", "2026-01-09 14:30:00 America/New_York", "2026-01-09T14:30:00+15:00",
    "2026-01-09T14:30:00+99", "2026-01-09T14:30:00-05:00:30", "2026-01-09Z", "2026-02-30", "2026-13-01", "2026-01-09T25:00",
    "2026-01-09T23:59:60", "01/09/2026", "20260109", "1767970000", "46031.5", "infinity", "-infinity", "epoch", "now", "today",
    "0044-03-15 (BC)", "12026-01-09", "-2026-01-09", "Fri Jan 9 2026", "garbage",
]  # fmt: skip


def test_any_other_form_is_set_aside_and_never_half_understood(exports: Exports):
    facts = exports.of_lines("".join(f"1,{text},A,1,10,,,\n" for text in NO_TIMES))
    (rejected,) = facts.rejected
    assert rejected.reason == "not a date such as 2026-01-09 or 2026-01-09T14:30:00-05:00"
    assert (rejected.count, facts.rows["orders"].read) == (len(NO_TIMES), len(NO_TIMES))
    assert [example.value for example in rejected.examples] == NO_TIMES[:3]


def test_dates_are_from_2000_to_2100_in_the_stores_days(exports: Exports):
    inside = ["2000-01-01", "2100-12-31T23:59:59.999999", "2101-01-01T04:59:59Z"]
    outside = ["1999-12-31T23:59:59", "2000-01-01T04:59:59Z", "2101-01-01", "9999-12-31T23:59:59Z", "0001-01-01"]
    facts = exports.of_lines("".join(f"1,{text},A,1,10,,,\n" for text in inside + outside))
    (rejected,) = facts.rejected
    assert (rejected.reason, rejected.count) == ("a date out of 2000 to 2100", len(outside))
    assert [example.value for example in rejected.examples] == outside[:3]


def test_the_first_day_of_an_item_is_the_stores_own(exports: Exports):
    facts = exports.of_inventory("sku,first_seen\nA,2026-01-09T02:00:00Z\nB,2026-01-09\n", timezone="Pacific/Honolulu")
    assert [str(item.first_seen) for item in facts.items] == ["2026-01-08", "2026-01-09"]
