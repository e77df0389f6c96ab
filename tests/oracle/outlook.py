"""What comes if nothing changes, and what changed suddenly."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.oracle.advice import lost_sales
from tests.oracle.items import Metrics
from tests.oracle.moves import within
from tests.oracle.numbers import cents, falling, plain, total
from tests.oracle.periods import Windows, days_of
from tests.oracle.rows import Item, Line
from tests.oracle.thresholds import Thresholds


def stock_outs(items: Sequence[Item], metrics: Mapping[str, Metrics], thresholds: Thresholds) -> list[Any]:
    """Return what runs out within the horizon, the soonest first.

    A row is (sku, name, unit, on hand, velocity, days of supply, runs out on, lost sales, suggested order).
    """
    horizon = thresholds.store["stock_out_horizon_days"]
    found = []
    for item in items:
        m = metrics[item.sku]
        if m["supply"] is None or m["supply"] > horizon:
            continue
        lost = cents(lost_sales(item, m, horizon))
        rates = plain(item.on_hand), cents(m["velocity"]), cents(m["supply"])
        row = item.sku, item.name, item.unit, *rates, m["runs_out"], lost, plain(m["order"])
        found.append(((m["runs_out"], *falling(lost), item.sku), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def month(lines: Sequence[Line], recent: Sequence[Line], w: Windows, first: date) -> tuple[Any, ...]:
    """Return (start, end, net sales to date, days left, net sales a day, net sales of the whole month)."""
    to_date = total(line.net for line in within(lines, (w.month[0], w.end)))
    left = (w.month[1] - w.end).days
    days = min(28, (w.end - first).days)
    per_day = total(line.net for line in recent) / days
    return *w.month, cents(to_date), left, cents(per_day), cents(to_date + left * per_day)


def anomalies(items: Sequence[Item], metrics: Mapping[str, Metrics], w: Windows, thresholds: Thresholds) -> list[Any]:
    """Return (kind, sku, name, unit, units, units before, a day, a day before): doubled, then halved.

    Of a kind, the greatest difference in units comes first.
    """
    found = []
    for item in items:
        now, before = metrics[item.sku]["units"], metrics[item.sku]["units_before"]
        if before is None or before <= 0 or max(now, before) < thresholds.of(item.category)["anomaly_units_min"]:
            continue
        rate, rate_before = now / days_of(w.observed), before / days_of(w.before[0])
        kind = "doubled" if rate >= 2 * rate_before else "halved" if 2 * rate <= rate_before else None
        if kind:
            row = kind, item.sku, item.name, item.unit, plain(now), plain(before), cents(rate), cents(rate_before)
            found.append(((kind, -abs(now - before), item.sku), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]
