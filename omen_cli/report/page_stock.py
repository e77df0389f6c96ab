"""The tables of a page about the stock: what to do with it, what runs out, and every item."""

from collections.abc import Iterator, Sequence

from omen_cli.model.content import Content, ItemContent
from omen_cli.model.item_name import item_name
from omen_cli.report.labels import ACTION_LABELS
from omen_cli.report.numbers import Numbers
from omen_cli.report.outlook import month, runs_out
from omen_cli.report.page_table import Cell, Cells, PageTable, Section, section_of

_ITEM_COLUMNS = (
    "item", "sku", "category", "on hand", "price", "cost", "margin", "sold", "net sales", "sold a day",
    "days of supply", "runs out", "order", "sell-through", "last sale", "dead stock",
)  # fmt: skip


def advice(content: Content, numbers: Numbers) -> Section:
    """Return all that is to do; the item first, since that column stays when a narrow window scrolls."""
    cells = Cells(numbers)
    rows = tuple(
        (
            Cell(item_name(one.sku, one.name, one.unit)),
            Cell(ACTION_LABELS[one.action]),
            Cell(one.reason),
            cells.amount(one.money_at_stake, "money"),
            cells.rate(one.confidence),
        )
        for one in content.recommendations
    )
    if not rows:
        return Section("todo", "What to do: nothing stands out")
    columns = ("item", "action", "why", "at stake", "confidence")
    table = PageTable("todo-table", "What to do", columns, rows, is_filtered_by_readers=True)
    return Section("todo", "What to do", (), (table,))


def stock_outs(content: Content, numbers: Numbers) -> Iterator[Section]:
    """Yield what runs out, all of it, and the month's net sales; nothing when neither is known."""
    cells, found, horizon = Cells(numbers), content.forecasts.stock_outs, content.forecasts.horizon_days
    lines = section_of("", month(content, numbers)).lines
    columns = ("item", "on hand", "sold a day", "days of supply", "runs out", f"lost sales in {horizon} days", "order")
    rows = tuple(
        (
            Cell(item_name(one.sku, one.name, one.unit)),
            cells.amount(one.on_hand, "quantity"),
            cells.rate(one.velocity),
            cells.rate(one.days_of_supply),
            cells.day(one.runs_out_on, runs_out(one, numbers)),
            cells.amount(one.lost_sales, "money"),
            cells.amount(one.suggested_order, "quantity"),
        )
        for one in found
    )
    title = f"Runs out within {horizon} days"
    if rows:
        yield Section("stock-outs", title, lines, (PageTable("stock-outs-table", title, columns, rows),))
    elif lines:
        yield Section("stock-outs", "What comes", lines)


def items(content: Content, numbers: Numbers) -> Section:
    """Return every item of the inventory."""
    cells = Cells(numbers)
    rows = tuple(_item(one, cells) for one in content.items)
    table = PageTable("items-table", "All items", _ITEM_COLUMNS, rows, is_filtered_by_readers=True)
    return Section("items", "All items", (), (table,) if rows else ())


def _item(one: ItemContent, cells: Cells) -> tuple[Cell, ...]:
    return (
        Cell(item_name(one.sku, one.name, one.unit)),
        Cell(one.sku),
        Cell(one.category or ""),
        cells.amount(one.on_hand, "quantity"),
        cells.amount(one.unit_price, "money"),
        cells.amount(one.unit_cost, "money"),
        cells.amount(one.margin_pct, "percent"),
        cells.amount(one.units_sold, "quantity"),
        cells.amount(one.net_sales, "money"),
        cells.rate(one.velocity),
        cells.rate(one.days_of_supply),
        cells.day(one.runs_out_on),
        cells.amount(one.suggested_order, "quantity"),
        cells.amount(one.sell_through_pct, "percent"),
        cells.day(one.last_sale),
        cells.amount(one.dead_stock_capital, "money"),
    )


def cover_table(shown: Sequence[ItemContent], numbers: Numbers) -> PageTable:
    """Return how long the stock of these items lasts."""
    cells = Cells(numbers)
    rows = tuple(
        (Cell(item_name(one.sku, one.name, one.unit)), cells.rate(one.days_of_supply), cells.day(one.runs_out_on))
        for one in shown
    )
    return PageTable("cover-table", "Days of supply", ("item", "days of supply", "runs out"), rows)
