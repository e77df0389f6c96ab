"""What comes if nothing changes: what runs out and when, and the month's net sales."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Content
from omen_cli.model.item_name import item_name
from omen_cli.model.outlook import StockOut
from omen_cli.report.numbers import Numbers

MOST = 10


def outlook(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield the stock-outs, and the forecast of the month; nothing without orders."""
    yield from stock_outs(content, numbers)
    yield from month(content, numbers)


def stock_outs(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield what runs out, the first to come first; nothing where nothing does."""
    found, horizon = content.forecasts.stock_outs, content.forecasts.horizon_days
    if found:
        yield Heading(f"Runs out within {horizon} days: {_of(len(found))}")
        columns = ("item", "on hand", "sold a day", "runs out", f"lost sales in {horizon} days", "order")
        rows = tuple(_row(one, numbers) for one in found[:MOST])
        right, whole = frozenset(columns[1:]) - {"runs out"}, frozenset({"runs out"})
        yield Table(columns, rows, right=right, whole=whole, first=("item", "runs out", "order", *columns))


def month(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield the forecast of the month; nothing when it is over, or there are no orders."""
    month = content.forecasts.month
    if month is not None and month.days_left:
        days = "1 day" if month.days_left == 1 else f"{month.days_left} days"
        yield Paragraph(
            f"Net sales of {numbers.span(month.start, month.end)} at the present rate: "
            f"{numbers.amount(month.net_sales, 'money')}, {numbers.amount(month.to_date, 'money')} of it so far, then "
            f"about {numbers.amount(month.per_day, 'money')} a day for {days}."
        )


def _of(count: int) -> str:
    items = "1 item" if count == 1 else f"{count} items"
    return items if count <= MOST else f"the first {MOST} of {items}"


def _row(one: StockOut, numbers: Numbers) -> tuple[str, ...]:
    return (
        item_name(one.sku, one.name, one.unit),
        numbers.amount(one.on_hand, "quantity"),
        numbers.two_decimals(one.velocity),
        runs_out(one, numbers),
        numbers.amount(one.lost_sales, "money"),
        numbers.amount(one.suggested_order, "quantity"),
    )


def runs_out(one: StockOut, numbers: Numbers) -> str:
    """Return when an item runs out; what is gone already is out."""
    return "out" if one.on_hand <= 0 else numbers.day(one.runs_out_on)
