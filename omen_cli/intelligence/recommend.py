"""Applies the rules to the items: what to do, why, how sure, and what money hangs on it."""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.rules import RULES, Rule
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import Recommendation


def recommend(items: Sequence[ItemMetrics]) -> tuple[Recommendation, ...]:
    """Return every recommendation: by falling confidence, then money at stake (unknown last), then name and SKU.

    The stake counts as it is shown, rounded, so that the order can be checked from the output alone.

    Source: docs/kpis.md, "recommendations".
    """
    found = [
        (_order(metrics, rule, stake), _recommendation(metrics, rule, stake))
        for metrics in items
        for rule in RULES
        if rule.applies(metrics)
        for stake in (two_decimals(rule.stake(metrics)),)
    ]
    return tuple(recommendation for _, recommendation in sorted(found, key=lambda pair: pair[0]))


def _order(metrics: ItemMetrics, rule: Rule, stake: Decimal | None) -> tuple[Decimal, bool, Decimal, str, str, str]:
    name = metrics.item.name or metrics.item.sku
    return -rule.confidence, stake is None, -(stake or Decimal(0)), name, metrics.item.sku, rule.action


def _recommendation(metrics: ItemMetrics, rule: Rule, stake: Decimal | None) -> Recommendation:
    item = metrics.item
    return Recommendation(
        group=rule.group,
        action=rule.action,
        sku=item.sku,
        unit=item.unit,
        name=item.name,
        reason=rule.reason(metrics),
        confidence=rule.confidence,
        triggering_metrics={
            "quantity": quantity(item.on_hand),
            "margin": two_decimals(metrics.margin_pct),
            "unitPrice": two_decimals(item.unit_price),
            "unitCost": two_decimals(item.unit_cost),
            "velocity": two_decimals(metrics.velocity),
            "daysOfSupply": two_decimals(metrics.days_of_supply),
            **rule.also(metrics),
        },
        money_at_stake=stake,
    )
