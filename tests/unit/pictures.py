"""A snapshot's numbers in the shape in which the oracle says them, and the two held equal."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from omen_cli.model.content import Content, ItemContent, Kpi
from omen_cli.model.moves import CategoryContent, Mover
from omen_cli.model.period import Span
from omen_cli.model.snapshot import Computed, Hold
from tests.oracle.sales import NO_KPI, sales

# A word of each reason to hold a snapshot that no other reason has: wording is free, the kinds are not.
HOLD_WORDS = {
    "newest order": "stale",
    "no order in": "silent",
    "fell to": "fell",
    "set aside": "set aside",
    "inventory is of": "old inventory",
}
COMPARED_KPIS = frozenset(sales((), (date.min, date.max))) - set(NO_KPI)


def picture(computed: Computed) -> dict[str, Any]:
    content = computed.content
    split, month, movers = content.net_sales_change, content.forecasts.month, content.movers
    return {
        "period": _period(content),
        "kpis": {name: _compared(kpi) if name in COMPARED_KPIS else kpi.value for name, kpi in content.kpis.items()},
        "split": (split.change, split.orders_effect, split.basket_effect) if split else None,
        "stock": (content.stock.basis, content.stock.date, content.stock.units_added_back),
        "sums": content.sums.model_dump() if content.sums else None,
        "days": _rows(content.days, "date net_sales orders units"),
        "days_before": _rows(content.days_before, "date net_sales orders units"),
        "trend": _rows(content.trend, "start end complete net_sales orders gross_margin_pct"),
        "categories": [_category(one) for one in content.categories],
        "movers": {
            "up": [_mover(one) for one in movers.up],
            "down": [_mover(one) for one in movers.down],
            "rest": movers.rest,
            "rest_count": movers.rest_count,
        }
        if movers
        else None,
        "items": {item.sku: _item(item) for item in content.items},
        "recommendations": [
            (one.group, one.action, one.sku, one.confidence, one.money_at_stake, one.triggering_metrics)
            for one in content.recommendations
        ],
        "verdict": (content.verdict.signal, content.verdict.runner_up),
        "signals": _rows(content.signals, "name rank stake skus"),
        "stock_outs": _rows(
            content.forecasts.stock_outs,
            "sku name unit on_hand velocity days_of_supply runs_out_on lost_sales suggested_order",
        ),
        "horizon": content.forecasts.horizon_days,
        "month": _rows([month], "start end to_date days_left per_day net_sales")[0] if month else None,
        "anomalies": _rows(content.anomalies, "kind sku name unit units units_before per_day per_day_before"),
        "notes": _rows(content.data_notes, "code skus"),
        "hold": hold_kinds(computed.hold),
    }


def _rows(values: Iterable[Any], names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(value, name) for name in names.split()) for value in values]


def _period(content: Content) -> tuple[Any, ...]:
    period = content.period
    before = (period.before.start, period.before.end) if period.before else None
    assert period.before_days == (Span.days.fget(period.before) if period.before else None)  # type: ignore[attr-defined]
    assert period.observed_days == (period.observed_end - period.start).days
    return (period.start, period.observed_end), (period.start, period.end), period.complete, before


def _compared(kpi: Kpi) -> tuple[Any, ...]:
    past = kpi.change, kpi.change_pct, kpi.trailing_average, kpi.against_trailing_pct, kpi.trailing_periods
    return kpi.value, kpi.before, *past


def _moved(one: CategoryContent | Mover) -> tuple[Any, ...]:
    return one.net_sales, one.before, one.change, one.change_pct, one.part_pct


def _category(one: CategoryContent) -> tuple[Any, ...]:
    return one.category, one.is_listed, one.items, one.units_sold, one.inventory_retail_value, *_moved(one)


def _mover(one: Mover) -> tuple[Any, ...]:
    return one.sku, one.name, one.unit, one.is_listed, *_moved(one)


def _item(item: ItemContent) -> dict[str, Any]:
    return {
        "name": item.name,
        "unit": item.unit,
        "category": item.category,
        "on_hand": item.on_hand,
        "in_file": item.on_hand_in_file,
        "cost": item.unit_cost,
        "price": item.unit_price,
        "margin": item.margin_pct,
        "net": item.net_sales,
        "net_before": item.net_sales_before,
        "velocity": item.velocity,
        "supply": item.days_of_supply,
        "through": item.sell_through_pct,
        "capital": item.dead_stock_capital,
        "units": item.units_sold,
        "units_before": item.units_before,
        "velocity_units": item.velocity_units,
        "order": item.suggested_order,
        "days": item.velocity_days,
        "sale_days": item.sale_days,
        "runs_out": item.runs_out_on,
        "first": item.first_sale,
        "last": item.last_sale,
        "dead": item.dead_stock,
    }


def hold_kinds(hold: Hold) -> list[str]:
    """Return the kind of each reason, in order; a reason that is of none or of two kinds stands as it is."""
    found = []
    for reason in hold.reasons:
        kinds = [kind for word, kind in HOLD_WORDS.items() if word in reason]
        found.append(kinds[0] if len(kinds) == 1 else reason)
    assert hold.held == bool(found)
    return found


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Hold a picture equal to what the oracle expects, part by part, and show only what differs."""
    assert found.keys() == expected.keys()
    problems = {part: _differences(found[part], expected[part]) for part in expected if found[part] != expected[part]}
    assert not problems, "\n".join(f"{part} (found, expected): {what}" for part, what in problems.items())


def _differences(found: Any, expected: Any) -> Any:
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = sorted(expected.keys() | found.keys())
        pairs = {key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)}
        return {key: _differences(*pair) if isinstance(pair[1], dict) else pair for key, pair in pairs.items()}
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    return found, expected
