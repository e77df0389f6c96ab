"""The header of a CSV file, and which character parts its fields."""

import csv
import gzip
from pathlib import Path
from typing import TextIO

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text

DELIMITERS = (",", ";", "\t", "|")


def read_header(path: Path, *, is_gzip: bool) -> tuple[tuple[str, ...], str]:
    """Return the column names, trimmed and unique, and the delimiter: the one that parts the header most often.

    Raises:
        SourceInvalid: no names, or one name twice.
    """
    name = safe_text(path.name)
    readings = [(_first_record(path, delimiter, is_gzip=is_gzip), delimiter) for delimiter in DELIMITERS]
    fields, delimiter = max(readings, key=lambda reading: len(reading[0]))
    names = _without_trailing_blanks([field.strip() for field in fields])
    twice = sorted({column for column in names if column and names.count(column) > 1})
    if not names:
        raise SourceInvalid(f"{name}: the first line names no columns", hint="export it again with a header line")
    if twice:
        raise SourceInvalid(
            f"{name}: the column {safe_text(twice[0])!r} stands twice in the header", hint="rename or remove one"
        )
    return tuple(names), delimiter


def _first_record(path: Path, delimiter: str, *, is_gzip: bool) -> list[str]:
    with open_text(path, is_gzip=is_gzip) as file:
        try:
            return next((record for record in csv.reader(file, delimiter=delimiter) if any(record)), [])
        except csv.Error as error:
            reason = f"{safe_text(path.name)}: the header line cannot be read: {error}"
            raise SourceInvalid(reason, hint="export it again with a header line") from error


def open_text(path: Path, *, is_gzip: bool) -> TextIO:
    """Open a text export, compressed or not, with its line ends as they are and without its BOM."""
    if is_gzip:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _without_trailing_blanks(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names
