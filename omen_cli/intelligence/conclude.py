"""Facts become the content of a snapshot: pure, no clock, no disk."""

from decimal import localcontext

from omen_cli.intelligence.kpis import all_kpis, net_sales_change
from omen_cli.intelligence.notes import data_notes
from omen_cli.intelligence.recommend import recommend
from omen_cli.intelligence.rounding import EXACT, quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics, measure_items
from omen_cli.model.content import Content, ItemContent, PeriodContent
from omen_cli.model.facts import Facts
from omen_cli.model.period import Period
from omen_cli.model.thresholds import Thresholds


def conclude(facts: Facts, period: Period, *, timezone: str, currency: str, thresholds: Thresholds) -> Content:
    """Return everything that a snapshot says about the facts of its period."""
    with localcontext(EXACT):
        items = measure_items(facts, thresholds.dead_stock_days)
        return Content(
            currency=currency,
            period=_period(facts, period, timezone),
            kpis=all_kpis(facts.orders, items),
            net_sales_change=net_sales_change(facts.orders),
            items=tuple(_item(metrics) for metrics in items),
            recommendations=recommend(items, thresholds),
            data_notes=data_notes(facts, items, thresholds.dead_stock_days),
        )


def _period(facts: Facts, period: Period, timezone: str) -> PeriodContent:
    before = facts.orders.before[0].span if facts.orders and facts.orders.before[0] else None
    return PeriodContent(
        timeframe=period.timeframe,
        as_of_date=period.as_of_date,
        timezone=timezone,
        start=period.whole.start,
        end=period.whole.end,
        observed_end=period.observed.end,
        days=period.whole.days,
        observed_days=period.observed.days,
        complete=period.is_complete,
        before=before,
        before_days=before.days if before else None,
    )


def _item(metrics: ItemMetrics) -> ItemContent:
    item = metrics.item
    return ItemContent(
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        category=item.category,
        visible=item.visible,
        on_hand=quantity(item.on_hand),
        unit_cost=two_decimals(item.unit_cost),
        unit_price=two_decimals(item.unit_price),
        margin_pct=two_decimals(metrics.margin_pct),
        units_sold=quantity(metrics.units_sold),
        net_sales=two_decimals(metrics.net_sales),
        velocity=two_decimals(metrics.velocity),
        velocity_days=metrics.velocity_days,
        days_of_supply=two_decimals(metrics.days_of_supply),
        sell_through_pct=two_decimals(metrics.sell_through_pct),
        last_sale=metrics.last_sale,
        dead_stock=metrics.is_dead_stock,
        dead_stock_capital=two_decimals(metrics.dead_stock_capital),
    )
