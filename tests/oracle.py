"""The oracle: what a snapshot must say, worked out a second time from the rows of the exports.

It shares no code with omen_cli: plain loops over rows, exact fractions, rounded once at the end. Slow and simple on
purpose; where it and the pipeline differ, one of them has misread docs/kpis.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, str]
DAY = timedelta(days=1)
VOID = ("void", "voided", "cancelled", "canceled")
DEFAULTS = {
    "feature_on_hand_min": 20,
    "feature_margin_min": 45,
    "feature_margin_max": 65,
    "bundle_margin_min": 65,
    "bundle_on_hand_min": 10,
    "bundle_on_hand_max": 25,
    "slow_mover_margin_min": 50,
    "slow_mover_on_hand_min": 10,
    "slow_mover_velocity_max": "0.5",
    "review_pricing_margin_max": 40,
    "protect_pricing_margin_min": 70,
    "reorder_velocity_min": "0.5",
    "reorder_days": 7,
    "low_stock_min": 1,
    "low_stock_max": 5,
    "overstock_on_hand_min": 50,
    "dead_stock_days": 90,
    "dead_stock_capital_min": 100,
}
SIZES = (
    ("eighth", r"1/8|3\.5 ?g|eighth"),
    ("quarter", r"7 ?g|quarter"),
    ("half", r"14 ?g|half"),
    ("oz", r"28 ?g|ounce|oz"),
)


@dataclass
class Item:
    sku: str
    name: str | None
    unit: str | None
    on_hand: Fraction | None
    cost: Fraction | None
    price: Fraction | None
    first_seen: date | None


@dataclass
class Line:
    order: str
    at: datetime
    sku: str
    unit: str
    quantity: Fraction
    price: Fraction
    discount: Fraction
    item: str | None = None
    cost: Fraction | None = None

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def net(self) -> Fraction:
        """What the line brought in; below zero for a return."""
        return self.price * self.quantity - (self.discount if self.quantity > 0 else -self.discount)


def number(text: str | None) -> Fraction | None:
    bare = re.sub(r"[$,\s]", "", text or "")
    if bare.upper() == "OUT_OF_STOCK":
        return Fraction(0)
    return None if bare.lower() in ("", "na", "-") or bare.upper() == "IN_STOCK" else Fraction(bare)


def read_items(rows: Iterable[Row]) -> list[Item]:
    """Return the items of an inventory with canonical column names, sorted by SKU."""
    items = [
        Item(
            row["sku"],
            row.get("name") or None,
            row.get("unit") or None,
            number(row.get("on_hand")),
            number(row.get("unit_cost")),
            number(row.get("unit_price")),
            date.fromisoformat(row["first_seen"]) if row.get("first_seen") else None,
        )
        for row in rows
        if row["sku"]
    ]
    return sorted(items, key=lambda item: item.sku)


def read_wix(rows: Sequence[Row]) -> list[Item]:
    """Return the items of a Wix store-products export, sorted by SKU."""
    product = {row["handle"]: row["name"] for row in rows if row["fieldType"] == "PRODUCT"}
    has_variants = {row["handle"] for row in rows if row["fieldType"] == "VARIANT"}
    items = []
    for row in rows:
        is_variant = row["fieldType"] == "VARIANT"
        is_single = row["fieldType"] == "PRODUCT" and row["price"] and row["handle"] not in has_variants
        if not row["sku"] or not (is_variant or is_single):
            continue
        option = row["productOptionChoices1"] if is_variant else ""
        is_size = row["productOptionName1"].lower() in ("weight", "size") or re.fullmatch(
            r"[\d.]+ ?(g|mg|oz|ml)", option.lower()
        )
        name = product[row["handle"]] + (f" – {option}" if option and not is_size else "")
        unit = option if option and is_size else None
        items.append(
            Item(row["sku"], name, unit, number(row["inventory"]), number(row["cost"]), number(row["price"]), None)
        )
    return sorted(items, key=lambda item: item.sku)


def read_lines(rows: Iterable[Row], zone: str) -> list[Line]:
    """Return the order lines that count, at the store's own time.

    (order id, line id) counts once, the latest of its rows; not at all when one of them is void or cancelled.
    """
    lines: list[Line] = []
    by_id: dict[tuple[str, str], Line] = {}
    void: set[tuple[str, str]] = set()
    for row in rows:
        status = (row.get("status") or "").lower()
        if status in VOID:
            void.add((row["order_id"], row.get("line_id") or ""))
        if status in (*VOID, "draft"):
            continue
        at = datetime.fromisoformat(row["ordered_at"])
        at = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at.tzinfo else at
        quantity, price, discount = (number(row.get(name)) for name in ("quantity", "unit_price", "discount"))
        assert quantity is not None
        assert price is not None
        line = Line(row["order_id"], at, row["sku"], row.get("unit") or "", quantity, price, discount or Fraction(0))
        if not row.get("line_id"):
            lines.append(line)
            continue
        key = (line.order, row["line_id"])
        by_id[key] = max(by_id.get(key, line), line, key=_line_order)
    return lines + [line for key, line in by_id.items() if key not in void]


def _line_order(line: Line) -> tuple[Any, ...]:
    return line.at, line.sku, line.unit, line.quantity, line.price, line.discount


def sku_key(sku: str, unit: str | None) -> str:
    key, suffix = _letters(sku), _letters(unit or "")
    return key if key.endswith(suffix) else key + suffix


def _letters(text: str) -> str:
    text = text.lower()
    for name, pattern in SIZES:
        text = re.sub(rf"(?<![a-z0-9.])(?:{pattern})(?![a-z0-9])", name, text)
    return re.sub(r"[^a-z0-9./]|(?<!\d)[./]|[./](?!\d)", "", text)


def unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, set[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: values.pop() for key, values in found.items() if key and len(values) == 1}


def match(items: Sequence[Item], lines: Sequence[Line], costs: Mapping[str, Fraction]) -> None:
    """Give every item its cost, and every line its item and its cost."""
    table = unique((sku_key(sku, None), cost) for sku, cost in costs.items())
    for item in items:
        own = costs.get(item.sku, item.cost)
        item.cost = table.get(sku_key(item.sku, item.unit)) if own is None else own
    by_sku = {item.sku: item for item in items}
    by_key = unique((sku_key(item.sku, item.unit), item.sku) for item in items)
    for line in lines:
        key = sku_key(line.sku, line.unit)
        line.item = line.sku if line.sku in by_sku else by_key.get(key)
        exact = [by_sku[line.sku].cost] if line.sku in by_sku else []
        near = [by_sku[line.item].cost] if line.item else []
        found = (*exact, costs.get(line.sku), *near, table.get(key))
        line.cost = next((cost for cost in found if cost is not None), None)


def whole_period(timeframe: str, day: date) -> tuple[date, date]:
    if timeframe == "daily":
        return day, day + DAY
    if timeframe == "weekly":
        year, week, _ = day.isocalendar()
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + 7 * DAY
    first = day.replace(day=1)
    return first, (first + 32 * DAY).replace(day=1)


def windows(timeframe: str, as_of: date) -> tuple[tuple[date, date], list[tuple[date, date]]]:
    """Return the observed window, and the four it is compared with, the nearest first."""
    start, end = whole_period(timeframe, as_of)
    observed = (start, as_of + DAY)
    before = []
    for _ in range(4):
        first, last = whole_period(timeframe, start - DAY)
        days = min((observed[1] - observed[0]).days, (last - first).days)
        before.append((first, last) if observed[1] == end else (first, first + days * DAY))
        start = first
    return observed, before


def sales(lines: Iterable[Line], window: tuple[date, date]) -> dict[str, Fraction | None]:
    inside = [line for line in lines if window[0] <= line.day < window[1]]
    sold = [line for line in inside if line.quantity > 0]
    known = [line for line in inside if line.cost is not None]
    gross = sum((line.price * line.quantity for line in sold), Fraction(0))
    discounts = sum((line.discount for line in sold), Fraction(0))
    returns = sum((-line.net for line in inside if line.quantity < 0), Fraction(0))
    net = gross - discounts - returns
    orders = len({line.order for line in sold})
    known_net = sum((line.net for line in known), Fraction(0))
    known_gross = sum((line.price * line.quantity for line in known if line.quantity > 0), Fraction(0))
    cost = sum(((line.cost or 0) * line.quantity for line in known), Fraction(0))
    has_cost = any(line.quantity for line in known) or not any(line.quantity for line in inside)
    return {
        "grossSales": gross,
        "discounts": discounts,
        "discountRatePct": discounts / gross * 100 if gross > 0 else None,
        "returns": returns,
        "netSales": net,
        "orders": Fraction(orders),
        "averageOrderValue": net / orders if orders else None,
        "units": sum((line.quantity for line in inside), Fraction(0)),
        "costOfGoods": cost if has_cost else None,
        "grossProfit": known_net - cost if has_cost else None,
        "grossMarginPct": (known_net - cost) / known_net * 100 if known_net > 0 else None,
        "costCoveragePct": known_gross / gross * 100 if gross > 0 else None,
    }


def cents(value: Fraction | None) -> Decimal | None:
    """Round half up (away from zero) to two decimals."""
    if value is None:
        return None
    hundredths = (abs(value) * 200 + 1) // 2
    return Decimal(int(hundredths) * (-1 if value < 0 else 1)).scaleb(-2)


def plain(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def kpi_row(name: str, now: Fraction | None, past: Sequence[Fraction | None]) -> tuple[Any, ...]:
    shown = plain if name in ("orders", "units") else cents
    before = past[0]
    there = [value for value in past if value is not None]
    mean = sum(there, Fraction(0)) / len(there) if len(there) >= 2 else None
    change = now - before if now is not None and before is not None else None
    change_pct = change / before * 100 if change is not None and before is not None and before > 0 else None
    against = (now / mean - 1) * 100 if now is not None and mean is not None and mean > 0 else None
    return shown(now), shown(before), shown(change), cents(change_pct), cents(mean), cents(against), len(there)


def measure(
    item: Item, lines: Sequence[Line], observed: tuple[date, date], first: date | None, t: Mapping[str, Fraction]
) -> dict[str, Any]:
    """Return the metrics of one item, exact; `lines` are its own, up to the end of the observed window."""
    m: dict[str, Any] = dict.fromkeys(
        ("margin", "units", "net", "velocity", "days", "supply", "through", "last", "dead", "capital")
    )
    if item.price is not None and item.price > 0 and item.cost is not None:
        m["margin"] = (item.price - item.cost) / item.price * 100
    if first is None:
        return m
    inside = [line for line in lines if line.day >= observed[0]]
    m["units"] = sum((line.quantity for line in inside), Fraction(0))
    m["net"] = sum((line.net for line in inside), Fraction(0))
    since = max(day for day in (observed[1] - 28 * DAY, first, item.first_seen) if day)
    if since < observed[1]:
        m["days"] = (observed[1] - since).days
        m["velocity"] = (
            max(sum((line.quantity for line in lines if line.day >= since), Fraction(0)), Fraction(0)) / m["days"]
        )
    m["last"] = max((line.day for line in lines if line.quantity > 0), default=None)
    if item.on_hand is None:
        return m
    if m["velocity"]:
        m["supply"] = max(item.on_hand, Fraction(0)) / m["velocity"]
    if m["units"] + item.on_hand > 0:
        m["through"] = m["units"] / (m["units"] + item.on_hand) * 100
    horizon = observed[1] - int(t["dead_stock_days"]) * DAY
    is_new = item.first_seen is not None and item.first_seen >= horizon
    if item.on_hand <= 0 or is_new or (m["last"] and m["last"] >= horizon):
        m["dead"] = False
    elif first <= horizon:
        m["dead"] = True
        m["capital"] = None if item.cost is None else item.on_hand * item.cost
    return m


def advice(
    item: Item, m: Mapping[str, Any], t: Mapping[str, Fraction]
) -> Iterable[tuple[str, str, str, Fraction | None]]:
    """Yield (confidence, group, action, stake) of every rule that speaks about the item."""
    margin, stock, velocity, supply = m["margin"], item.on_hand, m["velocity"], m["supply"]
    profit = None if margin is None or stock is None else stock * (item.price - item.cost)  # type: ignore[operator]
    capital = None if item.cost is None or stock is None else stock * item.cost
    lost = None
    if velocity is not None and item.price is not None:
        lost = Fraction(0) if supply is None else velocity * item.price * max(t["reorder_days"] - supply, Fraction(0))
    now = (
        velocity is not None
        and supply is not None
        and velocity >= t["reorder_velocity_min"]
        and supply <= t["reorder_days"]
    )
    soon = stock is not None and t["low_stock_min"] <= stock <= t["low_stock_max"] and not now and m["dead"] is not True
    if margin is not None and stock is not None and not now and not soon:
        if stock >= t["feature_on_hand_min"] and t["feature_margin_min"] <= margin <= t["feature_margin_max"]:
            yield "0.85", "promotions", "PROMOTE_AS_FEATURED", profit
        if margin > t["bundle_margin_min"] and t["bundle_on_hand_min"] <= stock <= t["bundle_on_hand_max"]:
            yield "0.75", "promotions", "CREATE_BUNDLE", profit
        if margin >= t["slow_mover_margin_min"] and stock >= t["slow_mover_on_hand_min"]:  # noqa: SIM102
            if velocity is not None and velocity < t["slow_mover_velocity_max"]:
                yield "0.75", "promotions", "PROMOTE_SLOW_MOVER", profit
    if margin is not None and margin < t["review_pricing_margin_max"]:
        target = item.cost / (1 - t["review_pricing_margin_max"] / 100)  # type: ignore[operator]
        missed = None if m["units"] is None else max(m["units"], Fraction(0)) * (target - item.price)  # type: ignore[operator]
        yield "0.90", "pricing", "REVIEW_PRICING", missed
    if margin is not None and margin > t["protect_pricing_margin_min"]:
        yield "0.80", "pricing", "PROTECT_PRICING", None
    if now:
        yield "0.95", "inventory", "REORDER_NOW", lost
    if soon:
        yield "0.95", "inventory", "REORDER_SOON", lost
    if stock is not None and stock > t["overstock_on_hand_min"] and not now and not soon:
        yield "0.70", "inventory", "CONSIDER_DISCOUNT", capital
    if m["dead"] and (capital or 0) >= t["dead_stock_capital_min"] and not now and not soon:
        yield "0.75", "inventory", "CLEAR_DEAD_STOCK", capital


def expect(
    items: Sequence[Item],
    lines: Sequence[Line],
    costs: Mapping[str, Fraction],
    timeframe: str,
    as_of: date,
    thresholds: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the snapshot must say, in the shape of `picture` in tests/unit/test_oracle.py."""
    t = {name: Fraction(str(value)) for name, value in {**DEFAULTS, **(thresholds or {})}.items()}
    match(items, lines, costs)
    observed, before = windows(timeframe, as_of)
    lines = [line for line in lines if line.day < observed[1]]
    first = min((line.day for line in lines if line.quantity > 0), default=None)
    now = sales(lines, observed)
    past = [sales(lines, window) if first and window[1] > first else None for window in before]
    names = list(now)
    kpis = {
        name: kpi_row(name, now[name] if first else None, [one[name] if one else None for one in past])
        for name in names
    }
    own: dict[str, list[Line]] = {item.sku: [] for item in items}
    for line in lines:
        if line.item:
            own[line.item].append(line)
    metrics = {item.sku: measure(item, own[item.sku], observed, first, t) for item in items}
    return {
        "before": before[0] if past[0] else None,
        "kpis": kpis | stock_kpis(items, metrics, lines, own, observed, first),
        "split": split(now, past[0]),
        "items": {sku: shown(m) for sku, m in metrics.items()},
        "recommendations": ranked(items, metrics, t),
    }


def split(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    if before is None:
        return None
    change = cents(now["netSales"] - before["netSales"])
    if not now["orders"] or not before["orders"]:
        return change, None, None
    effect = cents((now["orders"] - before["orders"]) * before["averageOrderValue"])
    assert change is not None
    assert effect is not None
    return change, effect, change - effect


def stock_kpis(
    items: Sequence[Item],
    metrics: Mapping[str, Mapping[str, Any]],
    lines: Sequence[Line],
    own: Mapping[str, Sequence[Line]],
    observed: tuple[date, date],
    first: date | None,
) -> dict[str, Any]:
    priced = [item for item in items if metrics[item.sku]["margin"] is not None]
    margins = [metrics[item.sku]["margin"] for item in priced]
    valued = [item for item in priced if item.on_hand is not None]
    retail = sum((item.on_hand * item.price for item in valued), Fraction(0)) if valued else None  # type: ignore[operator]
    cost = sum((item.on_hand * item.cost for item in valued), Fraction(0)) if valued else None  # type: ignore[operator]
    found: dict[str, Any] = {
        "items": Decimal(len(items)),
        "itemsPriced": Decimal(len(priced)),
        "averageMarginPct": cents(sum(margins, Fraction(0)) / len(margins)) if margins else None,
        "inventoryRetailValue": cents(retail),
        "inventoryCostValue": cents(cost),
        "potentialProfit": cents(retail - cost) if retail is not None and cost is not None else None,
    }
    counted = [item for item in items if item.on_hand is not None]
    dead = [item.sku for item in counted if metrics[item.sku]["dead"]]
    is_judged = bool(counted) and all(metrics[item.sku]["dead"] is not None for item in counted)
    capital = [metrics[sku]["capital"] for sku in dead if metrics[sku]["capital"] is not None]
    found["deadStockItems"] = Decimal(len(dead)) if is_judged else None
    found["deadStockCapital"] = cents(sum(capital, Fraction(0))) if is_judged and (capital or not dead) else None
    found |= dict.fromkeys(("velocity", "daysOfSupply", "sellThroughPct"))
    if first is None:
        return found
    since = max(observed[1] - 28 * DAY, first)
    days = (observed[1] - since).days
    found["velocity"] = cents(
        max(sum((line.quantity for line in lines if line.day >= since), Fraction(0)), Fraction(0)) / days
    )
    if not counted:
        return found
    on_hand = sum((item.on_hand for item in counted), Fraction(0))  # type: ignore[misc]
    sold = sum((_since_seen(item, own[item.sku], since) for item in counted), Fraction(0))
    units = sum((metrics[item.sku]["units"] for item in counted), Fraction(0))
    found["daysOfSupply"] = cents(max(on_hand, Fraction(0)) * days / sold) if sold > 0 else None
    found["sellThroughPct"] = cents(units / (units + on_hand) * 100) if units + on_hand > 0 else None
    return found


def _since_seen(item: Item, lines: Sequence[Line], since: date) -> Fraction:
    start = max(since, item.first_seen or since)
    return sum((line.quantity for line in lines if line.day >= start), Fraction(0))


def shown(m: Mapping[str, Any]) -> dict[str, Any]:
    rounded = {name: cents(m[name]) for name in ("margin", "net", "velocity", "supply", "through", "capital")}
    return rounded | {"units": plain(m["units"]), "days": m["days"], "last": m["last"], "dead": m["dead"]}


def ranked(items: Sequence[Item], metrics: Mapping[str, Mapping[str, Any]], t: Mapping[str, Fraction]) -> list[Any]:
    found = []
    for item in items:
        m = metrics[item.sku]
        for confidence, group, action, stake in advice(item, m, t):
            money = cents(stake)
            order = (-Decimal(confidence), money is None, -(money or 0), item.name or item.sku, item.sku, action)
            numbers = plain(item.on_hand), cents(m["margin"]), cents(m["velocity"]), cents(m["supply"])
            found.append((order, (group, action, item.sku, Decimal(confidence), money, *numbers)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
