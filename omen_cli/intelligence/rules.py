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
    is_slow_mover,
    lost_sales,
    margin,
    missed_margin,
    on_hand,
    potential_profit,
    stock_capital,
    unknown,
)
from omen_cli.intelligence.reasons import count, margin_of, order_numbers, runs_out, to_order
from omen_cli.intelligence.rounding import two_decimals
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import Action, Group


def _nothing(_: ItemMetrics) -> dict[str, Decimal | None]:
    return {}


@dataclass(frozen=True)
class Rule:
    """When one action is advised, how sure, why, and what money hangs on it (None: cannot be said).

    `also` are numbers that it says beside those that every recommendation carries.
    """

    group: Group
    action: Action
    confidence: Decimal
    applies: Callable[[ItemMetrics], bool]
    reason: Callable[[ItemMetrics], str]
    stake: Callable[[ItemMetrics], Decimal | None]
    also: Callable[[ItemMetrics], dict[str, Decimal | None]] = _nothing


RULES: tuple[Rule, ...] = (
    Rule(
        "promotions",
        "PROMOTE_AS_FEATURED",
        Decimal("0.85"),
        lambda m: (
            m.is_priced
            and on_hand(m) >= m.thresholds.feature_on_hand_min
            and m.thresholds.feature_margin_min <= margin(m) <= m.thresholds.feature_margin_max
            and not is_reordered(m)
        ),
        lambda m: f"{count(m)} on hand, {margin_of(m)}",
        potential_profit,
    ),
    Rule(
        "promotions",
        "CREATE_BUNDLE",
        Decimal("0.75"),
        lambda m: (
            m.is_priced
            and margin(m) > m.thresholds.bundle_margin_min
            and m.thresholds.bundle_on_hand_min <= on_hand(m) <= m.thresholds.bundle_on_hand_max
            and not is_reordered(m)
        ),
        lambda m: f"{count(m)} on hand, {margin_of(m)}",
        potential_profit,
    ),
    Rule(
        "promotions",
        "PROMOTE_SLOW_MOVER",
        Decimal("0.75"),
        is_slow_mover,
        lambda m: f"{count(m)} on hand, {two_decimals(m.velocity)} sold a day, {margin_of(m)}",
        potential_profit,
    ),
    Rule(
        "pricing",
        "REVIEW_PRICING",
        Decimal("0.90"),
        lambda m: m.is_priced and margin(m) < m.thresholds.review_pricing_margin_max,
        lambda m: f"{margin_of(m)}, under {m.thresholds.review_pricing_margin_max:f} %",
        missed_margin,
    ),
    Rule(
        "pricing",
        "PROTECT_PRICING",
        Decimal("0.80"),
        lambda m: m.is_priced and margin(m) > m.thresholds.protect_pricing_margin_min,
        lambda m: f"{margin_of(m)}, over {m.thresholds.protect_pricing_margin_min:f} %",
        unknown,
    ),
    Rule(
        "inventory",
        "REORDER_NOW",
        Decimal("0.95"),
        is_reorder_now,
        lambda m: f"{runs_out(m)}{to_order(m)}",
        lost_sales,
        order_numbers,
    ),
    Rule(
        "inventory",
        "REORDER_SOON",
        Decimal("0.95"),
        is_reorder_soon,
        lambda m: f"only {count(m)} left{to_order(m)}",
        lost_sales,
        order_numbers,
    ),
    Rule(
        "inventory",
        "CONSIDER_DISCOUNT",
        Decimal("0.70"),
        lambda m: on_hand(m) > m.thresholds.overstock_on_hand_min and not is_reordered(m),
        lambda m: f"{count(m)} on hand, over {m.thresholds.overstock_on_hand_min:f}",
        stock_capital,
    ),
    Rule(
        "inventory",
        "CLEAR_DEAD_STOCK",
        Decimal("0.75"),
        lambda m: (
            bool(m.is_dead_stock)
            and (m.dead_stock_capital or Decimal(0)) >= m.thresholds.dead_stock_capital_min
            and not is_reordered(m)
        ),
        lambda m: f"{count(m)} on hand, none sold in {m.thresholds.dead_stock_days} days",
        stock_capital,
    ),
)
