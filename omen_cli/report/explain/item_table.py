"""The numbers of an item with their formulas, the rules, and the money at stake: one row each.

The names in the formulas are those of item_scope.py. A rule or an item's number that is added gets a row here.
"""

from dataclasses import dataclass

from omen_cli.model.content import Action
from omen_cli.report.explain.tree import ShownUnit


@dataclass(frozen=True)
class ItemRow:
    """One number of an item: its field in the snapshot, what it is called, and its formula.

    `unless` are the reasons for which it is unknown, in the order in which they are looked for.
    """

    field: str
    name: str
    label: str
    unit: ShownUnit
    formula: str
    unless: tuple[str, ...] = ()


_VELOCITY = "velocity(velocityUnits, velocityDays)"
_SUPPLY = f"max(onHand, 0) / {_VELOCITY}"
_RATE = ("no_orders", "too_new")
ITEM_ROWS: tuple[ItemRow, ...] = (
    ItemRow(
        "margin_pct",
        "marginPct",
        "Margin",
        "percent",
        "(unitPrice - unitCost) / unitPrice * 100",
        ("no_price", "no_cost"),
    ),
    ItemRow("on_hand", "onHand", "On hand", "quantity", "onHandInFile + soldSince", ("not_counted",)),
    ItemRow("velocity", "velocity", "Units sold a day", "quantity_per_day", "velocityUnits / velocityDays", _RATE),
    ItemRow(
        "days_of_supply",
        "daysOfSupply",
        "Days of supply",
        "days",
        _SUPPLY,
        ("not_counted", *_RATE, "nothing_sells"),
    ),
    ItemRow(
        "runs_out_on",
        "runsOutOn",
        "Runs out on",
        "date",
        f"dayAfter + floor({_SUPPLY})",
        ("not_counted", *_RATE, "nothing_sells", "too_far"),
    ),
    ItemRow(
        "suggested_order",
        "suggestedOrder",
        "Suggested order",
        "quantity",
        f"ceil(max({_VELOCITY} * (leadTimeDays + reviewDays) - max(onHand, 0), 0))",
        ("not_counted", *_RATE),
    ),
    ItemRow(
        "sell_through_pct",
        "sellThroughPct",
        "Sell-through",
        "percent",
        "unitsSold / (unitsSold + onHand) * 100",
        ("not_counted", "no_orders", "nothing_there"),
    ),
    ItemRow(
        "dead_stock_capital",
        "deadStockCapital",
        "Dead stock, capital",
        "money",
        "onHand * unitCost",
        ("not_counted", "no_orders", "short_history", "not_dead", "no_cost"),
    ),
)

_POTENTIAL = "onHand * (unitPrice - unitCost)"
_CAPITAL = "onHand * unitCost"
_LOST = f"max({_VELOCITY} * reorderDays - max(onHand, 0), 0) * unitPrice"
_MISSED = "max(unitsSold, 0) * (unitCost / (1 - reviewPricingMarginMax / 100) - unitPrice)"
LOST_WITHIN_HORIZON = f"max({_VELOCITY} * horizonDays - max(onHand, 0), 0) * unitPrice"


@dataclass(frozen=True)
class RuleRow:
    """When a rule speaks, and the money that hangs on it; `stake` None where nobody can say how much."""

    condition: str
    stake: str | None


RULE_ROWS: dict[Action, RuleRow] = {
    "PROMOTE_AS_FEATURED": RuleRow(
        "onHand >= featureOnHandMin and featureMarginMin <= marginPct <= featureMarginMax and notReordered", _POTENTIAL
    ),
    "CREATE_BUNDLE": RuleRow(
        "marginPct > bundleMarginMin and bundleOnHandMin <= onHand <= bundleOnHandMax and notReordered", _POTENTIAL
    ),
    "PROMOTE_SLOW_MOVER": RuleRow(
        "marginPct >= slowMoverMarginMin and onHand >= slowMoverOnHandMin"
        " and velocity < slowMoverVelocityMax and notReordered",
        _POTENTIAL,
    ),
    "REVIEW_PRICING": RuleRow("marginPct < reviewPricingMarginMax", _MISSED),
    "PROTECT_PRICING": RuleRow("marginPct > protectPricingMarginMin", None),
    "REORDER_NOW": RuleRow("velocity >= reorderVelocityMin and daysOfSupply <= reorderDays", _LOST),
    "REORDER_SOON": RuleRow("lowStockMin <= onHand <= lowStockMax and notReorderNow and notDead", _LOST),
    "CONSIDER_DISCOUNT": RuleRow("onHand > overstockOnHandMin and notReordered", _CAPITAL),
    "CLEAR_DEAD_STOCK": RuleRow("isDead and deadStockCapital >= deadStockCapitalMin and notReordered", _CAPITAL),
}
