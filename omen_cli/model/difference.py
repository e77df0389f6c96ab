"""How one snapshot of a store differs from another: the answer of `omen diff`, as values.

`before` and `now` are in the order in which the two were named, which need not be that of time.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime

from omen_cli.model.base import Value
from omen_cli.model.causes import Causes
from omen_cli.model.content import ItemContent, Recommendation, StockContent, Unit
from omen_cli.model.ids import Timeframe
from omen_cli.model.outlook import SignalName
from omen_cli.model.snapshot import Hold


class ComparedSnapshot(Value):
    """Which snapshot one side is; `observed_days` of the `days` of its period were over."""

    id: str
    timeframe: Timeframe
    as_of_date: date
    days: int
    observed_days: int
    version: int
    currency: str
    generated_at: AwareDatetime
    omen_version: str
    kpi_version: int
    provisional: bool
    held: bool
    content_sha256: str


class NumberDifference(Value):
    """One number of both: `change` is now − before, points for a percentage; `change_pct` is None unless before is > 0.

    Where the two are measured in different units or currencies, `unit` is that of now, and there is no change.
    """

    name: str
    unit: Unit
    before: Decimal | None
    now: Decimal | None
    change: Decimal | None
    change_pct: Decimal | None

    @property
    def differs(self) -> bool:
        """Tell whether the two values are not equal."""
        return self.before != self.now


class LabelDifference(Value):
    """A name, unit, category or flag of an item that is not what it was."""

    name: str
    before: bool | str | None
    now: bool | str | None


class ItemDifference(Value):
    """An item of both that is not what it was, with those of its fields that differ.

    `moved` is money, by which items are ranked: the greatest of what its net sales, its stock at retail and its stock
    at cost changed by, up or down; what is unknown counts as nothing there, and only there.
    """

    sku: str
    name: str | None
    unit: str | None
    moved: Decimal
    numbers: tuple[NumberDifference, ...]
    labels: tuple[LabelDifference, ...]


class VerdictSide(Value):
    """The verdict of one side, with what its signal says, and what the runner-up says to do; None without one."""

    signal: SignalName
    runner_up: SignalName | None
    runner_up_action: str | None
    action: str
    reason: str


class VerdictDifference(Value):
    """Two verdicts of which the signal or the runner-up is not the same."""

    before: VerdictSide
    now: VerdictSide


class HoldDifference(Value):
    """Two holds of which the reasons are not the same."""

    before: Hold
    now: Hold


class StockDifference(Value):
    """The stock of the two is not as of the same day, or not known in the same way."""

    before: StockContent
    now: StockContent


class Difference(Value):
    """All that differs between two snapshots of one store.

    `differs` are the fields of the content that do. `kpis` are those of both, equal ones too, in the order of now.
    `items` are those that moved, the greatest first; what is new is in the order of now, what is gone in the order of
    before. A recommendation is the same when its item and its action are, whatever its numbers.
    """

    format: Literal["omen.diff/1"] = "omen.diff/1"
    store_id: str
    store_name: str
    before: ComparedSnapshot
    now: ComparedSnapshot
    same_content: bool
    differs: tuple[str, ...]
    why: Causes
    verdict: VerdictDifference | None
    hold: HoldDifference | None
    stock: StockDifference | None
    kpis: tuple[NumberDifference, ...]
    recommendations_new: tuple[Recommendation, ...]
    recommendations_gone: tuple[Recommendation, ...]
    recommendations_kept: int
    items: tuple[ItemDifference, ...]
    items_new: tuple[ItemContent, ...]
    items_gone: tuple[ItemContent, ...]
