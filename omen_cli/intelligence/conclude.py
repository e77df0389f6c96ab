"""Facts become the content of a snapshot: pure, no clock, no disk."""

from decimal import localcontext

from omen_cli.intelligence.as_it_was import stock_as_it_was
from omen_cli.intelligence.course import days, trend
from omen_cli.intelligence.forecast import anomalies, forecasts
from omen_cli.intelligence.items import item_content
from omen_cli.intelligence.kpis import all_kpis, net_sales_change
from omen_cli.intelligence.moves import categories, movers
from omen_cli.intelligence.notes import data_notes
from omen_cli.intelligence.recommend import recommend
from omen_cli.intelligence.rounding import EXACT
from omen_cli.intelligence.situation import Situation
from omen_cli.intelligence.stock import measure_items
from omen_cli.intelligence.sums import sums
from omen_cli.intelligence.verdict import hear, judge
from omen_cli.model.content import Content, PeriodContent
from omen_cli.model.facts import Facts, OrderFacts
from omen_cli.model.period import Period
from omen_cli.model.thresholds import Thresholds


def conclude(  # size: a part of the content a line
    facts: Facts, period: Period, *, timezone: str, currency: str, thresholds: Thresholds
) -> Content:
    """Return everything that a snapshot says about the facts of its period."""
    with localcontext(EXACT):
        orders = known_orders(facts)
        stock = stock_as_it_was(facts, period.as_of_date)
        items = measure_items(stock.items, orders, thresholds)
        signals = hear(Situation(items, orders, facts.orders is not None, thresholds))
        observed, before = days(orders) if orders else ((), ())
        return Content(
            currency=currency,
            period=_period(orders, period, timezone),
            verdict=judge(signals),
            signals=signals,
            kpis=all_kpis(orders, items),
            sums=sums(orders, items) if orders else None,
            net_sales_change=net_sales_change(orders),
            days=observed,
            days_before=before,
            trend=trend(orders, period) if orders else (),
            categories=categories(stock.items, orders) if orders else (),
            movers=movers({item.sku: item for item in stock.items}, orders) if orders else None,
            forecasts=forecasts(items, orders, period, thresholds.stock_out_horizon_days),
            anomalies=anomalies(items, orders) if orders else (),
            stock=stock.content,
            items=tuple(item_content(one, stock.in_file[one.item.sku], period.observed.end) for one in items),
            recommendations=recommend(items),
            data_notes=data_notes(facts, items, thresholds.dead_stock_days),
        )


def known_orders(facts: Facts) -> OrderFacts | None:
    """Return the facts of the orders; None also when none is known up to the end of the observed window."""
    return facts.orders if facts.orders and facts.orders.first_order else None


def _period(orders: OrderFacts | None, period: Period, timezone: str) -> PeriodContent:
    before = orders.before[0].span if orders and orders.before[0] else None
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
