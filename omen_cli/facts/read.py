"""Executes the plans of one store for one period: typed facts out, and what was set aside and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from omen_cli.errors import SourceInvalid
from omen_cli.facts.doubtful import count_each_once
from omen_cli.facts.engine import Engine, open_engine
from omen_cli.facts.inventory import read_costs, read_inventory, set_aside_repeated
from omen_cli.facts.matching import item_costs
from omen_cli.facts.orders import read_orders
from omen_cli.facts.rejected import NOT_COUNTED, rejected_rows
from omen_cli.facts.tables import LoadedTable, load_table
from omen_cli.facts.windows import days_of_windows
from omen_cli.model.facts import Facts, TableRows
from omen_cli.model.period import Period
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import InputFile, SourceFile, TablePlan


def read_facts(plans: Sequence[TablePlan], period: Period, timezone: str, threads: int | None = None) -> Facts:
    """Read a store's exports into facts.

    Args:
        plans: one a table; inventory must be among them.
        period: the period, observed to the end of its as-of day.
        timezone: the store's, in which the orders' times become days.
        threads: of the database; the facts do not depend on it.

    Raises:
        SourceInvalid: a file cannot be read, lacks a column, or changed while it was read.
    """
    try:
        with open_engine(threads) as engine:
            facts = _read(engine, plans, period, timezone)
    except (SourceInvalid, OSError, EOFError, ValueError, LookupError):
        _refuse_changed(plans)  # whatever went wrong, that is why
        raise
    _refuse_changed(plans)
    return facts


def _read(engine: Engine, plans: Sequence[TablePlan], period: Period, timezone: str) -> Facts:
    windows_days = days_of_windows(period)
    tables = {plan.role: load_table(engine, plan, timezone, windows_days) for plan in plans}
    set_aside_repeated(engine, tables)
    rows = {role: _table_rows(engine, table) for role, table in tables.items()}
    _refuse_empty(tables["inventory"].asked, rows["inventory"])
    costs = read_costs(engine) if "costs" in tables else {}
    items = read_inventory(engine)
    inventory_date = _date_of(tables["inventory"].asked)
    doubtful = count_each_once(engine, tables["orders"], timezone) if "orders" in tables else {}
    orders = read_orders(engine, items, costs, period, inventory_date) if "orders" in tables else None
    known = item_costs(items, costs)
    rejected = [rejected_rows(engine, table, timezone) for table in tables.values()]
    return Facts(
        items=tuple(item.model_copy(update={"unit_cost": known[item.sku]}) for item in items),
        orders=orders,
        rows=rows,
        inputs=tuple(entered for table in tables.values() for entered in _inputs(engine, table)),
        rejected=tuple(rows for of_table in rejected for rows in of_table),
        inventory_date=inventory_date,
        **doubtful,
    )


def _date_of(plan: TablePlan) -> date | None:
    """Return the newest date of the table's files; None when one of them has none."""
    dates = [file.date for file in plan.files]
    known = [day for day in dates if day is not None]
    return max(known) if known and len(known) == len(dates) else None


def _refuse_empty(plan: TablePlan, rows: TableRows) -> None:
    """Refuse an inventory without a row: a broken export, not an empty shop. Orders may be none, in a new store."""
    if not rows.read:
        names = ", ".join(safe_text(file.name) for file in plan.files[:3])
        raise SourceInvalid(f"{names}: the inventory has no rows", hint="export it again")


def _table_rows(engine: Engine, table: LoadedTable) -> TableRows:
    ((read, rejected),) = engine.rows(
        f"SELECT COUNT(*), COUNT(CASE WHEN reason <> '{NOT_COUNTED}' THEN 1 END) FROM {table.plan.role}_rows"
    )
    ragged = sum(len(rows) for rows in table.ragged.values())
    return TableRows(read=cast("int", read) + ragged, set_aside=cast("int", rejected) + ragged)


def _inputs(engine: Engine, table: LoadedTable) -> list[InputFile]:
    counted: Mapping[object, object] = dict(
        cast(
            "list[tuple[object, object]]",
            engine.rows(f"SELECT file_no, COUNT(*) FROM {table.plan.role}_rows GROUP BY 1"),
        )
    )
    return [
        InputFile(
            role=table.plan.role,
            name=file.name,
            date=file.date,
            bytes=file.size_bytes,
            rows=cast("int", counted.get(number, 0)) + len(table.ragged.get(number, ())),
            sha256=file.sha256,
        )
        for number, file in enumerate(table.asked.files)
    ]


def _refuse_changed(plans: Sequence[TablePlan]) -> None:
    for file in (file for plan in plans for file in plan.files):
        try:
            now = Path(file.path).stat()
        except OSError as error:
            raise _changed(file) from error
        if (now.st_size, now.st_mtime_ns) != (file.size_bytes, file.modified_ns):
            raise _changed(file)


def _changed(file: SourceFile) -> SourceInvalid:
    return SourceInvalid(
        f"{safe_text(file.name)}: it changed while it was read", hint="run again when the export is done"
    )
