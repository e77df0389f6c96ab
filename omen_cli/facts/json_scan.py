"""SQL that reads the objects of one JSON export, and its keys as columns; where it is broken, the line."""

import gzip
import json
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.facts.engine import Engine
from omen_cli.facts.relation import Scan, literal
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile

MAX_OBJECT_BYTES = 64 << 20
MIN_OBJECT_BYTES = 1 << 20
MAX_SEARCHED_BYTES = 256 << 20
_SPACE = " \t\r\n"


def scan_json(engine: Engine, file: SourceFile, path: Path) -> Scan:
    """Return how to read the file's objects; a key that any object has is a column, all values are text.

    Raises:
        SourceInvalid: it is not JSON, or holds no objects.
    """
    source = json_objects(file, path)
    name = safe_text(file.name)
    try:
        keys = engine.scan(
            f"SELECT DISTINCT UNNEST(JSON_KEYS(json)) AS key FROM {source} WHERE JSON_TYPE(json) = 'OBJECT'"
            " ORDER BY key",
            name,
        )
        ((count, twice),) = engine.scan(
            "SELECT COUNT(*), MIN(CASE WHEN LEN(keys) <> LEN(LIST_DISTINCT(keys)) THEN row_no END) FROM ("
            f"SELECT JSON_KEYS(json) AS keys, ROW_NUMBER() OVER () AS row_no FROM {source})",
            name,
        )
    except SourceInvalid as error:
        fault = _first_fault(file)
        if fault is None:
            raise
        raise SourceInvalid(f"{name}: not JSON: {fault}", hint="export it again") from error
    if twice is not None:
        raise SourceInvalid(f"{name}: a key stands twice in row {twice}", hint="export it again, each key once")
    if count and not keys:
        raise SourceInvalid(f"{name}: it holds no objects", hint="export an array of objects, one a row")
    columns = tuple((str(key), f"JSON_EXTRACT_STRING(json, {_pointer(str(key))})", "VARCHAR") for (key,) in keys)
    return Scan(file, source, columns or None)


def json_objects(file: SourceFile, path: Path) -> str:
    """Return the relation of a JSON file's objects, one column `json`."""
    shape = "array" if file.kind == "json" else "unstructured"
    compression = "gzip" if file.is_gzip else "none"
    most = MAX_OBJECT_BYTES if file.is_gzip else min(MAX_OBJECT_BYTES, max(MIN_OBJECT_BYTES, file.size_bytes))
    options = f"format='{shape}', maximum_object_size={most}, compression='{compression}'"
    return f"read_json_objects({literal(str(path))}, {options})"


def _pointer(key: str) -> str:
    return literal("$." + json.dumps(key, ensure_ascii=False))


def _first_fault(file: SourceFile) -> str | None:
    """Return what is wrong first and on which line; None when this reader finds nothing."""
    with gzip.open(file.path, "rb") if file.is_gzip else Path(file.path).open("rb") as raw:
        text = raw.read(MAX_SEARCHED_BYTES + 1).decode("utf-8-sig", "replace")
    if len(text) > MAX_SEARCHED_BYTES:
        return None
    decode = json.JSONDecoder().raw_decode
    at = _next_value(text, 0)
    try:
        while at < len(text):
            value, end = decode(text, at)
            if file.kind == "jsonl" and not isinstance(value, dict):
                return f"not an object at line {_line(text, at)}"
            at = _next_value(text, end)
            if file.kind == "json" and at < len(text):
                return f"more text behind the array at line {_line(text, at)}"
    except json.JSONDecodeError as error:
        begins = f" in the object that begins at line {_line(text, at)}" if file.kind == "jsonl" else ""
        return f"{error.msg} at line {error.lineno}{begins}"
    except RecursionError:
        return "nested too deep"
    return None


def _next_value(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
