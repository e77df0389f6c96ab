"""The words for the KPIs, the actions and the signals, in reading order."""

from omen_cli.model.ids import Timeframe
from omen_cli.model.outlook import SignalName

PERIOD_WORDS: dict[Timeframe, str] = {"daily": "day", "weekly": "week", "monthly": "month"}
SALES_LABELS = {
    "netSales": "Net sales",
    "orders": "Orders",
    "averageOrderValue": "Average order value",
    "units": "Units sold",
    "grossSales": "Gross sales",
    "discounts": "Discounts",
    "discountRatePct": "Discount rate",
    "returns": "Returns",
    "costOfGoods": "Cost of goods",
    "grossProfit": "Gross profit",
    "grossMarginPct": "Gross margin",
    "costCoveragePct": "Cost coverage",
}
STOCK_LABELS = {
    "items": "Items",
    "itemsPriced": "Items with price and cost",
    "averageMarginPct": "Average margin",
    "inventoryRetailValue": "Inventory at retail",
    "inventoryCostValue": "Inventory at cost",
    "potentialProfit": "Potential profit",
    "velocity": "Units sold a day",
    "daysOfSupply": "Days of supply",
    "sellThroughPct": "Sell-through",
    "deadStockItems": "Dead stock, items",
    "deadStockCapital": "Dead stock, capital",
}
ACTION_LABELS = {
    "REORDER_NOW": "Reorder now",
    "REORDER_SOON": "Reorder soon",
    "REVIEW_PRICING": "Review the price",
    "PROTECT_PRICING": "Keep the price",
    "PROMOTE_AS_FEATURED": "Feature",
    "PROMOTE_SLOW_MOVER": "Promote a slow mover",
    "CREATE_BUNDLE": "Bundle",
    "CONSIDER_DISCOUNT": "Consider a discount",
    "CLEAR_DEAD_STOCK": "Clear dead stock",
}
SIGNAL_LABELS: dict[SignalName, str] = {
    "STOCKOUT_IMMINENT": "what sells well and runs out soon",
    "UNDER_PROMOTED": "what earns well and hardly sells",
    "SALES_DECLINE": "sales that fell",
    "SLOW_STOCK": "stock that hardly moves",
    "MARGIN_COMPRESSION": "a margin that fell",
    "STABLE": "nothing presses",
}
