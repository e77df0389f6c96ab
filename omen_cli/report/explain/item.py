"""One item explained: each of its numbers, the advice about it with the rule's condition, and the money at stake."""

from collections.abc import Iterator
from dataclasses import dataclass

from omen_cli.model.content import Content, ItemContent, Recommendation
from omen_cli.model.counted import counted
from omen_cli.model.outlook import SignalName
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.explain.formula import Scope, read_formula
from omen_cli.report.explain.item_scope import item_scope
from omen_cli.report.explain.item_table import ITEM_ROWS, LOST_WITHIN_HORIZON, RULE_ROWS, ItemRow
from omen_cli.report.explain.names import by_name
from omen_cli.report.explain.tree import Node, Operand, ShownUnit, leaves, value_of
from omen_cli.report.explain.why import why_unknown
from omen_cli.report.explain.working import Working, computed

_RATES = {"velocityUnits": "velocity", "velocityDays": "velocity"}


@dataclass(frozen=True)
class Advice:
    """One recommendation with the condition of its rule and the money that hangs on it, in numbers."""

    recommendation: Recommendation
    condition: Working
    stake: Working


@dataclass(frozen=True)
class ItemExplained:
    """The workings of an item's numbers, the advice about it, and the signals that name it."""

    item: ItemContent
    workings: tuple[Working, ...]
    advice: tuple[Advice, ...]
    signals: tuple[SignalName, ...]

    def plain(self) -> dict[str, object]:
        """Return the explanation as JSON has it."""
        return {
            "kind": "item",
            "name": self.item.sku,
            "itemName": self.item.name,
            "numbers": [working.plain() for working in self.workings],
            "recommendations": [_plain(one) for one in self.advice],
            "signals": self.signals,
        }


def explain_item(snapshot: Snapshot, item: ItemContent) -> ItemExplained:
    """Return the explanation of an item of the snapshot."""
    content, scope = snapshot.content, item_scope(snapshot, item)
    return ItemExplained(
        item,
        (*_numbers(content, item, scope), *_sales(item, scope), *_outlook(content, item, scope)),
        tuple(_advice(one, scope) for one in content.recommendations if one.sku == item.sku),
        tuple(signal.name for signal in content.signals if item.sku in signal.skus),
    )


def _numbers(content: Content, item: ItemContent, scope: Scope) -> Iterator[Working]:
    for row in ITEM_ROWS:
        if row.field == "dead_stock_capital":
            yield _dead_stock(item, scope)
        tree = read_formula(_formula(content, row), scope)
        why = why_unknown(item, row.unless)
        yield Working(row.name, row.label, row.unit, getattr(item, row.field), tree, why)


def _formula(content: Content, row: ItemRow) -> str:
    is_as_in_file = row.field == "on_hand" and content.stock.basis != "estimated"
    return "onHandInFile" if is_as_in_file else row.formula


def _dead_stock(item: ItemContent, scope: Scope) -> Working:
    """Return whether the item is dead stock; when it was first seen no snapshot says, but that may follow."""
    is_never_sold = item.last_sale is None and item.dead_stock is not None
    sold = "neverSold" if is_never_sold else "lastSale < deadStockSince"
    text = f"onHand > 0 and {sold}"
    tree = read_formula(text, scope)
    if item.dead_stock is False and value_of(tree):
        is_old = Operand("seenBefore", "first seen before those days", "flag", value=False)
        tree = read_formula(f"{text} and seenBefore", scope.having(by_name(is_old)))
    why = why_unknown(item, ("not_counted", "no_orders", "short_history"))
    return Working("deadStock", "Dead stock", "flag", item.dead_stock, tree, why)


def _sales(item: ItemContent, scope: Scope) -> Iterator[Working]:
    """Yield the item's sales beside those of the period before."""
    no_orders = why_unknown(item, ("no_orders",))
    yield Working("unitsSold", "Units sold", "quantity", item.units_sold, None, no_orders)
    yield Working("netSales", "Net sales", "money", item.net_sales, None, no_orders)
    if item.units_before is not None:
        changes: tuple[tuple[str, str, ShownUnit, str], ...] = (
            ("unitsChange", "Change in units", "quantity", "unitsSold - unitsBefore"),
            ("netSalesChange", "Change in net sales", "money", "netSales - netSalesBefore"),
        )
        for name, label, unit, text in changes:
            yield computed(name, label, unit, read_formula(text, scope))


def _outlook(content: Content, item: ItemContent, scope: Scope) -> Iterator[Working]:
    """Yield what the forecasts and the anomalies say of the item."""
    for one in content.forecasts.stock_outs:
        if one.sku == item.sku:
            lost = read_formula(LOST_WITHIN_HORIZON, scope)
            label = f"Lost sales within {counted(content.forecasts.horizon_days, 'day')}"
            yield Working("lostSales", label, "money", one.lost_sales, lost, _unknown(lost))
    for anomaly in content.anomalies:
        if anomaly.sku == item.sku:
            now, before = (
                read_formula(text, scope) for text in ("unitsSold / observedDays", "unitsBefore / daysBefore")
            )
            yield Working("perDay", "A day in this period", "quantity_per_day", anomaly.per_day, now)
            label = f"A day in the period before: {anomaly.kind}"
            yield Working("perDayBefore", label, "quantity_per_day", anomaly.per_day_before, before)


def _advice(one: Recommendation, scope: Scope) -> Advice:
    row = RULE_ROWS[one.action]
    condition = Working("condition", "when", "flag", True, read_formula(row.condition, scope))
    tree = read_formula(row.stake, scope) if row.stake else None
    why = "nobody can say what hangs on it" if tree is None else _unknown(tree)
    return Advice(one, condition, Working("moneyAtStake", "at stake", "money", one.money_at_stake, tree, why))


def _unknown(tree: Node) -> str:
    """Return why a formula has no value."""
    labels = dict.fromkeys(_RATES.get(leaf.name, leaf.label) for leaf in leaves(tree) if leaf.value is None)
    return f"unknown: {', '.join(labels)}" if labels else "no price has such a margin"


def _plain(one: Advice) -> dict[str, object]:
    return {
        "action": one.recommendation.action,
        "reason": one.recommendation.reason,
        "confidence": one.recommendation.confidence,
        "condition": one.condition.plain(),
        "moneyAtStake": one.stake.plain(),
    }
