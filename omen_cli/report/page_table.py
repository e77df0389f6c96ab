"""The tables of a page: each cell with the text that is read and the value by which it is sorted."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Unit
from omen_cli.report.numbers import UNKNOWN, Numbers


class Cell(NamedTuple):
    """What is read, and what it is sorted by: a number in digits or a day; None for words, empty where unknown."""

    text: str
    value: str | None = None

    @property
    def is_read_as_sorted(self) -> bool:
        """Tell whether the text up to its first space is the value, or a dash for none: then it is not said twice."""
        return self.value == ("" if self.text == UNKNOWN else self.text.partition(" ")[0])


class PageTable(NamedTuple):
    """Rows under column names, at least one; the first cell of a row names it. `foot` is no row to be sorted."""

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    is_sorted_by_readers: bool = True
    is_filtered_by_readers: bool = False


class Section(NamedTuple):
    """A part of the page under a heading: sentences, then tables."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[PageTable, ...] = ()

    @property
    def short_title(self) -> str:
        """Return what the section is about, without the days and the numbers."""
        return re.split("[,:]", self.title)[0]


class Cells:
    """Cells as a store's people read them."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def amount(self, value: Decimal | int | None, unit: Unit) -> Cell:
        """Return a number with its unit."""
        exact = Decimal(value) if isinstance(value, int) else value
        return Cell(self._numbers.amount(exact, unit), _digits(exact))

    def rate(self, value: Decimal | None) -> Cell:
        """Return a bare number with two decimals."""
        return Cell(UNKNOWN if value is None else self._numbers.two_decimals(value), _digits(value))

    def change(self, value: Decimal | None) -> Cell:
        """Return a change in money with its sign."""
        return Cell(UNKNOWN if value is None else self._numbers.signed_money(value), _digits(value))

    def day(self, value: date | None, text: str = "") -> Cell:
        """Return a day, as `text` when there is one."""
        if value is None:
            return Cell(UNKNOWN, "")
        return Cell(text or self._numbers.day(value), value.isoformat())


def section_of(key: str, blocks: Iterable[Block]) -> Section:
    """Return what a terminal shows under one heading as a section; its tables keep their order."""
    title = ""
    lines: list[str] = []
    tables: list[PageTable] = []
    for block in blocks:
        if isinstance(block, Heading):
            title = block.text
        elif isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            tables.append(_table(f"{key}-{len(tables)}", title, block))
    return Section(key, title, tuple(lines), tuple(tables))


def _table(key: str, caption: str, table: Table) -> PageTable:
    is_number = [column in table.right for column in table.columns]
    rows = tuple(
        tuple(Cell(text, text if right else None) for text, right in zip(row, is_number, strict=True))
        for row in table.rows
    )
    return PageTable(key, caption, table.columns, rows, is_sorted_by_readers=False)


def _digits(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
