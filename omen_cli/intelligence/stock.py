"""What one inventory item's stock says: margin, velocity, days of supply, sell-through, dead stock.

Source: docs/kpis.md, the entries of the same names.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, ratio
from omen_cli.model.facts import Facts, Item, ItemSales, OrderFacts
from omen_cli.model.period import Span

_NOTHING_SOLD = Decimal(0)


@dataclass(frozen=True)
class ItemMetrics:
    """An item with its metrics, unrounded; each None when it cannot be known.

    `units_sold` and `net_sales` are of the observed window. `velocity_days` are the days that the velocity rests on.
    `days_of_supply` is None also when nothing sells: undefined, not endless.
    """

    item: Item
    margin_pct: Decimal | None
    units_sold: Decimal | None
    net_sales: Decimal | None
    velocity: Decimal | None
    velocity_days: int | None
    days_of_supply: Decimal | None
    sell_through_pct: Decimal | None
    last_sale: date | None
    is_dead_stock: bool | None
    dead_stock_capital: Decimal | None

    @property
    def is_priced(self) -> bool:
        """Tell whether the item has a price above 0 and a known cost."""
        return self.margin_pct is not None


def measure_items(facts: Facts, dead_stock_days: int) -> tuple[ItemMetrics, ...]:
    """Return the metrics of every item, sorted by SKU."""
    orders = facts.orders if facts.orders and facts.orders.first_order else None
    sales = {found.sku: found for found in orders.by_item} if orders else {}
    return tuple(_measure(item, sales.get(item.sku), orders, dead_stock_days) for item in facts.items)


def _measure(item: Item, sales: ItemSales | None, orders: OrderFacts | None, dead_stock_days: int) -> ItemMetrics:
    units = None if orders is None else sales.observed.units if sales else _NOTHING_SOLD
    days = None if orders is None else velocity_days(item.first_seen, orders)
    velocity = units_a_day(sales.velocity_units if sales else _NOTHING_SOLD, days) if days else None
    is_dead = _is_dead_stock(item, sales, orders, dead_stock_days)
    capital = item.on_hand * item.unit_cost if is_dead and item.on_hand and item.unit_cost is not None else None
    return ItemMetrics(
        item=item,
        margin_pct=item_margin_pct(item),
        units_sold=units,
        net_sales=None if orders is None else sales.observed.net if sales else _NOTHING_SOLD,
        velocity=velocity,
        velocity_days=days,
        days_of_supply=days_of_supply(item.on_hand, velocity),
        sell_through_pct=sell_through_pct(units, item.on_hand),
        last_sale=sales.last_sale if sales else None,
        is_dead_stock=is_dead,
        dead_stock_capital=capital,
    )


def item_margin_pct(item: Item) -> Decimal | None:
    """Return (unit price − unit cost) ÷ unit price × 100; None without a price above 0 or a cost."""
    if item.unit_price is None or item.unit_cost is None:
        return None
    return percent(item.unit_price - item.unit_cost, item.unit_price)


def velocity_days(first_seen: date | None, orders: OrderFacts) -> int | None:
    """Return the calendar days that a velocity rests on, 1 to 28; None when the item came after the window."""
    window: Span = orders.velocity.span
    start = max(day for day in (window.start, orders.first_order, first_seen) if day is not None)
    days = (window.end - start).days
    return days if days > 0 else None


def units_a_day(units: Decimal, days: int) -> Decimal:
    """Return units ÷ days; more returned than sold counts as 0."""
    return ratio(max(units, Decimal(0)), Decimal(days)) or Decimal(0)


def days_of_supply(on_hand: Decimal | None, velocity: Decimal | None) -> Decimal | None:
    """Return how many days the stock lasts at the present rate of sale.

    Args:
        on_hand: units in stock; negative counts as none; None when not counted.
        velocity: units a day, >= 0; None when unknown.

    Returns:
        Days, >= 0, unrounded; None when nothing sells (undefined, not endless) or something is unknown.
    """
    if on_hand is None or velocity is None:
        return None
    return ratio(max(on_hand, Decimal(0)), velocity)


def sell_through_pct(units: Decimal | None, on_hand: Decimal | None) -> Decimal | None:
    """Return units ÷ (units + on hand) × 100; None when unknown, or when their sum is not above 0."""
    return None if units is None or on_hand is None else percent(units, units + on_hand)


def _is_dead_stock(item: Item, sales: ItemSales | None, orders: OrderFacts | None, dead_stock_days: int) -> bool | None:
    """Tell whether stock lies without a sale for `dead_stock_days`; None when the data do not reach far enough."""
    if item.on_hand is None or orders is None or orders.first_order is None:
        return None
    since = orders.observed.span.end - timedelta(days=dead_stock_days)
    has_sold = sales is not None and sales.last_sale is not None and sales.last_sale >= since
    if item.on_hand <= 0 or has_sold or (item.first_seen is not None and item.first_seen >= since):
        return False
    return True if orders.first_order <= since else None
