"""How long an item's stock lasts, the day that it runs out, and how many to order.

Source: docs/kpis.md, "days of supply", "run-out day" and "suggested order".
"""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from omen_cli.intelligence.rounding import ratio
from omen_cli.model.thresholds import ItemThresholds

_ZERO = Decimal(0)


def days_of_supply(on_hand: Decimal | None, units: Decimal | None, days: int | None) -> Decimal | None:
    """Return how many days the stock lasts at the present rate of sale: on hand ÷ (units ÷ days).

    Args:
        on_hand: units in stock; negative counts as none; None when not counted.
        units: sold in `days`, returns taken off; None when unknown.
        days: that the rate rests on, > 0; None when unknown.

    Returns:
        Days, >= 0, unrounded; None when nothing sells (undefined, not endless) or something is unknown.

    Source: docs/kpis.md, "days of supply".
    """
    if on_hand is None or units is None or days is None:
        return None
    return ratio(max(on_hand, _ZERO) * days, units)


def runs_out_on(supply: Decimal | None, end: date) -> date | None:
    """Return the first day that the stock cannot serve whole; None when it never does, or after the year 9999.

    Args:
        supply: days of supply, unrounded; None when unknown.
        end: the first day after the observed window, which the stock is of.

    Source: docs/kpis.md, "run-out day".
    """
    if supply is None:
        return None
    whole = supply.to_integral_value(ROUND_FLOOR)
    return end + timedelta(days=int(whole)) if whole <= (date.max - end).days else None


def suggested_order(
    on_hand: Decimal | None, units: Decimal | None, days: int | None, thresholds: ItemThresholds
) -> Decimal | None:
    """Return how many to order: velocity × (lead time + review days) − on hand, up to a whole unit, never below 0.

    Args:
        on_hand: units in stock; negative counts as none; None when not counted.
        units: sold in `days`, returns taken off, >= 0; None when unknown.
        days: that the velocity rests on, > 0; None when unknown.
        thresholds: the item's own lead time and review days.

    Source: docs/kpis.md, "suggested order".
    """
    if on_hand is None or units is None or days is None:
        return None
    covered = thresholds.lead_time_days + thresholds.review_days
    missing = ratio(max(units * covered - max(on_hand, _ZERO) * days, _ZERO), Decimal(days))
    return None if missing is None else Decimal(int(missing.to_integral_value(ROUND_CEILING)))
