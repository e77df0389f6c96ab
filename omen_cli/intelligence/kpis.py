"""The KPI dictionary: every number of the store with its unit, and the periods before beside it.

Source: docs/kpis.md, "change" and "against trailing average". Rounded here, once.
"""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import percent, ratio, rounded, two_decimals
from omen_cli.intelligence.sales import NO_ORDERS, SALES_UNITS, WHY_NULL, sales_kpis
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.intelligence.stock_kpis import inventory_kpis, kpi, rate_kpis
from omen_cli.model.content import Kpi, Unit
from omen_cli.model.facts import OrderFacts
from omen_cli.model.moves import NetSalesChange

TRAILING_NEEDED = 2


def all_kpis(orders: OrderFacts | None, items: Sequence[ItemMetrics]) -> dict[str, Kpi]:
    """Return every KPI by its name; `orders` None when none is known up to the as-of date."""
    return _sales(orders) | rate_kpis(orders, items) | inventory_kpis(items, has_orders=orders is not None)


def net_sales_change(orders: OrderFacts | None) -> NetSalesChange | None:
    """Return the change in net sales split into orders and baskets; None when there is no period before.

    The orders effect is the change in orders × the average order value before, the basket effect the rest, so that
    the two add up to the change to the cent.

    Source: docs/kpis.md, "change in net sales, split".
    """
    before = orders.before[0] if orders and orders.before else None
    if orders is None or before is None:
        return None
    change = two_decimals(orders.observed.net - before.net) or Decimal("0.00")
    if not orders.observed.orders or not before.orders:
        return NetSalesChange(change=change, orders_effect=None, basket_effect=None)
    more_orders = orders.observed.orders - before.orders
    effect = two_decimals(ratio(more_orders * before.net, Decimal(before.orders))) or Decimal("0.00")
    return NetSalesChange(change=change, orders_effect=effect, basket_effect=change - effect)


def _sales(orders: OrderFacts | None) -> dict[str, Kpi]:
    if orders is None:
        return {name: kpi(None, unit, NO_ORDERS) for name, unit in SALES_UNITS.items()}
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
    has_mean = len(trailing) >= TRAILING_NEEDED
    total, count = sum(trailing, Decimal(0)), Decimal(len(trailing))
    return Kpi(
        value=rounded(value, unit),
        unit=unit,
        why_null=WHY_NULL.get(name) if value is None else None,
        before=rounded(before, unit),
        change=rounded(value - before, unit) if value is not None and before is not None else None,
        change_pct=_change_pct(value, before),
        trailing_average=two_decimals(ratio(total, count)) if has_mean else None,
        against_trailing_pct=_change_pct(value * count, total) if has_mean and value is not None else None,
        trailing_periods=len(trailing),
    )


def _change_pct(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return (this − before) ÷ before × 100; None when before is not above 0: never 0, never endless."""
    return None if value is None or before is None else two_decimals(percent(value - before, before))
