"""Finds for every SKU that was sold its inventory item and its unit cost: by SKU, then by the normalised key.

Source: docs/kpis.md, "cost matching". Never by containment, never a guess: a key that stands for two things matches
none of them.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from omen_cli.model.facts import Item
from omen_cli.model.sku_key import normalised_key

Answer = TypeVar("Answer", bound=Hashable)


@dataclass(frozen=True)
class SkuMatch:
    """What a sold SKU is: the inventory item it belongs to and its unit cost, each None when there is none."""

    sku: str
    unit: str
    item_sku: str | None
    unit_cost: Decimal | None


def item_costs(items: Sequence[Item], costs: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """Return the unit cost of each item: the costs table's by SKU, the inventory's own, the table's by key.

    The items come with the inventory's own cost as `unit_cost`.
    """
    by_key = _unique((normalised_key(sku), cost) for sku, cost in costs.items())
    return {
        item.sku: _first(costs.get(item.sku), item.unit_cost, by_key.get(normalised_key(item.sku, item.unit)))
        for item in items
    }


def match_sold(
    sold: Iterable[tuple[str, str]], items: Sequence[Item], costs: Mapping[str, Decimal]
) -> tuple[SkuMatch, ...]:
    """Return one match for each (SKU, unit) that was sold; the unit is empty where the orders have none."""
    known = item_costs(items, costs)
    item_by_key = _unique((normalised_key(item.sku, item.unit), item.sku) for item in items)
    cost_by_key = _unique((normalised_key(item.sku, item.unit), known[item.sku]) for item in items)
    table_by_key = _unique((normalised_key(sku), cost) for sku, cost in costs.items())
    matches = []
    for sku, unit in sold:
        key = normalised_key(sku, unit or None)
        item_sku = sku if sku in known else item_by_key.get(key)
        cost = _first(known.get(sku), costs.get(sku), cost_by_key.get(key), table_by_key.get(key))
        matches.append(SkuMatch(sku, unit, item_sku, cost))
    return tuple(matches)


def _unique(pairs: Iterable[tuple[str, Answer]]) -> dict[str, Answer]:
    """Return the keys that have one answer only; the empty key has none."""
    found: dict[str, set[Answer]] = defaultdict(set)
    for key, answer in pairs:
        found[key].add(answer)
    return {key: next(iter(answers)) for key, answers in found.items() if key and len(answers) == 1}


def _first(*costs: Decimal | None) -> Decimal | None:
    return next((cost for cost in costs if cost is not None), None)
