"""What facts must say, worked out a second time: plain loops over rows, shared with nothing but the oracle's periods."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.periods import whole_period

DAY = timedelta(days=1)
NOTHING = dict.fromkeys(
    ("gross", "discounts", "returns", "units", "known_gross", "known_net", "known_cost"), Decimal(0)
)


@dataclass(frozen=True)
class Line:
    """An order line that counts, at the store's own time; `item` is the SKU of its item, `cost` what a unit cost."""

    order: str
    at: datetime
    sku: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    item: str | None
    cost: Decimal | None

    @property
    def day(self) -> date:
        return self.at.date()


def spans(timeframe: str, as_of: date) -> tuple[list[tuple[date, date]], list[tuple[date, date]]]:
    """The windows compared with and the whole periods, each the nearest first, the observed one before them all."""
    start, end = whole_period(timeframe, as_of)
    compared, whole = [(start, as_of + DAY)], [(start, end)]
    for _ in range(8):
        first, last = whole_period(timeframe, whole[-1][0] - DAY)
        whole.append((first, last))
        is_complete = compared[0][1] == end
        days = (compared[0][1] - compared[0][0]).days
        compared.append((first, last) if is_complete else (first, min(last, first + days * DAY)))
    return compared, whole


def sums(lines: Iterable[Line]) -> dict[str, Decimal]:
    found = dict(NOTHING)
    for line in lines:
        gross = line.price * line.quantity if line.quantity > 0 else Decimal(0)
        discount = line.discount if line.quantity > 0 else Decimal(0)
        returned = line.price * -line.quantity - line.discount if line.quantity < 0 else Decimal(0)
        found["gross"] += gross
        found["discounts"] += discount
        found["returns"] += returned
        found["units"] += line.quantity
        if line.cost is not None:
            found["known_gross"] += gross
            found["known_net"] += gross - discount - returned
            found["known_cost"] += line.cost * line.quantity
    return found


def counted(lines: Sequence[Line], span: tuple[date, date]) -> dict[str, Any]:
    inside = [line for line in lines if span[0] <= line.day < span[1]]
    orders = {line.order for line in inside if line.quantity > 0}
    return {"span": span, "lines": len(inside), "orders": len(orders), **sums(inside)}


def expect(
    lines: Sequence[Line], timeframe: str, as_of: date, stock: date | None, first_seen: dict[str, date | None]
) -> dict[str, Any]:
    """Return what the order facts must say."""
    compared, whole = spans(timeframe, as_of)
    observed, end = compared[0], as_of + DAY
    past = [line for line in lines if line.day < end]
    after = [line for line in lines if line.day >= end and (stock is None or line.day <= stock)]
    sales = [line for line in past if line.quantity > 0]
    first = min((line.day for line in sales), default=None)
    newest = max((line.at for line in sales), default=None)
    velocity = (max(end - 28 * DAY, first or date.min), end)
    there = [bool(first and span[1] > first) for span in whole]
    there_compared = [bool(first and span[1] > first) for span in compared]
    shown = [observed, compared[1]] if there_compared[1] else [observed]
    shown_days = sorted({line.day for line in past for span in shown if span[0] <= line.day < span[1]})

    def sku_sales(sku: str, is_item: bool) -> dict[str, Any]:
        mine = [line for line in past if _name(line) == (is_item, sku)]
        since = max(velocity[0], (is_item and first_seen[sku]) or date.min)
        days = {line.day for line in mine if line.quantity > 0}
        return {
            "sku": sku,
            "observed": sums(line for line in mine if line.day >= observed[0]),
            "before": sums(line for line in mine if there_compared[1] and compared[1][0] <= line.day < compared[1][1]),
            "velocity_units": sum((line.quantity for line in mine if line.day >= since), Decimal(0)),
            "sale_days": len([day for day in days if day >= since]),
            "first_sale": min(days, default=None),
            "last_sale": max(days, default=None),
            "units_after": sum((line.quantity for line in after if _name(line) == (is_item, sku)), Decimal(0)),
        }

    names = sorted({_name(line) for line in past + after})
    return {
        "first_order": first,
        "newest_order": newest,
        "observed": counted(past, observed),
        "velocity": counted(past, velocity),
        "before": [counted(past, compared[k]) if there_compared[k] else None for k in (1, 2, 3, 4)],
        "trend": [counted(past, whole[k]) if there[k] else None for k in range(1, 9)],
        "month": counted(past, (as_of.replace(day=1), end)),
        "by_day": [
            {"day": day, **{name: value for name, value in found.items() if name not in ("span", "lines")}}
            for day in shown_days
            for found in [counted(past, (day, day + DAY))]
        ],
        "by_item": [sku_sales(sku, True) for is_item, sku in names if is_item],
        "by_other": [sku_sales(sku, False) for is_item, sku in names if not is_item],
        "uncosted": _without_cost(line for line in past if line.cost is None and line.day >= observed[0]),
        "unlisted": _without_cost(line for line in past if line.item is None and line.day >= observed[0]),
        "busy_days": len({line.day for line in sales if newest and line.day > newest.date() - 28 * DAY}),
        "lines_after": len(after),
    }


def _name(line: Line) -> tuple[bool, str]:
    return line.item is not None, line.item or line.sku


def _without_cost(lines: Iterable[Line]) -> list[dict[str, Any]]:
    gross: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        gross[line.sku] += line.price * line.quantity if line.quantity > 0 else Decimal(0)
    return [{"sku": sku, "gross": amount} for sku, amount in sorted(gross.items(), key=lambda one: (-one[1], one[0]))]
