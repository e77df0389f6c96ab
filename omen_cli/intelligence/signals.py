"""The signals: what the numbers say about the store. One table, one row a signal; to add one, add a row.

Source: docs/kpis.md, "signals and verdict".
"""

from collections.abc import Callable
from dataclasses import dataclass

from omen_cli.intelligence.sales_signals import decline, margin_compression, stable
from omen_cli.intelligence.situation import Situation, Spoken
from omen_cli.intelligence.stock_signals import slow_stock, stock_out, under_promoted
from omen_cli.model.outlook import SignalName


@dataclass(frozen=True)
class SignalRule:
    """One signal: its rank, 1 the most urgent, and what it says of a situation, None when it is silent."""

    name: SignalName
    rank: int
    speaks: Callable[[Situation], Spoken | None]


SIGNALS: tuple[SignalRule, ...] = (
    SignalRule("STOCKOUT_IMMINENT", 1, stock_out),
    SignalRule("UNDER_PROMOTED", 2, under_promoted),
    SignalRule("SALES_DECLINE", 2, decline),
    SignalRule("SLOW_STOCK", 3, slow_stock),
    SignalRule("MARGIN_COMPRESSION", 3, margin_compression),
)
STABLE = SignalRule("STABLE", 3, stable)
