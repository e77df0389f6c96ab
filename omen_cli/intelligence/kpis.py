"""The KPI dictionary: every number of the store with its unit, and the periods before beside it.

Source: docs/kpis.md. Rounded here, once.
"""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, quantity, two_decimals
from omen_cli.intelligence.sales import SALES_UNITS, WHY_NULL, sales_kpis
from omen_cli.intelligence.stock import ItemMetrics, sell_through_pct, units_a_day, velocity_days
from omen_cli.model.content import Kpi, NetSalesChange, Unit
from omen_cli.model.facts import OrderFacts

TRAILING_NEEDED = 2
NO_ORDERS = "no orders are known up to the as-of date"


def all_kpis(orders: OrderFacts | None, items: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    """Return every KPI by its name."""
    known = orders if orders and orders.first_order else None
    return _sales(known) | _rates(known, items) | _inventory(items)


def net_sales_change(orders: OrderFacts | None) -> NetSalesChange | None:
    """Return the change in net sales split into orders and baskets; None when there is no period before.

    The orders effect is the change in orders × the average order value before, the basket effect the rest, so that
    the two add up to the change to the cent.
    """
    before = orders.before[0] if orders and orders.before else None
    if orders is None or before is None:
        return None
    change = two_decimals(orders.observed.net - before.net) or Decimal(0)
    if not orders.observed.orders or not before.orders:
        return NetSalesChange(change=change, orders_effect=None, basket_effect=None)
    per_order = sales_kpis(before)["averageOrderValue"] or Decimal(0)
    effect = two_decimals((orders.observed.orders - before.orders) * per_order) or Decimal("0.00")
    return NetSalesChange(change=change, orders_effect=effect, basket_effect=change - effect)


def _sales(orders: OrderFacts | None) -> dict[str, Kpi]:
    if orders is None:
        return {name: Kpi(value=None, unit=unit, why_null=NO_ORDERS) for name, unit in SALES_UNITS.items()}
    observed = sales_kpis(orders.observed)
    befores = [sales_kpis(window) if window else None for window in orders.before]
    return {
        name: _compared(name, unit, observed[name], [before[name] if before else None for before in befores])
        for name, unit in SALES_UNITS.items()
    }


def _compared(name: str, unit: Unit, value: Decimal | None, befores: Sequence[Decimal | None]) -> Kpi:
    """Return one KPI beside the period before and the mean of those periods before that have it."""
    before = befores[0] if befores else None
    trailing = [past for past in befores if past is not None]
    mean = sum(trailing, Decimal(0)) / len(trailing) if len(trailing) >= TRAILING_NEEDED else None
    return Kpi(
        value=_rounded(value, unit),
        unit=unit,
        why_null=WHY_NULL.get(name) if value is None else None,
        before=_rounded(before, unit),
        change=_rounded(value - before, unit) if value is not None and before is not None else None,
        change_pct=_change_pct(value, before),
        trailing_average=two_decimals(mean),
        against_trailing_pct=_change_pct(value, mean),
        trailing_periods=len(trailing),
    )


def _change_pct(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return (this − before) ÷ before × 100; None when before is not above 0: never 0, never endless."""
    return None if value is None or before is None else two_decimals(percent(value - before, before))


def _rounded(value: Decimal | None, unit: Unit) -> Decimal | None:
    return quantity(value) if unit in ("count", "quantity") else two_decimals(value)


def _rates(orders: OrderFacts | None, items: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    """Return the store's velocity, days of supply and sell-through, over all its counted items."""
    on_hand = sum((metrics.item.on_hand for metrics in items if metrics.item.on_hand is not None), Decimal(0))
    days = velocity_days(None, orders) if orders else None
    velocity = units_a_day(orders.velocity.units, days) if orders and days else None
    supply = on_hand / velocity if velocity and on_hand > 0 else Decimal(0) if velocity else None
    sold = orders.observed.units if orders else None
    why = None if orders else NO_ORDERS
    return {
        "velocity": _plain(velocity, "quantity_per_day", why),
        "daysOfSupply": _plain(supply, "days", why or "nothing sells"),
        "sellThroughPct": _plain(sell_through_pct(sold, on_hand), "percent", why or "nothing sold and nothing on hand"),
    }


def _plain(value: Decimal | None, unit: Unit, why_null: str | None) -> Kpi:
    return Kpi(value=_rounded(value, unit), unit=unit, why_null=why_null if value is None else None)


def _inventory(items: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    priced = [metrics for metrics in items if metrics.is_priced]
    margins = [metrics.margin_pct for metrics in priced if metrics.margin_pct is not None]
    retail = _value_of(priced, "unit_price")
    cost = _value_of(priced, "unit_cost")
    judged = [metrics for metrics in items if metrics.is_dead_stock is not None]
    dead = [metrics for metrics in judged if metrics.is_dead_stock]
    capital = sum((metrics.dead_stock_capital or Decimal(0) for metrics in dead), Decimal(0))
    none_priced = "no item has both a price and a cost"
    unjudged = "the orders do not reach back far enough"
    average = sum(margins, Decimal(0)) / len(margins) if margins else None
    return {
        "items": _plain(Decimal(len(items)), "count", None),
        "itemsPriced": _plain(Decimal(len(priced)), "count", None),
        "averageMarginPct": _plain(average, "percent", none_priced),
        "inventoryRetailValue": _plain(retail if priced else None, "money", none_priced),
        "inventoryCostValue": _plain(cost if priced else None, "money", none_priced),
        "potentialProfit": _plain(retail - cost if priced else None, "money", none_priced),
        "deadStockItems": _plain(Decimal(len(dead)) if judged else None, "count", unjudged),
        "deadStockCapital": _plain(capital if judged else None, "money", unjudged),
    }


def _value_of(priced: Sequence[ItemMetrics], amount: str) -> Decimal:
    """Return Σ amount × on hand over the priced items that are counted."""
    counted = (metrics.item for metrics in priced if metrics.item.on_hand is not None)
    return sum((getattr(item, amount) * item.on_hand for item in counted), Decimal(0))
