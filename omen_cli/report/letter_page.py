"""A letter as the HTML that mail programs show: rules in the elements themselves, tables for the layout."""

from typing import NamedTuple

from omen_cli.model.blocks import Block, Table
from omen_cli.model.fitting import narrowed
from omen_cli.report.email import inlined
from omen_cli.report.letter_limits import cut
from omen_cli.report.letter_said import Said, Section
from omen_cli.report.numbers import Numbers
from omen_cli.report.render import render
from omen_cli.report.rtl_text import with_isolated_dates
from omen_cli.report.trend_chart import WIDTH

TEMPLATE = "mail.html.j2"
MAX_PREHEADER = 90
MOST_COLUMNS = 4
_BAR_COLUMNS = 3
_LABELS = ("Why", "If not", "It cost", "Then", "Before", "Replaces")


class Line(NamedTuple):
    """A paragraph: its label, empty where it has none, and what it says; `is_point` where it is one of a list."""

    label: str
    text: str
    is_point: bool


class Cell(NamedTuple):
    """A cell of a table: of a number, of what is never broken, or of words; the first of a row is its name."""

    text: str
    is_number: bool
    is_whole: bool
    is_first: bool


class Grid(NamedTuple):
    """A table that fits a letter; `bars` are as many as rows, or none."""

    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bars: tuple[int, ...]


def letter_page(said: Said, numbers: Numbers, picture: str | None) -> str:
    """Return the HTML of a letter; `picture` is the Content-ID of its chart, None without."""
    values = {
        "said": said,
        "language": numbers.language,
        "is_rtl": numbers.is_rtl,
        "preheader": cut(f"{said.store_name}: {said.headline} {said.kind}, {said.period}", MAX_PREHEADER),
        "picture": picture,
        "width": WIDTH,
        "notices": [(one, _parts(one)) for one in said.notices],
        "verdict": _parts(said.verdict),
        "sections": [(one, _parts(one)) for one in said.sections],
    }
    html = render(TEMPLATE, values)
    return inlined(with_isolated_dates(html) if numbers.is_rtl else html)


def _parts(section: Section) -> list[Line | Grid]:
    return [_part(block, section) for block in section.blocks]


def _part(block: Block, section: Section) -> Line | Grid:
    if isinstance(block, Table):
        return _grid(block, section)
    return _line(block.text, is_labelled=section.tone != "plain")


def _line(text: str, *, is_labelled: bool) -> Line:
    label, _, said = text.partition(": ")
    if is_labelled and label in _LABELS:
        return Line(f"{label}:", said, is_point=False)
    return Line("", text.removeprefix("- "), is_point=text.startswith("- "))


def _grid(table: Table, section: Section) -> Grid:
    is_advice = section.shape == "advice"
    shown = table if is_advice else narrowed(table, _BAR_COLUMNS if section.bars else MOST_COLUMNS)
    rows = tuple(_cells(shown, row) for row in shown.rows)
    return Grid(_cells(shown, shown.columns), rows, section.bars[: len(rows)])


def _cells(table: Table, row: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(
        Cell(text, column in table.right, column in table.whole, not at)
        for at, (column, text) in enumerate(zip(table.columns, row, strict=True))
    )
