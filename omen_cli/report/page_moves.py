"""The tables of a page about what moved: SKUs, categories, days and periods, each to be sorted."""

from collections.abc import Iterator

from omen_cli.model.content import Content
from omen_cli.model.moves import Moved, Movers
from omen_cli.report.labels import PERIOD_WORDS
from omen_cli.report.movement import category_name, in_order, mover_name, unusual
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_table import Cell, Cells, PageTable, Section, section_of
from omen_cli.report.trend_periods import periods, trend_title


def moved(content: Content, numbers: Numbers) -> Iterator[Section]:
    """Yield the movers, the categories and what is unusual; nothing without orders."""
    cells, word = Cells(numbers), PERIOD_WORDS[content.period.timeframe]
    columns = (f"this {word}", f"{word} before", "change", "part of it")
    if content.movers is not None and (content.movers.up or content.movers.down):
        rows = tuple((Cell(mover_name(one)), *_moved(one, cells)) for one in in_order(content.movers, content))
        title = "What moved"
        table = PageTable(
            "movers-table", f"{title}: net sales by item", ("item", *columns), rows, _rest(content.movers, cells)
        )
        yield Section("movers", title, (), (table,))
    if content.categories:
        yield Section("categories", "Categories", (), (_categories(content, cells, columns),))
    found = section_of("unusual", unusual(content.anomalies, word, numbers))
    if found.lines:
        yield found


def _rest(movers: Movers, cells: Cells) -> tuple[Cell, ...]:
    blank = Cell("", "")
    return (
        (Cell(f"{movers.rest_count} more"), blank, blank, cells.change(movers.rest), blank) if movers.rest_count else ()
    )


def _categories(content: Content, cells: Cells, columns: tuple[str, ...]) -> PageTable:
    names = ("category", *columns, "units", "items", "stock at retail")
    rows = tuple(
        (
            Cell(category_name(one)),
            *_moved(one, cells),
            cells.amount(one.units_sold, "quantity"),
            cells.amount(one.items, "count"),
            cells.amount(one.inventory_retail_value, "money"),
        )
        for one in content.categories
    )
    return PageTable("categories-table", "Categories", names, rows)


def _moved(one: Moved, cells: Cells) -> tuple[Cell, ...]:
    return (
        cells.amount(one.net_sales, "money"),
        cells.amount(one.before, "money"),
        cells.change(one.change),
        cells.amount(one.part_pct, "percent"),
    )


def category_table(content: Content, numbers: Numbers) -> PageTable:
    """Return what each category sold, and in the period before."""
    cells, word = Cells(numbers), PERIOD_WORDS[content.period.timeframe]
    rows = tuple(
        (Cell(category_name(one)), cells.amount(one.net_sales, "money"), cells.amount(one.before, "money"))
        for one in content.categories
    )
    columns = ("category", f"this {word}", f"{word} before")
    return PageTable("by-category-table", "Net sales by category", columns, rows)


def days_table(content: Content, numbers: Numbers) -> PageTable:
    """Return the days of the observed window, and behind them those that they are compared with."""
    cells = Cells(numbers)
    rows = tuple(
        (
            cells.day(day.date, f"{numbers.weekday(day.date)}, {numbers.day(day.date)}"),
            cells.amount(day.net_sales, "money"),
            cells.amount(day.orders, "count"),
            cells.amount(day.units, "quantity"),
        )
        for day in (*content.days, *content.days_before)
    )
    return PageTable("days-table", "Net sales by day", ("day", "net sales", "orders", "units"), rows)


def trend_table(content: Content, numbers: Numbers) -> PageTable:
    """Return the periods of the trend."""
    cells = Cells(numbers)
    rows = tuple(
        (
            cells.day(one.start, numbers.span(one.start, one.end) + ("" if one.complete else " (so far)")),
            cells.amount(one.net_sales, "money"),
            cells.amount(one.orders, "count"),
            cells.amount(one.gross_margin_pct, "percent"),
        )
        for one in periods(content)
    )
    word = PERIOD_WORDS[content.period.timeframe]
    return PageTable("trend-table", trend_title(content), (word, "net sales", "orders", "gross margin"), rows)
