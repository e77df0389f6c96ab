"""Made-up stores: exports of a few hundred rows that hold what exports hold, the same ones for the same seed."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from omen_cli.config.settings import StoreSettings
from omen_cli.model.ids import Timeframe
from omen_cli.workflows.request import Request
from tests.oracle.expect import Store
from tests.oracle.periods import DAY, whole_period
from tests.oracle.rows import read_items, read_lines

Rows = list[dict[str, str]]
TIMEFRAMES: tuple[Timeframe, ...] = ("daily", "weekly", "monthly")
NAMES = ("Blue Comet", "Disco Fries", "Exact Change", "Pine Nap", "Turnpike", "June Gloom", "Fog Delay", "Static")
UNITS = ("3.5g", "7g", "28g", "each", "")
CATEGORIES = ("Flower", "Edible", "Café goods", "")
ON_HAND = ("", "0", "-3", "1", "2.5", "5", "6", "10", "20", "25", "26", "50", "51", "140")
PRICES = (("100", "60"), ("100", "55"), ("100", "50"), ("100", "35"), ("100", "30"), ("100", "29.9"), ("35", "20"),
          ("12.3456", "7.0001"), ("30", ""), ("0", "5"), ("", "5"), ("8", "9"), ("$1,250.00", "$700 "), ("60", "60.01"))  # fmt: skip
CLOCK_CHANGES = {
    "America/New_York": ("2026-03-08", "2025-11-02"),
    "America/Los_Angeles": ("2026-03-08", "2025-11-02"),
    "America/St_Johns": ("2026-03-08", "2025-11-02"),
    "Europe/London": ("2026-03-29", "2025-10-26"),
    "Australia/Lord_Howe": ("2026-04-05", "2025-10-05"),
    "Pacific/Auckland": ("2026-04-05", "2025-09-28"),
}
ZONES = ("Pacific/Honolulu", "Asia/Kolkata", "UTC", *CLOCK_CHANGES)
ODD_DAYS = (
    *("2025-12-31", "2026-01-01", "2026-01-04", "2026-01-31", "2026-03-01"),  # year and month ends
    *("2026-12-28", "2026-12-31", "2027-01-01", "2027-01-03", "2020-12-31", "2021-01-03"),  # ISO weeks 53
    *("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31", "2028-02-29"),  # leap days
)


@dataclass
class MadeStore:
    """The files of a store by name, and how it is asked about them; `inventory_date` is what they say of their age."""

    zone: str
    timeframe: Timeframe
    as_of: date
    files: dict[str, Rows]
    inventory: str = "inventory.csv"
    inventory_date: date | None = None
    thresholds: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        for name, rows in self.files.items():
            write_csv(folder / name, rows)

    def request(self, folder: Path, store_id: str = "Made") -> Request:
        """Return the request that asks omen about the files, once they were written."""
        paths = {"inventory": self.inventory, "orders": "orders-*.csv", "costs": "costs.csv"}
        sources = {role: {"path": f"{folder}/{path}"} for role, path in paths.items() if self._has(role)}
        settings = {"store_id": store_id, "name": "Made", "timezone": self.zone, "sources": sources}
        store = StoreSettings.model_validate({**settings, "thresholds": self.thresholds})
        return Request(store, self.timeframe, self.as_of)

    def _has(self, role: str) -> bool:
        return any(name.startswith(role) for name in self.files)

    def rows(self, role: str) -> Rows:
        """Return the rows that count: of inventories with a date in their path those of one date only."""
        is_dated = "{date}" in self.inventory
        return [
            row
            for name, rows in self.files.items()
            if name.startswith(role) and not (role == "inventory" and is_dated and str(self.inventory_date) not in name)
            for row in rows
        ]

    def as_read(self) -> Store:
        """Return the store as the oracle takes it."""
        tables = {role: self.rows(role) for role in ("inventory", "orders", "costs")}
        return Store(
            read_items(tables["inventory"]),
            read_lines(tables["orders"], self.zone),
            {row["sku"]: Fraction(row["unit_cost"]) for row in tables["costs"]},
            self.thresholds,
            self.inventory_date,
            {role: (len(rows), sum(not row["sku"] for row in rows)) for role, rows in tables.items()},
            has_orders=bool(tables["orders"]),
        )


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def made_store(seed: int) -> MadeStore:
    rng = random.Random(f"omen oracle {seed}")
    zone, timeframe = ZONES[seed % len(ZONES)], rng.choice(TIMEFRAMES)
    as_of = made_day(rng, zone)
    if rng.random() < 0.35:
        as_of = whole_period(timeframe, as_of)[1] - DAY
    inventory = made_inventory(rng, as_of)
    skus = [row["sku"] for row in inventory]
    store = MadeStore(zone, timeframe, as_of, {}, thresholds=made_thresholds(rng))
    date_inventory(rng, store, inventory)
    if seed % 50 != 7:
        orders = made_orders(rng, skus, as_of)
        rng.shuffle(orders)
        halves = (orders[::2], orders[1::2])
        store.files |= {f"orders-{number}.csv": half for number, half in enumerate(halves) if half}
    if seed % 4 == 0:
        own = ("1", "44.4", "60")
        store.files["costs.csv"] = [
            {"sku": spelled(rng, sku), "unit_cost": rng.choice(own)} for sku in rng.sample(skus, 4)
        ]
    return store


def made_day(rng: random.Random, zone: str) -> date:
    kind = rng.random()
    if zone in CLOCK_CHANGES and kind < 0.35:
        return date.fromisoformat(rng.choice(CLOCK_CHANGES[zone])) + rng.choice((0, 0, 0, 1, 3)) * DAY
    if kind < 0.7:
        return date.fromisoformat(rng.choice(ODD_DAYS))
    return date(2026, 1, 1) + rng.randrange(365) * DAY


def date_inventory(rng: random.Random, store: MadeStore, rows: Rows) -> None:
    """Put the inventory into files that say in one of many ways how old it is, or do not."""
    kind = rng.choice(("undated", "undated", "{date}", "{date}", "one date", "two dates", "half dated"))
    age = rng.choice((0, 0, 1, 8, 9, 30))
    if kind == "undated":
        store.files["inventory.csv"] = rows
        return
    store.inventory = "inventory-*.csv"
    if kind == "{date}":
        store.inventory, store.inventory_date = "inventory-{date}.csv", store.as_of - age * DAY
        other = [row | {"on_hand": "77", "unit_price": "1"} for row in rows]
        store.files = {f"inventory-{store.as_of - days * DAY}.csv": other for days in (age + 5, -3)}
        store.files[f"inventory-{store.inventory_date}.csv"] = rows
        return
    newest = store.as_of + rng.choice((-age, 1, 2, 5)) * DAY
    store.inventory_date = None if kind == "half dated" else newest
    store.files[f"inventory-{newest}.csv"] = rows if kind == "one date" else rows[::2]
    if kind != "one date":
        store.files[f"inventory-{newest - 2 * DAY if kind == 'two dates' else 'undated'}.csv"] = rows[1::2]


def spelled(rng: random.Random, sku: str) -> str:
    """Return the SKU as another till writes it."""
    return rng.choice((sku, sku.lower(), sku.replace("-", " "), sku.replace("-3.5G", " 1/8").replace("-28G", "_ounce")))


def made_inventory(rng: random.Random, as_of: date) -> Rows:
    rows = []
    has_categories = rng.random() < 0.8
    for name in NAMES:
        for unit in rng.sample(UNITS, 2):
            price, cost = rng.choice(PRICES)
            seen = rng.choice((None, None, 400, 91, 90, 89, 40, 28, 27, 10, 1, 0, -5))
            rows.append(
                {
                    "sku": f"{name}-{unit}".strip("-").upper().replace(" ", "-"),
                    "name": rng.choice((name, name, "")),
                    "unit": unit,
                    "category": rng.choice(CATEGORIES) if has_categories else "",
                    "on_hand": rng.choice(ON_HAND),
                    "unit_cost": cost,
                    "unit_price": price,
                    "first_seen": "" if seen is None else str(as_of - seen * DAY),
                }
            )
    return rows


def made_orders(rng: random.Random, skus: list[str], as_of: date) -> Rows:
    history = rng.choice((2, 6, 20, 45, 91, 130, 300))
    quiet = rng.choice((0, 0, 0, 1, 2, 8))  # so many days to the as-of date have no order
    days = [as_of - rng.randint(quiet, max(quiet, history)) * DAY for _ in range(rng.choice((3, 40, 100)))]
    days += [as_of + rng.randint(1, 8) * DAY for _ in range(rng.choice((0, 6)))]
    busy = [as_of - back * DAY for back in range(quiet, quiet + 35) if rng.random() < 0.93]
    favourites = rng.sample(skus, 5)
    rows: Rows = []
    for number, day in enumerate(days):
        minutes = rng.choice((0, 30, 59, rng.randrange(60)))
        hour = rng.choice((0, 1, 2, 23, rng.randrange(24)))
        at = f"{day}T{hour:02}:{minutes:02}:00" + rng.choice(("", "Z", "+05:30", "-08:00"))
        for line in range(rng.choice((1, 1, 2, 3))):
            rows.append(made_line(rng, rng.choice((favourites, rng.sample(skus, 5))), f"O-{number}", line, at))
            if rng.random() < 0.08:  # counts once with a line id, twice without; void, it takes its line with it
                rows.append(rows[-1] | {"status": rng.choice((rows[-1]["status"], "void", "draft"))})
    if rng.random() < 0.4:  # a store that sells on almost every day
        sale = {"status": "paid", "quantity": "1", "discount": ""}
        rows += [made_line(rng, favourites, f"B-{day}", 1, f"{day}T12:00:00") | sale for day in busy]
    nameless = round(len(rows) * rng.choice((0, 0, 0, 0.03, 0.08)))  # rows without a SKU are set aside
    rows += [rows[0] | {"order_id": f"BAD-{number}", "sku": "", "status": "paid"} for number in range(nameless)]
    has_ids = rng.random() < 0.7
    return rows if has_ids else [row | {"line_id": ""} for row in rows]


def made_line(rng: random.Random, skus: list[str], order: str, line: int, at: str) -> dict[str, str]:
    quantity = rng.choice(("1", "1", "1", "2", "3", "0.5", "7", "-1", "-2", "0"))
    price = rng.choice(("35", "100", "12.34", "0.0001", "0", "19.995"))
    discount = Decimal(price) * abs(Decimal(quantity)) * rng.choice((0, 0, 0, 10, 15, 100)) / 100
    unknown = ("NOT-IN-STOCK", "not in stock", "Rain Check")
    return {
        "order_id": order,
        "line_id": str(line),
        "ordered_at": at,
        "sku": rng.choice((rng.choice(unknown), *(spelled(rng, sku) for sku in skus))),
        "quantity": quantity,
        "unit_price": price,
        "discount": rng.choice(("", "0")) if not discount else f"{discount.quantize(Decimal('0.0001')):f}",
        "status": rng.choice(("paid", "completed", "", "paid", "void", "Cancelled", "draft")),
    }


def made_thresholds(rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.4:
        found |= {
            "dead_stock_days": rng.choice(("7", "30", "120")),
            "low_stock_max": rng.choice(("2.5", "6")),
            "reorder_days": rng.choice(("3", "14")),
            "review_pricing_margin_max": rng.choice(("45.5", "66")),
            "slow_mover_velocity_max": rng.choice(("0.1", "2")),
            "lead_time_days": rng.choice(("0", "3", "21")),
            "sales_decline_pct": rng.choice(("50", "99.5")),
            "margin_drop_points": rng.choice(("0", "2.5")),
            "stock_out_horizon_days": rng.choice(("5", "30")),
            "anomaly_units_min": rng.choice(("1", "2.5")),
            "slow_stock_capital_min": rng.choice(("0", "5000")),
        }
    if rng.random() < 0.4:
        found["categories"] = {
            "Edible": {"low_stock_max": "12", "reorder_days": "2"},
            rng.choice(("Café goods", " CAFÉ GOODS", "café Goods ")): {
                "dead_stock_days": rng.choice(("10", "60")),
                "slow_stock_velocity_max": "0.5",
                "review_days": "30",
                "overstock_on_hand_min": "24",
            },
        }
    return found
