"""What the rules ask about one item, and the money that hangs on it.

Source: docs/kpis.md, "recommendations" and "money at stake".
"""

from decimal import Decimal

from omen_cli.intelligence.rounding import ratio
from omen_cli.intelligence.stock import ItemMetrics, capital
from omen_cli.model.thresholds import Thresholds

_ZERO = Decimal(0)
_NOT_COUNTED = Decimal(-1)


def on_hand(m: ItemMetrics) -> Decimal:
    """Return the units on hand; below zero for an item that is not counted, so that no minimum is met."""
    return _NOT_COUNTED if m.item.on_hand is None else m.item.on_hand


def margin(m: ItemMetrics) -> Decimal:
    """Return the margin of a priced item, in percent; 0 for any other."""
    return _ZERO if m.margin_pct is None else m.margin_pct


def is_slow(m: ItemMetrics, t: Thresholds) -> bool:
    """Tell whether the item is known to sell slowly."""
    return m.velocity is not None and m.velocity < t.slow_mover_velocity_max


def is_reorder_now(m: ItemMetrics, t: Thresholds) -> bool:
    """Tell whether a counted item sells fast and runs out within `reorder_days`."""
    return (
        m.velocity is not None
        and m.velocity >= t.reorder_velocity_min
        and m.days_of_supply is not None
        and m.days_of_supply <= t.reorder_days
    )


def is_reorder_soon(m: ItemMetrics, t: Thresholds) -> bool:
    """Tell whether few are left of an item; what is dead stock is not bought again, however few are left."""
    return t.low_stock_min <= on_hand(m) <= t.low_stock_max and not is_reorder_now(m, t) and not m.is_dead_stock


def is_reordered(m: ItemMetrics, t: Thresholds) -> bool:
    """Tell whether the item is to be bought again: then it is neither promoted, discounted nor cleared."""
    return is_reorder_now(m, t) or is_reorder_soon(m, t)


def potential_profit(m: ItemMetrics, _: Thresholds) -> Decimal | None:
    """Return on hand × (price − cost)."""
    item = m.item
    if item.on_hand is None or item.unit_price is None or item.unit_cost is None:
        return None
    return item.on_hand * (item.unit_price - item.unit_cost)


def stock_capital(m: ItemMetrics, _: Thresholds) -> Decimal | None:
    """Return on hand × cost."""
    return capital(m.item)


def lost_sales(m: ItemMetrics, t: Thresholds) -> Decimal | None:
    """Return velocity × price × the days of `reorder_days` that the stock does not last; 0 when nothing sells."""
    if m.velocity_units is None or m.velocity_days is None or m.item.unit_price is None:
        return None
    stock = max(on_hand(m), _ZERO)
    missing = max(_ZERO, t.reorder_days * m.velocity_units - stock * m.velocity_days)
    return ratio(missing * m.item.unit_price, Decimal(m.velocity_days))


def missed_margin(m: ItemMetrics, t: Thresholds) -> Decimal | None:
    """Return units sold × (the price at the margin of `review_pricing_margin_max` − price); returns alone are 0.

    None without orders, and where no price has such a margin: at 100 % or more.
    """
    item = m.item
    if m.units_sold is None or item.unit_price is None or item.unit_cost is None:
        return None
    cost_pct = 100 - t.review_pricing_margin_max
    return ratio(max(m.units_sold, _ZERO) * (100 * item.unit_cost - cost_pct * item.unit_price), cost_pct)


def unknown(_: ItemMetrics, __: Thresholds) -> Decimal | None:
    """Return None: nobody can say what money hangs on it."""
    return None
