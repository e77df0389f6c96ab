"""What the names in the formulas of an item stand for."""

from datetime import date, timedelta
from decimal import Decimal

from omen_cli.model.content import Content, ItemContent
from omen_cli.model.counted import counted
from omen_cli.model.snapshot import Snapshot
from omen_cli.model.thresholds import Thresholds
from omen_cli.report.explain.formula import Scope
from omen_cli.report.explain.names import by_name
from omen_cli.report.explain.tree import Operand, ShownUnit

_REORDERS = ("REORDER_NOW", "REORDER_SOON")


def item_scope(snapshot: Snapshot, item: ItemContent) -> Scope:
    """Return what the formulas of an item may use: its numbers, the period's days, and its own thresholds."""
    return Scope(
        by_name(
            *_item(item), *_period(snapshot.content), *_flags(snapshot.content, item), *_thresholds(snapshot, item)
        ),
        {},
    )


def _item(item: ItemContent) -> tuple[Operand, ...]:
    days = counted(item.velocity_days, "day") if item.velocity_days else "the velocity days"
    sold_since = None if item.on_hand is None or item.on_hand_in_file is None else item.on_hand - item.on_hand_in_file
    return (
        Operand("unitPrice", "unit price", "money", item.unit_price),
        Operand("unitCost", "unit cost", "money", item.unit_cost),
        Operand("marginPct", "margin", "percent", item.margin_pct),
        Operand("onHand", "on hand", "quantity", item.on_hand),
        Operand("onHandInFile", "on hand in the inventory", "quantity", item.on_hand_in_file),
        Operand("soldSince", "sold since", "quantity", sold_since),
        Operand("unitsSold", "units sold", "quantity", item.units_sold),
        Operand("unitsBefore", "units sold before", "quantity", item.units_before),
        Operand("netSales", "net sales", "money", item.net_sales),
        Operand("netSalesBefore", "net sales before", "money", item.net_sales_before),
        Operand("velocity", "velocity", "quantity_per_day", item.velocity),
        Operand("velocityUnits", f"units sold in {days}", "quantity", item.velocity_units),
        Operand(
            "velocityDays", "days" if item.velocity_days else "the velocity days", "count", _decimal(item.velocity_days)
        ),
        Operand("daysOfSupply", "days of supply", "days", item.days_of_supply),
        Operand("lastSale", "last sale", "date", item.last_sale),
        Operand("deadStockCapital", "capital", "money", item.dead_stock_capital),
    )


def _period(content: Content) -> tuple[Operand, ...]:
    period = content.period
    return (
        Operand("dayAfter", "the day after the observed ones", "date", period.observed_end),
        Operand("observedDays", "observed days", "count", Decimal(period.observed_days)),
        Operand("daysBefore", "days of the period before", "count", _decimal(period.before_days)),
        Operand("horizonDays", "days of the forecast", "count", Decimal(content.forecasts.horizon_days)),
    )


def _flags(content: Content, item: ItemContent) -> tuple[Operand, ...]:
    advised = {one.action for one in content.recommendations if one.sku == item.sku}
    is_known = item.dead_stock is not None
    return (
        Operand("notReordered", "not to be reordered", "flag", advised.isdisjoint(_REORDERS)),
        Operand("notReorderNow", "not to be reordered now", "flag", "REORDER_NOW" not in advised),
        Operand("notDead", "no dead stock" if is_known else "not known to be dead stock", "flag", not item.dead_stock),
        Operand("isDead", "dead stock", "flag", bool(item.dead_stock)),
        Operand("neverSold", "never sold", "flag", item.last_sale is None),
    )


def _thresholds(snapshot: Snapshot, item: ItemContent) -> tuple[Operand, ...]:
    settings = snapshot.settings
    store = Thresholds.of_entered(settings.thresholds, settings.category_thresholds)
    own = store.of(item.category).entered()
    days = Operand(
        "deadStockSince", "the first of the days without a sale", "date", _since(snapshot, own["deadStockDays"])
    )
    return (*(Operand(name, _words(name), _unit(name), value) for name, value in own.items()), days)


def _since(snapshot: Snapshot, days: Decimal) -> date:
    end = snapshot.content.period.observed_end
    return end - timedelta(days=min(int(days), (end - date.min).days))


def _words(name: str) -> str:
    """Return a threshold as stores.yaml spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _unit(name: str) -> ShownUnit:
    if name.endswith("Days"):
        return "count"
    if "Margin" in name:
        return "percent"
    return "money" if "Capital" in name else "quantity"


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
