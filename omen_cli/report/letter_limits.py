"""How much of what data say a letter shows: names are cut, long lists end with how many more there are."""

from dataclasses import dataclass, replace

from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.safe_text import safe_text
from omen_cli.report.letter_said import Said, Section

ELLIPSIS = "…"
_OWN = 400  # of what omen itself writes: ids, numbers, dates


@dataclass(frozen=True)
class Limits:
    """The most of each: characters of a cell, characters of a line, rows of a table, lines of a section."""

    cell: int
    line: int
    rows: int = 18
    lines: int = 14

    @property
    def phrase(self) -> int:
        """Return the most characters of a title, or of the reason in a table."""
        return min(self.line, 3 * self.cell)


def cut(text: str, most: int) -> str:
    """Return the text harmless, on one line, of at most `most` characters, the last of which says that it was cut."""
    return safe_text(text if len(text) <= most else f"{text[: most - 1].rstrip()}{ELLIPSIS}")


def curtailed(said: Said, limits: Limits) -> Said:
    """Return what a letter says, nothing of it longer than the limits allow."""
    return replace(
        said,
        store_name=cut(said.store_name, limits.cell),
        headline=cut(said.headline, _OWN),
        notices=tuple(_section(one, limits, said.where) for one in said.notices),
        verdict=_section(said.verdict, limits, said.where),
        sections=tuple(_section(one, limits, said.where) for one in said.sections),
        closing=tuple(cut(line, _OWN) for line in said.closing),
    )


def _section(section: Section, limits: Limits, where: str) -> Section:
    if section.shape == "trend":
        return section
    blocks = [block for one in section.blocks[: limits.lines] for block in _block(one, limits, where)]
    left = len(section.blocks) - limits.lines
    if left > 0:
        blocks.append(_more(left, where))
    return replace(section, title=cut(section.title, limits.phrase), blocks=tuple(blocks))


def _block(block: Block, limits: Limits, where: str) -> tuple[Block, ...]:
    if not isinstance(block, Table):
        return (replace(block, text=cut(block.text, limits.line)),)
    longest = {"why": limits.phrase}
    rows = tuple(
        tuple(cut(cell, longest.get(column, limits.cell)) for column, cell in zip(block.columns, row, strict=True))
        for row in block.rows[: limits.rows]
    )
    left = len(block.rows) - len(rows)
    return (replace(block, rows=rows), *((_more(left, where),) if left else ()))


def _more(count: int, where: str) -> Paragraph:
    return Paragraph(f"+{count} more, {where}")
