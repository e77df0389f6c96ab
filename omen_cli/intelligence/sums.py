"""What KPIs are made of that is no KPI itself, so that each can be worked out again from a snapshot alone.

Source: docs/kpis.md, "sums".
"""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.stock import ItemMetrics, velocity_days
from omen_cli.model.content import SumsContent
from omen_cli.model.facts import OrderFacts

_ZERO = Decimal(0)
_CENTS = Decimal("0.00")


def sums(orders: OrderFacts, items: Sequence[ItemMetrics]) -> SumsContent:
    """Return the sums of the observed and of the velocity window."""
    counted = {metrics.item.sku: metrics.item.on_hand for metrics in items if metrics.item.on_hand is not None}
    sold = [sales for sales in orders.by_item if sales.sku in counted]
    margins = sum((metrics.margin_pct for metrics in items if metrics.margin_pct is not None), _ZERO)
    return SumsContent(
        net_sales_costed=two_decimals(orders.observed.known_net) or _CENTS,
        gross_sales_costed=two_decimals(orders.observed.known_gross) or _CENTS,
        velocity_days=velocity_days(None, orders),
        velocity_units=quantity(orders.velocity.units) or _ZERO,
        velocity_net_sales=two_decimals(orders.velocity.net) or _CENTS,
        counted_on_hand=quantity(sum(counted.values(), _ZERO)) if counted else None,
        counted_velocity_units=quantity(sum((sales.velocity_units for sales in sold), _ZERO)) or _ZERO,
        counted_units=quantity(sum((sales.observed.units for sales in sold), _ZERO)) or _ZERO,
        margins=two_decimals(margins) or _CENTS,
    )
