"""The KPIs of one window of sales, unrounded.

Source: docs/kpis.md, "gross sales", "discounts", "returns", "net sales", "orders", "average order value", "units",
"cost of goods", "gross profit", "gross margin" and "cost coverage".
"""

from decimal import Decimal

from omen_cli.intelligence.rounding import percent, ratio
from omen_cli.model.content import Unit
from omen_cli.model.facts import WindowSales

NO_ORDERS = "no orders are known up to the as-of date"
SALES_UNITS: dict[str, Unit] = {
    "grossSales": "money",
    "discounts": "money",
    "discountRatePct": "percent",
    "returns": "money",
    "netSales": "money",
    "orders": "count",
    "averageOrderValue": "money",
    "units": "quantity",
    "costOfGoods": "money",
    "grossProfit": "money",
    "grossMarginPct": "percent",
    "costCoveragePct": "percent",
}
WHY_NULL = {
    "discountRatePct": "no gross sales in the period",
    "averageOrderValue": "no orders in the period",
    "costOfGoods": "no sold line has a known cost",
    "grossProfit": "no sold line has a known cost",
    "grossMarginPct": "no net sales of lines with a known cost",
    "costCoveragePct": "no gross sales in the period",
}


def sales_kpis(window: WindowSales) -> dict[str, Decimal | None]:
    """Return the sales KPIs of a window by name, in the order of `SALES_UNITS`; None where one is undefined.

    A window in which nothing changed hands cost nothing and earned nothing; one whose lines all lack a cost is unknown.
    """
    has_costs = bool(window.known_gross or window.known_net or window.known_cost)
    is_empty = not (window.gross or window.returns or window.units)
    profit = window.known_net - window.known_cost
    return {
        "grossSales": window.gross,
        "discounts": window.discounts,
        "discountRatePct": percent(window.discounts, window.gross),
        "returns": window.returns,
        "netSales": window.net,
        "orders": Decimal(window.orders),
        "averageOrderValue": ratio(window.net, Decimal(window.orders)),
        "units": window.units,
        "costOfGoods": window.known_cost if has_costs or is_empty else None,
        "grossProfit": profit if has_costs or is_empty else None,
        "grossMarginPct": percent(profit, window.known_net),
        "costCoveragePct": percent(window.known_gross, window.gross),
    }
