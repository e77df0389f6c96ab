"""SQL that reads one export file as it is, and the names and types of its columns."""

from pathlib import Path

from omen_cli.facts.engine import Engine
from omen_cli.facts.json_scan import scan_json
from omen_cli.facts.relation import NUMBERED_BY_ORDER, Scan, literal, quoted
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile

MAX_LINE_BYTES = 4 << 20
BUFFER_BYTES = 16 << 20
_ROW_NUMBER = "file_row_number"


def scan_file(engine: Engine, file: SourceFile, path: Path, *, is_ordered: bool) -> Scan:
    """Return how to read the file; `is_ordered` reads a CSV on one thread, so that rows can be numbered.

    Raises:
        SourceInvalid: the file is not what its name promises.
    """
    if file.kind == "csv":
        return _scan_csv(file, path, is_ordered=is_ordered)
    if file.kind == "parquet":
        return _scan_parquet(engine, file, path)
    return scan_json(engine, file, path)


def _scan_csv(file: SourceFile, path: Path, *, is_ordered: bool) -> Scan:
    names = [f"c{index}" for index in range(len(file.header))]
    types = "{" + ", ".join(f"{name}: 'VARCHAR'" for name in names) + "}"
    options = (
        f"auto_detect=false, header=true, skip={file.lines_before}, delim={literal(file.delimiter)}, quote='\"', "
        f"escape='\"', columns={types}, compression='{'gzip' if file.is_gzip else 'none'}', "
        f"max_line_size={MAX_LINE_BYTES}, buffer_size={BUFFER_BYTES}, parallel={'false' if is_ordered else 'true'}"
    )
    columns = tuple((theirs, name, "VARCHAR") for theirs, name in zip(file.header, names, strict=True))
    return Scan(file, f"read_csv({literal(str(path))}, {options})", columns)


def _scan_parquet(engine: Engine, file: SourceFile, path: Path) -> Scan:
    """Number the rows by the file, unless a column of its own has taken that name."""
    source = f"{literal(str(path))}, binary_as_string=true, hive_partitioning=false"
    described = engine.scan(f"DESCRIBE SELECT * FROM read_parquet({source})", safe_text(file.name))
    columns = tuple((str(name), quoted(str(name)), str(kind)) for name, kind, *_ in described)
    if any(name.lower() == _ROW_NUMBER for name, _, _ in columns):
        return Scan(file, f"read_parquet({source})", columns, NUMBERED_BY_ORDER)
    return Scan(file, f"read_parquet({source}, {_ROW_NUMBER}=true)", columns, f"{_ROW_NUMBER} + 1")
