"""Sums over order lines, and what they are compared with."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.numbers import cents, plain, shown, total
from tests.oracle.periods import Window
from tests.oracle.rows import Line

Sums = dict[str, Fraction | None]


NO_KPI = ("knownNet", "knownGross")


def sales(lines: Iterable[Line], window: Window) -> Sums:
    inside = [line for line in lines if window[0] <= line.day < window[1]]
    sold = [line for line in inside if line.quantity > 0]
    known = [line for line in inside if line.cost is not None]
    gross = total(line.price * line.quantity for line in sold)
    discounts = total(line.discount for line in sold)
    returns = total(-line.net for line in inside if line.quantity < 0)
    net = gross - discounts - returns
    orders = len({line.order for line in sold})
    known_net = total(line.net for line in known)
    known_gross = total(line.price * line.quantity for line in known if line.quantity > 0)
    cost = total((line.cost or 0) * line.quantity for line in known)
    has_cost = any(line.quantity for line in known) or not any(line.quantity for line in inside)
    return {
        "grossSales": gross,
        "discounts": discounts,
        "discountRatePct": discounts / gross * 100 if gross > 0 else None,
        "returns": returns,
        "netSales": net,
        "orders": Fraction(orders),
        "averageOrderValue": net / orders if orders else None,
        "units": total(line.quantity for line in inside),
        "costOfGoods": cost if has_cost else None,
        "grossProfit": known_net - cost if has_cost else None,
        "grossMarginPct": (known_net - cost) / known_net * 100 if known_net > 0 else None,
        "costCoveragePct": known_gross / gross * 100 if gross > 0 else None,
        "knownNet": known_net,
        "knownGross": known_gross,
    }


def kpi_row(name: str, now: Fraction | None, past: Sequence[Fraction | None]) -> tuple[Any, ...]:
    spelled = plain if name in ("orders", "units") else cents
    before = past[0]
    there = [value for value in past if value is not None]
    mean = total(there) / len(there) if len(there) >= 2 else None
    change = now - before if now is not None and before is not None else None
    change_pct = change / before * 100 if change is not None and before is not None and before > 0 else None
    against = (now / mean - 1) * 100 if now is not None and mean is not None and mean > 0 else None
    return spelled(now), spelled(before), spelled(change), cents(change_pct), cents(mean), cents(against), len(there)


def split(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    if before is None:
        return None
    change = shown(now["netSales"] - before["netSales"])
    if not now["orders"] or not before["orders"]:
        return change, None, None
    effect = shown((now["orders"] - before["orders"]) * before["averageOrderValue"])
    return change, effect, change - effect
