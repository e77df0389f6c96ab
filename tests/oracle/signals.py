"""The signals, in the order of the verdict."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.advice import capital_of, is_reordered, is_reordered_now, is_slow_mover, potential_profit
from tests.oracle.items import Metrics
from tests.oracle.numbers import cents, falling, total
from tests.oracle.periods import Windows, days_of
from tests.oracle.rows import Item
from tests.oracle.thresholds import Thresholds

Stakes = list[tuple[str, Fraction | None]]
Heard = tuple[str, int, Fraction | None, Stakes]


def signals(
    items: Sequence[Item],
    metrics: Mapping[str, Metrics],
    now: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    w: Windows,
    thresholds: Thresholds,
) -> list[Any]:
    """Return (name, rank, stake, skus); the first one is the verdict, the second its runner-up."""
    heard = [*_of_items(items, metrics, thresholds), *_of_store(now, before, w, thresholds.store)]
    rows = [
        (name, rank, cents(stake), tuple(sku for sku, _ in sorted(about, key=lambda one: (*falling(one[1]), one[0]))))
        for name, rank, stake, about in heard or [("STABLE", 3, None, [])]
    ]
    return sorted(rows, key=lambda row: (row[1], *falling(row[2]), row[0]))


def _of_items(items: Sequence[Item], metrics: Mapping[str, Metrics], thresholds: Thresholds) -> Iterator[Heard]:
    out: Stakes = []
    hidden: Stakes = []
    slow: Stakes = []
    for item in items:
        m, t = metrics[item.sku], thresholds.of(item.category)
        if is_reordered_now(m, t):
            out.append((item.sku, None if item.price is None else m["velocity"] * item.price * t["reorder_days"]))
        if is_slow_mover(item, m, t):
            hidden.append((item.sku, potential_profit(item)))
        if _is_slow_stock(item, m, t):
            slow.append((item.sku, capital_of(item)))
    if out:
        yield "STOCKOUT_IMMINENT", 1, _known(out), out
    if hidden:
        yield "UNDER_PROMOTED", 2, _known(hidden), hidden
    if slow and (_known(slow) or 0) >= thresholds.store["slow_stock_capital_min"]:
        yield "SLOW_STOCK", 3, _known(slow), slow


def _is_slow_stock(item: Item, m: Metrics, t: Mapping[str, Fraction]) -> bool:
    if item.on_hand is None or m["velocity"] is None or is_reordered(item, m, t):
        return False
    return bool(m["velocity"] < t["slow_stock_velocity_max"] and item.on_hand >= t["slow_stock_on_hand_min"])


def _known(stakes: Stakes) -> Fraction | None:
    known = [stake for _, stake in stakes if stake is not None]
    return total(known) if known else None


def _of_store(
    now: Mapping[str, Any], before: Mapping[str, Any] | None, w: Windows, t: Mapping[str, Fraction]
) -> Iterator[Heard]:
    if before is None:
        return
    per_day, per_day_before = now["netSales"] / days_of(w.observed), before["netSales"] / days_of(w.before[0])
    if per_day_before > 0 and per_day < per_day_before * t["sales_decline_pct"] / 100:
        yield "SALES_DECLINE", 2, (per_day_before - per_day) * days_of(w.observed), []
    if now["grossMarginPct"] is None or before["grossMarginPct"] is None:
        return
    fall = before["grossMarginPct"] - now["grossMarginPct"]
    if fall > t["margin_drop_points"]:
        yield "MARGIN_COMPRESSION", 3, now["knownNet"] * fall / 100, []
