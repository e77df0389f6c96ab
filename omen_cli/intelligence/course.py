"""The course of the sales: by day, and from period to period.

Source: docs/kpis.md, "days and trend".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from omen_cli.intelligence.rounding import quantity, two_decimals
from omen_cli.intelligence.sales import sales_kpis
from omen_cli.model.facts import DaySales, OrderFacts, WindowSales
from omen_cli.model.moves import DayContent, TrendContent
from omen_cli.model.period import Period, Span

_DAY = timedelta(days=1)
_CENTS = Decimal("0.00")


def days(orders: OrderFacts) -> tuple[tuple[DayContent, ...], tuple[DayContent, ...]]:
    """Return every day of the observed window and of the one before it, each in order; the latter empty without one."""
    known = {sales.day: sales for sales in orders.by_day}
    before = orders.before[0] if orders.before else None
    return _days(known, orders.observed.span), _days(known, before.span) if before else ()


def trend(orders: OrderFacts, period: Period) -> tuple[TrendContent, ...]:
    """Return the whole periods before, the oldest first, and this one as it was observed."""
    past = [_point(window, window.span, is_complete=True) for window in reversed(orders.trend) if window is not None]
    return (*past, _point(orders.observed, period.whole, is_complete=period.is_complete))


def _days(known: Mapping[date, DaySales], span: Span) -> tuple[DayContent, ...]:
    return tuple(_day(known, span.start + number * _DAY) for number in range(span.days))


def _day(known: Mapping[date, DaySales], day: date) -> DayContent:
    sales = known.get(day) or DaySales(day=day)
    return DayContent(
        date=day,
        net_sales=two_decimals(sales.net) or _CENTS,
        orders=sales.orders,
        units=quantity(sales.units) or Decimal(0),
    )


def _point(window: WindowSales, span: Span, *, is_complete: bool) -> TrendContent:
    return TrendContent(
        start=span.start,
        end=span.end,
        complete=is_complete,
        net_sales=two_decimals(window.net) or _CENTS,
        orders=window.orders,
        gross_margin_pct=two_decimals(sales_kpis(window)["grossMarginPct"]),
    )
