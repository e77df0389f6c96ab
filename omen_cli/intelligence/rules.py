"""The recommendation rules: one table, one row a rule. To add a rule, add a row.

Source: docs/kpis.md, "recommendations".
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import Action, Group
from omen_cli.model.thresholds import Thresholds

Condition = Callable[[ItemMetrics, Thresholds], bool]
Stake = Callable[[ItemMetrics, Thresholds], Decimal | None]
Reason = Callable[[ItemMetrics, Thresholds], str]
_NONE = Decimal(-1)


@dataclass(frozen=True)
class Rule:
    """When one action is advised, how sure, why, and what money hangs on it (None: cannot be said)."""

    group: Group
    action: Action
    confidence: Decimal
    applies: Condition
    reason: Reason
    stake: Stake


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
    """Tell whether the item is to be bought again: then it is neither promoted nor discounted."""
    return is_reorder_now(m, t) or is_reorder_soon(m, t)


def on_hand(m: ItemMetrics) -> Decimal:
    """Return the units on hand; below zero for an item that is not counted, so that no minimum is met."""
    return _NONE if m.item.on_hand is None else m.item.on_hand


def _margin(m: ItemMetrics) -> Decimal:
    return Decimal(0) if m.margin_pct is None else m.margin_pct


def _shown(m: ItemMetrics) -> str:
    return f"{quantity(on_hand(m)):f}"


def _is_slow(m: ItemMetrics, t: Thresholds) -> bool:
    return m.velocity is not None and m.velocity < t.slow_mover_velocity_max


def _potential(m: ItemMetrics, _: Thresholds) -> Decimal | None:
    item = m.item
    if item.on_hand is None or item.unit_price is None or item.unit_cost is None:
        return None
    return item.on_hand * (item.unit_price - item.unit_cost)


def _capital(m: ItemMetrics, _: Thresholds) -> Decimal | None:
    item = m.item
    return None if item.on_hand is None or item.unit_cost is None else item.on_hand * item.unit_cost


def _lost_sales(m: ItemMetrics, t: Thresholds) -> Decimal | None:
    if m.velocity is None or m.item.unit_price is None:
        return None
    if m.days_of_supply is None:
        return Decimal(0)
    return m.velocity * m.item.unit_price * max(Decimal(0), t.reorder_days - m.days_of_supply)


def _to_target_margin(m: ItemMetrics, t: Thresholds) -> Decimal | None:
    item = m.item
    share = 1 - t.review_pricing_margin_max / 100
    if m.units_sold is None or item.unit_price is None or item.unit_cost is None or share <= 0:
        return None
    return m.units_sold * (item.unit_cost / share - item.unit_price)


def _nothing(_: ItemMetrics, __: Thresholds) -> Decimal | None:
    return None


RULES: tuple[Rule, ...] = (
    Rule(
        "promotions",
        "PROMOTE_AS_FEATURED",
        Decimal("0.85"),
        lambda m, t: (
            m.is_priced
            and on_hand(m) >= t.feature_on_hand_min
            and t.feature_margin_min <= _margin(m) <= t.feature_margin_max
            and not is_reordered(m, t)
        ),
        lambda m, _: f"{_shown(m)} on hand, margin {two_decimals(_margin(m))} %",
        _potential,
    ),
    Rule(
        "promotions",
        "CREATE_BUNDLE",
        Decimal("0.75"),
        lambda m, t: (
            m.is_priced
            and _margin(m) > t.bundle_margin_min
            and t.bundle_on_hand_min <= on_hand(m) <= t.bundle_on_hand_max
            and not is_reordered(m, t)
        ),
        lambda m, _: f"margin {two_decimals(_margin(m))} %, {_shown(m)} on hand",
        _potential,
    ),
    Rule(
        "promotions",
        "PROMOTE_SLOW_MOVER",
        Decimal("0.75"),
        lambda m, t: (
            m.is_priced
            and _margin(m) >= t.slow_mover_margin_min
            and on_hand(m) >= t.slow_mover_on_hand_min
            and _is_slow(m, t)
            and not is_reordered(m, t)
        ),
        lambda m, _: f"margin {two_decimals(_margin(m))} %, sells {two_decimals(m.velocity)} a day",
        _potential,
    ),
    Rule(
        "pricing",
        "REVIEW_PRICING",
        Decimal("0.90"),
        lambda m, t: m.is_priced and _margin(m) < t.review_pricing_margin_max,
        lambda m, t: f"margin {two_decimals(_margin(m))} %, under {t.review_pricing_margin_max:f} %",
        _to_target_margin,
    ),
    Rule(
        "pricing",
        "PROTECT_PRICING",
        Decimal("0.80"),
        lambda m, t: m.is_priced and _margin(m) > t.protect_pricing_margin_min,
        lambda m, t: f"margin {two_decimals(_margin(m))} %, over {t.protect_pricing_margin_min:f} %",
        _nothing,
    ),
    Rule(
        "inventory",
        "REORDER_NOW",
        Decimal("0.95"),
        is_reorder_now,
        lambda m, _: f"{_shown(m)} left, sells {two_decimals(m.velocity)} a day: {two_decimals(m.days_of_supply)} days",
        _lost_sales,
    ),
    Rule(
        "inventory",
        "REORDER_SOON",
        Decimal("0.95"),
        is_reorder_soon,
        lambda m, _: f"only {_shown(m)} left",
        _lost_sales,
    ),
    Rule(
        "inventory",
        "CONSIDER_DISCOUNT",
        Decimal("0.70"),
        lambda m, t: on_hand(m) > t.overstock_on_hand_min and not is_reordered(m, t),
        lambda m, t: f"{_shown(m)} on hand, over {t.overstock_on_hand_min:f}",
        _capital,
    ),
    Rule(
        "inventory",
        "CLEAR_DEAD_STOCK",
        Decimal("0.75"),
        lambda m, t: bool(m.is_dead_stock) and (m.dead_stock_capital or Decimal(0)) >= t.dead_stock_capital_min,
        lambda m, t: f"{_shown(m)} on hand, no sale in {t.dead_stock_days} days",
        _capital,
    ),
)
