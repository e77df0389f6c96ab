"""The words with which a rule says why, and the numbers in them, so that they can be worked out again.

Source: docs/kpis.md, "recommendations" and "suggested order".
"""

from decimal import Decimal

from omen_cli.intelligence.conditions import margin, on_hand, order_for
from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics


def count(m: ItemMetrics) -> str:
    """Return how many are on hand, as few decimals as needed; `none` at or below zero."""
    return "none" if on_hand(m) <= 0 else f"{quantity(on_hand(m)):f}"


def margin_of(m: ItemMetrics) -> str:
    """Return the margin with its unit."""
    return f"margin {two_decimals(margin(m))} %"


def runs_out(m: ItemMetrics) -> str:
    """Return what is left, how fast it sells, and how long it lasts."""
    left = f"{count(m)} left, {two_decimals(m.velocity)} sold a day"
    return left if on_hand(m) <= 0 else f"{left}: {two_decimals(m.days_of_supply)} days of supply"


def to_order(m: ItemMetrics) -> str:
    """Return how many to order, with the formula filled in; nothing when nothing needs to be ordered.

    The velocity stands there as units ÷ days: rounded, it would give another number now and then.
    """
    order = order_for(m)
    if not order or m.velocity_units is None or m.velocity_days is None:
        return ""
    days, stock = m.thresholds.lead_time_days + m.thresholds.review_days, max(on_hand(m), Decimal(0))
    left = f" − {count(m)}" if stock else ""
    is_whole = (order + stock) * m.velocity_days == m.velocity_units * days
    up = "" if is_whole else ", rounded up"
    return f"; order {order:f} = {quantity(m.velocity_units):f} sold ÷ {m.velocity_days} × {days} days{left}{up}"


def order_numbers(m: ItemMetrics) -> dict[str, Decimal | None]:
    """Return what a suggested order consists of, beside the stock and the velocity."""
    t = m.thresholds
    return {
        "suggestedOrder": order_for(m),
        "leadTimeDays": Decimal(t.lead_time_days),
        "reviewDays": Decimal(t.review_days),
    }
