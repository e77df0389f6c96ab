"""The thresholds of a store: the numbers at which a recommendation rule begins to speak.

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


class Thresholds(BaseModel):
    """When each rule speaks; on-hand and capital in units and money, margins in percent, velocities in units a day."""

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
    low_stock_min: Quantity = Decimal(1)
    low_stock_max: Quantity = Decimal(5)
    overstock_on_hand_min: Quantity = Decimal(50)
    dead_stock_days: Count = 90
    dead_stock_capital_min: Quantity = Decimal(100)

    @field_validator(*_MINIMUM_OF)
    @classmethod
    def _reach_its_minimum(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        partner = _MINIMUM_OF[info.field_name or ""]
        if value < info.data.get(partner, value):
            raise ValueError(f"is less than {partner}; raise this one or lower the other")
        return value

    def entered(self) -> dict[str, Decimal]:
        """Return every threshold, keys in camelCase and sorted, as the snapshot records them."""
        pairs = ((to_camel(name), Decimal(value)) for name, value in self.model_dump().items())
        return dict(sorted(pairs))

    @classmethod
    def of_entered(cls, entered: Mapping[str, Decimal]) -> "Thresholds":
        """Return the thresholds that a snapshot records, the other way of `entered`.

        Raises:
            ValueError: there is none of that name, or no such value.
        """
        name_of = {to_camel(name): name for name in cls.model_fields}
        return cls.model_validate({name_of.get(key, key): value for key, value in entered.items()})
