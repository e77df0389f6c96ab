"""What a reader of the numbers must know about the data: notes, rows that were set aside, what files say."""

from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph
from omen_cli.model.snapshot import Snapshot
from omen_cli.model.sources import RejectedRows

MAX_SKUS = 6


def data_notes(snapshot: Snapshot) -> Iterator[Block]:
    """Yield the notes under their heading, one a line; nothing when there are none."""
    lines = [_note(note.text, note.skus) for note in snapshot.content.data_notes]
    lines += [_set_aside(rows) for rows in snapshot.rejected]
    lines += snapshot.notes
    if lines:
        yield Heading("Data notes")
        yield from (Paragraph(f"- {line}") for line in lines)


def _note(text: str, skus: tuple[str, ...]) -> str:
    if not skus:
        return text
    more = f" and {len(skus) - MAX_SKUS} more" if len(skus) > MAX_SKUS else ""
    return f"{text} ({', '.join(skus[:MAX_SKUS])}{more})"


def place(file: str) -> str:
    """Return what is counted in the file: physical lines of a CSV, rows of anything else."""
    return "line" if file.lower().removesuffix(".gz").endswith(".csv") else "row"


def _set_aside(rows: RejectedRows) -> str:
    where = "; ".join(
        f"{one.file} {place(one.file)} {one.line}" + (f": {one.value!r}" if one.value else "") for one in rows.examples
    )
    count = "1 row" if rows.count == 1 else f"{Decimal(rows.count):,} rows"
    return f"{count} of {rows.role} set aside: {rows.reason}" + (f" ({where})" if where else "")
