"""What the samples' week of 2026-01-11 finds can be checked with a spreadsheet: filter, sum, multiply, compare.

Each test takes one SKU of each sample and works from the raw cells of the exports alone, step by step as a person
would; the comments are the formulas that they would type.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

import duckdb
import pytest

from omen_cli.config.load import load_settings
from omen_cli.model.content import Content, ItemContent, Recommendation
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Request
from tests.guards import REPO

EXPORTS = REPO / "data" / "exports"
WEEK_START, WEEK_END = date(2026, 1, 5), date(2026, 1, 12)  # the end is the first day that is no part of it
CENT = Decimal("0.01")
STORES = ("NJWeedWizard", "CaliCannabis")


@dataclass(frozen=True)
class Cell:
    """One row of the orders, filtered to a SKU and to what was not cancelled."""

    day: date
    quantity: Decimal


@dataclass(frozen=True)
class Sheet:
    """What a person copies out of the exports about one SKU."""

    in_file: Decimal
    price: Decimal
    cost: Decimal
    sales: tuple[Cell, ...]

    def units(self, first: date, end: date = date(9999, 1, 1)) -> Decimal:
        """SUMIFS(quantity, day, ">=" & first, day, "<" & end)."""
        return sum((cell.quantity for cell in self.sales if first <= cell.day < end), Decimal(0))

    @property
    def on_hand(self) -> Decimal:
        """On the evening of 2026-01-11: what the file counts, which is newer, and what sold since."""
        return self.in_file + self.units(WEEK_END)


def orders(store: str) -> list[tuple[str, str, Decimal, str]]:
    """Return (day, sku, quantity, status) of every line of the export."""
    if store == "CaliCannabis":
        path = EXPORTS / store / "orders.parquet"
        rows = duckdb.sql(f"SELECT ordered_at, sku, quantity, status FROM read_parquet('{path}')").fetchall()
        return [(str(at)[:10], sku, Decimal(quantity), status) for at, sku, quantity, status in rows]
    found = []
    for path in sorted((EXPORTS / store).glob("orders-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found += [(row["ordered_at"][:10], row["sku"], Decimal(row["quantity"]), row["status"]) for row in rows]
    return found


def sheet(store: str, sku: str) -> Sheet:
    names = (
        ("sku", "inventory", "price", "cost") if store == "NJWeedWizard" else ("SKU", "Qty On Hand", "Price", "Cost")
    )
    with (EXPORTS / store / "inventory.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row[names[0]] == sku]
    in_file, price, cost = (Decimal(row[name].strip("$ ").replace(",", "")) for name in names[1:])
    sales = tuple(
        Cell(date.fromisoformat(day), quantity)
        for day, sold, quantity, status in orders(store)
        if sold == sku and status == "completed"
    )
    return Sheet(in_file, price, cost, sales)


@cache
def snapshot(store: str) -> Content:
    settings = load_settings(REPO / "stores.yaml", {})
    return compute(Request(settings.store(store), "weekly", date(2026, 1, 11)), threads=2).content


def item(store: str, sku: str) -> ItemContent:
    return next(one for one in snapshot(store).items if one.sku == sku)


def advice(store: str, sku: str, action: str) -> Recommendation:
    (found,) = [one for one in snapshot(store).recommendations if (one.sku, one.action) == (sku, action)]
    return found


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("store", "sku", "on_hand", "supply", "runs_out", "stake"),
    [
        ("NJWeedWizard", "JUGHANDLE-JELLY-3.5G", 24, "5.21", "2026-01-17", "330.00"),
        ("CaliCannabis", "OAT-MILK-CART-1G", 11, "5.50", "2026-01-17", "138.00"),
    ],
)
def test_the_stock_out_is_what_a_spreadsheet_says(store, sku, on_hand, supply, runs_out, stake):
    mine = sheet(store, sku)
    sold = mine.units(WEEK_END - timedelta(days=28), WEEK_END)
    days = mine.on_hand * 28 / sold  # =on_hand/(sold/28)
    order = (sold / 28 * 14 - mine.on_hand).to_integral_value(ROUND_CEILING)  # =ROUNDUP(sold/28*(7+7)-on_hand,0)
    lost = (7 * sold / 28 - mine.on_hand) * mine.price  # =sold/28*price*(7-days)

    found, told = item(store, sku), advice(store, sku, "REORDER_NOW")

    assert (mine.on_hand, rounded(days), rounded(lost)) == (on_hand, Decimal(supply), Decimal(stake))
    assert (found.on_hand_in_file, found.on_hand) == (mine.in_file, mine.on_hand)
    assert (found.velocity, found.days_of_supply) == (rounded(sold / 28), rounded(days))
    assert found.runs_out_on == WEEK_END + timedelta(days=int(days.to_integral_value(ROUND_FLOOR)))
    assert str(found.runs_out_on) == runs_out
    assert found.suggested_order == order
    assert told.money_at_stake == rounded(lost)
    assert sku in snapshot(store).signals[0].skus
    assert snapshot(store).verdict.signal == "STOCKOUT_IMMINENT"
    assert sku in {one.sku for one in snapshot(store).forecasts.stock_outs}


@pytest.mark.parametrize(
    ("store", "sku", "last_sale", "capital"),
    [
        ("NJWeedWizard", "SHOOBIE-SEASON-14G", "2025-10-02", "1008.00"),
        ("CaliCannabis", "SUMMER-OF-GLOVE-14G", "2025-09-26", "924.00"),
    ],
)
def test_the_dead_stock_is_what_a_spreadsheet_says(store, sku, last_sale, capital):
    mine = sheet(store, sku)
    last = max(cell.day for cell in mine.sales if cell.quantity > 0)  # =MAXIFS(day, quantity, ">0")
    bound = mine.on_hand * mine.cost
    horizon = WEEK_END - timedelta(days=90)
    opened = min(date.fromisoformat(day) for day, _, quantity, _ in orders(store) if quantity > 0)

    found, told = item(store, sku), advice(store, sku, "CLEAR_DEAD_STOCK")

    assert opened <= horizon  # the export reaches back far enough to say so
    assert last < horizon
    assert (str(last), bound) == (last_sale, Decimal(capital))
    assert (found.dead_stock, found.last_sale, found.on_hand) == (True, last, mine.on_hand)
    assert (found.dead_stock_capital, told.money_at_stake) == (bound, bound)


@pytest.mark.parametrize(
    ("store", "sku", "margin", "stake"),
    [
        ("NJWeedWizard", "EXACT-CHANGE-3.5G", "32.00", "36.67"),
        ("CaliCannabis", "KALE-ADJACENT-3.5G", "32.35", "13.00"),
    ],
)
def test_the_pricing_finding_is_what_a_spreadsheet_says(store, sku, margin, stake):
    mine = sheet(store, sku)
    margin_pct = (mine.price - mine.cost) / mine.price * 100
    sold = mine.units(WEEK_START, WEEK_END)
    missed = sold * (mine.cost / Decimal("0.6") - mine.price)  # the price at a margin of 40 % is cost/0.6

    found, told = item(store, sku), advice(store, sku, "REVIEW_PRICING")

    assert (rounded(margin_pct), rounded(missed)) == (Decimal(margin), Decimal(stake))
    assert (found.margin_pct, found.units_sold) == (rounded(margin_pct), sold)
    assert told.money_at_stake == rounded(missed)


@pytest.mark.parametrize("store", STORES)
def test_the_sheets_leave_no_line_out_that_another_spelling_would_hide(store):
    """A person filters by the SKU as the inventory writes it; none of the SKUs above was sold under another name."""
    named = {"JUGHANDLE-JELLY-3.5G", "SHOOBIE-SEASON-14G", "EXACT-CHANGE-3.5G", "OAT-MILK-CART-1G",
             "SUMMER-OF-GLOVE-14G", "KALE-ADJACENT-3.5G"}  # fmt: skip
    bare = {"".join(filter(str.isalnum, sku)).lower(): sku for sku in named}

    spellings = {sku for _, sku, _, _ in orders(store) if "".join(filter(str.isalnum, sku)).lower() in bare}

    assert spellings <= named
