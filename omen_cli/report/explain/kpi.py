"""One KPI explained: its definition, its arithmetic, and how it compares, as arithmetic too."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from omen_cli.model.content import Content, Kpi
from omen_cli.model.counted import counted
from omen_cli.report.explain.formula import Named, Scope, read_formula
from omen_cli.report.explain.kpi_table import KPI_ROWS, KpiRow
from omen_cli.report.explain.names import LABELS, by_name, kpi_scope
from omen_cli.report.explain.tree import Chain, Node, Operand, ShownUnit, Total
from omen_cli.report.explain.working import Working
from omen_cli.report.labels import PERIOD_WORDS, SALES_LABELS

_AVERAGE_NEEDS = 2


@dataclass(frozen=True)
class KpiExplained:
    """The working of a KPI, other sums that come to the same, and the workings of its comparisons.

    `remark` is what a reader of the arithmetic must know; empty mostly.
    """

    working: Working
    also: tuple[Working, ...]
    comparison: tuple[Working, ...]
    remark: str

    def plain(self) -> dict[str, object]:
        """Return the explanation as JSON has it."""
        return {
            **self.working.plain(),
            "kind": "kpi",
            "remark": self.remark,
            "also": [working.plain() for working in self.also],
            "comparison": [working.plain() for working in self.comparison],
        }


def explain_kpi(content: Content, name: str, most: int | None = None) -> KpiExplained:
    """Return the explanation of a KPI that the snapshot has.

    Of a sum over more than `most` items only the greatest are kept, the others as one.
    """
    kpi, row, scope = content.kpis[name], KPI_ROWS[name], kpi_scope(content, most)
    working = _working(name, LABELS[name], kpi, row.formula, scope, row.definition)
    also = () if kpi.value is None else tuple(_working(name, LABELS[name], kpi, text, scope) for text in row.also)
    is_compared = name in SALES_LABELS and kpi.value is not None
    comparison = tuple(_comparison(content, name, scope)) if is_compared else ()
    return KpiExplained(working, also, comparison, row.remark)


def _working(name: str, label: str, kpi: Kpi, formula: str, scope: Scope, definition: str = "") -> Working:
    tree = read_formula(formula, scope)
    return Working(name, label, kpi.unit, kpi.value, tree, kpi.why_null, definition)


def _comparison(content: Content, name: str, scope: Scope) -> Iterator[Working]:
    kpi, row, word = content.kpis[name], KPI_ROWS[name], PERIOD_WORDS[content.period.timeframe]
    scope = scope.having(_compared(kpi, word))
    is_percent = kpi.unit == "percent"
    no_before, not_above = _why_no_change(content, kpi, word)

    def working(of: str, label: str, unit: ShownUnit, value: Decimal | None, formula: str, why: str) -> Working:
        return Working(of, label, unit, value, read_formula(formula, scope), why)

    if row.before and kpi.before is not None:
        yield working("before", f"{word} before", kpi.unit, kpi.before, row.before, "")
    yield working("change", "change", "points" if is_percent else kpi.unit, kpi.change, "value - before", no_before)
    yield working(
        "changePct", "change in percent", "percent", kpi.change_pct, "(value - before) / before * 100", not_above
    )
    if name == "netSales":
        yield from _split(content, scope)
    yield from _against_average(kpi, row, scope)


def _compared(kpi: Kpi, word: str) -> Named:
    periods = counted(kpi.trailing_periods, word) if kpi.trailing_periods else f"the {word}s"
    return by_name(
        Operand("value", f"this {word}", kpi.unit, kpi.value),
        Operand("before", f"{word} before", kpi.unit, kpi.before),
        Operand("trailingAverage", f"average of {periods} before", _finer(kpi), kpi.trailing_average),
        Operand("trailingPeriods", f"{word}s before", "count", Decimal(kpi.trailing_periods)),
    )


def _finer(kpi: Kpi) -> ShownUnit:
    """Return the unit of a mean: that of a count has decimals."""
    return "quantity_per_day" if kpi.unit in ("count", "quantity") else kpi.unit


def _why_no_change(content: Content, kpi: Kpi, word: str) -> tuple[str, str]:
    """Return why there is no change, and why none in percent."""
    if content.period.before is None:
        why = f"there is no {word} before: the orders begin later"
        return why, why
    unknown = f"unknown in the {word} before"
    return unknown, unknown if kpi.before is None else f"the {word} before is not above 0"


def _split(content: Content, scope: Scope) -> Iterator[Working]:
    """Yield the two parts of the change in net sales: by the number of orders, and by their average size."""
    change, orders = content.net_sales_change, content.kpis["orders"]
    if change is None or change.orders_effect is None:
        return
    scope = scope.having(
        by_name(
            Operand("ordersBefore", "orders before", "count", orders.before),
            Operand("change", "change", "money", change.change),
            Operand("ordersEffect", "by the number of orders", "money", change.orders_effect),
        )
    )
    by_orders = read_formula("(orders - ordersBefore) * (before / ordersBefore)", scope)
    by_size = read_formula("change - ordersEffect", scope)
    yield Working("ordersEffect", "of it by the number of orders", "money", change.orders_effect, by_orders)
    yield Working("basketEffect", "of it by their average size", "money", change.basket_effect, by_size)


def _against_average(kpi: Kpi, row: KpiRow, scope: Scope) -> Iterator[Working]:
    """Yield the average of the periods before where they are in the snapshot, and this period against it."""
    average = kpi.trailing_average
    past = read_formula(row.past, scope) if row.past and average is not None else None
    if past is not None and _periods(past) == kpi.trailing_periods:
        label = scope.operands["trailingAverage"].label
        yield Working("trailingAverage", label, _finer(kpi), average, past)
    too_few = f"needs {_AVERAGE_NEEDS} periods before, there {'is' if kpi.trailing_periods == 1 else 'are'} "
    why = f"{too_few}{kpi.trailing_periods}" if average is None else "the average is not above 0"
    against = read_formula("value / trailingAverage * 100 - 100", scope)
    yield Working("againstTrailingPct", "against it in percent", "percent", kpi.against_trailing_pct, against, why)
    if kpi.unit == "percent" and kpi.value is not None and average is not None:
        points = read_formula("value - trailingAverage", scope)
        yield Working("againstTrailingPoints", "against it", "points", kpi.value - average, points)


def _periods(node: Node) -> int:
    """Return over how many rows a mean is taken."""
    total = node.args[0] if isinstance(node, Chain) else node
    return len(total.args) if isinstance(total, Total) else 0
