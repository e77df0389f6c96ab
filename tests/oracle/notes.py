"""What a reader must know about the data: the codes of the notes, each with the SKUs that it is about."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from tests.oracle.items import Metrics
from tests.oracle.numbers import ZERO, total
from tests.oracle.periods import DAY, Windows
from tests.oracle.rows import Item, Line

Note = tuple[str, tuple[str, ...]]


def notes(
    items: Sequence[Item],
    metrics: Mapping[str, Metrics],
    lines: Sequence[Line],
    w: Windows,
    first: date | None,
    t: Mapping[str, Fraction],
) -> list[Note]:
    """Return the notes in their order; `lines` up to the end of the observed window."""
    found = [*_about_items(items), *_about_prices([item for item in items if metrics[item.sku]["margin"] is not None])]
    return found + list(_about_orders(lines, w, first, t))


def _about_items(items: Sequence[Item]) -> Iterator[Note]:
    kinds: dict[str, Callable[[Item], bool]] = {
        "items_without_cost": lambda item: item.cost is None,
        "items_without_price": lambda item: not item.price,
        "items_not_counted": lambda item: item.on_hand is None,
        "negative_on_hand": lambda item: item.on_hand is not None and item.on_hand < 0,
    }
    for code, speaks in kinds.items():
        skus = tuple(item.sku for item in items if speaks(item))
        if skus:
            yield code, skus


def _about_prices(priced: Sequence[Item]) -> Iterator[Note]:
    if not priced:
        return
    if len({item.price for item in priced}) * 100 <= len(priced) * 30:
        yield "few_prices", ()
    margins = Counter(_whole_percent((item.price - item.cost) / item.price * 100) for item in priced)  # type: ignore[operator]
    if max(margins.values()) * 100 >= len(priced) * 70:
        yield "one_margin", ()


def _whole_percent(value: Fraction) -> int:
    return int((abs(value) * 2 + 1) // 2) * (-1 if value < 0 else 1)


def _about_orders(lines: Sequence[Line], w: Windows, first: date | None, t: Mapping[str, Fraction]) -> Iterator[Note]:
    if first is None:
        yield "no_orders", ()
        return
    inside = [line for line in lines if line.day >= w.observed[0]]
    if not any(line.quantity > 0 for line in inside):
        yield "no_orders_in_period", ()
    if first > w.end - 28 * DAY:
        yield "short_velocity", ()
    if first > w.end - int(t["dead_stock_days"]) * DAY:
        yield "short_history", ()
    if w.before[0][1] <= first:
        yield "no_period_before", ()
    for code, of in (
        ("sold_without_cost", [line for line in inside if line.cost is None]),
        ("sold_not_in_inventory", [line for line in inside if line.item is None]),
    ):
        if of:
            yield code, _by_gross(of)


def _by_gross(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the SKUs by falling gross sales; those that only came back, or have lines of 0, are last."""
    gross = {line.sku: ZERO for line in lines}
    for sku in gross:
        gross[sku] = total(line.price * line.quantity for line in lines if line.sku == sku and line.quantity > 0)
    return tuple(sorted(gross, key=lambda sku: (-gross[sku], sku)))
