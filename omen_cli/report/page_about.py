"""The back of a page: what the KPIs mean, which files entered, what was set aside, under which settings."""

from collections.abc import Iterator

from omen_cli.model.content import KPI_VERSION, Content
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.data_notes import data_notes, place
from omen_cli.report.explain.kpi import explain_kpi
from omen_cli.report.explain.kpi_table import KPI_ROWS
from omen_cli.report.explain.write import with_labels
from omen_cli.report.labels import SALES_LABELS, STOCK_LABELS
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_table import Cell, Cells, PageTable, Section, section_of

_MOST_OF_A_SUM = 1
_OTHERWISE = "This snapshot was made with KPI definitions version {}: the formulas of this version of omen may differ."


def origin(snapshot: Snapshot, numbers: Numbers) -> Iterator[Section]:
    """Yield the sections that say where the numbers come from."""
    cells = Cells(numbers)
    found = section_of("notes", data_notes(snapshot))
    if found.lines:
        yield found._replace(lines=tuple(line.removeprefix("- ") for line in found.lines))
    yield _definitions(snapshot.content)
    if snapshot.inputs:
        yield _inputs(snapshot, cells)
    if snapshot.rejected:
        yield _rejected(snapshot, cells)
    yield _settings(snapshot)


def _definitions(content: Content) -> Section:
    rows = tuple(_definition(content, name, label) for name, label in (SALES_LABELS | STOCK_LABELS).items())
    lines = () if content.kpi_version == KPI_VERSION else (_OTHERWISE.format(content.kpi_version),)
    table = PageTable(
        "definitions-table", "Definitions", ("KPI", "what it is", "formula"), rows, is_sorted_by_readers=False
    )
    return Section("definitions", "Definitions", lines, (table,))


def _definition(content: Content, name: str, label: str) -> tuple[Cell, ...]:
    tree = explain_kpi(content, name, _MOST_OF_A_SUM).working.tree
    return Cell(label), Cell(KPI_ROWS[name].definition), Cell("" if tree is None else with_labels(tree))


def _inputs(snapshot: Snapshot, cells: Cells) -> Section:
    rows = tuple(
        (
            Cell(one.name),
            Cell(one.role),
            cells.day(one.date),
            cells.amount(one.rows, "count"),
            cells.amount(one.bytes, "count"),
            Cell(one.sha256),
        )
        for one in snapshot.inputs
    )
    columns = ("file", "table", "dated", "rows", "bytes", "sha256")
    return Section("inputs", "Inputs", (), (PageTable("inputs-table", "Inputs", columns, rows),))


def _rejected(snapshot: Snapshot, cells: Cells) -> Section:
    rows = tuple(
        (
            Cell(one.role),
            Cell(one.reason),
            cells.amount(one.count, "count"),
            Cell("; ".join(f"{at.file} {place(at.file)} {at.line}: {at.value}" for at in one.examples)),
        )
        for one in snapshot.rejected
    )
    table = PageTable("rejected-table", "Rejected rows", ("table", "why", "rows", "the first of them"), rows)
    return Section("rejected", "Rejected rows", (), (table,))


def _settings(snapshot: Snapshot) -> Section:
    settings = snapshot.settings
    own = [
        (f"{key} of {name}", value) for name, by in settings.category_thresholds.items() for key, value in by.items()
    ]
    rows = (
        (Cell("timezone"), Cell(settings.timezone)),
        (Cell("currency"), Cell(settings.currency)),
        *((Cell(name), Cell(f"{value:f}")) for name, value in (*settings.thresholds.items(), *own)),
    )
    table = PageTable("settings-table", "Settings", ("setting", "value"), rows, is_sorted_by_readers=False)
    return Section("settings", "Settings", (), (table,))
