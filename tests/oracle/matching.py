"""Which item an order line is of, and what each costs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.rows import Item, Line

SIZES = (
    ("eighth", r"1/8|3\.5 ?g|eighth"),
    ("quarter", r"7 ?g|quarter"),
    ("half", r"14 ?g|half"),
    ("oz", r"28 ?g|ounce|oz"),
)


def sku_key(sku: str, unit: str | None) -> str:
    key, suffix = _letters(sku), _letters(unit or "")
    return key if key.endswith(suffix) else key + suffix


def _letters(text: str) -> str:
    text = text.lower()
    for name, pattern in SIZES:
        text = re.sub(rf"(?<![a-z0-9.])(?:{pattern})(?![a-z0-9])", name, text)
    return re.sub(r"[^a-z0-9./]|(?<!\d)[./]|[./](?!\d)", "", text)


def unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, set[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: values.pop() for key, values in found.items() if key and len(values) == 1}


def match(items: Sequence[Item], lines: Sequence[Line], costs: Mapping[str, Fraction]) -> None:
    """Give every item its cost, and every line its item and its cost."""
    table = unique((sku_key(sku, None), cost) for sku, cost in costs.items())
    for item in items:
        own = costs.get(item.sku, item.cost)
        item.cost = table.get(sku_key(item.sku, item.unit)) if own is None else own
    by_sku = {item.sku: item for item in items}
    by_key = unique((sku_key(item.sku, item.unit), item.sku) for item in items)
    for line in lines:
        key = sku_key(line.sku, line.unit)
        line.item = line.sku if line.sku in by_sku else by_key.get(key)
        exact = [by_sku[line.sku].cost] if line.sku in by_sku else []
        near = [by_sku[line.item].cost] if line.item else []
        found = (*exact, costs.get(line.sku), *near, table.get(key))
        line.cost = next((cost for cost in found if cost is not None), None)
