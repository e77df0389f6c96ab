"""Builds the canonical tables from their plans: one SELECT a file, checked in SQL, what is wrong set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.projection import project
from omen_cli.facts.scan import Scan, json_objects, scan_file
from omen_cli.facts.structure import RaggedRow, without_ragged_rows
from omen_cli.model.columns import TABLES, ColumnMismatch, match_columns
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile, TablePlan


@dataclass(frozen=True)
class LoadedTable:
    """A table in the database, named by its role; `ragged` are rows with too many or too few fields, by file number.

    `plan` and `paths` are what was read in the end: the files, or a copy of their whole rows; `asked` is the plan as
    it was given, with the files as they lie there.
    """

    asked: TablePlan
    plan: TablePlan
    paths: tuple[Path, ...]
    ragged: dict[int, tuple[RaggedRow, ...]]


def load_table(engine: Engine, plan: TablePlan, timezone: str) -> LoadedTable:
    """Create the table `<role>_rows`, one row a row of the files, with `reason` where it cannot be used.

    A CSV file that the database refuses for its structure is looked at row by row: rows with a wrong number of fields
    are set aside, a file whose quotes do not match is refused.

    Raises:
        SourceInvalid: a file cannot be read or lacks a required column.
    """
    paths = tuple(engine.alias(file, number, plan.role) for number, file in enumerate(plan.files))
    try:
        _create(engine, plan, paths, timezone)
        return LoadedTable(plan, plan, paths, {})
    except SourceInvalid:
        if not any(file.kind == "csv" for file in plan.files):
            raise
    mended: list[Path] = []
    ragged: dict[int, tuple[RaggedRow, ...]] = {}
    for number, (file, path) in enumerate(zip(plan.files, paths, strict=True)):
        clean, rows = without_ragged_rows(file, path, engine.folder) if file.kind == "csv" else (path, ())
        mended.append(clean)
        if rows:
            ragged[number] = rows
    read = plan.model_copy(update={"files": tuple(_as_read(plan.files, paths, mended))})
    _create(engine, read, tuple(mended), timezone)
    return LoadedTable(plan, read, tuple(mended), ragged)


def _as_read(files: Iterable[SourceFile], paths: Iterable[Path], mended: Iterable[Path]) -> Iterable[SourceFile]:
    """Yield the files as they are read now: a mended copy is plain, with commas."""
    for file, path, clean in zip(files, paths, mended, strict=True):
        yield file if path == clean else file.model_copy(update={"is_gzip": False, "delimiter": ","})


def _create(engine: Engine, plan: TablePlan, paths: tuple[Path, ...], timezone: str) -> None:
    engine.run(f"DROP TABLE IF EXISTS {plan.role}_rows")
    selects = [select_rows(engine, plan, number, path, timezone) for number, path in enumerate(paths)]
    engine.scan(f"CREATE TEMP TABLE {plan.role}_rows AS " + " UNION ALL ".join(selects), _named(plan))


def select_rows(
    engine: Engine, plan: TablePlan, number: int, path: Path, timezone: str, *, is_numbered: bool = False
) -> str:
    """Return the SELECT of one file's checked rows; only small tables are numbered without being asked."""
    numbered = is_numbered or plan.role != "orders"
    file = plan.files[number]
    if plan.format == "omen-json":
        items = "CAST(JSON_EXTRACT(json, '$.inventory') AS JSON[]) AS inventory"
        raw = f"(SELECT {number} AS file_no, {items} FROM {json_objects(file, path)})"
        return _inventory_of(sql_text("omen_json", raw=raw), timezone)
    scan = scan_file(engine, file, path, is_ordered=numbered)
    if plan.format == "wix":
        engine.run(f"DROP TABLE IF EXISTS wix_{number}")
        engine.scan(f"CREATE TEMP TABLE wix_{number} AS {_as_text(scan, number)}", safe_text(file.name))
        return _inventory_of(sql_text("wix", raw=f"wix_{number}"), timezone)
    columns = project(TABLES[plan.role], _matched(scan, plan), timezone)
    row_no = scan.row_no if numbered else "CAST(NULL AS BIGINT)"
    raw = f"(SELECT {number} AS file_no, {row_no} AS row_no, {', '.join(columns)} FROM {scan.relation})"
    return sql_text(plan.role, raw=raw)


def _as_text(scan: Scan, number: int) -> str:
    matched = _match(scan, "wix", {})
    columns = [f"NULLIF(TRIM({found[0] if found else 'NULL'}), '') AS {name}" for name, found in matched.items()]
    return f"SELECT {number} AS file_no, {scan.row_no} AS row_no, {', '.join(columns)} FROM {scan.relation}"


def _inventory_of(select: str, timezone: str) -> str:
    matched = {column.name: (column.name, "VARCHAR") for column in TABLES["inventory"]}
    columns = project(TABLES["inventory"], matched, timezone)
    raw = f"(SELECT file_no, row_no, {', '.join(columns)} FROM ({select}))"
    return sql_text("inventory", raw=raw)


def _matched(scan: Scan, plan: TablePlan) -> dict[str, tuple[str, str] | None]:
    return _match(scan, plan.role, plan.columns)


def _match(scan: Scan, table: str, mapping: dict[str, str]) -> dict[str, tuple[str, str] | None]:
    found = {theirs: (expression, kind) for theirs, expression, kind in scan.columns}
    try:
        matched = match_columns(TABLES[table], list(found), mapping)
    except ColumnMismatch as error:
        name = safe_text(scan.file.name)
        raise SourceInvalid(f"{name}: {error}", hint="mend the export, or map its columns under `columns:`") from error
    return {name: found[theirs] if theirs else None for name, theirs in matched.items()}


def _named(plan: TablePlan) -> str:
    return safe_text(plan.files[0].name) if len(plan.files) == 1 else f"{plan.role} ({len(plan.files)} files)"
