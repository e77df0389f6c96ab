"""A letter as plain text, at most 78 columns wide: complete in itself, for whoever reads no HTML."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from omen_cli.model.blocks import Table
from omen_cli.model.fitting import GAP, fitting, is_foldable
from omen_cli.report.letter_limits import cut
from omen_cli.report.letter_said import Said, Section, Tile

WIDTH = 78
MOST_OF_A_CELL = 34
_MARK = {"alarm": "!! ", "act": "! ", "note": "* "}


def letter_text(said: Said) -> str:
    """Return the text of a letter, its lines ending with a line feed."""
    parts = (
        [said.store_name, f"{said.kind}, {said.period}", "=" * WIDTH],
        *([*_wrapped(_MARK.get(one.tone, "") + one.title), *_under(one)] for one in said.notices),
        [*_wrapped(said.verdict.title), *_under(said.verdict)],
        [*_wrapped(said.headline), "", *map(_tile, said.tiles)],
        *(_section(one) for one in said.sections),
        ["-" * WIDTH, *(line for one in said.closing for line in _wrapped(one))],
    )
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part) + "\n"


def _tile(tile: Tile) -> str:
    return f"{tile.label:<22}{tile.value:>16}   {tile.change}"


def _section(section: Section) -> list[str]:
    title = _wrapped(section.title)
    return [*title, "-" * max(map(len, title)), *_under(section)]


def _under(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if not isinstance(block, Table):
            yield from _wrapped(block.text)
        elif section.shape == "advice":
            yield from _advice(block)
        else:
            yield from _table(block)


def _advice(table: Table) -> Iterator[str]:
    """Yield what to do, an item in two lines: what and what is at stake, then why."""
    for action, item, why, stake, _ in table.rows:
        yield from _wrapped(f"- {action}: {item} ({stake} at stake)")
        yield from _wrapped(why, "    ")


def _table(whole: Table) -> Iterator[str]:
    """Yield the aligned rows under their column names, with as many columns as there is room for."""
    table = fitting(whole, WIDTH, MOST_OF_A_CELL)
    can_be_cut = [is_foldable(table, column) for column in table.columns]
    rows = [
        [cut(cell, MOST_OF_A_CELL) if short else cell for cell, short in zip(row, can_be_cut, strict=True)]
        for row in (table.columns, *table.rows)
    ]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    is_right = [column in table.right for column in table.columns]
    for row in rows:
        yield _row(row, widths, is_right)


def _row(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    placed = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, is_right, strict=True)
    )
    return (" " * GAP).join(placed)


def _wrapped(text: str, indent: str = "") -> list[str]:
    further = f"{indent}  " if text.startswith("- ") else indent
    wrapped = wrap(text, WIDTH, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)
    return wrapped or [""]
