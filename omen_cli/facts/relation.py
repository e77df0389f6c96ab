"""How one export file stands behind FROM, and how names and texts are written in SQL."""

from dataclasses import dataclass
from datetime import date

from omen_cli.model.sources import SourceFile

NUMBERED_BY_ORDER = "ROW_NUMBER() OVER ()"


@dataclass(frozen=True)
class Scan:
    """How one file is read.

    `relation` stands behind FROM. `columns` are (the file's own name, SQL expression, SQL type); None when the file
    has neither rows nor a header to name them. `row_no` is the SQL of a row's number, counted from 1, in the order of
    the file.
    """

    file: SourceFile
    relation: str
    columns: tuple[tuple[str, str, str], ...] | None
    row_no: str = NUMBERED_BY_ORDER


def quoted(identifier: str) -> str:
    """Return a column's name as an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def day_literal(day: date) -> str:
    """Return a day as an SQL literal."""
    return f"DATE '{day.isoformat()}'"
