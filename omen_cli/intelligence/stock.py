"""What one inventory item's stock says: margin, velocity, days of supply, sell-through, dead stock.

Source: docs/kpis.md, "items".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, ratio
from omen_cli.intelligence.supply import days_of_supply
from omen_cli.model.facts import Item, OrderFacts, Sales, SkuSales
from omen_cli.model.thresholds import ItemThresholds, Thresholds


@dataclass(frozen=True)
class ItemMetrics:
    """An item with its metrics, unrounded; each None when it cannot be known.

    `observed` are the sales of the observed window, `before` those of the first window before it, None where there is
    none. `thresholds` are the item's own: its category's, or the store's. A velocity rests on `velocity_units`, >= 0,
    sold in `velocity_days`: both stay at hand, since what follows from a quotient is exact only when divided last.
    `days_of_supply` is None also when nothing sells: undefined, not endless.
    """

    item: Item
    thresholds: ItemThresholds
    margin_pct: Decimal | None = None
    observed: Sales | None = None
    before: Sales | None = None
    velocity: Decimal | None = None
    velocity_units: Decimal | None = None
    velocity_days: int | None = None
    sale_days: int | None = None
    days_of_supply: Decimal | None = None
    sell_through_pct: Decimal | None = None
    first_sale: date | None = None
    last_sale: date | None = None
    is_dead_stock: bool | None = None
    dead_stock_capital: Decimal | None = None

    @property
    def units_sold(self) -> Decimal | None:
        """Return the units of the observed window, returns taken off; None without any order."""
        return self.observed.units if self.observed else None

    @property
    def is_priced(self) -> bool:
        """Tell whether the item has a price above 0 and a known cost."""
        return self.margin_pct is not None


def measure_items(items: Sequence[Item], orders: OrderFacts | None, thresholds: Thresholds) -> tuple[ItemMetrics, ...]:
    """Return the metrics of every item, in the given order; without any order, the margins only."""
    if orders is None or orders.first_order is None:
        return tuple(ItemMetrics(item, thresholds.of(item.category), item_margin_pct(item)) for item in items)
    sales = {sold.sku: sold for sold in orders.by_item}
    return tuple(
        _measure(item, sales.get(item.sku) or SkuSales(sku=item.sku), orders, thresholds.of(item.category))
        for item in items
    )


def _measure(item: Item, sales: SkuSales, orders: OrderFacts, thresholds: ItemThresholds) -> ItemMetrics:
    days = velocity_days(item.first_seen, orders)
    units = max(sales.velocity_units, Decimal(0)) if days else None
    is_dead = is_dead_stock(item, sales.last_sale, orders, thresholds.dead_stock_days)
    return ItemMetrics(
        item=item,
        thresholds=thresholds,
        margin_pct=item_margin_pct(item),
        observed=sales.observed,
        before=sales.before if orders.before and orders.before[0] else None,
        velocity=velocity(units, days),
        velocity_units=units,
        velocity_days=days,
        sale_days=sales.sale_days if days else None,
        days_of_supply=days_of_supply(item.on_hand, units, days),
        sell_through_pct=sell_through_pct(sales.observed.units, item.on_hand),
        first_sale=sales.first_sale,
        last_sale=sales.last_sale,
        is_dead_stock=is_dead,
        dead_stock_capital=capital(item) if is_dead else None,
    )


def item_margin_pct(item: Item) -> Decimal | None:
    """Return (unit price − unit cost) ÷ unit price × 100; None without a price above 0 or a cost.

    Source: docs/kpis.md, "item margin".
    """
    if item.unit_price is None or item.unit_cost is None:
        return None
    return percent(item.unit_price - item.unit_cost, item.unit_price)


def capital(item: Item) -> Decimal | None:
    """Return on hand × unit cost; None when the item is not counted or its cost is unknown."""
    return None if item.on_hand is None or item.unit_cost is None else item.on_hand * item.unit_cost


def velocity_days(first_seen: date | None, orders: OrderFacts) -> int | None:
    """Return the calendar days that a velocity rests on, 1 to 28; None when the item came after the window.

    They begin with the latest of the window's start, the store's first order and the item's `first_seen`.

    Source: docs/kpis.md, "velocity".
    """
    window = orders.velocity.span
    start = max(day for day in (window.start, orders.first_order, first_seen) if day is not None)
    days = (window.end - start).days
    return days if days > 0 else None


def velocity(units: Decimal | None, days: int | None) -> Decimal | None:
    """Return units ÷ days; more returned than sold counts as 0; None when either is unknown.

    Source: docs/kpis.md, "velocity".
    """
    return None if units is None or days is None else ratio(max(units, Decimal(0)), Decimal(days))


def sell_through_pct(units: Decimal | None, on_hand: Decimal | None) -> Decimal | None:
    """Return units ÷ (units + on hand) × 100; None when unknown, or when their sum is not above 0.

    Source: docs/kpis.md, "sell-through".
    """
    return None if units is None or on_hand is None else percent(units, units + on_hand)


def is_dead_stock(item: Item, last_sale: date | None, orders: OrderFacts, dead_stock_days: int) -> bool | None:
    """Tell whether stock lies without a sale for `dead_stock_days`; None when the data do not reach far enough.

    Source: docs/kpis.md, "dead stock".
    """
    if item.on_hand is None or orders.first_order is None:
        return None
    end = orders.observed.span.end
    since = end - timedelta(days=min(dead_stock_days, (end - date.min).days))
    has_sold = last_sale is not None and last_sale >= since
    is_new = item.first_seen is not None and item.first_seen >= since
    if item.on_hand <= 0 or has_sold or is_new:
        return False
    return True if orders.first_order <= since else None
