"""What moved the net sales: the SKUs and the categories, each with the part of the change that it explains."""

from collections.abc import Iterator, Sequence

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Content
from omen_cli.model.item_name import item_name
from omen_cli.model.moves import CategoryContent, Moved, Mover, Movers
from omen_cli.model.outlook import Anomaly
from omen_cli.report.labels import PERIOD_WORDS
from omen_cli.report.numbers import Numbers

NOT_LISTED = "not in the inventory"
NO_CATEGORY = "no category"
MOST = 6


def movement(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield the movers, the categories and what is unusual; nothing without orders.

    Where net sales fell, the falls come first: they are what a reader looks for.
    """
    word = PERIOD_WORDS[content.period.timeframe]
    columns = (f"this {word}", f"{word} before", "change", "part of it")
    movers = content.movers
    if movers is not None and (movers.up or movers.down):
        yield Heading("What moved")
        rows = [(mover_name(one), *_cells(one, numbers)) for one in in_order(movers, content)]
        if movers.rest_count:
            rest = numbers.signed_money(movers.rest)
            rows.append((f"{movers.rest_count} more", "", "", rest, ""))
        yield Table(("item", *columns), tuple(rows), right=frozenset(columns), first=("item", "change", *columns))
    yield from _categories(content, columns, numbers)
    yield from unusual(content.anomalies, word, numbers)


def in_order(movers: Movers, content: Content) -> tuple[Mover, ...]:
    """Return the movers, those first that went the way of the whole."""
    is_fall = content.net_sales_change is not None and content.net_sales_change.change < 0
    return (*movers.down, *movers.up) if is_fall else (*movers.up, *movers.down)


def _categories(content: Content, columns: tuple[str, ...], numbers: Numbers) -> Iterator[Block]:
    """Yield the categories where there are several; without a period before, only what they sold and have."""
    if len(content.categories) < 2:
        return
    yield Heading("Categories")
    shown = columns if content.period.before is not None else columns[:1]
    names = ("category", *shown, "units", "stock at retail")
    rows = tuple(
        (
            category_name(one),
            *_cells(one, numbers)[: len(shown)],
            numbers.amount(one.units_sold, "quantity"),
            numbers.amount(one.inventory_retail_value, "money"),
        )
        for one in content.categories
    )
    first = ("category", columns[0], *(("change",) if len(shown) > 1 else ()), *names)
    yield Table(names, rows, right=frozenset(names[1:]), first=first)


def _cells(one: Moved, numbers: Numbers) -> tuple[str, ...]:
    return (
        numbers.amount(one.net_sales, "money"),
        numbers.amount(one.before, "money"),
        numbers.amount(None, "money") if one.change is None else numbers.signed_money(one.change),
        numbers.amount(one.part_pct, "percent"),
    )


def mover_name(one: Mover) -> str:
    """Return how a mover is called."""
    name = item_name(one.sku, one.name, one.unit)
    return name if one.is_listed else f"{name} ({NOT_LISTED})"


def category_name(one: CategoryContent) -> str:
    """Return how a category is called."""
    if not one.is_listed:
        return NOT_LISTED
    return NO_CATEGORY if one.category is None else one.category


def unusual(anomalies: Sequence[Anomaly], word: str, numbers: Numbers) -> Iterator[Block]:
    """Yield, with their heading, the items that sell at least twice or at most half as fast as before."""
    if not anomalies:
        return
    yield Heading("Unusual")
    for kind, text in (("doubled", "Sold at least twice as fast as"), ("halved", "Sold at most half as fast as")):
        of_kind = [one for one in anomalies if one.kind == kind]
        if of_kind:
            named = "; ".join(_anomaly(one, numbers) for one in of_kind[:MOST])
            more = f"; and {len(of_kind) - MOST} more" if len(of_kind) > MOST else ""
            yield Paragraph(f"{text} {'on' if word == 'day' else 'in'} the {word} before: {named}{more}.")


def _anomaly(one: Anomaly, numbers: Numbers) -> str:
    units, before = (numbers.amount(count, "quantity") for count in (one.units, one.units_before))
    return f"{item_name(one.sku, one.name, one.unit)} ({units}, {before} before)"
