"""What the stock says: what runs out, what is not promoted, what does not move.

Source: docs/kpis.md, "signals and verdict".
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from omen_cli.intelligence.conditions import (
    is_reorder_now,
    is_slow_mover,
    is_slow_stock,
    potential_profit,
    sales_of,
    stock_capital,
)
from omen_cli.intelligence.situation import Situation, Spoken
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.item_name import item_name

_ZERO = Decimal(0)


def stock_out(of: Situation) -> Spoken | None:
    """Say which items that sell well run out within their reorder days."""
    items, stake = _ranked(of.items, is_reorder_now, lambda m: sales_of(m, m.thresholds.reorder_days))
    if not items:
        return None
    days = {m.thresholds.reorder_days for m in items}
    within = f"{days.copy().pop()} days" if len(days) == 1 else "the reorder days of their categories"
    return Spoken(
        f"Reorder {_named(items)}",
        _how_soon(items, within),
        f"what {'it sells' if len(items) == 1 else 'they sell'} in {within}",
        stake,
        items,
    )


def _how_soon(items: Sequence[ItemMetrics], within: str) -> str:
    out = sum((m.item.on_hand or _ZERO) <= 0 for m in items)
    if out == len(items):
        return _one_or(out, "item sells well and is out already", "items sell well and are out already")
    already = f", {_one_or(out, 'is', 'are')} out already" if out else ""
    return f"{_one_or(len(items), 'item sells well and runs', 'items sell well and run')} out within {within}{already}"


def under_promoted(of: Situation) -> Spoken | None:
    """Say which items earn well and hardly sell."""
    items, stake = _ranked(of.items, is_slow_mover, potential_profit)
    if not items:
        return None
    return Spoken(
        f"Promote {_named(items)}",
        f"{_one_or(len(items), 'item earns well and hardly sells', 'items earn well and hardly sell')}",
        "profit that stays on the shelf",
        stake,
        items,
    )


def slow_stock(of: Situation) -> Spoken | None:
    """Say which items hardly sell at all, when the capital in them is worth a word."""
    items, capital = _ranked(of.items, is_slow_stock, stock_capital)
    if not items or capital is None or capital < of.thresholds.slow_stock_capital_min:
        return None
    return Spoken(
        f"Discount or bundle {_named(items)}",
        _one_or(
            len(items),
            "item hardly sells at all and several of it lie there",
            "items hardly sell at all and several of each lie there",
        ),
        "capital bound in stock that hardly moves",
        capital,
        items,
    )


def _ranked(
    items: Sequence[ItemMetrics], applies: Callable[[ItemMetrics], bool], stake: Callable[[ItemMetrics], Decimal | None]
) -> tuple[tuple[ItemMetrics, ...], Decimal | None]:
    """Return the items that it applies to, by falling stake, unknown last, then SKU; and the known stakes' sum."""
    found = [(m, stake(m)) for m in items if applies(m)]
    known = [money for _, money in found if money is not None]
    found.sort(key=lambda pair: (pair[1] is None, -(pair[1] or _ZERO), pair[0].item.sku))
    return tuple(m for m, _ in found), sum(known, _ZERO) if known else None


def _named(items: Sequence[ItemMetrics]) -> str:
    """Return how many items they are, and the first by name."""
    first = item_name(items[0].item.sku, items[0].item.name, items[0].item.unit)
    return first if len(items) == 1 else f"{len(items)} items, {first} first"


def _one_or(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
