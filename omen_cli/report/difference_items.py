"""The items that differ between two snapshots: those that moved, those described otherwise, new and gone ones."""

from collections.abc import Iterator, Sequence

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import ItemContent
from omen_cli.model.difference import Difference, ItemDifference
from omen_cli.model.item_name import item_name
from omen_cli.report.numbers import UNKNOWN, Numbers

MAX_ITEMS = 10
_NUMBER_LABELS = {
    "onHand": "on hand",
    "unitPrice": "price",
    "unitCost": "cost",
    "netSales": "net sales",
    "velocity": "sold a day",
    "suggestedOrder": "to order",
}
_LISTED_COLUMNS = ("change", "sku", "item", "category", "on hand", "price", "net sales")


def items(found: Difference, was: Numbers, is_now: Numbers, *, shows_all: bool) -> Iterator[Block]:
    """Yield what is to be said of items, each list cut short unless all are asked for."""
    most = None if shows_all else MAX_ITEMS
    yield from _moved(found.items, was, is_now, most)
    yield from _described_otherwise(found.items, most)
    yield from _new_and_gone(found, was, is_now, most)


def _moved(items: Sequence[ItemDifference], was: Numbers, is_now: Numbers, most: int | None) -> Iterator[Block]:
    moved = [one for one in items if one.numbers]
    if not moved:
        return
    shown = moved[:most]
    of = f"{len(shown)} of {len(moved)}" if len(shown) < len(moved) else str(len(moved))
    yield Heading(f"Items that moved: {of}, by what net sales or the worth of the stock changed by")
    changed = {number.name for one in shown for number in one.numbers}
    names = [name for name in _NUMBER_LABELS if name in changed]
    labels = tuple(_NUMBER_LABELS[name] for name in names)
    yield Table(
        ("sku", "item", "moved", *labels),
        tuple(_moved_row(one, names, was, is_now) for one in shown),
        right=frozenset(("moved", *labels)),
        first=("item", *labels, "moved", "sku"),
    )
    yield from _rest(len(moved) - len(shown))


def _moved_row(item: ItemDifference, names: Sequence[str], was: Numbers, is_now: Numbers) -> tuple[str, ...]:
    """Return a cell a number, empty where the item's is what it was."""
    cells = {
        number.name: f"{was.amount(number.before, number.unit)} → {is_now.amount(number.now, number.unit)}"
        for number in item.numbers
    }
    moved = is_now.amount(item.moved, "money")
    return item.sku, item_name(item.sku, item.name, item.unit), moved, *(cells.get(name, "") for name in names)


def _described_otherwise(items: Sequence[ItemDifference], most: int | None) -> Iterator[Block]:
    found = [(one.sku, label) for one in items for label in one.labels]
    if not found:
        return
    yield Heading("Items described otherwise")
    rows = tuple((sku, label.name, _text(label.before), _text(label.now)) for sku, label in found[:most])
    yield Table(("sku", "what", "before", "now"), rows)
    yield from _rest(len(found) - len(rows))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return UNKNOWN if value is None else str(value)


def _new_and_gone(found: Difference, was: Numbers, is_now: Numbers, most: int | None) -> Iterator[Block]:
    new, gone = found.items_new, found.items_gone
    if not (new or gone):
        return
    yield Heading(f"Items in one of the two: {len(new)} new, {len(gone)} gone")
    rows = [_listed_row("new", item, is_now) for item in new[:most]]
    rows += [_listed_row("gone", item, was) for item in gone[:most]]
    first = ("item", "change", "on hand", "price", "net sales", "sku", "category")
    yield Table(_LISTED_COLUMNS, tuple(rows), right=frozenset(_LISTED_COLUMNS[4:]), first=first)
    yield from _rest(len(new) + len(gone) - len(rows))


def _listed_row(change: str, item: ItemContent, numbers: Numbers) -> tuple[str, ...]:
    return (
        change,
        item.sku,
        item_name(item.sku, item.name, item.unit),
        item.category or UNKNOWN,
        numbers.amount(item.on_hand, "quantity"),
        numbers.amount(item.unit_price, "money"),
        numbers.amount(item.net_sales, "money"),
    )


def _rest(count: int) -> Iterator[Block]:
    if count:
        yield Paragraph(f"{count} more of them: --all shows every one")
