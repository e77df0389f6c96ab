"""The tables of `omen history` and `omen stores`: what a cell says."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Table
from omen_cli.model.ids import TIMEFRAMES
from omen_cli.model.legacy import has_unknown_history

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.model.snapshot import Entry
    from omen_cli.workflows.history import Statistics

HISTORY_COLUMNS = ("as of", "timeframe", "v", "status", "net sales", "advice", "emailed", "generated", "id")
HISTORY_FIRST = ("id", "store", "status", "net sales", "v", "reason", "emailed", "advice", "generated")
STATISTICS_COLUMNS = ("store", "total", *TIMEFRAMES, "emailed", "regenerated", "held", "oldest", "newest")


def history_table(entries: "Sequence[Entry]", *, with_store: bool, with_reason: bool) -> Table:
    """Return one row an entry, in the given order.

    The store comes first when there are several; why a version was made comes last when superseded ones are listed.
    """
    columns = (*(("store",) if with_store else ()), *HISTORY_COLUMNS, *(("reason",) if with_reason else ()))
    rows = tuple(
        (
            *((entry.store_id,) if with_store else ()),
            *_history_row(entry),
            *((entry.reason or "",) if with_reason else ()),
        )
        for entry in entries
    )
    first = tuple(column for column in HISTORY_FIRST if column in columns)
    whole = frozenset({"store", "id", "generated", "as of"})
    return Table(columns, rows, right=frozenset({"v", "net sales", "advice"}), whole=whole, first=first)


def _history_row(entry: "Entry") -> tuple[str, ...]:
    return (
        str(entry.as_of_date),
        entry.timeframe,
        str(entry.version),
        _status(entry),
        _number(entry.summary.net_sales),
        _count(entry.summary.recommendation_count),
        _emailed(entry),
        _minute(entry.generated_at),
        entry.id,
    )


def _emailed(entry: "Entry") -> str:
    if entry.email_sent:
        return _minute(entry.email_sent_at) or "sent, time not told"
    return "not known" if has_unknown_history(entry) else "no"


def _status(entry: "Entry") -> str:
    marks = [
        "held" if entry.status == "held" else "ok",
        *(["legacy"] if entry.created_via == "migrate" else []),
        *(["no payload"] if entry.status == "no_payload" else []),
        *(["provisional"] if entry.provisional else []),
        *(["superseded"] if entry.superseded_by else []),
    ]
    return ",".join(mark for mark in marks if mark != "ok" or len(marks) == 1)


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _minute(value: datetime | None) -> str:
    return value.isoformat(sep=" ", timespec="minutes") if value else ""


def statistics_table(found: "Sequence[Statistics]") -> Table:
    """Return one row a store."""
    return Table(
        STATISTICS_COLUMNS,
        tuple(map(_statistics_row, found)),
        right=frozenset(STATISTICS_COLUMNS[1:8]),
        whole=frozenset({"store", "oldest", "newest"}),
        first=("store", "total", *TIMEFRAMES, "held", "emailed", "newest", "regenerated", "oldest"),
    )


def _statistics_row(one: "Statistics") -> tuple[str, ...]:
    frames = (str(one.by_timeframe[frame]) for frame in TIMEFRAMES)
    counts = (str(count) for count in (one.emailed, one.regenerated, one.held))
    return (one.store_id, str(one.total), *frames, *counts, str(one.oldest or ""), str(one.newest or ""))


def stores_table(stores: "Sequence[StoreSettings]") -> Table:
    """Return one row a store of stores.yaml."""
    rows = tuple(
        (
            store.store_id,
            store.name,
            store.timezone,
            store.currency,
            ",".join(store.timeframes),
            ",".join(store.sources),
            str(len(store.recipients)),
        )
        for store in stores
    )
    columns = ("id", "name", "time zone", "currency", "timeframes", "sources", "recipients")
    return Table(
        columns,
        rows,
        whole=frozenset({"id", "time zone"}),
        first=("id", "name", "time zone", "timeframes", "currency", "recipients"),
    )
