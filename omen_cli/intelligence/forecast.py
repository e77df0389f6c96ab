"""What comes if nothing changes, and what has changed too much to be usual. Plain arithmetic, no model.

Source: docs/kpis.md, "forecasts" and "anomalies".
"""

from collections.abc import Sequence
from decimal import Decimal

from omen_cli.intelligence.conditions import order_for, sales_lost_within
from omen_cli.intelligence.rounding import quantity, ratio, two_decimals
from omen_cli.intelligence.stock import ItemMetrics, velocity_days
from omen_cli.intelligence.supply import runs_out_on
from omen_cli.model.facts import OrderFacts
from omen_cli.model.outlook import Anomaly, Forecasts, MonthForecast, StockOut
from omen_cli.model.period import Period, span_containing

FACTOR = 2
_ZERO = Decimal(0)
_CENTS = Decimal("0.00")


def forecasts(items: Sequence[ItemMetrics], orders: OrderFacts | None, period: Period, horizon_days: int) -> Forecasts:
    """Return the stock-outs within the horizon, the first to come first, and the month's net sales."""
    stock_outs = [found for metrics in items if (found := _stock_out(metrics, period, horizon_days))]
    return Forecasts(
        horizon_days=horizon_days,
        stock_outs=tuple(sorted(stock_outs, key=_by_day)),
        month=_month(orders, period) if orders else None,
    )


def anomalies(items: Sequence[ItemMetrics], orders: OrderFacts) -> tuple[Anomaly, ...]:
    """Return the items that sell at least twice as fast a day as before, or at most half as fast.

    Only where the larger of the two counts reaches `anomaly_units_min`; none when there is no period before.
    """
    before = orders.before[0] if orders.before else None
    if before is None:
        return ()
    days, days_before = orders.observed.span.days, before.span.days
    found = [one for metrics in items if (one := _anomaly(metrics, days, days_before))]
    return tuple(sorted(found, key=lambda one: (one.kind, -abs(one.units - one.units_before), one.sku)))


def _stock_out(m: ItemMetrics, period: Period, horizon_days: int) -> StockOut | None:
    supply, day = m.days_of_supply, runs_out_on(m.days_of_supply, period.observed.end)
    if m.item.on_hand is None or m.velocity is None or supply is None or day is None or supply > horizon_days:
        return None
    return StockOut(
        sku=m.item.sku,
        name=m.item.name,
        unit=m.item.unit,
        on_hand=quantity(m.item.on_hand) or _ZERO,
        velocity=two_decimals(m.velocity) or _CENTS,
        days_of_supply=two_decimals(supply) or _CENTS,
        runs_out_on=day,
        lost_sales=two_decimals(sales_lost_within(m, horizon_days)),
        suggested_order=order_for(m),
    )


def _by_day(one: StockOut) -> tuple[object, ...]:
    return one.runs_out_on, one.lost_sales is None, -(one.lost_sales or _ZERO), one.sku


def _month(orders: OrderFacts, period: Period) -> MonthForecast:
    """Return the month to date + the days left × the net sales a day of the velocity window."""
    month = span_containing("monthly", period.as_of_date)
    left = (month.end - period.observed.end).days
    days = velocity_days(None, orders) or 1
    rate = ratio(orders.velocity.net, Decimal(days)) or _ZERO
    whole = ratio(orders.month.net * days + orders.velocity.net * left, Decimal(days)) or _ZERO
    return MonthForecast(
        start=month.start,
        end=month.end,
        to_date=two_decimals(orders.month.net) or _CENTS,
        days_left=left,
        per_day=two_decimals(rate) or _CENTS,
        net_sales=two_decimals(whole) or _CENTS,
    )


def _anomaly(m: ItemMetrics, days: int, days_before: int) -> Anomaly | None:
    if m.observed is None or m.before is None or m.before.units <= 0:
        return None
    now, then = m.observed.units * days_before, m.before.units * days  # the two rates, over the same denominator
    is_doubled, is_halved = now >= FACTOR * then, FACTOR * now <= then
    if max(m.observed.units, m.before.units) < m.thresholds.anomaly_units_min or not (is_doubled or is_halved):
        return None
    return Anomaly(
        kind="doubled" if is_doubled else "halved",
        sku=m.item.sku,
        name=m.item.name,
        unit=m.item.unit,
        units=quantity(m.observed.units) or _ZERO,
        units_before=quantity(m.before.units) or _ZERO,
        per_day=two_decimals(ratio(m.observed.units, Decimal(days))) or _CENTS,
        per_day_before=two_decimals(ratio(m.before.units, Decimal(days_before))) or _CENTS,
    )
