"""Reads the inventory and the costs out of their tables; a SKU that stands twice with different values is set aside."""

from collections.abc import Container
from decimal import Decimal
from typing import cast

from omen_cli.facts.engine import Engine
from omen_cli.model.facts import Item

_VALUES = {
    "inventory": "name, unit, category, on_hand, unit_cost, unit_price, visible, first_seen",
    "costs": "unit_cost",
}


def set_aside_repeated(engine: Engine, roles: Container[str]) -> None:
    """Mark all rows of a SKU whose rows differ; rows that are the same count once."""
    for role, values in _VALUES.items():
        if role in roles:
            engine.run(
                f"UPDATE {role}_rows SET reason = 'repeated_sku', bad_value = sku WHERE reason IS NULL AND sku IN ("
                f"SELECT sku FROM (SELECT DISTINCT sku, {values} FROM {role}_rows WHERE reason IS NULL)"
                " GROUP BY sku HAVING COUNT(*) > 1)"
            )


def read_inventory(engine: Engine) -> tuple[Item, ...]:
    """Return the items sorted by SKU (by code point), each with the cost of the inventory itself."""
    rows = engine.rows(f"SELECT DISTINCT sku, {_VALUES['inventory']} FROM inventory_rows WHERE reason IS NULL")
    names = ("sku", *_VALUES["inventory"].split(", "))
    items = [Item.model_validate(dict(zip(names, row, strict=True))) for row in rows]
    return tuple(sorted(items, key=lambda item: item.sku))


def read_costs(engine: Engine) -> dict[str, Decimal]:
    """Return the unit cost of each SKU of the costs table."""
    rows = engine.rows("SELECT DISTINCT sku, unit_cost FROM costs_rows WHERE reason IS NULL ORDER BY sku")
    return dict(cast("list[tuple[str, Decimal]]", rows))
