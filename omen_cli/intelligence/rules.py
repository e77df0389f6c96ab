"""The recommendation rules: one table, one row a rule. To add a rule, add a row.

Source: docs/kpis.md, "recommendations".
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from omen_cli.intelligence.conditions import (
    is_reorder_now,
    is_reorder_soon,
    is_reordered,
    is_slow,
    lost_sales,
    margin,
    missed_margin,
    on_hand,
    potential_profit,
    stock_capital,
    unknown,
)
from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import Action, Group
from omen_cli.model.thresholds import Thresholds


@dataclass(frozen=True)
class Rule:
    """When one action is advised, how sure, why, and what money hangs on it (None: cannot be said)."""

    group: Group
    action: Action
    confidence: Decimal
    applies: Callable[[ItemMetrics, Thresholds], bool]
    reason: Callable[[ItemMetrics, Thresholds], str]
    stake: Callable[[ItemMetrics, Thresholds], Decimal | None]


def _count(m: ItemMetrics) -> str:
    return "none" if on_hand(m) <= 0 else f"{quantity(on_hand(m)):f}"


def _margin(m: ItemMetrics) -> str:
    return f"margin {two_decimals(margin(m))} %"


def _runs_out(m: ItemMetrics, _: Thresholds) -> str:
    left = f"{_count(m)} left, {two_decimals(m.velocity)} sold a day"
    return left if on_hand(m) <= 0 else f"{left}: {two_decimals(m.days_of_supply)} days of supply"


RULES: tuple[Rule, ...] = (
    Rule(
        "promotions",
        "PROMOTE_AS_FEATURED",
        Decimal("0.85"),
        lambda m, t: (
            m.is_priced
            and on_hand(m) >= t.feature_on_hand_min
            and t.feature_margin_min <= margin(m) <= t.feature_margin_max
            and not is_reordered(m, t)
        ),
        lambda m, _: f"{_count(m)} on hand, {_margin(m)}",
        potential_profit,
    ),
    Rule(
        "promotions",
        "CREATE_BUNDLE",
        Decimal("0.75"),
        lambda m, t: (
            m.is_priced
            and margin(m) > t.bundle_margin_min
            and t.bundle_on_hand_min <= on_hand(m) <= t.bundle_on_hand_max
            and not is_reordered(m, t)
        ),
        lambda m, _: f"{_count(m)} on hand, {_margin(m)}",
        potential_profit,
    ),
    Rule(
        "promotions",
        "PROMOTE_SLOW_MOVER",
        Decimal("0.75"),
        lambda m, t: (
            m.is_priced
            and margin(m) >= t.slow_mover_margin_min
            and on_hand(m) >= t.slow_mover_on_hand_min
            and is_slow(m, t)
            and not is_reordered(m, t)
        ),
        lambda m, _: f"{_count(m)} on hand, {two_decimals(m.velocity)} sold a day, {_margin(m)}",
        potential_profit,
    ),
    Rule(
        "pricing",
        "REVIEW_PRICING",
        Decimal("0.90"),
        lambda m, t: m.is_priced and margin(m) < t.review_pricing_margin_max,
        lambda m, t: f"{_margin(m)}, under {t.review_pricing_margin_max:f} %",
        missed_margin,
    ),
    Rule(
        "pricing",
        "PROTECT_PRICING",
        Decimal("0.80"),
        lambda m, t: m.is_priced and margin(m) > t.protect_pricing_margin_min,
        lambda m, t: f"{_margin(m)}, over {t.protect_pricing_margin_min:f} %",
        unknown,
    ),
    Rule("inventory", "REORDER_NOW", Decimal("0.95"), is_reorder_now, _runs_out, lost_sales),
    Rule(
        "inventory",
        "REORDER_SOON",
        Decimal("0.95"),
        is_reorder_soon,
        lambda m, _: f"only {_count(m)} left",
        lost_sales,
    ),
    Rule(
        "inventory",
        "CONSIDER_DISCOUNT",
        Decimal("0.70"),
        lambda m, t: on_hand(m) > t.overstock_on_hand_min and not is_reordered(m, t),
        lambda m, t: f"{_count(m)} on hand, over {t.overstock_on_hand_min:f}",
        stock_capital,
    ),
    Rule(
        "inventory",
        "CLEAR_DEAD_STOCK",
        Decimal("0.75"),
        lambda m, t: (
            bool(m.is_dead_stock)
            and (m.dead_stock_capital or Decimal(0)) >= t.dead_stock_capital_min
            and not is_reordered(m, t)
        ),
        lambda m, t: f"{_count(m)} on hand, none sold in {t.dead_stock_days} days",
        stock_capital,
    ),
)
