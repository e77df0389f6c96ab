"""The thresholds of a store and of its categories: the numbers at which a rule begins to speak.

Source: docs/kpis.md, "recommendations". The keys are written as in stores.yaml, in snake_case.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_MINIMUM_OF = {
    "feature_margin_max": "feature_margin_min",
    "bundle_on_hand_max": "bundle_on_hand_min",
    "low_stock_max": "low_stock_min",
}


def _written_whole(value: object) -> object:
    """Refuse text that pydantic would take for an int, but nobody means as one: `1_000`, ` 7 `, `7.0`."""
    if isinstance(value, str) and _WHOLE.fullmatch(value) is None:
        raise ValueError("is not a whole number; write it in digits, like 10")
    return value


def _written_number(value: object) -> object:
    """Refuse text that Decimal would take, but nobody means as a number: `1e9`, `1_000`, `NaN`."""
    if isinstance(value, str) and _NUMBER.fullmatch(value) is None:
        raise ValueError("is not a number; write it in digits, like 10 or 0.5")
    return value


def _without_trailing_zeros(value: Decimal) -> Decimal:
    """Return one spelling for equal numbers, so that `5` and `5.0` enter a snapshot as the same bytes."""
    whole = value.to_integral_value()
    return Decimal(int(whole)) if value == whole else value.normalize()


Count = Annotated[int, Field(ge=0), BeforeValidator(_written_whole)]
Quantity = Annotated[Decimal, Field(ge=0), BeforeValidator(_written_number), AfterValidator(_without_trailing_zeros)]


class ItemThresholds(BaseModel):
    """What speaks about an item; on hand in units, capital in money, margins in percent, velocities in units a day."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    feature_on_hand_min: Quantity = Decimal(20)
    feature_margin_min: Quantity = Decimal(45)
    feature_margin_max: Quantity = Decimal(65)
    bundle_margin_min: Quantity = Decimal(65)
    bundle_on_hand_min: Quantity = Decimal(10)
    bundle_on_hand_max: Quantity = Decimal(25)
    slow_mover_margin_min: Quantity = Decimal(50)
    slow_mover_on_hand_min: Quantity = Decimal(10)
    slow_mover_velocity_max: Quantity = Decimal("0.5")
    review_pricing_margin_max: Quantity = Decimal(40)
    protect_pricing_margin_min: Quantity = Decimal(70)
    reorder_velocity_min: Quantity = Decimal("0.5")
    reorder_days: Count = 7
    lead_time_days: Count = 7
    review_days: Count = 7
    low_stock_min: Quantity = Decimal(1)
    low_stock_max: Quantity = Decimal(5)
    overstock_on_hand_min: Quantity = Decimal(50)
    slow_stock_velocity_max: Quantity = Decimal("0.2")
    slow_stock_on_hand_min: Quantity = Decimal(5)
    dead_stock_days: Count = 90
    dead_stock_capital_min: Quantity = Decimal(100)
    anomaly_units_min: Quantity = Decimal(5)

    @field_validator(*_MINIMUM_OF)
    @classmethod
    def _reach_its_minimum(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        partner = _MINIMUM_OF[info.field_name or ""]
        if value < info.data.get(partner, value):
            raise ValueError(f"is less than {partner}; raise this one or lower the other")
        return value

    def entered(self) -> dict[str, Decimal]:
        """Return every threshold, keys in camelCase and sorted, as the snapshot records them."""
        pairs = ((to_camel(name), Decimal(value)) for name, value in self.model_dump(exclude={"categories"}).items())
        return dict(sorted(pairs))


class Thresholds(ItemThresholds):
    """The thresholds of a store: of its items, of the store as a whole, and of its categories.

    `categories` hold, by the category as written, all thresholds of its items: what it does not say is the store's.
    """

    sales_decline_pct: Quantity = Decimal(85)
    slow_stock_capital_min: Quantity = Decimal(500)
    margin_drop_points: Quantity = Decimal(5)
    stock_out_horizon_days: Count = 14
    categories: dict[str, ItemThresholds] = Field(default_factory=dict)

    @field_validator("categories", mode="before")
    @classmethod
    def _complete_by_the_store(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, dict):
            return value
        store = {name: info.data[name] for name in ItemThresholds.model_fields if name in info.data}
        return {name: {**store, **own} if isinstance(own, dict) else own for name, own in value.items()}

    @field_validator("categories")
    @classmethod
    def _differ(cls, value: dict[str, ItemThresholds]) -> dict[str, ItemThresholds]:
        folded = [_folded(name) for name in value]
        if "" in folded or len(set(folded)) < len(folded):
            raise ValueError("names a category twice, but for case and spaces, or none; write each name once")
        return value

    def of(self, category: str | None) -> ItemThresholds:
        """Return what applies to the items of a category: its own thresholds, or the store's."""
        if not self.categories or category is None:
            return self
        return {_folded(name): own for name, own in self.categories.items()}.get(_folded(category), self)

    def entered_by_category(self) -> dict[str, dict[str, Decimal]]:
        """Return what each category says that the store does not, keys in camelCase; without one that says nothing."""
        store = self.entered()
        own = {name: {key: value for key, value in one.entered().items() if value != store[key]}
               for name, one in sorted(self.categories.items())}  # fmt: skip
        return {name: differing for name, differing in own.items() if differing}

    @classmethod
    def of_entered(
        cls, entered: Mapping[str, Decimal], by_category: Mapping[str, Mapping[str, Decimal]] | None = None
    ) -> "Thresholds":
        """Return the thresholds that a snapshot records, the other way of `entered` and `entered_by_category`.

        Raises:
            ValueError: there is none of that name, or no such value.
        """
        categories = {name: _by_field(own) for name, own in (by_category or {}).items()}
        return cls.model_validate({**_by_field(entered), "categories": categories})


def _by_field(entered: Mapping[str, Decimal]) -> dict[str, Decimal]:
    name_of = {to_camel(name): name for name in Thresholds.model_fields}
    return {name_of.get(key, key): value for key, value in entered.items()}


def _folded(category: str) -> str:
    return " ".join(category.split()).casefold()
