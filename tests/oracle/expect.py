"""Everything that a snapshot must say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.advice import recommendations
from tests.oracle.holds import Rows, hold_kinds
from tests.oracle.items import item_row, measure, stock_kpis
from tests.oracle.matching import match
from tests.oracle.moves import Moves, categories, days, movers, sums, trend, within
from tests.oracle.notes import notes
from tests.oracle.outlook import anomalies, month, stock_outs
from tests.oracle.periods import DAY, windows
from tests.oracle.rows import Item, Line
from tests.oracle.sales import NO_KPI, kpi_row, sales, split
from tests.oracle.signals import signals
from tests.oracle.stock import as_it_was
from tests.oracle.thresholds import Thresholds


@dataclass
class Store:
    """What the exports and stores.yaml say; `inventory_date` None when the inventory does not say. Good for one use.

    `has_orders` tells whether there is a table of orders at all.
    """

    items: Sequence[Item]
    lines: Sequence[Line]
    costs: Mapping[str, Fraction] = field(default_factory=dict)
    thresholds: Mapping[str, Any] | None = None
    inventory_date: date | None = None
    rows: Rows = field(default_factory=dict)
    has_orders: bool = True


def expect(store: Store, timeframe: str, as_of: date) -> dict[str, Any]:
    """Return what the snapshot must say, in the shape of `picture` in tests/unit/pictures.py."""
    items, thresholds, w = store.items, Thresholds(store.thresholds), windows(timeframe, as_of)
    match(items, store.lines, store.costs)
    basis = as_it_was(items, store.lines if store.has_orders else None, w.end, store.inventory_date)
    lines = [line for line in store.lines if line.day < w.end]
    first = min((line.day for line in lines if line.quantity > 0), default=None)
    now = sales(lines, w.observed)
    past = [sales(lines, window) if first and window[1] > first else None for window in w.before]
    has_before = past[0] is not None
    own: dict[str | None, list[Line]] = {item.sku: [] for item in items}
    for line in lines:
        own.setdefault(line.item, []).append(line)
    metrics = {
        item.sku: measure(item, own[item.sku], w, first, has_before=has_before, t=thresholds.of(item.category))
        for item in items
    }
    since = max(w.end - 28 * DAY, first) if first else w.end
    recent, velocity_days = within(lines, (since, w.end)), (w.end - since).days or None
    heard = signals(items, metrics, now, past[0], w, thresholds)
    moves = Moves(lines, w, has_before=has_before)
    return {
        "period": (w.observed, w.whole, w.is_complete, w.before[0] if has_before else None),
        "kpis": {
            **{
                name: kpi_row(name, now[name] if first else None, [one[name] if one else None for one in past])
                for name in now
                if name not in NO_KPI
            },
            **stock_kpis(items, metrics, recent, velocity_days),
        },
        "split": split(now, past[0]),
        "stock": basis,
        "sums": sums(items, metrics, now, recent, velocity_days) if velocity_days else None,
        "days": days(lines, w.observed) if first else [],
        "days_before": days(lines, w.before[0]) if has_before else [],
        "trend": trend(lines, w, first) if first else [],
        "categories": categories(items, metrics, moves) if first else [],
        "movers": movers(items, moves),
        "items": {item.sku: item_row(item, metrics[item.sku]) for item in items},
        "recommendations": recommendations(items, metrics, thresholds),
        "verdict": (heard[0][0], heard[1][0] if len(heard) > 1 else None),
        "signals": heard,
        "stock_outs": stock_outs(items, metrics, thresholds),
        "horizon": int(thresholds.store["stock_out_horizon_days"]),
        "month": month(lines, recent, w, first) if first else None,
        "anomalies": anomalies(items, metrics, w, thresholds),
        "notes": notes(items, metrics, lines, w, first, thresholds.store),
        "hold": hold_kinds(lines, now, past, w, as_of, store.inventory_date, store.rows),
    }
