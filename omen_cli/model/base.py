"""The base of every value: frozen, closed, written in camelCase."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Value(BaseModel):
    """A frozen value that forbids unknown keys; its JSON keys are camelCase."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        allow_inf_nan=False,
    )

    def plain(self) -> dict[str, object]:
        """Return the value as dicts, lists, str, int, bool, Decimal, date, datetime and None, keys in camelCase."""
        return self.model_dump(by_alias=True)
