"""The pipeline and an independent oracle agree to the cent: on made-up stores and on the shipped samples."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from omen_cli.config.load import load_settings
from omen_cli.model.content import Content
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Request
from tests.guards import REPO
from tests.oracle.expect import Store, expect
from tests.oracle.rows import Item, Line, read_items, read_lines, read_wix
from tests.unit.made_stores import MadeStore, Rows, made_store
from tests.unit.pictures import assert_same, picture

EXPORTS = REPO / "data" / "exports"
SEEDS = range(200)


def check(folder: Path, made: MadeStore) -> Content:
    """Run the pipeline over a made store, hold it equal to the oracle, return the content."""
    made.write(folder)

    computed = compute(made.request(folder), threads=2)

    store = made.as_read()
    assert_same(picture(computed), expect(store, made.timeframe, made.as_of))
    assert sum(rows.count for rows in computed.rejected) == sum(aside for _, aside in store.rows.values())
    return computed.content


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_up_store_is_as_the_oracle_says(tmp_path, seed):
    check(tmp_path, made_store(seed))


def test_the_made_up_stores_hold_every_kind_of_what_a_snapshot_can_say():
    expected = [expect(made.as_read(), made.timeframe, made.as_of) for made in map(made_store, SEEDS)]

    def kinds(part: str) -> set[str]:
        return {row[0] for one in expected for row in one[part]}

    assert {one["stock"][0] for one in expected} == {"dated", "estimated", "current"}
    assert {kind for one in expected for kind in one["hold"]} == {"stale", "silent", "set aside", "old inventory"}
    assert len(kinds("signals")) == 6
    assert len({row[1] for one in expected for row in one["recommendations"]}) == 9
    assert kinds("anomalies") == {"doubled", "halved"}
    assert {one["period"][2] for one in expected} == {True, False}
    assert {len(one["trend"]) for one in expected} >= {0, 1, 9}
    assert any(one["stock_outs"] for one in expected)
    assert any(one["movers"] and one["movers"]["rest_count"] for one in expected)


def test_what_came_back_before_the_first_order_is_no_part_of_a_velocity(tmp_path):
    line = {"sku": "A", "unit_price": "10"}
    inventory = [{"sku": "A", "on_hand": "6", "unit_cost": "4", "unit_price": "10"}]
    orders = [
        {"order_id": "R-0", "ordered_at": "2026-01-02", "quantity": "-5", **line},
        {"order_id": "1", "ordered_at": "2026-01-08", "quantity": "8", **line},
        {"order_id": "R-1", "ordered_at": "2026-01-10", "quantity": "-2", **line},
    ]
    content = check(tmp_path, made_week(inventory, orders))
    assert (content.items[0].velocity, content.items[0].velocity_days) == (Decimal("1.50"), 4)
    assert content.kpis["velocity"].value == Decimal("1.50")


def test_a_key_of_two_items_lends_neither_the_cost_of_the_other(tmp_path):
    items = [{"sku": "BD 8", "unit_cost": "4"}, {"sku": "BD-8", "unit_cost": ""}]
    inventory = [{"on_hand": "6", "unit_price": "10", **one} for one in items]
    line = {"ordered_at": "2026-01-08", "quantity": "1", "unit_price": "10"}
    orders = [{"order_id": sku, "sku": sku, **line} for sku in ("BD 8", "BD-8", "bd8")]
    content = check(tmp_path, made_week(inventory, orders))
    assert (content.kpis["costOfGoods"].value, content.kpis["costCoveragePct"].value) == (4, Decimal("33.33"))
    assert [item.unit_cost for item in content.items] == [4, None]


def made_week(inventory: Rows, orders: Rows) -> MadeStore:
    return MadeStore("UTC", "weekly", date(2026, 1, 11), {"inventory.csv": inventory, "orders-1.csv": orders})


# --- the shipped samples ----------------------------------------------------------------------------------------------

TILL = {"SKU": "sku", "Product Name": "name", "Unit": "unit", "Category": "category", "Qty On Hand": "on_hand",
        "Cost": "unit_cost", "Price": "unit_price", "First Seen": "first_seen"}  # fmt: skip


def read(*paths: Path) -> Rows:
    rows: Rows = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def sample(store: str) -> tuple[list[Item], list[Line]]:
    folder = EXPORTS / store
    if store == "NJWeedWizard":
        orders = read(*sorted(folder.glob("orders-*.csv")))
        return read_wix(read(folder / "inventory.csv")), read_lines(orders, "America/New_York")
    table = duckdb.sql(f"SELECT * FROM read_parquet('{folder}/orders.parquet')")
    rows = [dict(zip(table.columns, map(str, row), strict=True)) for row in table.fetchall()]
    inventory = [{TILL.get(name, name): value for name, value in row.items()} for row in read(folder / "inventory.csv")]
    return read_items(inventory), read_lines(rows, "America/Los_Angeles")


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
    assert_same(picture(computed), expect(Store(items, lines), timeframe, day))
