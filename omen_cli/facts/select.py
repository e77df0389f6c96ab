"""The SELECT that makes the checked rows of one canonical table out of one file's columns."""

from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.json_scan import json_objects
from omen_cli.facts.projection import project, trimmed
from omen_cli.facts.relation import Scan, day_literal
from omen_cli.facts.scan import scan_file
from omen_cli.model.columns import TABLES, ColumnMismatch, match_columns
from omen_cli.model.period import Span
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile, TablePlan

_NO_COLUMN = ("CAST(NULL AS VARCHAR)", "VARCHAR")


def select_rows(
    engine: Engine, plan: TablePlan, number: int, path: Path, timezone: str, *, is_numbered: bool = False
) -> str:
    """Return the SELECT of one file's checked rows; only small tables are numbered without being asked.

    Raises:
        SourceInvalid: the file is not what its name promises, or lacks a required column.
    """
    file = plan.files[number]
    if plan.format == "omen-json":
        items = "CAST(JSON_EXTRACT(json, '$.inventory') AS JSON[]) AS inventory"
        raw = f"(SELECT {number} AS file_no, {items} FROM {json_objects(file, path)})"
        return select_items(sql_text("omen_json", raw=raw), timezone, plan.currency_sign)
    numbered = is_numbered or plan.role != "orders"
    scan = scan_file(engine, file, path, is_ordered=numbered)
    columns = project(TABLES[plan.role], _match(scan, plan.role, plan.columns), timezone, plan.currency_sign)
    row_no = scan.row_no if numbered else "CAST(NULL AS BIGINT)"
    raw = f"(SELECT {number} AS file_no, {row_no} AS row_no, {', '.join(columns)} FROM {scan.relation})"
    return sql_text(plan.role, raw=raw)


def keyed_orders(engine: Engine, plan: TablePlan, number: int, path: Path, timezone: str) -> str:
    """Return the SELECT of one file's order lines with the `key` that equal lines share.

    Raises:
        SourceInvalid: the file is not what its name promises, or lacks a required column.
    """
    lines = select_rows(engine, plan, number, path, timezone)
    return sql_text("keyed_orders", lines=lines, is_one_of_many=str(len(plan.files) > 1).upper())


def kept_orders(engine: Engine, plan: TablePlan, number: int, path: Path, timezone: str, counted: Span) -> str:
    """Return the SELECT of what is kept of one file's order lines; the orders of the days `counted` are told apart.

    Raises:
        SourceInvalid: the file is not what its name promises, or lacks a required column.
    """
    keyed = keyed_orders(engine, plan, number, path, timezone)
    return sql_text("orders_rows", keyed=keyed, first=day_literal(counted.start), end=day_literal(counted.end))


def select_wix_text(engine: Engine, file: SourceFile, number: int, path: Path) -> str:
    """Return the SELECT of a Wix file's own columns as trimmed text, numbered.

    Raises:
        SourceInvalid: the file lacks a required column.
    """
    scan = scan_file(engine, file, path, is_ordered=True)
    matched = _match(scan, "wix", {})
    columns = [f"NULLIF({trimmed(*(found or _NO_COLUMN))}, '') AS {name}" for name, found in matched.items()]
    return f"SELECT {number} AS file_no, {scan.row_no} AS row_no, {', '.join(columns)} FROM {scan.relation}"


def select_items(select: str, timezone: str, currency_sign: str) -> str:
    """Return the SELECT of checked inventory rows from rows under the inventory's own column names, all as text."""
    matched = {column.name: (column.name, "VARCHAR") for column in TABLES["inventory"]}
    columns = project(TABLES["inventory"], matched, timezone, currency_sign)
    raw = f"(SELECT file_no, row_no, {', '.join(columns)} FROM ({select}))"
    return sql_text("inventory", raw=raw)


def _match(scan: Scan, table: str, mapping: dict[str, str]) -> dict[str, tuple[str, str] | None]:
    """Return for each canonical column the file's own; all None for a file without rows to name any."""
    if scan.columns is None:
        return {column.name: None for column in TABLES[table]}
    found = {theirs: (expression, kind) for theirs, expression, kind in scan.columns}
    try:
        matched = match_columns(TABLES[table], list(found), mapping)
    except ColumnMismatch as error:
        name = safe_text(scan.file.name)
        raise SourceInvalid(f"{name}: {error}", hint="mend the export, or map its columns under `columns:`") from error
    return {name: found[theirs] if theirs else None for name, theirs in matched.items()}
