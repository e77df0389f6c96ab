"""The dead stock of a snapshot, item by item, for a letter."""

from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Paragraph, Table
from omen_cli.model.content import ItemContent
from omen_cli.model.item_name import item_name
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.letter_said import Section
from omen_cli.report.numbers import Numbers
from omen_cli.report.stock_table import dead_stock_days

MOST = 6


def dead_stock(snapshot: Snapshot, numbers: Numbers, where: str) -> Iterator[Section]:
    """Yield what lies dead, the most capital first; nothing when nothing does, or nobody knows."""
    found = sorted((item for item in snapshot.content.items if item.dead_stock), key=_by_capital)
    if not found:
        return
    capital = snapshot.content.kpis["deadStockCapital"].value
    tied = "" if capital is None else f", {numbers.amount(capital, 'money')} tied up"
    days = dead_stock_days(snapshot.settings)
    columns = ("item", "on hand", "capital", "last sale")
    rows = tuple(_row(item, numbers) for item in found[:MOST])
    right, whole = frozenset({"on hand", "capital"}), frozenset({"last sale"})
    table = Table(columns, rows, right, whole, first=("item", "capital", "last sale", "on hand"))
    more = (Paragraph(f"+{len(found) - MOST} more, {where}"),) if len(found) > MOST else ()
    title = f"Dead stock: none sold in {days}{tied}" if days else f"Dead stock{tied}"
    yield Section(title, (table, *more))


def _by_capital(item: ItemContent) -> tuple[Decimal, str]:
    return -(item.dead_stock_capital or Decimal(0)), item.sku


def _row(item: ItemContent, numbers: Numbers) -> tuple[str, ...]:
    return (
        item_name(item.sku, item.name, item.unit),
        numbers.amount(item.on_hand, "quantity"),
        numbers.amount(item.dead_stock_capital, "money"),
        "never" if item.last_sale is None else numbers.day(item.last_sale),
    )
