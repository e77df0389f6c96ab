"""Why a number of an item is unknown."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from omen_cli.model.content import ItemContent

_REASONS: dict[str, tuple[Callable[[ItemContent], bool], str]] = {
    "no_price": (lambda item: not item.unit_price, "no price above 0"),
    "no_cost": (lambda item: item.unit_cost is None, "no known cost"),
    "not_counted": (lambda item: item.on_hand is None, "in stock, but not counted"),
    "no_orders": (lambda item: item.units_sold is None, "no orders are known up to the as-of date"),
    "too_new": (lambda item: item.velocity is None, "first seen after the days that a velocity rests on"),
    "nothing_sells": (lambda item: not item.velocity_units, "nothing sells: undefined, not endless"),
    "too_far": (lambda item: item.runs_out_on is None, "not before the year 10000"),
    "nothing_there": (lambda item: _there(item) <= 0, "nothing sold and nothing on hand"),
    "short_history": (lambda item: item.dead_stock is None, "the orders do not reach back far enough"),
    "not_dead": (lambda item: item.dead_stock is False, "it is no dead stock"),
}


def why_unknown(item: ItemContent, among: Sequence[str]) -> str:
    """Return the first of these reasons that holds of the item."""
    return next((text for name in among for holds, text in [_REASONS[name]] if holds(item)), "unknown")


def _there(item: ItemContent) -> Decimal:
    return (item.units_sold or Decimal(0)) + (item.on_hand or Decimal(0))
