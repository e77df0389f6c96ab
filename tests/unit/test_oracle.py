"""The pipeline and an independent oracle agree to the cent: on made-up stores and on the shipped samples."""

import csv
import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omen_cli.config.load import load_settings
from omen_cli.config.settings import StoreSettings
from omen_cli.intelligence.sales import SALES_UNITS
from omen_cli.model.content import Content, Kpi
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Request
from tests import oracle
from tests.guards import REPO

EXPORTS = REPO / "data" / "exports"
ZONES = ("America/New_York", "America/Los_Angeles", "Asia/Kolkata", "UTC")
TIMEFRAMES = ("daily", "weekly", "monthly")


def picture(content: Content) -> dict[str, Any]:
    """Return the numbers of a snapshot in the shape in which the oracle says them."""
    change, before = content.net_sales_change, content.period.before
    return {
        "before": (before.start, before.end) if before else None,
        "kpis": {name: _row(kpi) if name in SALES_UNITS else kpi.value for name, kpi in content.kpis.items()},
        "split": (change.change, change.orders_effect, change.basket_effect) if change else None,
        "items": {
            item.sku: {
                "margin": item.margin_pct,
                "net": item.net_sales,
                "velocity": item.velocity,
                "supply": item.days_of_supply,
                "through": item.sell_through_pct,
                "capital": item.dead_stock_capital,
                "units": item.units_sold,
                "days": item.velocity_days,
                "last": item.last_sale,
                "dead": item.dead_stock,
            }
            for item in content.items
        },
        "recommendations": [
            (one.group, one.action, one.sku, one.confidence, one.money_at_stake, *_trigger(one.triggering_metrics))
            for one in content.recommendations
        ],
    }


def _row(kpi: Kpi) -> tuple[Any, ...]:
    past = kpi.change, kpi.change_pct, kpi.trailing_average, kpi.against_trailing_pct, kpi.trailing_periods
    return kpi.value, kpi.before, *past


def _trigger(metrics: dict[str, Decimal | None]) -> tuple[Decimal | None, ...]:
    return tuple(metrics[name] for name in ("quantity", "margin", "velocity", "daysOfSupply"))


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for part in expected:
        if isinstance(expected[part], dict):
            differ = {
                name: (found[part].get(name), expected[part].get(name))
                for name in expected[part].keys() | found[part].keys()
                if found[part].get(name) != expected[part].get(name)
            }
            assert not differ, f"{part} (found, expected)"
        else:
            assert found[part] == expected[part], part


# --- made-up stores ---------------------------------------------------------------------------------------------------

NAMES = ("Blue Comet", "Disco Fries", "Exact Change", "Pine Nap", "Turnpike", "June Gloom", "Fog Delay", "Static")
UNITS = ("3.5g", "7g", "28g", "each", "")
ON_HAND = ("", "0", "-3", "1", "2.5", "5", "6", "10", "20", "25", "26", "50", "51", "140")
PRICES = (("100", "60"), ("100", "55"), ("100", "50"), ("100", "35"), ("100", "30"), ("100", "29.9"), ("35", "20"),
          ("12.3456", "7.0001"), ("30", ""), ("0", "5"), ("", "5"), ("8", "9"), ("$1,250.00", "$700 "), ("60", "60.01"))  # fmt: skip


def spelled(rng: random.Random, sku: str) -> str:
    """Return the SKU as another till writes it."""
    return rng.choice((sku, sku.lower(), sku.replace("-", " "), sku.replace("-3.5G", " 1/8").replace("-28G", "_ounce")))


def made_inventory(rng: random.Random, as_of: date) -> list[dict[str, str]]:
    rows = []
    for name in NAMES:
        for unit in rng.sample(UNITS, 2):
            price, cost = rng.choice(PRICES)
            seen = rng.choice((None, None, 400, 91, 90, 89, 40, 28, 27, 10, 1, 0, -5))
            rows.append(
                {
                    "sku": f"{name}-{unit}".strip("-").upper().replace(" ", "-"),
                    "name": rng.choice((name, name, "")),
                    "unit": unit,
                    "on_hand": rng.choice(ON_HAND),
                    "unit_cost": cost,
                    "unit_price": price,
                    "first_seen": "" if seen is None else str(as_of - timedelta(days=seen)),
                }
            )
    return rows


def made_orders(rng: random.Random, skus: list[str], as_of: date) -> list[dict[str, str]]:
    history = rng.choice((2, 6, 20, 45, 91, 130))
    rows: list[dict[str, str]] = []
    for number in range(rng.choice((3, 60, 250))):
        day = as_of - timedelta(days=rng.randint(-4, history))
        at = f"{day}T{rng.randrange(24):02}:{rng.randrange(60):02}:00" + rng.choice(("", "Z", "+05:30", "-08:00"))
        for line in range(rng.choice((1, 1, 2, 3))):
            rows.append(made_line(rng, skus, f"O-{number}", line, at))
            if rng.random() < 0.08:  # counts once with a line id, twice without; void, it takes its line with it
                rows.append(rows[-1] | {"status": rng.choice((rows[-1]["status"], "void", "draft"))})
    has_ids = rng.random() < 0.7
    return rows if has_ids else [row | {"line_id": ""} for row in rows]


def made_line(rng: random.Random, skus: list[str], order: str, line: int, at: str) -> dict[str, str]:
    quantity = rng.choice(("1", "1", "1", "2", "3", "0.5", "7", "-1", "-2", "0"))
    price = rng.choice(("35", "100", "12.34", "0.0001", "0", "19.995"))
    discount = Decimal(price) * abs(Decimal(quantity)) * rng.choice((0, 0, 0, 10, 15, 100)) / 100
    return {
        "order_id": order,
        "line_id": str(line),
        "ordered_at": at,
        "sku": rng.choice(("NOT-IN-STOCK", *(spelled(rng, sku) for sku in rng.sample(skus, 5)))),
        "quantity": quantity,
        "unit_price": price,
        "discount": rng.choice(("", "0")) if not discount else f"{discount.quantize(Decimal('0.0001')):f}",
        "status": rng.choice(("paid", "completed", "", "paid", "void", "Cancelled", "draft")),
    }


def made_thresholds(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.6:
        return {}
    return {
        "dead_stock_days": rng.choice(("7", "30", "120")),
        "low_stock_max": rng.choice(("2.5", "6")),
        "reorder_days": rng.choice(("3", "14")),
        "review_pricing_margin_max": rng.choice(("45.5", "66")),
        "slow_mover_velocity_max": rng.choice(("0.1", "2")),
    }


def write(path: Path, rows: list[dict[str, str]]) -> None:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def read(*paths: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def check(folder: Path, timeframe: str, as_of: date, zone: str, thresholds: dict[str, str] | None = None) -> Content:
    """Run the pipeline over the exports in a folder, hold it equal to the oracle, return the content."""
    paths = {"inventory": "inventory.csv", "orders": "orders-*.csv", "costs": "costs.csv"}
    found = {role: sorted(folder.glob(path)) for role, path in paths.items()}
    store = StoreSettings.model_validate(
        {
            "store_id": "Made",
            "name": "Made",
            "timezone": zone,
            "sources": {role: {"path": f"{folder}/{paths[role]}"} for role in paths if found[role]},
            "thresholds": thresholds or {},
        }
    )
    computed = compute(Request(store, timeframe, as_of), threads=2)
    expected = oracle.expect(
        oracle.read_items(read(*found["inventory"])),
        oracle.read_lines(read(*found["orders"]), zone),
        {row["sku"]: Fraction(row["unit_cost"]) for row in read(*found["costs"])},
        timeframe,
        as_of,
        thresholds,
    )
    assert not computed.rejected
    assert_same(picture(computed.content), expected)
    return computed.content


@pytest.mark.parametrize("seed", range(30))
def test_a_made_up_store_is_as_the_oracle_says(tmp_path, seed):
    rng = random.Random(f"omen oracle {seed}")
    as_of = date(2026, 1, 1) + timedelta(days=rng.randrange(120))
    zone = rng.choice(ZONES)
    inventory = made_inventory(rng, as_of)
    skus = [row["sku"] for row in inventory]
    write(tmp_path / "inventory.csv", inventory)
    if seed != 7:
        orders = made_orders(rng, skus, as_of)
        rng.shuffle(orders)
        write(tmp_path / "orders-1.csv", orders[::2])
        write(tmp_path / "orders-2.csv", orders[1::2])
    if seed % 4 == 0:
        costs = [
            {"sku": spelled(rng, sku), "unit_cost": rng.choice(("1", "44.4", "60"))} for sku in rng.sample(skus, 4)
        ]
        write(tmp_path / "costs.csv", costs)
    check(tmp_path, TIMEFRAMES[seed % 3], as_of, zone, made_thresholds(rng))


def test_what_came_back_before_the_first_order_is_no_part_of_a_velocity(tmp_path):
    line = {"sku": "A", "unit_price": "10"}
    write(tmp_path / "inventory.csv", [{"sku": "A", "on_hand": "6", "unit_cost": "4", "unit_price": "10"}])
    rows = [
        {"order_id": "R-0", "ordered_at": "2026-01-02", "quantity": "-5", **line},
        {"order_id": "1", "ordered_at": "2026-01-08", "quantity": "8", **line},
        {"order_id": "R-1", "ordered_at": "2026-01-10", "quantity": "-2", **line},
    ]
    write(tmp_path / "orders-1.csv", rows)
    content = check(tmp_path, "weekly", date(2026, 1, 11), "UTC")
    assert (content.items[0].velocity, content.items[0].velocity_days) == (Decimal("1.50"), 4)
    assert content.kpis["velocity"].value == Decimal("1.50")


def test_a_key_of_two_items_lends_neither_the_cost_of_the_other(tmp_path):
    items = [{"sku": "BD 8", "unit_cost": "4"}, {"sku": "BD-8", "unit_cost": ""}]
    write(tmp_path / "inventory.csv", [{"on_hand": "6", "unit_price": "10", **one} for one in items])
    line = {"ordered_at": "2026-01-08", "quantity": "1", "unit_price": "10"}
    write(tmp_path / "orders-1.csv", [{"order_id": sku, "sku": sku, **line} for sku in ("BD 8", "BD-8", "bd8")])
    content = check(tmp_path, "weekly", date(2026, 1, 11), "UTC")
    assert (content.kpis["costOfGoods"].value, content.kpis["costCoveragePct"].value) == (4, Decimal("33.33"))
    assert [item.unit_cost for item in content.items] == [4, None]


# --- the shipped samples ----------------------------------------------------------------------------------------------

TILL = {"SKU": "sku", "Product Name": "name", "Unit": "unit", "Qty On Hand": "on_hand", "Cost": "unit_cost",
        "Price": "unit_price", "First Seen": "first_seen"}  # fmt: skip


def sample(store: str) -> tuple[list[oracle.Item], list[oracle.Line]]:
    folder = EXPORTS / store
    if store == "NJWeedWizard":
        orders = read(*sorted(folder.glob("orders-*.csv")))
        return oracle.read_wix(read(folder / "inventory.csv")), oracle.read_lines(orders, "America/New_York")
    table = duckdb.sql(f"SELECT * FROM read_parquet('{folder}/orders.parquet')")
    rows = [dict(zip(table.columns, map(str, row), strict=True)) for row in table.fetchall()]
    inventory = [{TILL.get(name, name): value for name, value in row.items()} for row in read(folder / "inventory.csv")]
    return oracle.read_items(inventory), oracle.read_lines(rows, "America/Los_Angeles")


@pytest.mark.parametrize("store", ["NJWeedWizard", "CaliCannabis"])
@pytest.mark.parametrize(
    ("timeframe", "as_of"),
    [("weekly", "2026-01-11"), ("daily", "2026-01-10"), ("monthly", "2026-01-14"), ("weekly", "2025-10-02")],
)
def test_a_shipped_sample_is_as_the_oracle_says(store, timeframe, as_of):
    day = date.fromisoformat(as_of)
    settings = load_settings(REPO / "stores.yaml", {})

    computed = compute(Request(settings.store(store), timeframe, day), threads=2)

    items, lines = sample(store)
    assert len(lines) > 3000
    assert_same(picture(computed.content), oracle.expect(items, lines, {}, timeframe, day))
