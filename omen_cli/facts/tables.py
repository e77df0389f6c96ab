"""Builds the canonical tables from their plans: checked in SQL, what is wrong set aside, and no row lost unseen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from omen_cli.errors import SourceInvalid
from omen_cli.facts.engine import Engine, sql_text
from omen_cli.facts.select import kept_orders, select_items, select_rows, select_wix_text
from omen_cli.facts.structure import RaggedRow, count_records, without_ragged_rows
from omen_cli.model.period import Span
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile, TablePlan


@dataclass(frozen=True)
class LoadedTable:
    """A table in the database, named by its role; `ragged` are rows with too many or too few fields, by file number.

    `plan` and `paths` are what was read in the end: the files, or a copy of their whole rows; `asked` is the plan as
    it was given, with the files as they lie there. In the files numbered in `straight` every row is one line.
    """

    asked: TablePlan
    plan: TablePlan
    paths: tuple[Path, ...]
    ragged: Mapping[int, tuple[RaggedRow, ...]] = field(default_factory=dict)
    straight: frozenset[int] = frozenset()


def load_table(engine: Engine, plan: TablePlan, timezone: str, counted: Span) -> LoadedTable:
    """Create the table `<role>_rows`, one row a row of the files, with `reason` where it cannot be used.

    Of order lines little is kept; `counted` are the days whose orders will be told apart.

    A CSV file that the database refuses for its structure, or reads to another number of rows than it has (it drops
    what follows a quote that nobody closes), is looked at row by row: rows with a wrong number of fields are set
    aside, a file whose quotes do not match is refused.

    Raises:
        SourceInvalid: a file cannot be read or lacks a required column.
    """
    paths = tuple(engine.alias(file, number, plan.role) for number, file in enumerate(plan.files))
    statements = list(_statements(engine, plan, paths, timezone, counted))
    try:
        _run(engine, plan, statements)
    except SourceInvalid:
        if not any(file.kind == "csv" for file in plan.files):
            raise
    else:
        counts = _counted(engine, plan)
        straight = {number for number, file in enumerate(plan.files) if _is_straight(file, counts.get(number, 0))}
        if all(number in straight or _is_whole(file, counts, number) for number, file in enumerate(plan.files)):
            return LoadedTable(plan, plan, paths, straight=frozenset(straight))
    return _load_whole_rows(engine, plan, paths, timezone, counted)


def _load_whole_rows(
    engine: Engine, plan: TablePlan, paths: Sequence[Path], timezone: str, counted: Span
) -> LoadedTable:
    """Load copies of the CSV files that hold only the rows with the header's number of fields."""
    files, mended, ragged = list(plan.files), list(paths), {}
    for number, file in enumerate(plan.files):
        if file.kind == "csv":
            mended[number], rows = without_ragged_rows(file, paths[number], engine.folder)
            files[number] = file.model_copy(update={"is_gzip": False, "delimiter": ",", "lines_before": 0})
            if rows:
                ragged[number] = rows
    read = plan.model_copy(update={"files": tuple(files)})
    _run(engine, read, list(_statements(engine, read, mended, timezone, counted)))
    return LoadedTable(plan, read, tuple(mended), ragged)


def _statements(engine: Engine, plan: TablePlan, paths: Sequence[Path], timezone: str, counted: Span) -> Iterator[str]:
    """Yield what creates the table; a Wix product and its variants may stand in different files."""
    rows = f"{plan.role}_rows"
    if plan.format == "wix":
        texts = [select_wix_text(engine, file, number, paths[number]) for number, file in enumerate(plan.files)]
        yield f"CREATE OR REPLACE TEMP TABLE wix AS {' UNION ALL '.join(texts)}"
        items = select_items(sql_text("wix", raw="wix"), timezone, plan.currency_sign)
        yield f"CREATE OR REPLACE TEMP TABLE {rows} AS {items}"
    else:
        if plan.role == "orders":
            selects = [kept_orders(engine, plan, number, path, timezone, counted) for number, path in enumerate(paths)]
        else:
            selects = [select_rows(engine, plan, number, path, timezone) for number, path in enumerate(paths)]
        yield f"CREATE OR REPLACE TEMP TABLE {rows} AS {' UNION ALL '.join(selects)}"


def _run(engine: Engine, plan: TablePlan, statements: Sequence[str]) -> None:
    named = safe_text(plan.files[0].name) if len(plan.files) == 1 else f"{plan.role} ({len(plan.files)} files)"
    for statement in statements:
        engine.scan(statement, named)


def _counted(engine: Engine, plan: TablePlan) -> dict[int, int]:
    """Return how many rows were read of each file, by its number."""
    table = "wix" if plan.format == "wix" else f"{plan.role}_rows"
    rows = engine.rows(f"SELECT file_no, COUNT(*) FROM {table} GROUP BY file_no")
    return dict(cast("list[tuple[int, int]]", rows))


def _is_straight(file: SourceFile, count: int) -> bool:
    """Tell whether every line behind the header is one row: then none was lost, and no row runs over lines."""
    return file.kind == "csv" and count == file.lines - file.lines_before - 1


def _is_whole(file: SourceFile, counts: Mapping[int, int], number: int) -> bool:
    return file.kind != "csv" or counts.get(number, 0) == count_records(file) - 1
