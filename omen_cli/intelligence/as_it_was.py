"""The stock as it was at the end of the observed window, when the inventory is of another day.

Source: docs/kpis.md, "stock as it was".
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omen_cli.intelligence.rounding import quantity
from omen_cli.model.content import StockBasis, StockContent
from omen_cli.model.facts import Facts, Item

_NONE_SOLD = Decimal(0)


@dataclass(frozen=True)
class StockAsItWas:
    """The items with their stock as of the as-of date, what the inventory itself says of it by SKU, and the basis."""

    items: tuple[Item, ...]
    in_file: dict[str, Decimal | None]
    content: StockContent


def stock_as_it_was(facts: Facts, as_of_date: date) -> StockAsItWas:
    """Return the items with their stock as of the as-of date.

    To an inventory of a later day, or one without a date when something sold since, is added back what sold since:
    `units_after` of each counted item. What was delivered since nobody knows: hence estimated.
    """
    basis, in_file = _basis(facts, as_of_date), {item.sku: item.on_hand for item in facts.items}
    if facts.orders is None or basis != "estimated":
        content = StockContent(basis=basis, date=facts.inventory_date, units_added_back=None)
        return StockAsItWas(facts.items, in_file, content)
    after = {sold.sku: sold.units_after for sold in facts.orders.by_item}
    items = tuple(_with(item, after.get(item.sku, _NONE_SOLD)) for item in facts.items)
    added = sum((after.get(item.sku, _NONE_SOLD) for item in facts.items if item.on_hand is not None), _NONE_SOLD)
    content = StockContent(basis=basis, date=facts.inventory_date, units_added_back=quantity(added))
    return StockAsItWas(items, in_file, content)


def _basis(facts: Facts, as_of_date: date) -> StockBasis:
    if facts.inventory_date is not None and facts.inventory_date <= as_of_date:
        return "dated"
    is_later = facts.inventory_date is not None or (facts.orders is not None and facts.orders.lines_after > 0)
    return "estimated" if facts.orders is not None and is_later else "current"


def _with(item: Item, units: Decimal) -> Item:
    return item if item.on_hand is None or not units else item.model_copy(update={"on_hand": item.on_hand + units})
