"""Why two snapshots of a store differ, as far as they record it."""

from typing import Literal

from omen_cli.model.base import Value
from omen_cli.model.changes import SettingChange
from omen_cli.model.sources import InputFile, Role

InputVerb = Literal["changed", "appeared", "vanished", "renamed", "read_otherwise"]


class InputChange(Value):
    """A file that entered one side only, or both with other bytes, another name, or other rows of the same bytes."""

    role: Role
    verb: InputVerb
    before: InputFile | None
    now: InputFile | None


class Causes(Value):
    """Why the two differ, as far as snapshots record it: all else follows from these.

    `is_other_period`: another timeframe or as-of date. `is_other_program`: another version of omen or of its KPIs.
    """

    is_other_period: bool
    is_other_program: bool
    inputs: tuple[InputChange, ...]
    settings: tuple[SettingChange, ...]
