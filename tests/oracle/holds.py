"""Why a snapshot is held."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.oracle.periods import DAY, Windows
from tests.oracle.rows import Line

Rows = Mapping[str, tuple[int, int]]


def hold_kinds(
    lines: Sequence[Line],
    now: Mapping[str, Any],
    past: Sequence[Mapping[str, Any] | None],
    w: Windows,
    as_of: date,
    inventory_date: date | None,
    rows: Rows,
) -> list[str]:
    """Return the kinds of the reasons, in their order; `rows` are (read, set aside) by table."""
    found = []
    if _is_stale(lines, w.end):
        found.append("stale")
    if not now["orders"] and all(one is not None and one["orders"] for one in past):
        found.append("silent")
    found += ["set aside" for _, (read, aside) in sorted(rows.items()) if aside * 20 > read]
    if inventory_date is not None and inventory_date < as_of - 8 * DAY:
        found.append("old inventory")
    return found


def _is_stale(lines: Sequence[Line], end: date) -> bool:
    """Tell whether the newest sale is over 36 hours old in a store that sells almost every day."""
    sold = [line for line in lines if line.quantity > 0]
    if not sold:
        return False
    newest = max(line.at for line in sold)
    busy = {line.day for line in sold if line.day > newest.date() - 28 * DAY}
    return datetime.combine(end, time()) - newest > timedelta(hours=36) and len(busy) >= 24
