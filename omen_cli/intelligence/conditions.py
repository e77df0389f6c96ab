"""What the rules ask about one item, and the money that hangs on it.

Source: docs/kpis.md, "recommendations" and "money at stake".
"""

from decimal import Decimal

from omen_cli.intelligence.rounding import ratio
from omen_cli.intelligence.stock import ItemMetrics, capital
from omen_cli.intelligence.supply import suggested_order

_ZERO = Decimal(0)
_NOT_COUNTED = Decimal(-1)


def on_hand(m: ItemMetrics) -> Decimal:
    """Return the units on hand; below zero for an item that is not counted, so that no minimum is met."""
    return _NOT_COUNTED if m.item.on_hand is None else m.item.on_hand


def margin(m: ItemMetrics) -> Decimal:
    """Return the margin of a priced item, in percent; 0 for any other."""
    return _ZERO if m.margin_pct is None else m.margin_pct


def is_slow(m: ItemMetrics) -> bool:
    """Tell whether the item is known to sell slowly."""
    return m.velocity is not None and m.velocity < m.thresholds.slow_mover_velocity_max


def is_reorder_now(m: ItemMetrics) -> bool:
    """Tell whether a counted item sells fast and runs out within `reorder_days`."""
    return (
        m.velocity is not None
        and m.velocity >= m.thresholds.reorder_velocity_min
        and m.days_of_supply is not None
        and m.days_of_supply <= m.thresholds.reorder_days
    )


def is_reorder_soon(m: ItemMetrics) -> bool:
    """Tell whether few are left of an item; what is dead stock is not bought again, however few are left."""
    return (
        m.thresholds.low_stock_min <= on_hand(m) <= m.thresholds.low_stock_max
        and not is_reorder_now(m)
        and not m.is_dead_stock
    )


def is_reordered(m: ItemMetrics) -> bool:
    """Tell whether the item is to be bought again: then it is neither promoted, discounted nor cleared."""
    return is_reorder_now(m) or is_reorder_soon(m)


def is_slow_mover(m: ItemMetrics) -> bool:
    """Tell whether the item earns well, is there, sells slowly, and is not to be bought again."""
    return (
        m.is_priced
        and margin(m) >= m.thresholds.slow_mover_margin_min
        and on_hand(m) >= m.thresholds.slow_mover_on_hand_min
        and is_slow(m)
        and not is_reordered(m)
    )


def is_slow_stock(m: ItemMetrics) -> bool:
    """Tell whether the item hardly sells at all while several lie there, and is not to be bought again."""
    return (
        m.velocity is not None
        and m.velocity < m.thresholds.slow_stock_velocity_max
        and on_hand(m) >= m.thresholds.slow_stock_on_hand_min
        and not is_reordered(m)
    )


def order_for(m: ItemMetrics) -> Decimal | None:
    """Return how many of the item to order, in whole units; None when nobody can say."""
    return suggested_order(m.item.on_hand, m.velocity_units, m.velocity_days, m.thresholds)


def potential_profit(m: ItemMetrics) -> Decimal | None:
    """Return on hand × (price − cost)."""
    item = m.item
    if item.on_hand is None or item.unit_price is None or item.unit_cost is None:
        return None
    return item.on_hand * (item.unit_price - item.unit_cost)


def stock_capital(m: ItemMetrics) -> Decimal | None:
    """Return on hand × cost."""
    return capital(m.item)


def lost_sales(m: ItemMetrics) -> Decimal | None:
    """Return velocity × price × the days of `reorder_days` that the stock does not last; 0 when nothing sells."""
    return sales_lost_within(m, m.thresholds.reorder_days)


def sales_of(m: ItemMetrics, days: int) -> Decimal | None:
    """Return velocity × price × days, unrounded; None without a velocity or a price."""
    if m.velocity_units is None or m.velocity_days is None or m.item.unit_price is None:
        return None
    return ratio(m.velocity_units * m.item.unit_price * days, Decimal(m.velocity_days))


def sales_lost_within(m: ItemMetrics, days: int) -> Decimal | None:
    """Return velocity × price × those of the next `days` that the stock does not last; 0 when nothing sells."""
    if m.velocity_units is None or m.velocity_days is None or m.item.unit_price is None:
        return None
    stock = max(on_hand(m), _ZERO)
    missing = max(_ZERO, days * m.velocity_units - stock * m.velocity_days)
    return ratio(missing * m.item.unit_price, Decimal(m.velocity_days))


def missed_margin(m: ItemMetrics) -> Decimal | None:
    """Return units sold × (the price at the margin of `review_pricing_margin_max` − price); returns alone are 0.

    None without orders, and where no price has such a margin: at 100 % or more.
    """
    item = m.item
    if m.units_sold is None or item.unit_price is None or item.unit_cost is None:
        return None
    cost_pct = 100 - m.thresholds.review_pricing_margin_max
    return ratio(max(m.units_sold, _ZERO) * (100 * item.unit_cost - cost_pct * item.unit_price), cost_pct)


def unknown(_: ItemMetrics) -> Decimal | None:
    """Return None: nobody can say what money hangs on it."""
    return None
