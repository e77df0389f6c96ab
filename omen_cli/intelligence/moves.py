"""What moved the net sales: the categories, and the SKUs that rose and fell most.

Source: docs/kpis.md, "categories" and "movers".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, quantity, two_decimals
from omen_cli.model.facts import Item, OrderFacts, Sales, SkuSales
from omen_cli.model.moves import CategoryContent, Mover, Movers

SHOWN = 5
NOTHING = Sales()
_ZERO = Decimal(0)
_CENTS = Decimal("0.00")


def categories(items: Sequence[Item], orders: OrderFacts) -> tuple[CategoryContent, ...]:
    """Return the sales of each category of the inventory, and those of what it does not have, by falling net sales."""
    sold = {sales.sku: sales for sales in orders.by_item}
    by_category: dict[str | None, list[Item]] = defaultdict(list)
    for item in items:
        by_category[item.category].append(item)
    found = [
        _category(orders, category, of_it, [sold[item.sku] for item in of_it if item.sku in sold])
        for category, of_it in by_category.items()
    ]
    if any(sales.observed != NOTHING or sales.before != NOTHING for sales in orders.by_other):
        found.append(_category(orders, None, (), orders.by_other))
    return tuple(sorted(found, key=_by_sales))


def movers(items: Mapping[str, Item], orders: OrderFacts) -> Movers | None:
    """Return the SKUs whose net sales rose and fell most, listed or not; None when there is no period before.

    The changes that are shown and `rest` add up to the change in net sales to the cent.
    """
    before = orders.before[0] if orders.before else None
    if before is None:
        return None
    moved = [_mover(orders, sales, items.get(sales.sku)) for sales in orders.by_item]
    moved += [_mover(orders, sales, None) for sales in orders.by_other]
    up = sorted((one for one in moved if (one.change or 0) > 0), key=_by_size)
    down = sorted((one for one in moved if (one.change or 0) < 0), key=_by_size)
    shown = (*up[:SHOWN], *down[:SHOWN])
    whole = two_decimals(orders.observed.net - before.net) or _CENTS
    return Movers(
        up=tuple(up[:SHOWN]),
        down=tuple(down[:SHOWN]),
        rest=whole - sum((one.change or _ZERO for one in shown), _CENTS),
        rest_count=len(up) + len(down) - len(shown),
    )


def _category(
    orders: OrderFacts, category: str | None, items: Sequence[Item], sold: Sequence[SkuSales]
) -> CategoryContent:
    return CategoryContent(
        category=category,
        is_listed=bool(items),
        items=len(items),
        units_sold=quantity(_total(sales.observed.units for sales in sold)) or _ZERO,
        inventory_retail_value=_retail_value(items),
        **_moved(orders, _total(sales.observed.net for sales in sold), _total(sales.before.net for sales in sold)),
    )


def _retail_value(items: Sequence[Item]) -> Decimal | None:
    """Return Σ price × on hand over the priced, counted items; None when there are none."""
    values = [
        item.unit_price * item.on_hand
        for item in items
        if item.on_hand is not None and item.unit_price and item.unit_cost is not None
    ]
    return two_decimals(sum(values, _ZERO)) if values else None


def _mover(orders: OrderFacts, sales: SkuSales, item: Item | None) -> Mover:
    return Mover(
        sku=sales.sku,
        name=item.name if item else None,
        unit=item.unit if item else None,
        is_listed=item is not None,
        **_moved(orders, sales.observed.net, sales.before.net),
    )


def _moved(orders: OrderFacts, now: Decimal, before: Decimal) -> dict[str, Decimal | None]:
    """Return net sales, their change, and the part of the store's whole change that it is, in percent."""
    whole_before = orders.before[0] if orders.before else None
    if whole_before is None:
        return {"net_sales": two_decimals(now), "before": None, "change": None, "change_pct": None, "part_pct": None}
    whole = orders.observed.net - whole_before.net
    part = percent((now - before) * (1 if whole > 0 else -1), abs(whole))
    return {
        "net_sales": two_decimals(now),
        "before": two_decimals(before),
        "change": two_decimals(now - before),
        "change_pct": two_decimals(percent(now - before, before)),
        "part_pct": two_decimals(part),
    }


def _total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, _ZERO)


def _by_sales(one: CategoryContent) -> tuple[Decimal, bool, str, bool]:
    return -one.net_sales, one.category is None, one.category or "", not one.is_listed


def _by_size(one: Mover) -> tuple[Decimal, str, bool]:
    return -abs(one.change or _ZERO), one.sku, not one.is_listed
