"""The numbers that a page shows first: a few KPIs large, each with what it is compared with."""

from typing import NamedTuple

from omen_cli.model.blocks import Table
from omen_cli.model.content import Content
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.labels import PERIOD_WORDS, SALES_LABELS, STOCK_LABELS
from omen_cli.report.numbers import UNKNOWN, Numbers
from omen_cli.report.sales_table import sales
from omen_cli.report.stock_table import stock

_OF_SALES = ("netSales", "orders", "averageOrderValue", "units", "grossProfit", "grossMarginPct")
_OF_STOCK = (
    "inventoryRetailValue",
    "inventoryCostValue",
    "potentialProfit",
    "items",
    "itemsPriced",
    "averageMarginPct",
)
_CHANGE, _AVERAGE, _AGAINST = 3, 4, 5


class Card(NamedTuple):
    """One KPI: its value, and the remarks that go with it."""

    label: str
    value: str
    remarks: tuple[str, ...]


def cards(snapshot: Snapshot, numbers: Numbers) -> tuple[Card, ...]:
    """Return the KPIs of the sales; without any order those of the stock."""
    content = snapshot.content
    for table in sales(content, numbers):
        if isinstance(table, Table):
            return _of_sales(content, table)
    found = next(block for block in stock(snapshot, numbers) if isinstance(block, Table))
    rows = {row[0]: row for row in found.rows}
    shown = [rows[STOCK_LABELS[name]] for name in _OF_STOCK]
    return tuple(Card(label, value, (remark,) if remark else ()) for label, value, remark in shown)


def _of_sales(content: Content, table: Table) -> tuple[Card, ...]:
    word = PERIOD_WORDS[content.period.timeframe]
    rows = {row[0]: row for row in table.rows}
    return tuple(_card(rows[SALES_LABELS[name]], table.columns, word) for name in _OF_SALES)


def _card(row: tuple[str, ...], columns: tuple[str, ...], word: str) -> Card:
    """Return a KPI with its change against the period before and against the average, where those are known."""
    compared = ((_CHANGE, f"the {word} before"), (_AGAINST, f"the {columns[_AVERAGE]}" if len(row) > _AVERAGE else ""))
    remarks = tuple(f"{row[at]} against {what}" for at, what in compared if len(row) > at and row[at] != UNKNOWN)
    return Card(row[0], row[1], remarks)
