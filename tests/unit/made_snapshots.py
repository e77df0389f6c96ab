"""Snapshots of made-up stores, without disk or database: random order lines, summed here, concluded by omen."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from omen_cli.intelligence.conclude import conclude
from omen_cli.model.content import Content
from omen_cli.model.facts import DaySales, Facts, Item, OrderFacts, Sales, SkuSales, WindowSales
from omen_cli.model.period import Period, Span, period_of
from omen_cli.model.snapshot import Hold, SettingsEntered, Snapshot
from omen_cli.model.thresholds import Thresholds

SKUS = tuple(f"SKU-{number}" for number in range(14))
OTHER = "TOTE"
FINE = ("12.3456", "0.0001", "19.995", "35", "100")
CENTS = ("12.34", "0.01", "19.99", "35", "100")


class Line(NamedTuple):
    day: date
    order: str
    sku: str
    quantity: Decimal
    price: Decimal
    discount: Decimal


def made_snapshot(seed: object, *, prices: Sequence[str] = FINE, has_orders: bool = True) -> Snapshot:
    """The snapshot of a store that the seed decides; `prices` say how fine its money is."""
    rng = random.Random(f"explain {seed}")
    as_of = date(2026, 1, 1) + timedelta(days=rng.randrange(60))
    period = period_of(rng.choice(("daily", "weekly", "monthly")), as_of)
    is_fine = prices is FINE
    items = [_item(rng, sku, as_of, prices, is_fine=is_fine) for sku in SKUS]
    lines = [_line(rng, number, as_of, prices, is_fine=is_fine) for number in range(rng.choice((3, 40, 300)))]
    inventory_date = rng.choice((None, as_of, as_of + timedelta(days=3)))
    orders = _orders(lines, {one.sku: one for one in items}, period, inventory_date) if has_orders else None
    thresholds = Thresholds.model_validate(rng.choice(({}, {}, {"dead_stock_days": 7, "reorder_days": 14}))
                                           | {"categories": {"Vape": {"low_stock_max": "12", "lead_time_days": 21}}})  # fmt: skip
    facts = Facts(items=tuple(items), orders=orders, rows={}, inputs=(), rejected=(), inventory_date=inventory_date)
    content = conclude(facts, period, timezone="UTC", currency="USD", thresholds=thresholds)
    return snapshot_of(content, thresholds)


def snapshot_of(content: Content, thresholds: Thresholds) -> Snapshot:
    """The snapshot that holds a content."""
    entered = SettingsEntered(
        timezone="UTC",
        currency=content.currency,
        thresholds=thresholds.entered(),
        category_thresholds=thresholds.entered_by_category(),
    )
    return Snapshot(
        id="snapshot_weekly_2026-01-11_1768176000000_0123abcd",
        store_id="Made",
        store_name="Made",
        timeframe=content.period.timeframe,
        as_of_date=content.period.as_of_date,
        version=1,
        supersedes=None,
        reason=None,
        generated_at=datetime(2026, 1, 12, 13, tzinfo=UTC),
        request_id="request-0001",
        created_by="tester",
        created_via="cli",
        omen_version="0",
        provisional=False,
        inputs=(),
        settings=entered,
        rejected=(),
        hold=Hold(),
        notes=(),
        content_sha256="0123abcd" * 8,
        content=content,
    )


def _item(rng: random.Random, sku: str, as_of: date, prices: Sequence[str], *, is_fine: bool) -> Item:
    seen = rng.choice((None, 400, 91, 89, 27, 1, -5))
    halves = ("2.5", "0.125") if is_fine else ("2", "1")
    return Item(
        sku=sku,
        name=rng.choice((None, f"Name of {sku}")),
        unit=rng.choice((None, "each", "3.5g")),
        category=rng.choice((None, "Flower", "Vape", " vape ")),
        on_hand=rng.choice((None, *map(Decimal, ("0", "-3", "4", "10", "26", "51", "140", *halves)))),
        unit_cost=rng.choice((None, *map(Decimal, ("15", "5.5", "60", *(("9.9975", "17.345") if is_fine else ()))))),
        unit_price=rng.choice((None, Decimal(0), *map(Decimal, prices))),
        visible=None,
        first_seen=None if seen is None else as_of - timedelta(days=seen),
    )


def _line(rng: random.Random, number: int, as_of: date, prices: Sequence[str], *, is_fine: bool) -> Line:
    quantity = Decimal(rng.choice(("1", "1", "2", "3", "7", "-1", "0", *(("0.5", "0.125") if is_fine else ()))))
    price = Decimal(rng.choice(prices))
    off = (price * abs(quantity) * rng.choice((0, 0, 10, 100)) / 100).quantize(Decimal("0.0001" if is_fine else "0.01"))
    day = as_of - timedelta(days=rng.randint(-4, rng.choice((6, 40, 150))))
    return Line(day, f"O-{number // 2}", rng.choice((OTHER, *SKUS)), quantity, price, off)


def _orders(lines: Sequence[Line], items: dict[str, Item], period: Period, inventory_date: date | None) -> OrderFacts:
    end, shown = period.observed.end, [one for one in lines if one.day < period.observed.end]
    first = min((one.day for one in shown if one.quantity > 0), default=None)
    velocity = period.velocity_window
    velocity = Span(start=max(velocity.start, first or velocity.start), end=end)
    after = [] if inventory_date and inventory_date <= period.as_of_date else [
        one for one in lines if one.day >= end and (inventory_date is None or one.day <= inventory_date)]  # fmt: skip

    def window(span: Span) -> WindowSales:
        found = _of(shown, span)
        orders = {one.order for one in found if one.quantity > 0}
        return WindowSales(span=span, orders=len(orders), lines=len(found), **_sums(found, items))

    def known(span: Span) -> WindowSales | None:
        return None if first is None or span.end <= first else window(span)

    before = tuple(known(period.comparison(back)) for back in range(1, 5))
    spans = [period.observed, *([before[0].span] if before[0] else [])]
    days = sorted({one.day for span in spans for one in _of(shown, span)})
    sold = [_sku(sku, shown, after, items, spans, velocity) for sku in sorted((*SKUS, OTHER))]
    return OrderFacts(
        first_order=first,
        newest_order=None,
        observed=window(period.observed),
        velocity=window(velocity),
        before=before,
        trend=tuple(known(period.whole_before(back)) for back in range(1, 9)),
        month=window(period.month_to_date),
        by_day=tuple(_day(day, shown, items) for day in days),
        by_item=tuple(one for one in sold if one.sku != OTHER),
        by_other=tuple(one for one in sold if one.sku == OTHER),
        uncosted=(),
        unlisted=(),
        lines_after=len(after),
    )


def _day(day: date, lines: Sequence[Line], items: dict[str, Item]) -> DaySales:
    found = [one for one in lines if one.day == day]
    return DaySales(day=day, orders=len({one.order for one in found if one.quantity > 0}), **_sums(found, items))


def _sku(
    sku: str,
    lines: Sequence[Line],
    after: Sequence[Line],
    items: dict[str, Item],
    spans: Sequence[Span],
    velocity: Span,
) -> SkuSales:
    own = [one for one in lines if one.sku == sku]
    seen = items[sku].first_seen if sku in items else None
    sales = [one.day for one in own if one.quantity > 0]
    return SkuSales(
        sku=sku,
        observed=Sales(**_sums(_of(own, spans[0]), items)),
        before=Sales(**_sums(_of(own, spans[1]) if spans[1:] else [], items)),
        velocity_units=_units([one for one in _of(own, velocity) if seen is None or one.day >= seen]),
        first_sale=min(sales, default=None),
        last_sale=max(sales, default=None),
        units_after=_units([one for one in after if one.sku == sku]),
    )


def _of(lines: Sequence[Line], span: Span) -> list[Line]:
    return [one for one in lines if span.start <= one.day < span.end]


def _units(lines: Sequence[Line]) -> Decimal:
    return sum((one.quantity for one in lines), Decimal(0))


def _sums(lines: Sequence[Line], items: dict[str, Item]) -> dict[str, Any]:
    costed = [
        (one, items[one.sku].unit_cost) for one in lines if one.sku in items and items[one.sku].unit_cost is not None
    ]
    known = _money([one for one, _ in costed])
    return {
        **_money(lines),
        "units": _units(lines),
        "known_gross": known["gross"],
        "known_net": known["gross"] - known["discounts"] - known["returns"],
        "known_cost": sum((cost * one.quantity for one, cost in costed), Decimal(0)),
    }


def _money(lines: Sequence[Line]) -> dict[str, Decimal]:
    sales, back = [one for one in lines if one.quantity > 0], [one for one in lines if one.quantity < 0]
    return {
        "gross": sum((one.price * one.quantity for one in sales), Decimal(0)),
        "discounts": sum((one.discount for one in sales), Decimal(0)),
        "returns": sum((-one.price * one.quantity - one.discount for one in back), Decimal(0)),
    }
