"""What the names in the formulas of KPIs stand for: numbers of the content."""

from decimal import Decimal

from omen_cli.model.content import Content, SumsContent
from omen_cli.report.explain.formula import Named, Scope
from omen_cli.report.explain.rows import all_rows
from omen_cli.report.explain.tree import Operand, ShownUnit
from omen_cli.report.labels import SALES_LABELS, STOCK_LABELS

LABELS = SALES_LABELS | STOCK_LABELS
_ZERO = Decimal(0)
_SUMS: dict[str, tuple[str, ShownUnit]] = {
    "net_sales_costed": ("net sales of lines with a known cost", "money"),
    "gross_sales_costed": ("gross sales of lines with a known cost", "money"),
    "velocity_days": ("days that the velocity rests on", "count"),
    "velocity_units": ("units sold in those days", "quantity"),
    "counted_on_hand": ("on hand of counted items", "quantity"),
    "counted_velocity_units": ("units of counted items sold in the days of the velocity", "quantity"),
    "counted_units": ("units sold of counted items", "quantity"),
}


def kpi_scope(content: Content, most: int | None) -> Scope:
    """Return what the formulas of KPIs may use."""
    operands = {**_kpis(content), **_sums(content), **_counts(content), **_margins(content)}
    return Scope(operands, all_rows(content), most)


def by_name(*operands: Operand) -> Named:
    """Return the operands by their name."""
    return {operand.name: operand for operand in operands}


def _kpis(content: Content) -> Named:
    return by_name(*(Operand(name, LABELS[name].lower(), kpi.unit, kpi.value) for name, kpi in content.kpis.items()))


def _sums(content: Content) -> Named:
    fields = {SumsContent.model_fields[field].alias or field: field for field in _SUMS}
    return by_name(
        *(Operand(name, *_SUMS[field], _decimal(getattr(content.sums, field, None))) for name, field in fields.items())
    )


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _counts(content: Content) -> Named:
    unpriced = sum(item.margin_pct is None for item in content.items)
    on_days = sum(day.orders for day in content.days)
    orders = content.kpis["orders"].value
    return by_name(
        Operand("inventoryRows", "items in the snapshot", "count", Decimal(len(content.items))),
        Operand("unpricedItems", "items without a price above 0 or a known cost", "count", Decimal(unpriced)),
        Operand(
            "ordersOnMoreDays",
            "orders that stand on one more day",
            "count",
            None if orders is None else on_days - orders,
        ),
    )


def _margins(content: Content) -> Named:
    """Return the sum of the item margins; without orders a snapshot has it only as the margins, each rounded."""
    known = [item.margin_pct for item in content.items if item.margin_pct is not None]
    total = content.sums.margins if content.sums else sum(known, _ZERO)
    return by_name(Operand("margins", "sum of the item margins", "percent", total))
