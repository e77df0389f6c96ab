"""The metrics of each item, and the store's own KPIs of its stock."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.oracle.numbers import ZERO, cents, plain, total
from tests.oracle.periods import DAY, Windows
from tests.oracle.rows import Item, Line

Metrics = dict[str, Any]
MONEY_AND_RATES = ("margin", "net", "net_before", "velocity", "supply", "through", "capital")
QUANTITIES = ("units", "units_before", "velocity_units", "order")
AS_THEY_ARE = ("days", "sale_days", "runs_out", "first", "last", "dead")


def measure(
    item: Item, lines: Sequence[Line], w: Windows, first: date | None, *, has_before: bool, t: Mapping[str, Fraction]
) -> Metrics:
    """Return the metrics of one item, exact; `lines` are its own, up to the end of the observed window."""
    m: Metrics = dict.fromkeys((*MONEY_AND_RATES, *QUANTITIES, *AS_THEY_ARE, "net_units"))
    if item.price is not None and item.price > 0 and item.cost is not None:
        m["margin"] = (item.price - item.cost) / item.price * 100
    if first is None:
        return m
    inside = [line for line in lines if line.day >= w.observed[0]]
    m["units"], m["net"] = total(line.quantity for line in inside), total(line.net for line in inside)
    if has_before:
        past = [line for line in lines if w.before[0][0] <= line.day < w.before[0][1]]
        m["units_before"], m["net_before"] = total(line.quantity for line in past), total(line.net for line in past)
    m["first"] = min((line.day for line in lines if line.quantity > 0), default=None)
    m["last"] = max((line.day for line in lines if line.quantity > 0), default=None)
    _measure_velocity(m, item, lines, w.end, first)
    if item.on_hand is not None:
        _measure_stock(m, item, w.end, first, t)
    return m


def _measure_velocity(m: Metrics, item: Item, lines: Sequence[Line], end: date, first: date) -> None:
    since = max(day for day in (end - 28 * DAY, first, item.first_seen) if day)
    if since >= end:
        return
    recent = [line for line in lines if line.day >= since]
    m["days"] = (end - since).days
    m["net_units"] = total(line.quantity for line in recent)
    m["velocity_units"] = max(m["net_units"], ZERO)
    m["velocity"] = m["velocity_units"] / m["days"]
    m["sale_days"] = len({line.day for line in recent if line.quantity > 0})


def _measure_stock(m: Metrics, item: Item, end: date, first: date, t: Mapping[str, Fraction]) -> None:
    stock = item.on_hand
    assert stock is not None
    if m["velocity"]:
        m["supply"] = max(stock, ZERO) / m["velocity"]
        days = floor(m["supply"])
        m["runs_out"] = end + days * DAY if days <= (date.max - end).days else None
    if m["velocity"] is not None:
        m["order"] = Fraction(max(0, ceil(m["velocity"] * (t["lead_time_days"] + t["review_days"]) - max(stock, ZERO))))
    if m["units"] + stock > 0:
        m["through"] = m["units"] / (m["units"] + stock) * 100
    horizon = end - int(t["dead_stock_days"]) * DAY
    is_new = item.first_seen is not None and item.first_seen >= horizon
    if stock <= 0 or is_new or (m["last"] and m["last"] >= horizon):
        m["dead"] = False
    elif first <= horizon:
        m["dead"] = True
        m["capital"] = None if item.cost is None else stock * item.cost


def item_row(item: Item, m: Metrics) -> dict[str, Any]:
    """Return what the snapshot says of an item."""
    about = {"name": item.name, "unit": item.unit, "category": item.category}
    stock = {"on_hand": plain(item.on_hand), "in_file": plain(item.in_file)}
    money = {"cost": cents(item.cost), "price": cents(item.price)}
    rounded = {name: cents(m[name]) for name in MONEY_AND_RATES}
    return (
        about | stock | money | rounded | {q: plain(m[q]) for q in QUANTITIES} | {name: m[name] for name in AS_THEY_ARE}
    )


def stock_kpis(
    items: Sequence[Item], metrics: Mapping[str, Metrics], recent: Sequence[Line], days: int | None
) -> dict[str, Any]:
    """Return the KPIs of stock; `recent` are all lines of the velocity window, `days` its length, None without orders."""
    priced = [item for item in items if metrics[item.sku]["margin"] is not None]
    margins = [metrics[item.sku]["margin"] for item in priced]
    counted = [item for item in items if item.on_hand is not None]
    found = {
        "items": Decimal(len(items)),
        "itemsPriced": Decimal(len(priced)),
        "averageMarginPct": cents(total(margins) / len(margins)) if margins else None,
        **_values([item for item in priced if item.on_hand is not None]),
        **_dead([metrics[item.sku] for item in counted]),
        **dict.fromkeys(("velocity", "daysOfSupply", "sellThroughPct")),
    }
    if days is None:
        return found
    found["velocity"] = cents(max(total(line.quantity for line in recent), ZERO) / days)
    on_hand, sold, units = counted_sums(counted, metrics)
    if counted and sold > 0:
        found["daysOfSupply"] = cents(max(on_hand, ZERO) * days / sold)
    if counted and units + on_hand > 0:
        found["sellThroughPct"] = cents(units / (units + on_hand) * 100)
    return found


def counted_sums(counted: Sequence[Item], metrics: Mapping[str, Metrics]) -> tuple[Fraction, Fraction, Fraction]:
    """Return what the counted items have on hand, and sold in the velocity and in the observed window."""
    mine = [metrics[item.sku] for item in counted]
    on_hand = total(item.on_hand for item in counted)
    return on_hand, total(m["net_units"] for m in mine), total(m["units"] for m in mine)


def _values(valued: Sequence[Item]) -> dict[str, Any]:
    if not valued:
        return dict.fromkeys(("inventoryRetailValue", "inventoryCostValue", "potentialProfit"))
    retail = total(item.on_hand * item.price for item in valued)  # type: ignore[operator]
    cost = total(item.on_hand * item.cost for item in valued)  # type: ignore[operator]
    return {
        "inventoryRetailValue": cents(retail),
        "inventoryCostValue": cents(cost),
        "potentialProfit": cents(retail - cost),
    }


def _dead(counted: Sequence[Metrics]) -> dict[str, Any]:
    if not counted or any(m["dead"] is None for m in counted):
        return dict.fromkeys(("deadStockItems", "deadStockCapital"))
    dead = [m for m in counted if m["dead"]]
    capital = [m["capital"] for m in dead if m["capital"] is not None]
    return {
        "deadStockItems": Decimal(len(dead)),
        "deadStockCapital": cents(total(capital)) if capital or not dead else None,
    }
