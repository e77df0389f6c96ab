"""The items of a snapshot: their metrics, rounded once."""

from datetime import date
from decimal import Decimal

from omen_cli.intelligence.conditions import order_for
from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.intelligence.supply import runs_out_on
from omen_cli.model.content import ItemContent


def item_content(metrics: ItemMetrics, in_file: Decimal | None, end: date) -> ItemContent:  # size: a field a line
    """Return one item as the snapshot says it.

    Args:
        metrics: with the stock as of the end of the observed window.
        in_file: the stock that the inventory itself says; None when it is not counted.
        end: the first day after the observed window.
    """
    item, observed, before = metrics.item, metrics.observed, metrics.before
    return ItemContent(
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        category=item.category,
        visible=item.visible,
        on_hand=quantity(item.on_hand),
        on_hand_in_file=quantity(in_file),
        unit_cost=two_decimals(item.unit_cost),
        unit_price=two_decimals(item.unit_price),
        margin_pct=two_decimals(metrics.margin_pct),
        units_sold=quantity(observed.units) if observed else None,
        units_before=quantity(before.units) if before else None,
        net_sales=two_decimals(observed.net) if observed else None,
        net_sales_before=two_decimals(before.net) if before else None,
        velocity=two_decimals(metrics.velocity),
        velocity_units=quantity(metrics.velocity_units),
        velocity_days=metrics.velocity_days,
        sale_days=metrics.sale_days,
        days_of_supply=two_decimals(metrics.days_of_supply),
        runs_out_on=runs_out_on(metrics.days_of_supply, end),
        suggested_order=order_for(metrics),
        sell_through_pct=two_decimals(metrics.sell_through_pct),
        first_sale=metrics.first_sale,
        last_sale=metrics.last_sale,
        dead_stock=metrics.is_dead_stock,
        dead_stock_capital=two_decimals(metrics.dead_stock_capital),
    )
