"""How the numbers of a letter are made, in a sentence each."""

from omen_cli.model.blocks import Paragraph
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.explain.kpi_table import KPI_ROWS
from omen_cli.report.labels import SALES_LABELS, STOCK_LABELS
from omen_cli.report.letter_said import Section

_OF_SALES = ("netSales", "averageOrderValue", "grossProfit", "grossMarginPct", "costCoveragePct", "daysOfSupply")
_OF_STOCK = ("inventoryRetailValue", "potentialProfit")
_LABELS = SALES_LABELS | STOCK_LABELS


def basis(snapshot: Snapshot) -> Section:
    """Return the definitions that a reader of the letter needs, and whose days it means."""
    content = snapshot.content
    names = (*(_OF_SALES if content.kpis["netSales"].value is not None else ()), *_OF_STOCK)
    lines = [f"{_LABELS[name]}: {KPI_ROWS[name].definition}" for name in names]
    version = f"KPI definitions version {content.kpi_version}"
    lines.append(f"{version}; days are those of {content.period.timezone}, money is in {content.currency}.")
    return Section("How the numbers are made", tuple(map(Paragraph, lines)), shape="small")
