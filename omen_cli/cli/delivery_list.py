"""The table of `omen deliveries`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Table

if TYPE_CHECKING:
    from omen_cli.workflows.deliveries import Listed

_SHOWN_OF_A_KEY = 12


def deliveries_table(found: "Sequence[Listed]") -> Table:
    """Return one row a delivery."""
    columns = ("state", "recipient", "at", "tries", "key", "snapshot", "answer")
    rows = tuple(
        (
            one.state,
            one.recipient,
            one.at.isoformat(sep=" ", timespec="minutes") if one.at else "not told",
            str(one.tries),
            one.key[:_SHOWN_OF_A_KEY],
            one.snapshot_id,
            one.reply or "",
        )
        for one in found
    )
    whole = frozenset({"state", "recipient", "at", "key", "snapshot"})
    first = ("state", "recipient", "key", "at", "snapshot", "answer", "tries")
    return Table(columns, rows, right=frozenset({"tries"}), whole=whole, first=first)
