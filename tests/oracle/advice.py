"""The recommendations: which rule speaks about which item, and what is at stake."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.items import Metrics
from tests.oracle.numbers import ZERO, cents, falling, plain
from tests.oracle.rows import Item
from tests.oracle.thresholds import Thresholds

Numbers = Mapping[str, Fraction]


def is_reordered_now(m: Metrics, t: Numbers) -> bool:
    if m["velocity"] is None or m["supply"] is None:
        return False
    return bool(m["velocity"] >= t["reorder_velocity_min"] and m["supply"] <= t["reorder_days"])


def is_reordered_soon(item: Item, m: Metrics, t: Numbers) -> bool:
    if item.on_hand is None or m["dead"] is True or is_reordered_now(m, t):
        return False
    return t["low_stock_min"] <= item.on_hand <= t["low_stock_max"]


def is_reordered(item: Item, m: Metrics, t: Numbers) -> bool:
    return is_reordered_now(m, t) or is_reordered_soon(item, m, t)


def is_slow_mover(item: Item, m: Metrics, t: Numbers) -> bool:
    """Tell whether PROMOTE_SLOW_MOVER speaks."""
    if m["margin"] is None or item.on_hand is None or m["velocity"] is None or is_reordered(item, m, t):
        return False
    is_worth_it = m["margin"] >= t["slow_mover_margin_min"] and item.on_hand >= t["slow_mover_on_hand_min"]
    return bool(is_worth_it and m["velocity"] < t["slow_mover_velocity_max"])


def potential_profit(item: Item) -> Fraction:
    assert item.on_hand is not None
    assert item.price is not None
    assert item.cost is not None
    return item.on_hand * (item.price - item.cost)


def capital_of(item: Item) -> Fraction | None:
    return None if item.cost is None or item.on_hand is None else item.on_hand * item.cost


def lost_sales(item: Item, m: Metrics, days: Fraction) -> Fraction | None:
    """Return what is not sold within so many days for want of stock."""
    if m["velocity"] is None or item.price is None:
        return None
    return ZERO if m["supply"] is None else m["velocity"] * item.price * max(days - m["supply"], ZERO)


def advice(item: Item, m: Metrics, t: Numbers) -> Iterable[tuple[str, str, str, Fraction | None]]:
    """Yield (confidence, group, action, stake) of every rule that speaks about the item."""
    margin, stock = m["margin"], item.on_hand
    if margin is not None and stock is not None and not is_reordered(item, m, t):
        profit = potential_profit(item)
        if stock >= t["feature_on_hand_min"] and t["feature_margin_min"] <= margin <= t["feature_margin_max"]:
            yield "0.85", "promotions", "PROMOTE_AS_FEATURED", profit
        if margin > t["bundle_margin_min"] and t["bundle_on_hand_min"] <= stock <= t["bundle_on_hand_max"]:
            yield "0.75", "promotions", "CREATE_BUNDLE", profit
        if is_slow_mover(item, m, t):
            yield "0.75", "promotions", "PROMOTE_SLOW_MOVER", profit
    if margin is not None and margin < t["review_pricing_margin_max"]:
        yield "0.90", "pricing", "REVIEW_PRICING", _missed_margin(item, m, t)
    if margin is not None and margin > t["protect_pricing_margin_min"]:
        yield "0.80", "pricing", "PROTECT_PRICING", None
    yield from _inventory_advice(item, m, t)


def _missed_margin(item: Item, m: Metrics, t: Numbers) -> Fraction | None:
    if m["units"] is None or t["review_pricing_margin_max"] >= 100:
        return None
    assert item.cost is not None
    assert item.price is not None
    target = item.cost / (1 - t["review_pricing_margin_max"] / 100)
    return max(m["units"], ZERO) * (target - item.price)


def _inventory_advice(item: Item, m: Metrics, t: Numbers) -> Iterable[tuple[str, str, str, Fraction | None]]:
    capital = capital_of(item)
    if is_reordered_now(m, t):
        yield "0.95", "inventory", "REORDER_NOW", lost_sales(item, m, t["reorder_days"])
    elif is_reordered_soon(item, m, t):
        yield "0.95", "inventory", "REORDER_SOON", lost_sales(item, m, t["reorder_days"])
    else:
        if item.on_hand is not None and item.on_hand > t["overstock_on_hand_min"]:
            yield "0.70", "inventory", "CONSIDER_DISCOUNT", capital
        if m["dead"] and (capital or 0) >= t["dead_stock_capital_min"]:
            yield "0.75", "inventory", "CLEAR_DEAD_STOCK", capital


def recommendations(items: Sequence[Item], metrics: Mapping[str, Metrics], thresholds: Thresholds) -> list[Any]:
    """Return all advice in its order."""
    found = []
    for item in items:
        m = metrics[item.sku]
        for confidence, group, action, stake in advice(item, m, thresholds.of(item.category)):
            money, numbers = cents(stake), trigger(item, m)
            if action.startswith("REORDER"):
                numbers |= _order(m, thresholds.of(item.category))
            order = (-Decimal(confidence), *falling(money), item.name or item.sku, item.sku, action)
            found.append((order, (group, action, item.sku, Decimal(confidence), money, numbers)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def trigger(item: Item, m: Metrics) -> dict[str, Decimal | None]:
    money = {"unitPrice": cents(item.price), "unitCost": cents(item.cost)}
    return money | {
        "quantity": plain(item.on_hand),
        "margin": cents(m["margin"]),
        "velocity": cents(m["velocity"]),
        "daysOfSupply": cents(m["supply"]),
    }


def _order(m: Metrics, t: Numbers) -> dict[str, Decimal | None]:
    """Return how much to order, and the days that it is to last."""
    return {
        "suggestedOrder": plain(m["order"]),
        "leadTimeDays": plain(t["lead_time_days"]),
        "reviewDays": plain(t["review_days"]),
    }
