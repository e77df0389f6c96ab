"""Turns the sums of the order lines into facts; every sum is SQL's, exact, and independent of row order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.matching import match_sold
from omen_cli.facts.relation import day_literal
from omen_cli.facts.sold import by_day, by_sku, sold_without, window_sales
from omen_cli.facts.windows import MONTH, OBSERVED, VELOCITY, before, days_of_windows, spans_of, trend
from omen_cli.model.facts import Item, OrderFacts
from omen_cli.model.period import TRAILING_PERIODS, TREND_PERIODS, VELOCITY_DAYS, Period

_EVER_AFTER = date(9999, 12, 31)


def read_orders(
    engine: Engine,
    items: Sequence[Item],
    costs: Mapping[str, Decimal],
    period: Period,
    inventory_date: date | None,
) -> OrderFacts:
    """Return the facts of the orders.

    Args:
        engine: holds `order_lines`.
        items: the inventory, with its own costs.
        costs: the costs table.
        period: names the windows.
        inventory_date: the day as of whose end the inventory is; None when it does not say, so as of now.
    """
    _sum_lines(engine, period, inventory_date)
    _create_sales(engine, items, costs)
    first, newest = _history(engine, period)
    spans = spans_of(period, first)
    rows = [(name, span.start, span.end) for name, span in spans.items()]
    engine.create_table("windows", "name VARCHAR, first_day DATE, end_day DATE", rows)
    found = window_sales(engine, spans)
    by_item, by_other = by_sku(engine)
    return OrderFacts(
        first_order=first,
        newest_order=newest,
        observed=found[OBSERVED],
        velocity=found[VELOCITY],
        before=tuple(found.get(before(back)) for back in range(1, TRAILING_PERIODS + 1)),
        trend=tuple(found.get(trend(back)) for back in range(1, TREND_PERIODS + 1)),
        month=found[MONTH],
        by_day=by_day(engine),
        by_item=by_item,
        by_other=by_other,
        uncosted=sold_without(engine, "is_uncosted"),
        unlisted=sold_without(engine, "is_unlisted"),
        busy_days=_busy_days(engine, newest),
        lines_after=_lines_after(engine, period),
    )


def _sum_lines(engine: Engine, period: Period, inventory_date: date | None) -> None:
    days = days_of_windows(period)
    first, end = day_literal(days.start), day_literal(days.end)
    sums = sql_text("line_sums", first=first, end=end, stock=day_literal(inventory_date or _EVER_AFTER))
    engine.run(f"CREATE TEMP TABLE line_sums AS {sums}")
    engine.run(
        "CREATE TEMP TABLE order_days AS SELECT DISTINCT order_id, day FROM order_lines"
        f" WHERE quantity > 0 AND day >= {first} AND day < {end}"
    )


def _create_sales(engine: Engine, items: Sequence[Item], costs: Mapping[str, Decimal]) -> None:
    sold = cast("list[tuple[str, str]]", engine.rows("SELECT DISTINCT sku, unit FROM line_sums ORDER BY ALL"))
    matches = [(match.sku, match.unit, match.item_sku, match.unit_cost) for match in match_sold(sold, items, costs)]
    engine.create_table("sku_matches", "sku VARCHAR, unit VARCHAR, item_sku VARCHAR, unit_cost DECIMAL(18, 4)", matches)
    engine.create_table("items", "sku VARCHAR, first_seen DATE", [(item.sku, item.first_seen) for item in items])
    engine.run(f"CREATE TEMP TABLE sales AS {sql_text('sales')}")
    engine.run(f"CREATE TEMP TABLE day_sales AS {sql_text('day_sales')}")


def _history(engine: Engine, period: Period) -> tuple[date | None, datetime | None]:
    """Return the day of the store's first order and the time of its newest one, both within what was observed."""
    ((first, newest),) = engine.rows(
        f"SELECT MIN(first_sale), MAX(newest) FROM sales WHERE day < {day_literal(period.observed.end)}"
    )
    return cast("date | None", first), cast("datetime | None", newest)


def _busy_days(engine: Engine, newest: datetime | None) -> int:
    """Return the days with an order among the 28 that end with the newest order's."""
    if newest is None:
        return 0
    last = newest.date()
    since = last - timedelta(days=VELOCITY_DAYS - 1)
    ((days,),) = engine.rows(
        "SELECT COUNT(DISTINCT day) FROM order_lines"
        f" WHERE quantity > 0 AND day >= {day_literal(since)} AND day <= {day_literal(last)}"
    )
    return cast("int", days)


def _lines_after(engine: Engine, period: Period) -> int:
    ((lines,),) = engine.rows(
        f"SELECT COALESCE(SUM(lines), 0) FROM day_sales WHERE day >= {day_literal(period.observed.end)}"
    )
    return int(cast("int", lines))
