"""Reads the order lines into sums by window and by item; every sum is SQL's, exact, and independent of row order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.matching import match_sold
from omen_cli.model.facts import Item, OrderFacts, Sales, SkuSales, SoldSku, WindowSales
from omen_cli.model.period import TRAILING_PERIODS, Period, Span

_SUMS = ("gross", "discounts", "returns", "units", "known_gross", "known_net", "known_cost")


def read_orders(engine: Engine, items: Sequence[Item], costs: Mapping[str, Decimal], period: Period) -> OrderFacts:
    """Return the facts of the orders.

    Args:
        engine: holds the table `orders_rows`.
        items: the inventory, with its own costs.
        costs: the costs table.
        period: names the windows.
    """
    engine.run(f"CREATE TEMP TABLE order_lines AS {sql_text('order_lines')}")
    _create_matches(engine, items, costs)
    engine.run(f"CREATE TEMP TABLE sales AS {sql_text('sales')}")
    first, newest = _history(engine, period)
    spans = _spans(period, first)
    engine.create_table(
        "windows",
        "name VARCHAR, first_day DATE, end_day DATE",
        [(name, span.start, span.end) for name, span in spans.items()],
    )
    sums = {name: _window(row, spans[name]) for name, row in _window_rows(engine).items()}
    return OrderFacts(
        first_order=first,
        newest_order=newest,
        observed=sums.get("observed", WindowSales(span=spans["observed"])),
        velocity=sums.get("velocity", WindowSales(span=spans["velocity"])),
        before=tuple(_before(sums, spans, back, first) for back in range(1, TRAILING_PERIODS + 1)),
        by_item=_by_item(engine),
        uncosted=_sold_without(engine, "is_uncosted"),
        unlisted=_sold_without(engine, "is_unlisted"),
    )


def _create_matches(engine: Engine, items: Sequence[Item], costs: Mapping[str, Decimal]) -> None:
    sold = cast("list[tuple[str, str]]", engine.rows("SELECT DISTINCT sku, unit FROM order_lines ORDER BY ALL"))
    matches = [(match.sku, match.unit, match.item_sku, match.unit_cost) for match in match_sold(sold, items, costs)]
    engine.create_table("sku_matches", "sku VARCHAR, unit VARCHAR, item_sku VARCHAR, unit_cost DECIMAL(18, 4)", matches)
    engine.create_table("items", "sku VARCHAR, first_seen DATE", [(item.sku, item.first_seen) for item in items])


def _spans(period: Period, first: date | None) -> dict[str, Span]:
    """Return the windows by name; what came back before the store's first order is no part of a velocity."""
    velocity = period.velocity_window
    since = max(velocity.start, first) if first else velocity.start
    spans = {"observed": period.observed, "velocity": Span(start=since, end=velocity.end)}
    return spans | {f"before{back}": period.comparison(back) for back in range(1, TRAILING_PERIODS + 1)}


def _history(engine: Engine, period: Period) -> tuple[date | None, datetime | None]:
    """Return the day of the store's first order and the time of its newest one, both within what was observed."""
    ((first, newest),) = engine.rows(
        "SELECT MIN(day), MAX(ordered_at) FROM order_lines WHERE quantity > 0"
        f" AND day < DATE '{period.observed.end.isoformat()}'"
    )
    return cast("date | None", first), cast("datetime | None", newest)


def _window_rows(engine: Engine) -> dict[str, tuple[object, ...]]:
    return {str(name): sums for name, *sums in engine.rows(sql_text("window_sales"))}  # type: ignore[misc]


def _window(row: Sequence[object], span: Span) -> WindowSales:
    lines, orders, *sums = row
    return WindowSales.model_validate(
        {"span": span, "lines": lines, "orders": orders, **dict(zip(_SUMS, sums, strict=True))}
    )


def _before(
    sums: Mapping[str, WindowSales], spans: Mapping[str, Span], back: int, first: date | None
) -> WindowSales | None:
    """Return a period before, None when it ended before the store's first order: that is none, not zero."""
    span = spans[f"before{back}"]
    if first is None or span.end <= first:
        return None
    return sums.get(f"before{back}", WindowSales(span=span))


def _by_item(engine: Engine) -> tuple[SkuSales, ...]:
    found = []
    for sku, gross, discounts, returned, units, velocity_units, first_sale, last_sale in engine.rows(
        sql_text("item_sales")
    ):
        observed = Sales.model_validate({"gross": gross, "discounts": discounts, "returns": returned, "units": units})
        found.append(
            SkuSales.model_validate(
                {
                    "sku": sku,
                    "observed": observed,
                    "velocity_units": velocity_units,
                    "first_sale": first_sale,
                    "last_sale": last_sale,
                }
            )
        )
    return tuple(found)


def _sold_without(engine: Engine, condition: str) -> tuple[SoldSku, ...]:
    rows = engine.rows(f"SELECT sku, gross FROM ({sql_text('uncosted')}) WHERE {condition} ORDER BY gross DESC, sku")
    return tuple(SoldSku.model_validate({"sku": sku, "gross": gross}) for sku, gross in rows)


def count_doubtful_lines(engine: Engine) -> dict[str, int]:
    """Return how many lines may or do stand twice, under the names of `Facts`."""
    ((overlapping,),) = engine.rows(sql_text("overlap"))
    ((repeated, conflicting),) = engine.rows(sql_text("repeated"))
    counts = {"overlapping_lines": overlapping, "repeated_lines": repeated, "conflicting_lines": conflicting}
    return cast("dict[str, int]", counts)
