"""Which items of two snapshots moved, and by how much: the greatest first."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from omen_cli.intelligence.diff_numbers import number_difference
from omen_cli.intelligence.rounding import two_decimals
from omen_cli.model.content import ItemContent, Unit
from omen_cli.model.difference import ItemDifference, LabelDifference, NumberDifference

_NUMBERS: tuple[tuple[str, str, Unit], ...] = (
    ("on_hand", "onHand", "quantity"),
    ("unit_price", "unitPrice", "money"),
    ("unit_cost", "unitCost", "money"),
    ("net_sales", "netSales", "money"),
    ("velocity", "velocity", "quantity_per_day"),
    ("suggested_order", "suggestedOrder", "quantity"),
)
_LABELS = ("name", "unit", "category", "visible")
_NOTHING = Decimal(0)


def items_that_moved(
    before: Sequence[ItemContent], now: Sequence[ItemContent], *, is_one_currency: bool
) -> tuple[ItemDifference, ...]:
    """Return the items of both with a difference: by falling `moved`, then by SKU."""
    earlier = {item.sku: item for item in before}
    pairs = ((earlier[item.sku], item) for item in now if item.sku in earlier)
    found = (_difference(was, is_now, is_one_currency=is_one_currency) for was, is_now in pairs)
    return tuple(sorted((one for one in found if one.numbers or one.labels), key=lambda one: (-one.moved, one.sku)))


def _difference(before: ItemContent, now: ItemContent, *, is_one_currency: bool) -> ItemDifference:
    return ItemDifference(
        sku=now.sku,
        name=now.name,
        unit=now.unit,
        moved=two_decimals(_moved(before, now)) or Decimal("0.00"),
        numbers=tuple(_numbers(before, now, is_one_currency=is_one_currency)),
        labels=tuple(_labels(before, now)),
    )


def _moved(before: ItemContent, now: ItemContent) -> Decimal:
    """Return the greatest change in money; what is unknown counts as nothing, so that a lost price ranks high."""
    worth = zip(_worth(before), _worth(now), strict=True)
    return max(abs(is_now - was) for was, is_now in worth)


def _worth(item: ItemContent) -> tuple[Decimal, Decimal, Decimal]:
    on_hand = item.on_hand or _NOTHING
    return item.net_sales or _NOTHING, on_hand * (item.unit_price or _NOTHING), on_hand * (item.unit_cost or _NOTHING)


def _numbers(before: ItemContent, now: ItemContent, *, is_one_currency: bool) -> Iterator[NumberDifference]:
    for field, name, unit in _NUMBERS:
        was, is_now = getattr(before, field), getattr(now, field)
        if was != is_now:
            yield number_difference(name, unit, was, is_now, is_alike=is_one_currency or unit != "money")


def _labels(before: ItemContent, now: ItemContent) -> Iterator[LabelDifference]:
    for name in _LABELS:
        was, is_now = getattr(before, name), getattr(now, name)
        if was != is_now:
            yield LabelDifference(name=name, before=was, now=is_now)
