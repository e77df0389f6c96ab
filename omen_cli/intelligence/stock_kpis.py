"""The store's own stock KPIs: how fast it sells, how long it lasts, what it is worth, what of it lies dead.

Source: docs/kpis.md, "velocity", "days of supply", "sell-through", "average margin", "inventory value" and
"dead stock". Rounded here, once.
"""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import rounded
from omen_cli.intelligence.sales import NO_ORDERS
from omen_cli.intelligence.stock import ItemMetrics, sell_through_pct, velocity, velocity_days
from omen_cli.intelligence.supply import days_of_supply
from omen_cli.model.content import Kpi, Unit
from omen_cli.model.facts import OrderFacts

NONE_COUNTED = "no item is counted"
NONE_PRICED = "no item has both a price and a cost"
NONE_VALUED = "no item with a price and a cost is counted"
SHORT_HISTORY = "the orders do not reach back far enough"
NO_DEAD_COST = "no dead stock has a known cost"
_ZERO = Decimal(0)


def rate_kpis(orders: OrderFacts | None, items: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    """Return velocity, over all that sold; days of supply and sell-through, over the counted items alone."""
    if orders is None:
        return {
            "velocity": kpi(None, "quantity_per_day", NO_ORDERS),
            "daysOfSupply": kpi(None, "days", NO_ORDERS),
            "sellThroughPct": kpi(None, "percent", NO_ORDERS),
        }
    counted = {metrics.item.sku: metrics.item.on_hand for metrics in items if metrics.item.on_hand is not None}
    sold = [sales for sales in orders.by_item if sales.sku in counted]
    on_hand = sum(counted.values(), _ZERO) if counted else None
    days = velocity_days(None, orders)
    lasts = days_of_supply(on_hand, sum((sales.velocity_units for sales in sold), _ZERO), days)
    through = sell_through_pct(sum((sales.observed.units for sales in sold), _ZERO), on_hand)
    return {
        "velocity": kpi(velocity(orders.velocity.units, days), "quantity_per_day", NO_ORDERS),
        "daysOfSupply": kpi(lasts, "days", "no counted item sells" if counted else NONE_COUNTED),
        "sellThroughPct": kpi(through, "percent", "nothing sold and nothing on hand" if counted else NONE_COUNTED),
    }


def inventory_kpis(items: Sequence[ItemMetrics], *, has_orders: bool) -> dict[str, Kpi]:
    """Return the counts, the average margin, the values over priced items, and the dead stock."""
    priced = [metrics for metrics in items if metrics.is_priced]
    margins = [metrics.margin_pct for metrics in priced if metrics.margin_pct is not None]
    average = sum(margins, _ZERO) / len(margins) if margins else None
    return {
        "items": kpi(Decimal(len(items)), "count"),
        "itemsPriced": kpi(Decimal(len(priced)), "count"),
        "averageMarginPct": kpi(average, "percent", NONE_PRICED),
        **_values(priced),
        **_dead_stock(items, has_orders=has_orders),
    }


def kpi(value: Decimal | None, unit: Unit, why_null: str | None = None) -> Kpi:
    """Return a KPI that is compared with nothing; `why_null` is dropped when there is a value."""
    return Kpi(value=rounded(value, unit), unit=unit, why_null=why_null if value is None else None)


def _values(priced: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    """Return Σ price × on hand, Σ cost × on hand and their difference, over the priced items that are counted."""
    names = ("inventoryRetailValue", "inventoryCostValue", "potentialProfit")
    counted = [(metrics.item, metrics.item.on_hand) for metrics in priced if metrics.item.on_hand is not None]
    if not counted:
        return {name: kpi(None, "money", NONE_VALUED if priced else NONE_PRICED) for name in names}
    retail = sum(((item.unit_price or _ZERO) * on_hand for item, on_hand in counted), _ZERO)
    cost = sum(((item.unit_cost or _ZERO) * on_hand for item, on_hand in counted), _ZERO)
    return {name: kpi(value, "money") for name, value in zip(names, (retail, cost, retail - cost), strict=True)}


def _dead_stock(items: Sequence[ItemMetrics], *, has_orders: bool) -> dict[str, Kpi]:
    """Return the number and the capital of dead items; None while any counted item cannot be judged."""
    counted = [metrics for metrics in items if metrics.item.on_hand is not None]
    if not counted or any(metrics.is_dead_stock is None for metrics in counted):
        why = NO_ORDERS if not has_orders else SHORT_HISTORY if counted else NONE_COUNTED
        return {"deadStockItems": kpi(None, "count", why), "deadStockCapital": kpi(None, "money", why)}
    dead = [metrics for metrics in counted if metrics.is_dead_stock]
    known = [metrics.dead_stock_capital for metrics in dead if metrics.dead_stock_capital is not None]
    capital = None if dead and not known else sum(known, _ZERO)
    return {
        "deadStockItems": kpi(Decimal(len(dead)), "count"),
        "deadStockCapital": kpi(capital, "money", NO_DEAD_COST),
    }
