"""Reads what was sold, by window, by day and by SKU, out of the tables `sales`, `day_sales` and `windows`."""

from collections.abc import Mapping, Sequence
from typing import cast

from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.windows import OBSERVED, before
from omen_cli.model.facts import DaySales, Sales, SkuSales, SoldSku, WindowSales
from omen_cli.model.period import Span

_SUMS = ("gross", "discounts", "returns", "units", "known_gross", "known_net", "known_cost")
_HISTORY = ("velocity_units", "sale_days", "first_sale", "last_sale", "units_after")


def window_sales(engine: Engine, spans: Mapping[str, Span]) -> dict[str, WindowSales]:
    """Return the sums of every window; those of one without lines are zero."""
    orders = _counts(engine, sql_text("window_orders"))
    found = {name: (lines, _sums(sums)) for name, lines, *sums in engine.rows(sql_text("window_sales"))}
    return {
        name: WindowSales.model_validate({"span": span, "orders": orders.get(name, 0), "lines": lines, **sums})
        for name, span in spans.items()
        for lines, sums in [found.get(name, (0, {}))]
    }


def by_day(engine: Engine) -> tuple[DaySales, ...]:
    """Return each day with a line of the observed window and of the first before it, in order."""
    orders = _counts(engine, "SELECT day, COUNT(*) FROM order_days GROUP BY day")
    rows = engine.rows(
        "SELECT day_sales.* FROM day_sales"
        " INNER JOIN windows ON day_sales.day >= windows.first_day AND day_sales.day < windows.end_day"
        f" WHERE windows.name IN ('{OBSERVED}', '{before(1)}') ORDER BY day"
    )
    return tuple(
        DaySales.model_validate({"day": day, "orders": orders.get(day, 0), **_sums(sums)}) for day, _, *sums in rows
    )


def by_sku(engine: Engine) -> tuple[tuple[SkuSales, ...], tuple[SkuSales, ...]]:
    """Return what the inventory's items sold, and what the SKUs that match none did; both sorted by SKU."""
    sold = {
        (is_item, sku, window): Sales.model_validate(_sums(sums))
        for is_item, sku, window, *sums in engine.rows(sql_text("sku_windows"))
    }
    found: dict[object, list[SkuSales]] = {True: [], False: []}
    for is_item, sku, *history in engine.rows(sql_text("sku_history")):
        observed, past = (sold.get((is_item, sku, window), Sales()) for window in (OBSERVED, before(1)))
        about = {"sku": sku, "observed": observed, "before": past, **dict(zip(_HISTORY, history, strict=True))}
        found[is_item].append(SkuSales.model_validate(about))
    return tuple(found[True]), tuple(found[False])


def sold_without(engine: Engine, condition: str) -> tuple[SoldSku, ...]:
    """Return the SKUs sold in the observed window of which the condition holds, by falling gross sales, then SKU."""
    rows = engine.rows(f"SELECT sku, gross FROM ({sql_text('uncosted')}) WHERE {condition} ORDER BY gross DESC, sku")
    return tuple(SoldSku.model_validate({"sku": sku, "gross": gross}) for sku, gross in rows)


def _counts(engine: Engine, sql: str) -> dict[object, object]:
    return dict(cast("list[tuple[object, object]]", engine.rows(sql)))


def _sums(values: Sequence[object]) -> dict[str, object]:
    return dict(zip(_SUMS, values, strict=True))
