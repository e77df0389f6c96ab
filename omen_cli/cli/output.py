"""How an answer is written: one JSON document, tables on a terminal, tab-separated text in a pipe, CSV."""

import json
import re
from collections.abc import Sequence
from typing import TextIO

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.canonical import canonical_text
from omen_cli.model.csv_text import csv_text
from omen_cli.model.safe_text import safe_text

_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


def write_json(stream: TextIO, document: object) -> None:
    """Write one JSON document on one line, all ASCII: no terminal can be led astray by it."""
    text = canonical_text(document)
    stream.write(_NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text))
    stream.write("\n")


def write_blocks(stream: TextIO, blocks: Sequence[Block], *, is_tty: bool, width: int) -> None:
    """Write the blocks: tables on a terminal, plain tab-separated text that no width truncates elsewhere."""
    if is_tty:
        from omen_cli.cli.console import write_rich

        write_rich(stream, blocks, width)
        return
    stream.write("".join(_plain(block, is_first=not index) for index, block in enumerate(blocks)))


def _plain(block: Block, *, is_first: bool) -> str:
    if isinstance(block, Heading):
        return ("" if is_first else "\n") + safe_text(block.text) + "\n"
    if isinstance(block, Paragraph):
        return safe_text(block.text) + "\n"
    return "".join("\t".join(map(safe_text, row)) + "\n" for row in (block.columns, *block.rows))


def write_csv(stream: TextIO, table: Table) -> None:
    """Write a table as CSV."""
    stream.write(csv_text((table.columns, *table.rows)))
