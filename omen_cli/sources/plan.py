"""Plans, as values, how a store's exports become the canonical tables; the facts layer executes them."""

from collections.abc import Mapping, Sequence
from datetime import date

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import FileKind, Role, SourceFile, SourceSpec, TablePlan
from omen_cli.sources.csv_header import Header, read_header
from omen_cli.sources.find import FoundFile, find_files
from omen_cli.sources.inspect import inspect_bytes
from omen_cli.sources.omen_json import read_omen_json_date

ROLE_ORDER: tuple[Role, ...] = ("inventory", "orders", "costs")
_SIGNS = {"EUR": "€", "GBP": "£", "JPY": "¥"} | dict.fromkeys(("USD", "CAD", "AUD", "NZD", "MXN"), "$")
NO_HEADER = Header(names=(), delimiter=",", lines_before=0)
_KIND_OF_FORMAT: dict[str, FileKind] = {"wix": "csv", "omen-json": "json"}


def plan_sources(
    sources: Mapping[Role, SourceSpec], store_id: str, as_of: date, currency: str = "USD"
) -> tuple[TablePlan, ...]:
    """Return one plan a table, in the order inventory, orders, costs; files sorted by path.

    Every file is read once here, for its hash and to refuse what is not text where text must be.

    Raises:
        SourceInvalid: a file is missing, empty, unreadable, binary, not UTF-8, has a line of over 1 MiB, or names
            another store.
    """
    return tuple(
        plan_table(role, spec, find_files(spec.path, role=role, as_of=as_of), store_id, currency)
        for role, spec in ((role, sources[role]) for role in ROLE_ORDER if role in sources)
    )


def plan_table(
    role: Role, spec: SourceSpec, found: Sequence[FoundFile], store_id: str, currency: str = "USD"
) -> TablePlan:
    """Return the plan of one table from these files, in this order.

    Raises:
        SourceInvalid: as `plan_sources` says.
    """
    files = tuple(_inspect(file, spec, store_id) for file in found)
    sign = _SIGNS.get(currency, "")
    return TablePlan(role=role, format=spec.format, files=files, columns=spec.columns, currency_sign=sign)


def _inspect(found: FoundFile, spec: SourceSpec, store_id: str) -> SourceFile:
    refuse_other_kind(found, spec)
    seen = inspect_bytes(
        found.path, is_text=found.kind != "parquet", is_gzip=found.is_gzip, one_line=found.kind == "json"
    )
    header = read_header(found.path, is_gzip=found.is_gzip) if found.kind == "csv" else NO_HEADER
    own_date = read_omen_json_date(found.path, store_id, is_gzip=found.is_gzip) if spec.format == "omen-json" else None
    return SourceFile(
        path=str(found.path),
        name=found.path.name,
        kind=_shape(found.kind, seen.first_character),
        is_gzip=found.is_gzip,
        delimiter=header.delimiter,
        header=header.names,
        lines=seen.lines,
        lines_before=header.lines_before,
        date=found.date or own_date,
        size_bytes=seen.size_bytes,
        modified_ns=seen.modified_ns,
        sha256=seen.sha256,
    )


def refuse_other_kind(found: FoundFile, spec: SourceSpec) -> None:
    """Refuse a file whose kind the format of its source does not read.

    Raises:
        SourceInvalid: it does not.
    """
    expected = _KIND_OF_FORMAT.get(spec.format, found.kind)
    if found.kind != expected:
        raise SourceInvalid(
            f"{safe_text(found.path.name)}: format {spec.format} reads .{expected} files, this is .{found.kind}",
            hint="mend `format:` or the path",
        )


def _shape(kind: FileKind, first_character: str) -> FileKind:
    """Return what a JSON file is, whatever its ending says: one array, or objects one after the other."""
    return kind if kind not in ("json", "jsonl") else ("json" if first_character == "[" else "jsonl")
