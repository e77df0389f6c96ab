"""The few numbers of a letter that are read at a glance."""

from collections.abc import Iterator

from omen_cli.model.content import Content, Kpi
from omen_cli.report.headline import moved
from omen_cli.report.labels import PERIOD_WORDS, SALES_LABELS, STOCK_LABELS
from omen_cli.report.letter_said import Direction, Tile
from omen_cli.report.numbers import Numbers

_OF_SALES = ("netSales", "orders", "grossProfit", "grossMarginPct")
_OF_STOCK = ("items", "inventoryRetailValue", "inventoryCostValue", "averageMarginPct")


def tiles(content: Content, numbers: Numbers) -> Iterator[Tile]:
    """Yield the sales with their change against the period before; without any order the stock."""
    has_sales = content.kpis["netSales"].value is not None
    labels = SALES_LABELS if has_sales else STOCK_LABELS
    for name in _OF_SALES if has_sales else _OF_STOCK:
        kpi = content.kpis[name]
        change, direction = _change(kpi, content, numbers) if has_sales else (kpi.why_null or "", "flat")
        yield Tile(labels[name], numbers.amount(kpi.value, kpi.unit), change, direction)


def _change(kpi: Kpi, content: Content, numbers: Numbers) -> tuple[str, Direction]:
    """Return how a KPI moved, in words, and where to."""
    before = f"{PERIOD_WORDS[content.period.timeframe]} before"
    if kpi.value is None:
        return kpi.why_null or "unknown", "flat"
    if kpi.before is None or kpi.change is None:
        return f"no {before}", "flat"
    was = numbers.amount(kpi.before, kpi.unit)
    if not kpi.change:
        return f"as in the {before}", "flat"
    direction: Direction = "up" if kpi.change > 0 else "down"
    if kpi.unit == "percent":
        return f"{direction} {numbers.two_decimals(abs(kpi.change))} points from {was}", direction
    if kpi.change_pct is None:
        return f"{direction} from {was}", direction
    return f"{moved(kpi.change, kpi.change_pct, numbers)} from {was}", direction
