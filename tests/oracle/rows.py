"""The rows of the exports, read the plain way."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, str]
VOID = ("void", "voided", "cancelled", "canceled")


@dataclass
class Item:
    """One row of the inventory; `on_hand` is as of the end of the observed window once the stock was worked out."""

    sku: str
    name: str | None
    unit: str | None
    category: str | None
    on_hand: Fraction | None
    cost: Fraction | None
    price: Fraction | None
    first_seen: date | None
    in_file: Fraction | None = None

    def __post_init__(self) -> None:
        self.in_file = self.on_hand


@dataclass
class Line:
    """One order line, at the store's own time; `item` is the SKU of the item that it is of."""

    order: str
    at: datetime
    sku: str
    unit: str
    quantity: Fraction
    price: Fraction
    discount: Fraction
    item: str | None = None
    cost: Fraction | None = None
    day: date = field(init=False)
    net: Fraction = field(init=False)  # what the line brought in; below zero for a return

    def __post_init__(self) -> None:
        self.day = self.at.date()
        self.net = self.price * self.quantity - (self.discount if self.quantity > 0 else -self.discount)


def number(text: str | None) -> Fraction | None:
    bare = re.sub(r"[$,\s]", "", text or "")
    if bare.upper() == "OUT_OF_STOCK":
        return Fraction(0)
    return None if bare.lower() in ("", "na", "-") or bare.upper() == "IN_STOCK" else Fraction(bare)


def read_items(rows: Iterable[Row]) -> list[Item]:
    """Return the items of an inventory with canonical column names, sorted by SKU."""
    items = [
        Item(
            row["sku"],
            row.get("name") or None,
            row.get("unit") or None,
            row.get("category") or None,
            number(row.get("on_hand")),
            number(row.get("unit_cost")),
            number(row.get("unit_price")),
            date.fromisoformat(row["first_seen"]) if row.get("first_seen") else None,
        )
        for row in rows
        if row["sku"]
    ]
    return sorted(items, key=lambda item: item.sku)


def read_wix(rows: Sequence[Row]) -> list[Item]:
    """Return the items of a Wix store-products export, sorted by SKU."""
    product = {row["handle"]: row for row in rows if row["fieldType"] == "PRODUCT"}
    has_variants = {row["handle"] for row in rows if row["fieldType"] == "VARIANT"}
    items = []
    for row in rows:
        is_variant = row["fieldType"] == "VARIANT"
        is_single = row["fieldType"] == "PRODUCT" and row["price"] and row["handle"] not in has_variants
        if not row["sku"] or not (is_variant or is_single):
            continue
        option = row["productOptionChoices1"] if is_variant else ""
        is_size = row["productOptionName1"].lower() in ("weight", "size") or re.fullmatch(
            r"[\d.]+ ?(g|mg|oz|ml)", option.lower()
        )
        name = product[row["handle"]]["name"] + (f" – {option}" if option and not is_size else "")
        unit = option if option and is_size else None
        category = product[row["handle"]]["brand"] or None
        stock, cost, price = number(row["inventory"]), number(row["cost"]), number(row["price"])
        items.append(Item(row["sku"], name, unit, category, stock, cost, price, None))
    return sorted(items, key=lambda item: item.sku)


def read_lines(rows: Iterable[Row], zone: str) -> list[Line]:
    """Return the order lines that count, at the store's own time.

    A row without a SKU is set aside. (order id, line id) counts once, the latest of its rows; not at all when one of
    them is void or cancelled.
    """
    lines: list[Line] = []
    by_id: dict[tuple[str, str], Line] = {}
    void: set[tuple[str, str]] = set()
    for row in rows:
        if not row["sku"]:
            continue
        status = (row.get("status") or "").lower()
        if status in VOID:
            void.add((row["order_id"], row.get("line_id") or ""))
        if status in (*VOID, "draft"):
            continue
        at = datetime.fromisoformat(row["ordered_at"])
        at = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at.tzinfo else at
        quantity, price, discount = (number(row.get(name)) for name in ("quantity", "unit_price", "discount"))
        assert quantity is not None
        assert price is not None
        line = Line(row["order_id"], at, row["sku"], row.get("unit") or "", quantity, price, discount or Fraction(0))
        if not row.get("line_id"):
            lines.append(line)
            continue
        key = (line.order, row["line_id"])
        by_id[key] = max(by_id.get(key, line), line, key=_line_order)
    return lines + [line for key, line in by_id.items() if key not in void]


def _line_order(line: Line) -> tuple[Any, ...]:
    return line.at, line.sku, line.unit, line.quantity, line.price, line.discount
