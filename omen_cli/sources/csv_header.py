"""The header of a CSV file, where it stands, and which character parts its fields."""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text

DELIMITERS = (",", ";", "\t", "|")
MAX_FIELD_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Header:
    """The column names, trimmed and unique; `lines_before` are blank, or hold nothing but delimiters."""

    names: tuple[str, ...]
    delimiter: str
    lines_before: int


def read_header(path: Path, *, is_gzip: bool) -> Header:
    """Return the header; its delimiter is the one that parts it most often, outside quotes.

    Raises:
        SourceInvalid: no names, or one name twice.
    """
    name = safe_text(path.name)
    header = max((_first_record(path, delimiter, is_gzip=is_gzip) for delimiter in DELIMITERS), key=_width)
    twice = sorted({column for column in header.names if column and header.names.count(column) > 1})
    if not header.names:
        raise SourceInvalid(f"{name}: no line names the columns", hint="export it again with a header line")
    if twice:
        raise SourceInvalid(
            f"{name}: the column {safe_text(twice[0])!r} stands twice in the header", hint="rename or remove one"
        )
    return header


def _width(header: Header) -> int:
    """Return the number of names; one with a quote left in it was torn out of a longer one."""
    return sum('"' not in name for name in header.names)


def _first_record(path: Path, delimiter: str, *, is_gzip: bool) -> Header:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    before = 0
    try:
        with _open_text(path, is_gzip=is_gzip) as file:
            reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
            for record in reader:
                names = _without_trailing_blanks([field.strip() for field in record])
                if any(name.strip("".join(DELIMITERS)) for name in names):
                    return Header(tuple(names), delimiter, before)
                before = reader.line_num
    except csv.Error as error:
        raise SourceInvalid(
            f"{safe_text(path.name)}: the header line cannot be read: {error}",
            hint="export it again with a header line",
        ) from error
    return Header((), delimiter, before)


def _open_text(path: Path, *, is_gzip: bool) -> TextIO:
    """Open a text export, compressed or not, with its line ends as they are and without its BOM."""
    if is_gzip:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _without_trailing_blanks(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names
