"""What one inventory item's stock says: margin, velocity, days of supply, sell-through, dead stock.

Source: docs/kpis.md, "items".
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, ratio
from omen_cli.model.facts import Facts, Item, SkuSales, OrderFacts, Sales


@dataclass(frozen=True)
class ItemMetrics:
    """An item with its metrics, unrounded; each None when it cannot be known.

    `units_sold` and `net_sales` are of the observed window. A velocity rests on `velocity_units`, >= 0, sold in
    `velocity_days`: both stay at hand, since what follows from a quotient is exact only when it is divided last.
    `days_of_supply` is None also when nothing sells: undefined, not endless.
    """

    item: Item
    margin_pct: Decimal | None = None
    units_sold: Decimal | None = None
    net_sales: Decimal | None = None
    velocity: Decimal | None = None
    velocity_units: Decimal | None = None
    velocity_days: int | None = None
    days_of_supply: Decimal | None = None
    sell_through_pct: Decimal | None = None
    last_sale: date | None = None
    is_dead_stock: bool | None = None
    dead_stock_capital: Decimal | None = None

    @property
    def is_priced(self) -> bool:
        """Tell whether the item has a price above 0 and a known cost."""
        return self.margin_pct is not None


def measure_items(facts: Facts, dead_stock_days: int) -> tuple[ItemMetrics, ...]:
    """Return the metrics of every item, sorted by SKU; without any order, the margins only."""
    orders = facts.orders
    if orders is None or orders.first_order is None:
        return tuple(ItemMetrics(item=item, margin_pct=item_margin_pct(item)) for item in facts.items)
    sales = {sold.sku: sold for sold in orders.by_item}
    return tuple(_measure(item, sales.get(item.sku) or _unsold(item), orders, dead_stock_days) for item in facts.items)


def _unsold(item: Item) -> SkuSales:
    return SkuSales(sku=item.sku, observed=Sales(), velocity_units=Decimal(0), first_sale=None, last_sale=None)


def _measure(item: Item, sales: SkuSales, orders: OrderFacts, dead_stock_days: int) -> ItemMetrics:
    days = velocity_days(item.first_seen, orders)
    units = max(sales.velocity_units, Decimal(0)) if days else None
    is_dead = is_dead_stock(item, sales.last_sale, orders, dead_stock_days)
    return ItemMetrics(
        item=item,
        margin_pct=item_margin_pct(item),
        units_sold=sales.observed.units,
        net_sales=sales.observed.net,
        velocity=velocity(units, days),
        velocity_units=units,
        velocity_days=days,
        days_of_supply=days_of_supply(item.on_hand, units, days),
        sell_through_pct=sell_through_pct(sales.observed.units, item.on_hand),
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


def days_of_supply(on_hand: Decimal | None, units: Decimal | None, days: int | None) -> Decimal | None:
    """Return how many days the stock lasts at the present rate of sale: on hand ÷ (units ÷ days).

    Args:
        on_hand: units in stock; negative counts as none; None when not counted.
        units: sold in `days`, returns taken off; None when unknown.
        days: that the rate rests on, > 0; None when unknown.

    Returns:
        Days, >= 0, unrounded; None when nothing sells (undefined, not endless) or something is unknown.

    Source: docs/kpis.md, "days of supply".
    """
    if on_hand is None or units is None or days is None:
        return None
    return ratio(max(on_hand, Decimal(0)) * days, units)


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
