"""What the orders tell by window, day and SKU: as plain loops over the rows say, in every zone and at every year's end."""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from omen_cli.model.facts import OrderFacts, Sales
from tests.unit.exports import ORDERS, Exports
from tests.unit.plain_facts import NOTHING, Line, expect

COSTS = {"A": Decimal("5.0001"), "B": None, "C": Decimal(2), "Never": Decimal(1)}
SEEN = {"A": None, "B": 10, "C": 40, "Never": None}
ZONES = ("Pacific/Honolulu", "America/New_York", "America/St_Johns", "UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Auckland")  # fmt: skip
DAYS = {
    "spring forward": "2026-03-08",
    "fall back": "2026-11-01",
    "fall back in Auckland": "2026-04-05",
    "the year's last day": "2025-12-31",
    "the year's first day": "2026-01-01",
    "ISO week 53": "2026-12-31",
    "ISO week 53 reaches into the new year": "2027-01-03",
    "leap day": "2024-02-29",
    "after a leap day": "2024-03-31",
    "an ordinary day": "2026-01-09",
}


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def said(orders: OrderFacts) -> dict[str, Any]:
    """The facts as plain values, in the shape of `expect`."""
    found = orders.model_dump()
    windows = [found["observed"], found["velocity"], found["month"], *found["before"], *found["trend"]]
    for window in windows:
        if window is not None:
            window["span"] = (window["span"]["start"], window["span"]["end"])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def made(seed: int, zone: str, as_of: date, days: int, count: int = 400) -> tuple[list[str], list[Line]]:
    """Return order lines as an export has them, and what they are; most are near the as-of day, some in its future."""
    rng = random.Random(seed)
    offsets = [timedelta(hours=hours) for hours in (-10, -5, 0, 5.75, 13)]
    texts, lines = [], []
    for number in range(count):
        back = rng.randint(-9, 12) if rng.random() < 0.5 else rng.randint(-9, days)
        instant = datetime(as_of.year, as_of.month, as_of.day, rng.randrange(24), rng.choice((0, 29, 30, 59)))  # noqa: DTZ001
        instant -= timedelta(days=back)
        local, suffix = instant, ""
        if rng.random() < 0.7:  # as another clock writes it
            offset = rng.choice(offsets)
            sign, minutes = "-" if offset < timedelta(0) else "+", abs(offset) // timedelta(minutes=1)
            suffix = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
            aware = datetime.fromisoformat(f"{instant.isoformat()}{suffix}")
            local = aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        sku = rng.choice(("A", "A", "B", "C", "a", "Gone", "Ä"))
        quantity, price = Decimal(rng.choice(("1", "1", "2", "0.333", "-1", "0"))), Decimal(rng.choice(("10", "0.1", "3.3333")))  # fmt: skip
        discount = rng.choice((Decimal(0), Decimal("0.01"))) if quantity else Decimal(0)
        order = f"O{rng.randrange(count)}"
        texts.append(f"{order},{instant.isoformat()}{suffix},{sku},{quantity},{price},{discount},paid,{number}\n")
        item = {"a": "A"}.get(sku, sku if sku in COSTS else None)
        lines.append(Line(order, local, sku, quantity, price, discount, item, COSTS[item] if item else None))
    return texts, lines


def write_stock(exports: Exports, as_of: date, dated: date | None = None) -> tuple[str, dict[str, date | None]]:
    """Write the inventory; return its path for a source, and when each item was first seen."""
    seen = {sku: None if back is None else as_of - timedelta(days=back) for sku, back in SEEN.items()}
    rows = "".join(f"{sku},1,{cost or ''},{seen[sku] or ''}\n" for sku, cost in COSTS.items())
    exports.write(f"i-{dated}.csv" if dated else "i.csv", "sku,on_hand,unit_cost,first_seen\n" + rows)
    return "i-{date}.csv" if dated else "i.csv", seen


@pytest.mark.parametrize("timeframe", ["daily", "weekly", "monthly"])
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_every_window_day_and_sku_is_as_plain_loops_over_the_rows_say(exports: Exports, timeframe, day):
    as_of = date.fromisoformat(day)
    for seed, zone in enumerate(ZONES):
        stock, seen = write_stock(exports, as_of)
        texts, lines = made(seed, zone, as_of, days=random.Random(seed).choice((3, 30, 100, 300)))
        exports.write("o.csv", ORDERS + "".join(texts))

        facts = exports.facts(stock, "o.csv", timeframe=timeframe, timezone=zone, as_of=as_of)

        assert facts.orders
        expected = expect(lines, timeframe, as_of, None, seen)
        assert {name: (value, expected[name]) for name, value in said(facts.orders).items() if value != expected[name]} == {}, zone  # fmt: skip


# --- totals ----------------------------------------------------------------------------------------------------------


def total(parts: Iterable[Any]) -> dict[str, Decimal]:
    parts = list(parts)
    return {name: sum((getattr(part, name) for part in parts), Decimal(0)) for name in NOTHING}


def sums_of(sales: Sales) -> dict[str, Decimal]:
    return {name: getattr(sales, name) for name in NOTHING}


@pytest.mark.parametrize("timeframe", ["daily", "weekly", "monthly"])
def test_skus_add_up_to_the_window_and_so_do_its_days(exports: Exports, timeframe):
    as_of = date(2026, 1, 9)
    stock, _ = write_stock(exports, as_of)
    texts, _ = made(5, "America/New_York", as_of, days=90)
    exports.write("o.csv", ORDERS + "".join(texts))
    orders = exports.facts(stock, "o.csv", timeframe=timeframe).orders
    assert orders
    assert orders.before[0]
    skus = (*orders.by_item, *orders.by_other)
    assert orders.by_other
    assert total(sku.observed for sku in skus) == sums_of(orders.observed)
    assert total(sku.before for sku in skus) == sums_of(orders.before[0])
    for window in (orders.observed, orders.before[0]):
        inside = [day for day in orders.by_day if window.span.start <= day.day < window.span.end]
        assert total(inside) == sums_of(window)
        assert max(day.orders for day in inside) <= window.orders <= sum(day.orders for day in inside)


def test_an_order_on_two_days_is_one_order_of_the_window_and_of_each_of_its_days(exports: Exports):
    lines = "1,2026-01-05,A,1,1,,,\n1,2026-01-06,A,1,1,,,\n1,2025-12-30,A,1,1,,,\n2,2026-01-06,A,1,1,,,\n3,2026-01-06,A,-1,1,,,\n"
    orders = exports.of_lines(lines).orders
    assert orders
    assert (orders.observed.orders, orders.observed.lines) == (2, 4)
    assert [(str(day.day), day.orders) for day in orders.by_day] == [("2025-12-30", 1), ("2026-01-05", 1), ("2026-01-06", 2)]  # fmt: skip


# --- the store's first order -----------------------------------------------------------------------------------------


def test_a_period_before_the_first_order_is_none_though_something_came_back_in_it(exports: Exports):
    orders = exports.of_lines("1,2025-12-30,A,-1,10,,,\n2,2026-01-06,A,1,10,,,\n").orders
    assert orders
    assert (orders.before, orders.trend) == ((None,) * 4, (None,) * 8)
    assert [str(day.day) for day in orders.by_day] == ["2026-01-06"]
    assert orders.by_item[0].before == Sales()


def test_the_trend_is_of_whole_periods_where_the_comparison_is_not(exports: Exports):
    orders = exports.of_lines("1,2025-11-10,A,1,1,,,\n2,2026-01-04,A,1,10,,,\n").orders
    assert orders
    assert orders.before[0]
    assert orders.trend[0]
    assert (orders.before[0].gross, orders.trend[0].gross) == (0, 10)
    assert [None if window is None else window.gross for window in orders.trend] == [10, 0, 0, 0, 0, 0, 0, 1]


# --- what sold after the observed window -----------------------------------------------------------------------------

AFTER = "1,2026-01-09,A,1,1,,,\n2,2026-01-10,A,2,1,,,\n3,2026-01-12,A,-1,1,,,\n4,2026-01-13,A,8,1,,,\n5,2026-01-13,Gone,4,1,,,\n"


@pytest.mark.parametrize(
    ("dated", "units", "others", "lines"),
    [
        (None, 9, 4, 4),
        ("2026-01-13", 9, 4, 4),
        ("2026-01-12", 1, None, 2),
        ("2026-01-09", 0, None, 0),
        ("2025-12-01", 0, None, 0),
    ],
)
def test_what_sold_after_the_window_counts_up_to_the_inventorys_own_date(exports: Exports, dated, units, others, lines):
    from omen_cli.facts.read import read_facts
    from omen_cli.model.period import period_of

    stock, _ = write_stock(exports, date(2026, 1, 9), date.fromisoformat(dated) if dated else None)
    exports.write("o.csv", ORDERS + AFTER)
    plans = exports.plan(stock, "o.csv", as_of=date(2026, 1, 31))  # a later one finds files of later dates

    facts = read_facts(plans, period_of("weekly", date(2026, 1, 9)), "America/New_York")

    assert facts.orders
    assert facts.inventory_date == (date.fromisoformat(dated) if dated else None)
    assert facts.orders.by_item[0].units_after == units
    assert [sku.units_after for sku in facts.orders.by_other] == ([others] if others else [])
    assert facts.orders.lines_after == lines
    assert (facts.orders.observed.units, str(facts.orders.by_item[0].last_sale)) == (1, "2026-01-09")


def test_an_inventory_has_a_date_only_when_all_its_files_do(exports: Exports):
    exports.write("stock-a.csv", "sku\nA\n")
    assert exports.facts("stock-a.csv").inventory_date is None
    exports.write("day-2026-01-02.csv", "sku\nB\n")
    assert exports.facts("day-{date}.csv").inventory_date == date(2026, 1, 2)


# --- days with sales -------------------------------------------------------------------------------------------------


def test_days_with_sales_are_those_of_the_28_to_the_newest_order_however_long_ago(exports: Exports):
    newest = date(2024, 6, 30)
    days = [newest - timedelta(days=back) for back in (0, 1, 27, 28, 400)]
    lines = "".join(f"{number},{day},A,1,1,,,\n{number},{day}T10:00,B,1,1,,,\n" for number, day in enumerate(days))
    returned = "r,2024-06-20,A,-1,1,,,\nz,2024-06-21,A,0,1,,,\n"
    orders = exports.of_lines(lines + returned + "9,2026-01-10,A,1,1,,,\n").orders
    assert orders
    assert (orders.newest_order, orders.busy_days) == (datetime.fromisoformat("2024-06-30T10:00"), 3)


def test_sale_days_are_days_with_a_sale_in_the_velocity_window_since_the_item_was_first_seen(exports: Exports):
    exports.write("i.csv", "sku,first_seen\nA,\nB,2026-01-08\n")
    days = ["2025-12-12", "2025-12-13", "2026-01-07", "2026-01-07T20:00", "2026-01-08", "2026-01-09", "2026-01-10"]
    lines = "".join(f"{sku}{number},{day},{sku},1,1,,,\n" for sku in "AB" for number, day in enumerate(days))
    exports.write("o.csv", ORDERS + lines + "r,2026-01-06,A,-1,1,,,\n")
    orders = exports.facts("i.csv", "o.csv").orders
    assert orders
    assert [(sku.sku, sku.sale_days, sku.velocity_units) for sku in orders.by_item] == [("A", 4, 4), ("B", 2, 2)]
    assert [str(sku.first_sale) for sku in orders.by_item] == ["2025-12-12"] * 2
