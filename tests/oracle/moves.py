"""What moved: by day, by period, by category and by SKU."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.items import Metrics, counted_sums
from tests.oracle.numbers import cents, plain, shown, total
from tests.oracle.periods import DAY, Window, Windows, days_of
from tests.oracle.rows import Item, Line
from tests.oracle.sales import sales

SHOWN_MOVERS = 5


def within(lines: Iterable[Line], window: Window) -> list[Line]:
    return [line for line in lines if window[0] <= line.day < window[1]]


def days(lines: Sequence[Line], window: Window) -> list[Any]:
    """Return (day, net sales, orders, units) of every day, those without a line too."""
    found = []
    for number in range(days_of(window)):
        day = window[0] + number * DAY
        mine = [line for line in lines if line.day == day]
        orders = len({line.order for line in mine if line.quantity > 0})
        net, units = total(line.net for line in mine), total(line.quantity for line in mine)
        found.append((day, cents(net), orders, plain(units)))
    return found


def trend(lines: Sequence[Line], w: Windows, first: date) -> list[Any]:
    """Return (start, end, complete, net sales, orders, gross margin) of each period, the oldest first."""
    spans = [(span, True) for span in reversed(w.trend) if span[1] > first] + [(w.whole, w.is_complete)]
    found = []
    for span, is_complete in spans:
        sums = sales(lines, (span[0], min(span[1], w.end)))
        assert sums["orders"] is not None
        found.append((*span, is_complete, cents(sums["netSales"]), int(sums["orders"]), cents(sums["grossMarginPct"])))
    return found


def moved(now: Fraction, before: Fraction | None, whole: Fraction | None) -> tuple[Decimal | None, ...]:
    """Return net sales, before, change, change in percent, and the part of the whole change."""
    if before is None:
        return cents(now), None, None, None, None
    change = now - before
    part = change / whole * 100 if whole else None
    return cents(now), cents(before), cents(change), cents(change / before * 100 if before > 0 else None), cents(part)


class Moves:
    """Net sales now and in the period before, of any group of lines."""

    def __init__(self, lines: Sequence[Line], w: Windows, *, has_before: bool) -> None:
        self.now = within(lines, w.observed)
        self.past = within(lines, w.before[0]) if has_before else None
        self.whole = None if self.past is None else _net(self.now) - _net(self.past)

    def of(self, chosen: Any) -> tuple[list[Line], list[Line] | None]:
        past = None if self.past is None else [line for line in self.past if chosen(line)]
        return [line for line in self.now if chosen(line)], past

    def row(self, chosen: Any) -> tuple[Decimal | None, ...]:
        now, past = self.of(chosen)
        return moved(_net(now), None if past is None else _net(past), self.whole)


def _net(lines: Sequence[Line]) -> Fraction:
    return total(line.net for line in lines)


def categories(items: Sequence[Item], metrics: Mapping[str, Metrics], moves: Moves) -> list[Any]:
    """Return (category, is listed, items, units sold, retail value, *moved), the greatest net sales first.

    What matches no item has a row of its own when it was sold or returned in either window.
    """
    found = []
    for category in {item.category for item in items}:
        mine = [item for item in items if item.category == category]
        skus = {item.sku for item in mine}
        valued = [item for item in mine if metrics[item.sku]["margin"] is not None and item.on_hand is not None]
        retail = total(item.on_hand * item.price for item in valued) if valued else None  # type: ignore[operator]
        found.append(_category(category, skus, len(mine), retail, moves, is_listed=True))
    if any(line.item is None and line.quantity for line in (*moves.now, *(moves.past or ()))):
        found.append(_category(None, {None}, 0, None, moves, is_listed=False))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _category(
    name: str | None, skus: set[Any], count: int, retail: Fraction | None, moves: Moves, *, is_listed: bool
) -> tuple[Any, ...]:
    now, _ = moves.of(lambda line: line.item in skus)
    row = moves.row(lambda line: line.item in skus)
    order = -(row[0] or 0), name is None, name or "", not is_listed
    return order, (name, is_listed, count, plain(total(line.quantity for line in now)), cents(retail), *row)


def movers(items: Sequence[Item], moves: Moves) -> dict[str, Any] | None:
    """Return the five greatest rises and falls as (sku, name, unit, is listed, *moved), and the rest."""
    if moves.past is None or moves.whole is None:
        return None
    about = {item.sku: (item.name, item.unit, True) for item in items}
    changes: dict[tuple[bool, str], Fraction] = {}
    for sign, lines in ((1, moves.now), (-1, moves.past)):
        for line in lines:
            key = (True, line.item) if line.item else (False, line.sku)
            changes[key] = changes.get(key, Fraction(0)) + sign * line.net
    seen = [(shown(change), sku, listed) for (listed, sku), change in changes.items()]
    ups = sorted((-change, sku, listed) for change, sku, listed in seen if change > 0)
    downs = sorted((change, sku, listed) for change, sku, listed in seen if change < 0)
    top = {"up": ups[:SHOWN_MOVERS], "down": downs[:SHOWN_MOVERS]}
    found: dict[str, Any] = {}
    for side, some in top.items():
        found[side] = [
            (sku, *(about[sku] if listed else (None, None, False)), *moves.row(_is_of(sku, listed=listed)))
            for _, sku, listed in some
        ]
    told = sum((row[6] for side in top for row in found[side]), Decimal(0))
    count = len(ups) + len(downs) - len(found["up"]) - len(found["down"])
    return found | {"rest": shown(moves.whole) - told, "rest_count": count}


def _is_of(sku: str, *, listed: bool) -> Any:
    return lambda line: line.item == sku if listed else line.item is None and line.sku == sku


def sums(
    items: Sequence[Item], metrics: Mapping[str, Metrics], now: Mapping[str, Any], recent: Sequence[Line], days: int
) -> dict[str, Any]:
    """Return what KPIs are made of; `recent` are all lines of the velocity window, `days` its length."""
    counted = [item for item in items if item.on_hand is not None]
    on_hand, sold, units = counted_sums(counted, metrics)
    return {
        "net_sales_costed": cents(now["knownNet"]),
        "gross_sales_costed": cents(now["knownGross"]),
        "velocity_days": days,
        "velocity_units": plain(total(line.quantity for line in recent)),
        "velocity_net_sales": cents(total(line.net for line in recent)),
        "counted_on_hand": plain(on_hand) if counted else None,
        "counted_velocity_units": plain(sold),
        "counted_units": plain(units),
        "margins": cents(total(metrics[item.sku]["margin"] for item in items)),
    }
