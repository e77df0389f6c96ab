"""The KPIs with their definitions and formulas: one row a KPI. To explain another one, add a row.

The names in the formulas are those of names.py; docs/kpis.md, "sales" and "stock", says the same at length.
"""

from dataclasses import dataclass

_NO_LINES = "A snapshot does not hold the order lines, so it is worked out here from the sums that it has."


@dataclass(frozen=True)
class KpiRow:
    """One KPI: what it is in a sentence, and its formula.

    `also` are other sums that come to the same; `past` is the formula of the trailing average, where a snapshot has the
    periods before; `before` that of the period before. `remark` is what a reader of the arithmetic must know.
    """

    definition: str
    formula: str
    also: tuple[str, ...] = ()
    past: str | None = None
    before: str | None = None
    remark: str = ""


KPI_ROWS: dict[str, KpiRow] = {
    "grossSales": KpiRow(
        "List price × quantity of everything that was sold, before discounts and returns.",
        "netSales + discounts + returns",
        remark=_NO_LINES,
    ),
    "discounts": KpiRow(
        "What was taken off the list price of everything that was sold.",
        "grossSales - returns - netSales",
        remark=_NO_LINES,
    ),
    "discountRatePct": KpiRow("The share of gross sales that was given away.", "discounts / grossSales * 100"),
    "returns": KpiRow(
        "What was paid back for returned units, in the period in which they came back.",
        "grossSales - discounts - netSales",
        remark=_NO_LINES,
    ),
    "netSales": KpiRow(
        "What customers paid, without tax: gross sales less discounts and returns.",
        "grossSales - discounts - returns",
        also=("sum(days.netSales)", "sum(categories.netSales)"),
        past="sum(past.netSales) / trailingPeriods",
        before="sum(daysBefore.netSales)",
    ),
    "orders": KpiRow(
        "Orders in which something was sold; one of returns only is none.",
        "sum(days.orders) - ordersOnMoreDays",
        past="sum(past.orders) / trailingPeriods",
    ),
    "averageOrderValue": KpiRow(
        "What an order brought on average.",
        "netSales / orders",
        past="sum(past.netSales / past.orders) / trailingPeriods",
    ),
    "units": KpiRow(
        "Units sold, returned ones taken off.",
        "sum(days.units)",
        also=("sum(categories.units)",),
        before="sum(daysBefore.units)",
    ),
    "costOfGoods": KpiRow(
        "What the units sold had cost, over the lines whose unit cost is known; returns take their cost back.",
        "netSalesCosted - grossProfit",
        remark=_NO_LINES,
    ),
    "grossProfit": KpiRow(
        "What the lines with a known cost brought beyond that cost.",
        "netSalesCosted - costOfGoods",
    ),
    "grossMarginPct": KpiRow(
        "The share of net sales that is gross profit, over the lines with a known cost.",
        "grossProfit / netSalesCosted * 100",
        past="sum(past.grossMarginPct) / trailingPeriods",
    ),
    "costCoveragePct": KpiRow(
        "The share of gross sales whose cost is known: the gross margin speaks of this share only.",
        "grossSalesCosted / grossSales * 100",
    ),
    "items": KpiRow("The SKUs of the inventory.", "inventoryRows"),
    "itemsPriced": KpiRow("Items with a price above 0 and a known cost.", "items - unpricedItems"),
    "averageMarginPct": KpiRow(
        "The mean of the item margins, each item counting once, whatever it sells.",
        "margins / itemsPriced",
    ),
    "inventoryRetailValue": KpiRow(
        "What the stock would bring at list price.",
        "sum(valued.onHand * valued.unitPrice)",
    ),
    "inventoryCostValue": KpiRow("What the stock cost.", "sum(valued.onHand * valued.unitCost)"),
    "potentialProfit": KpiRow(
        "What the stock would bring at list price beyond its cost.",
        "inventoryRetailValue - inventoryCostValue",
    ),
    "velocity": KpiRow(
        "Units sold a day, of whatever SKU, over the last 28 days or those since the first order.",
        "max(velocityUnits, 0) / velocityDays",
    ),
    "daysOfSupply": KpiRow(
        "How long the counted stock lasts at the present rate of sale.",
        "max(countedOnHand, 0) / (countedVelocityUnits / velocityDays)",
    ),
    "sellThroughPct": KpiRow(
        "Of the counted items: the share of what was there that was sold.",
        "countedUnits / (countedUnits + countedOnHand) * 100",
    ),
    "deadStockItems": KpiRow(
        "Counted items on hand that nobody bought for long: `dead_stock_days` of the thresholds.",
        "sum(lying.one)",
    ),
    "deadStockCapital": KpiRow("What the dead stock cost.", "sum(dead.capital)"),
}
