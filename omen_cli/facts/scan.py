"""SQL that reads one export file as it is, and the names and types of its columns."""

import json
from dataclasses import dataclass
from pathlib import Path

from omen_cli.facts.engine import Engine
from omen_cli.model.sources import SourceFile

MAX_LINE_BYTES = 4 << 20
BUFFER_BYTES = 16 << 20
MAX_OBJECT_BYTES = 64 << 20


@dataclass(frozen=True)
class Scan:
    """How one file is read.

    `relation` stands behind FROM. `columns` are (the file's own name, SQL identifier, SQL type). `row_no` is the SQL
    of a row's number, counted from 1, in the order of the file.
    """

    file: SourceFile
    relation: str
    columns: tuple[tuple[str, str, str], ...]
    row_no: str


def scan_file(engine: Engine, file: SourceFile, path: Path, *, is_ordered: bool) -> Scan:
    """Return how to read the file; `is_ordered` reads a CSV on one thread, so that rows can be numbered."""
    if file.kind == "csv":
        return _scan_csv(file, path, is_ordered=is_ordered)
    if file.kind == "parquet":
        return _scan_parquet(engine, file, path)
    return _scan_json(engine, file, path)


def quoted(identifier: str) -> str:
    """Return a column's name as an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _scan_csv(file: SourceFile, path: Path, *, is_ordered: bool) -> Scan:
    names = [f"c{index}" for index in range(len(file.header))]
    types = "{" + ", ".join(f"{name}: 'VARCHAR'" for name in names) + "}"
    options = (
        f"auto_detect=false, header=true, delim={literal(file.delimiter)}, quote='\"', escape='\"', columns={types}, "
        f"compression='{'gzip' if file.is_gzip else 'none'}', max_line_size={MAX_LINE_BYTES}, "
        f"buffer_size={BUFFER_BYTES}, parallel={'false' if is_ordered else 'true'}"
    )
    columns = tuple((theirs, name, "VARCHAR") for theirs, name in zip(file.header, names, strict=True))
    return Scan(file, f"read_csv({literal(str(path))}, {options})", columns, "ROW_NUMBER() OVER ()")


def _scan_parquet(engine: Engine, file: SourceFile, path: Path) -> Scan:
    relation = f"read_parquet({literal(str(path))}, file_row_number=true)"
    described = engine.scan(f"DESCRIBE SELECT * FROM {relation}", file.name)
    columns = tuple(
        (str(name), quoted(str(name)), str(kind)) for name, kind, *_ in described if name != "file_row_number"
    )
    return Scan(file, relation, columns, "file_row_number + 1")


def _scan_json(engine: Engine, file: SourceFile, path: Path) -> Scan:
    source = json_objects(file, path)
    keys = engine.scan(
        f"SELECT DISTINCT UNNEST(JSON_KEYS(json)) AS key FROM {source} WHERE JSON_TYPE(json) = 'OBJECT' ORDER BY key",
        file.name,
    )
    columns = tuple(
        (str(key), f"JSON_EXTRACT_STRING(json, {literal(_pointer(str(key)))})", "VARCHAR") for (key,) in keys
    )
    return Scan(file, source, columns, "ROW_NUMBER() OVER ()")


def json_objects(file: SourceFile, path: Path) -> str:
    """Return the relation of a JSON file's objects, one column `json`."""
    shape = "array" if file.kind == "json" else "unstructured"
    compression = "gzip" if file.is_gzip else "none"
    options = f"format='{shape}', maximum_object_size={MAX_OBJECT_BYTES}, compression='{compression}'"
    return f"read_json_objects({literal(str(path))}, {options})"


def _pointer(key: str) -> str:
    return "$." + json.dumps(key, ensure_ascii=False)
