"""What a store's exports are, as values: which files, in which format, under which column names."""

from datetime import date
from typing import Literal

from pydantic import Field

from omen_cli.model.base import Value

Role = Literal["inventory", "orders", "costs"]
FileKind = Literal["csv", "parquet", "json", "jsonl"]


class SourceSpec(Value):
    """One source of one store, as stores.yaml names it; `path` is absolute, may hold globs and `{date}`."""

    path: str = Field(min_length=1)
    format: Literal["auto", "wix", "omen-json"] = "auto"
    columns: dict[str, str] = Field(default_factory=dict)


class SourceFile(Value):
    """One export file, looked at once: what it is, how large, its hash, its own date.

    `kind` json is one array of objects, jsonl objects one after the other. `lines` are the physical lines of a text,
    of which `lines_before` stand before a CSV's header. `modified_ns` only serves to notice a file that changes while
    it is read; it enters nothing.
    """

    path: str
    name: str
    kind: FileKind
    is_gzip: bool
    delimiter: str = ","
    header: tuple[str, ...] = ()
    lines: int = 0
    lines_before: int = 0
    date: date | None
    size_bytes: int
    modified_ns: int
    sha256: str


class TablePlan(Value):
    """How one canonical table is made: from these files, read so, mapped so.

    `currency_sign` may stand before an amount of money; empty when the store's currency has none of its own.
    """

    role: Role
    format: Literal["auto", "wix", "omen-json"]
    files: tuple[SourceFile, ...]
    columns: dict[str, str]
    currency_sign: str = "$"


class InputFile(Value):
    """A file that entered a snapshot: the snapshot's `inputs`."""

    role: Role
    name: str
    date: date | None
    bytes: int
    rows: int
    sha256: str


class RejectedExample(Value):
    """One row that was set aside: where it stands, and the value that was wrong."""

    file: str
    line: int
    value: str


class RejectedRows(Value):
    """Rows of one table set aside for one reason, with the first examples."""

    role: Role
    reason: str
    count: int
    examples: tuple[RejectedExample, ...]
