"""Whether a snapshot is kept back from sending: its input looks stale or broken. Source: docs/kpis.md, "holds"."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from omen_cli.model.facts import Facts, OrderFacts
from omen_cli.model.period import Period
from omen_cli.model.snapshot import Hold

SET_ASIDE_MAX_PCT = 5
STALE_AFTER = timedelta(hours=36)
BUSY_DAYS_MIN = 24
FALL_MAX_PCT = 80
INVENTORY_DAYS_MAX = 8
STALE = "the newest order is of"
SILENT = "no order in the period"


def decide_hold(facts: Facts, period: Period) -> Hold:
    """Return the hold that follows from the exports alone, each reason in words that a person understands."""
    orders = facts.orders if facts.orders and facts.orders.first_order else None
    reasons = (
        *(_stale(orders, period) if orders else ()),
        *(_silent(orders) if orders else ()),
        *_set_aside(facts),
        *_old_inventory(facts, period),
    )
    return Hold(held=bool(reasons), reasons=reasons)


def compare_rows(hold: Hold, rows: dict[str, int], snapshot_before: str, rows_before: dict[str, int]) -> Hold:
    """Return the hold, also because of tables whose rows fell by more than 80 % against the snapshot before.

    These reasons stand behind those of a stale or silent store and before all others.

    Args:
        hold: what the exports alone say.
        rows: how many rows each table has now, by role.
        snapshot_before: the id of the snapshot before, which is recorded.
        rows_before: how many they were then; a table that is in one of the two alone is not compared.
    """
    fallen = tuple(
        f"{role} fell to {_rows(rows[role])}, from {before} before: more than {FALL_MAX_PCT} % less"
        for role, before in _fallen(rows, rows_before).items()
    )
    of_orders = tuple(reason for reason in hold.reasons if reason.startswith((STALE, SILENT)))
    reasons = (*of_orders, *fallen, *hold.reasons[len(of_orders) :])
    return Hold(held=bool(reasons), reasons=reasons, snapshot_before=snapshot_before, rows_before=rows_before)


def fallen_from(hold: Hold, rows: dict[str, int]) -> dict[str, int]:
    """Return, of the tables that fell too far when a snapshot with this hold was made, how many rows they fell from.

    Args:
        hold: the snapshot's.
        rows: how many rows each of its tables has, by role.
    """
    return _fallen(rows, hold.rows_before or {})


def _fallen(rows: dict[str, int], rows_before: dict[str, int]) -> dict[str, int]:
    return {
        role: before
        for role, before in rows_before.items()
        if role in rows and rows[role] * 100 < before * (100 - FALL_MAX_PCT)
    }


def _stale(orders: OrderFacts, period: Period) -> Iterator[str]:
    """Yield that the newest order is too old, in a store that sells nearly every day; by the clock on its wall."""
    newest, end = orders.newest_order, datetime.combine(period.observed.end, time())
    if newest is not None and end - newest > STALE_AFTER and orders.busy_days >= BUSY_DAYS_MIN:
        hours = (end - newest) // timedelta(hours=1)
        yield (
            f"{STALE} {newest:%Y-%m-%d %H:%M}, {hours} hours before the end of {period.as_of_date}, "
            f"in a store that sold on {orders.busy_days} of the 28 days up to it: is the export up to date?"
        )


def _silent(orders: OrderFacts) -> Iterator[str]:
    had = [window is not None and window.orders > 0 for window in orders.before]
    if not orders.observed.orders and had and all(had):
        yield f"{SILENT}, and there were some in each of the {len(had)} before"


def _set_aside(facts: Facts) -> Iterator[str]:
    for role, rows in facts.rows.items():
        if rows.set_aside * 100 > rows.read * SET_ASIDE_MAX_PCT:
            were = "was" if rows.set_aside == 1 else "were"
            yield f"{rows.set_aside} of {_rows(rows.read)} of {role} {were} set aside, more than {SET_ASIDE_MAX_PCT} %"


def _old_inventory(facts: Facts, period: Period) -> Iterator[str]:
    day = facts.inventory_date
    if day is not None and (age := (period.as_of_date - day).days) > INVENTORY_DAYS_MAX:
        yield f"the inventory is of {day}, {age} days before {period.as_of_date}: more than {INVENTORY_DAYS_MAX}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
