"""The thresholds of a store, and of the categories that have some of their own."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

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
    "lead_time_days": 7,
    "review_days": 7,
    "sales_decline_pct": 85,
    "slow_stock_velocity_max": "0.2",
    "slow_stock_on_hand_min": 5,
    "slow_stock_capital_min": 500,
    "margin_drop_points": 5,
    "stock_out_horizon_days": 14,
    "anomaly_units_min": 5,
}


class Thresholds:
    """`store` are the store's; `of` gives those of an item's category, which go before them."""

    def __init__(self, settings: Mapping[str, Any] | None) -> None:
        own = dict(settings or {})
        categories = own.pop("categories", {})
        self.store = _numbers({**DEFAULTS, **own})
        self._categories = {_bare(name): self.store | _numbers(some) for name, some in categories.items()}

    def of(self, category: str | None) -> Mapping[str, Fraction]:
        return self.store if category is None else self._categories.get(_bare(category), self.store)


def _numbers(settings: Mapping[str, Any]) -> dict[str, Fraction]:
    return {name: Fraction(str(value)) for name, value in settings.items()}


def _bare(category: str) -> str:
    return category.strip().casefold()
