"""The stock as it was at the end of the observed window."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tests.oracle.numbers import plain, total
from tests.oracle.periods import DAY
from tests.oracle.rows import Item, Line

Basis = tuple[str, date | None, Decimal | None]


def as_it_was(items: Sequence[Item], lines: Sequence[Line] | None, end: date, inventory_date: date | None) -> Basis:
    """Add back to each counted item what it sold since `end`; return (basis, date, units added back).

    An inventory of a date speaks of the end of that day: what sold later is no part of it, and one that is not younger
    than the window needs nothing added back. One without a date is taken to be younger than every order. Where there
    are no orders at all, None, nobody can say what sold.
    """
    if inventory_date is not None and inventory_date < end:
        return "dated", inventory_date, None
    if lines is None:
        return "current", inventory_date, None
    last = inventory_date or date.max - DAY
    since = [line for line in lines if end <= line.day <= last]
    if inventory_date is None and not since:
        return "current", None, None
    counted = [item for item in items if item.on_hand is not None]
    for item in counted:
        assert item.in_file is not None
        item.on_hand = item.in_file + total(line.quantity for line in since if line.item == item.sku)
    is_counted = {item.sku for item in counted}
    return "estimated", inventory_date, plain(total(line.quantity for line in since if line.item in is_counted))
