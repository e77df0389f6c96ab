"""The slow road for a CSV file: which rows are whole, which are not, and on which physical lines they stand."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile

MAX_FIELD_CHARACTERS = 4 << 20


@dataclass(frozen=True)
class RaggedRow:
    """A row with too many or too few fields; `line` is the physical line on which it begins, from 1."""

    line: int
    fields: int


def without_ragged_rows(file: SourceFile, path: Path, folder: Path) -> tuple[Path, tuple[RaggedRow, ...]]:
    """Write the file's whole rows into `folder` as plain CSV with commas; return that copy and the rows left out.

    Raises:
        SourceInvalid: quotes do not match, so that nobody can say where a row ends.
    """
    copy = folder / f"{path.name.removesuffix('.gz')}.whole.csv"
    ragged: list[RaggedRow] = []
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        for first_line, last_line, fields in read_records(file):
            whole = _fitted(fields, len(file.header))
            if whole is not None:
                writer.writerow(whole)
            elif last_line > first_line:
                raise _unmatched(file, first_line, f"a quoted field runs to line {last_line}")
            else:
                ragged.append(RaggedRow(first_line, len(fields)))
    return copy, tuple(ragged)


def count_records(file: SourceFile) -> int:
    """Return how many records the file has, its header included, blank lines not.

    Raises:
        SourceInvalid: quotes do not match.
    """
    return sum(1 for _ in read_records(file))


def read_records(file: SourceFile) -> Iterator[tuple[int, int, list[str]]]:
    """Yield (first physical line, last physical line, fields) of the header and every row that is not blank.

    Raises:
        SourceInvalid: quotes do not match.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    with _open_text(file) as text:
        reader = csv.reader(text, delimiter=file.delimiter, strict=True, skipinitialspace=True)
        first_line = 1
        try:
            for fields in reader:
                if first_line > file.lines_before and not _is_blank(fields, len(file.header)):
                    yield first_line, reader.line_num, fields
                first_line = reader.line_num + 1
        except csv.Error as error:
            raise _unmatched(file, first_line, str(error)) from error


def _open_text(file: SourceFile) -> TextIO:
    if file.is_gzip:
        return gzip.open(file.path, "rt", encoding="utf-8-sig", newline="")
    return Path(file.path).open(encoding="utf-8-sig", newline="")


def _is_blank(fields: list[str], width: int) -> bool:
    """Tell whether a line is empty, or holds spaces only where a row has several fields."""
    return not fields or (len(fields) == 1 < width and not fields[0].strip())


def _fitted(fields: list[str], width: int) -> list[str] | None:
    """Return the fields cut to the header's width when only blanks are lost; None for any other width."""
    surplus = fields[width:]
    return None if len(fields) < width or any(surplus) else fields[:width]


def _unmatched(file: SourceFile, line: int, detail: str) -> SourceInvalid:
    return SourceInvalid(
        f"{safe_text(file.name)}: the quotes do not match from line {line} on: {detail}",
        hint='export it again; a field with a quote in it must be written as "…""…"',
    )
