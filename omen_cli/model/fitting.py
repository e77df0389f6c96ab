"""A table made to fit where room is short: it keeps the columns that are needed most."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from omen_cli.model.blocks import Table

GAP = 2


def fitting(table: Table, width: int, folded_width: int) -> Table:
    """Return the table with as many columns as fit `width` characters, the most needed first; the first always.

    A cell that may be broken or cut needs no more than `folded_width`.
    """
    columns = zip(table.columns, *table.rows, strict=True)
    room_of = {column: _room(table, column, cells, folded_width) for column, *cells in columns}
    if sum(room_of.values()) - GAP <= width:
        return table
    first = _by_need(table)
    room = accumulate(room_of[column] for column in first)
    kept = {column for column, needed in zip(first, room, strict=True) if needed - GAP <= width}
    return _only(table, kept | {first[0]})


def fits(table: Table, width: int, folded_width: int) -> bool:
    """Tell whether all columns fit `width` characters."""
    columns = zip(table.columns, *table.rows, strict=True)
    return sum(_room(table, column, cells, folded_width) for column, *cells in columns) - GAP <= width


def stacked(table: Table, width: int) -> tuple[str, ...]:
    """Return each row as lines: its first cell, and below it the others with their columns, as many a line as fit.

    A cell is never broken here, and one that is empty is left out.
    """
    return tuple(line for row in table.rows for line in (row[0], *_lines_below(table.columns[1:], row[1:], width)))


def _lines_below(columns: Sequence[str], cells: Sequence[str], width: int) -> list[str]:
    lines: list[str] = []
    for said in (f"{column}: {cell}" for column, cell in zip(columns, cells, strict=True) if cell):
        if lines and len(lines[-1]) + GAP + len(said) <= width:
            lines[-1] += f"{' ' * GAP}{said}"
        else:
            lines.append(f"{' ' * GAP}{said}")
    return lines


def narrowed(table: Table, most: int) -> Table:
    """Return the table with at most so many columns, the most needed."""
    return _only(table, set(_by_need(table)[:most]))


def is_foldable(table: Table, column: str) -> bool:
    """Tell whether the cells of a column may be broken or cut: neither numbers nor what is to be copied."""
    return column not in table.right and column not in table.whole


def _by_need(table: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table.first or table.columns))


def _only(table: Table, kept: set[str]) -> Table:
    shown = [index for index, column in enumerate(table.columns) if column in kept]
    rows = tuple(tuple(row[index] for index in shown) for row in table.rows)
    return replace(table, columns=tuple(table.columns[index] for index in shown), rows=rows)


def _room(table: Table, column: str, cells: Sequence[str], folded_width: int) -> int:
    """Return how much of the width a column needs, with its gap."""
    widest = max(map(len, (column, *cells)))
    return (min(widest, folded_width) if is_foldable(table, column) else widest) + GAP
