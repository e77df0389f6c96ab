"""Facts made by hand for the tests of intelligence and report: no disk, no database.

The store's week is 2026-01-05 to 2026-01-11, complete; its orders reach back to 2025-06-01. Numbers are written as text.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from omen_cli.intelligence.conclude import conclude
from omen_cli.intelligence.stock import ItemMetrics, measure_items
from omen_cli.model.content import Content, Recommendation
from omen_cli.model.facts import Facts, Item, OrderFacts, Sales, SkuSales, TableRows, WindowSales
from omen_cli.model.ids import Timeframe
from omen_cli.model.period import Period, Span, period_of
from omen_cli.model.thresholds import Thresholds

AS_OF = date(2026, 1, 11)
END = AS_OF + timedelta(days=1)
OLD = date(2025, 6, 1)
MONEY = ("gross", "discounts", "returns", "units", "known_gross", "known_net", "known_cost")


def days_before_end(days: int) -> date:
    """The day that begins the last `days` days of the observed window."""
    return END - timedelta(days=days)


def item(sku: str = "BD-8", **values: Any) -> Item:
    """An item of 30 on hand, cost 40 and price 100 unless told otherwise: no rule but PROMOTE_AS_FEATURED speaks."""
    about = {"name": None, "unit": None, "category": None, "on_hand": "30", "unit_cost": "40", "unit_price": "100"}
    return Item.model_validate({"sku": sku, "visible": None, "first_seen": OLD} | about | values)


def sold(sku: str = "BD-8", velocity_units: object = 0, *, last: date | None = None, **observed: Any) -> SkuSales:
    """What an item sold: units in the velocity window, when last, and its sums in the observed window.

    Also `before`, the sums of the window before as a dict, `sale_days` and `units_after`.
    """
    more = {name: observed.pop(name) for name in ("sale_days", "units_after") if name in observed}
    before = Sales.model_validate(observed.pop("before", {}))
    return SkuSales(
        sku=sku,
        observed=Sales.model_validate(observed),
        before=before,
        velocity_units=Decimal(str(velocity_units)),
        first_sale=last,
        last_sale=last,
        **more,
    )


def window(start: date = AS_OF, days: int = 7, **values: Any) -> WindowSales:
    """One window; all its money has a known cost unless `known_…` says otherwise."""
    sums = {name: Decimal(str(values.pop(name, 0))) for name in MONEY[:4]}
    sums["known_gross"] = Decimal(str(values.pop("known_gross", sums["gross"])))
    net = sums["gross"] - sums["discounts"] - sums["returns"]
    sums["known_net"] = Decimal(str(values.pop("known_net", net)))
    sums["known_cost"] = Decimal(str(values.pop("known_cost", 0)))
    return WindowSales(span=Span(start=start, end=start + timedelta(days=days)), **sums, **values)


def orders(
    *items: SkuSales,
    observed: WindowSales | None = None,
    before: Sequence[WindowSales | None] = (None, None, None, None),
    velocity_units: object = 0,
    first: date | None = OLD,
    **more: Any,
) -> OrderFacts:
    """The facts of the orders; the windows lie as those of AS_OF's week do."""
    since = max(days_before_end(28), first) if first else days_before_end(28)
    return OrderFacts(
        first_order=first,
        newest_order=more.pop("newest_order", datetime(2026, 1, 11, 18, 30) if first else None),  # noqa: DTZ001
        observed=observed or window(days_before_end(7), orders=1),
        velocity=more.pop("velocity", WindowSales(span=Span(start=since, end=END), units=Decimal(str(velocity_units)))),
        before=tuple(before),
        trend=tuple(more.pop("trend", ())),
        month=more.pop("month", window(AS_OF.replace(day=1), days=AS_OF.day)),
        by_day=tuple(more.pop("by_day", ())),
        by_item=items,
        by_other=tuple(more.pop("by_other", ())),
        uncosted=more.pop("uncosted", ()),
        unlisted=more.pop("unlisted", ()),
        **more,
    )


def facts(
    *items: Item,
    orders: OrderFacts | None = None,
    rows: dict[str, tuple[int, int]] | None = None,
    inventory_date: date | None = None,
) -> Facts:
    """The facts of a store; `rows` are (read, set aside) by role."""
    counted = {role: TableRows(read=read, set_aside=aside) for role, (read, aside) in (rows or {}).items()}
    return Facts(
        items=tuple(sorted(items, key=lambda one: one.sku)),
        orders=orders,
        rows=counted,
        inputs=(),
        rejected=(),
        inventory_date=inventory_date,
    )


def measured(one: Item, of: OrderFacts | None = None, **thresholds: Any) -> ItemMetrics:
    """The metrics of one item; with no orders given, of a store whose orders hold nothing of it."""
    (found,) = measure_items((one,), of or orders(), Thresholds.model_validate(thresholds))
    return found


def week() -> Period:
    """The complete week."""
    return period_of("weekly", AS_OF)


def concluded(
    *items: Item,
    orders: OrderFacts | None = None,
    timeframe: Timeframe = "weekly",
    as_of: date = AS_OF,
    currency: str = "USD",
    inventory_date: date | None = None,
    **thresholds: Any,
) -> Content:
    """The content that follows from the facts."""
    return conclude(
        facts(*items, orders=orders, inventory_date=inventory_date),
        period_of(timeframe, as_of),
        timezone="America/New_York",
        currency=currency,
        thresholds=Thresholds.model_validate(thresholds),
    )


def advice(*items: Item, of: OrderFacts | None = None, **thresholds: Any) -> dict[str, Recommendation]:
    """The recommendations by action; of one item, or where no two items get the same."""
    content = concluded(*items, orders=of or orders(), **thresholds)
    found = {one.action: one for one in content.recommendations}
    assert len(found) == len(content.recommendations)
    return dict(found)
