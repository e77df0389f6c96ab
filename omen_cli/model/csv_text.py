"""CSV that a spreadsheet opens as the text that it is: all quoted, no cell a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from omen_cli.model.safe_text import safe_text

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def csv_text(rows: Iterable[Sequence[str]], line_end: str = "\n") -> str:
    """Return the rows as CSV; what a spreadsheet would take for a formula is prefixed with an apostrophe."""
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    is_formula = _FORMULA.match(cell) is not None and _NUMBER.fullmatch(cell) is None
    return safe_text(f"'{cell}" if is_formula else cell)
