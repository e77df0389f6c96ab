"""Tables, colour and progress on a terminal: the one door to rich. Markup is off: data are only ever text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable
from rich.text import Text

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.fitting import GAP, fits, fitting, stacked
from omen_cli.model.safe_text import safe_text

FOLDED_WIDTH = 16


class Advance(Protocol):
    """Tells the progress bar that one more is done, and what comes next."""

    def __call__(self, label: str) -> None:
        """Advance by one."""


def write_rich(stream: TextIO, blocks: Sequence[Block], width: int) -> None:
    """Write the blocks for a person at a terminal."""
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False, force_terminal=True)
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            console.print(Text(("\n" if index else "") + safe_text(block.text), style="bold"))
        elif isinstance(block, Paragraph):
            console.print(Text(safe_text(block.text), style="bold red" if block.is_alarming else ""))
        elif block.is_stacked and not fits(block, width, FOLDED_WIDTH):
            for line in stacked(block, width):
                console.print(_indented(safe_text(line)))
        else:
            console.print(_rich_table(fitting(block, width, FOLDED_WIDTH)))


def _indented(line: str) -> Padding | Text:
    """Return a line whose indent holds also where it goes on below."""
    text = line.lstrip(" ")
    return Padding(Text(text), (0, 0, 0, GAP)) if text != line else Text(line)


def _rich_table(table: Table) -> RichTable:
    made = RichTable(box=None, pad_edge=False, header_style="dim", show_edge=False)
    for column in table.columns:
        is_right = column in table.right
        made.add_column(
            Text(safe_text(column)),
            justify="right" if is_right else "left",
            no_wrap=is_right or column in table.whole,
            overflow="fold",
        )
    for row in table.rows:
        made.add_row(*(Text(safe_text(cell)) for cell in row))
    return made


@contextmanager
def progress_bar(stream: TextIO, width: int, total: int) -> Iterator[Advance]:
    """Show a progress bar on a terminal for the time of a `with`."""
    console = Console(file=stream, width=width, highlight=False, markup=False, force_terminal=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def advance(label: str) -> None:
            progress.update(task, advance=1, description=safe_text(label))

        yield advance
