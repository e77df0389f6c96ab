"""The sources of one store as stores.yaml names them, each role with its own rules."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from omen_cli.config.fields import Frozen
from omen_cli.model.sources import Role, SourceSpec

InventoryColumn = Literal[
    "sku", "name", "unit", "category", "on_hand", "unit_cost", "unit_price", "visible", "first_seen"
]
OrdersColumn = Literal[
    "order_id", "ordered_at", "sku", "unit", "quantity", "unit_price", "discount", "status", "line_id"
]
CostsColumn = Literal["sku", "unit_cost"]
_PLACEHOLDER = re.compile(r"[{}]")


def _dated_path(value: str) -> str:
    if _PLACEHOLDER.search(value.replace("{date}", "")):
        raise ValueError("holds a brace; the one placeholder is {date}")
    return _absolute_path(value)


def _undated_path(value: str) -> str:
    if _PLACEHOLDER.search(value):
        raise ValueError("holds a brace; {date} is for the inventory only, use * here")
    return _absolute_path(value)


def _absolute_path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("is not an absolute path")
    return value


class _Source(Frozen):
    """One source; also made from a SourceSpec, so that settings can be built from values."""

    model_config = ConfigDict(from_attributes=True)


class _Inventory(_Source):
    path: Annotated[str, AfterValidator(_dated_path)]
    format: Literal["auto", "wix", "omen-json"] = "auto"
    columns: dict[InventoryColumn, str] = Field(default_factory=dict)


class _Orders(_Source):
    path: Annotated[str, AfterValidator(_undated_path)]
    format: Literal["auto"] = "auto"
    columns: dict[OrdersColumn, str] = Field(default_factory=dict)


class _Costs(_Source):
    path: Annotated[str, AfterValidator(_undated_path)]
    format: Literal["auto"] = "auto"
    columns: dict[CostsColumn, str] = Field(default_factory=dict)


class StoreInputs(Frozen):
    """A store's sources: what it has, and what it sold and paid as far as it says so."""

    inventory: _Inventory
    orders: _Orders | None = None
    costs: _Costs | None = None

    def by_role(self) -> dict[Role, SourceSpec]:
        """Return the sources that there are: inventory, orders, costs."""
        found: tuple[tuple[Role, _Inventory | _Orders | _Costs | None], ...] = (
            ("inventory", self.inventory),
            ("orders", self.orders),
            ("costs", self.costs),
        )
        return {role: SourceSpec.model_validate(source.model_dump()) for role, source in found if source is not None}
