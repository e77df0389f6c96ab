"""The embedded database: the one door to DuckDB.

Nothing is downloaded, memory is bounded, spills go to a private temporary folder, and the session's time zone is UTC
whatever the machine's is. Money leaves it as Decimal.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import SourceFile

MEMORY_LIMIT = "1500MB"
_SQL = files("omen_cli.facts") / "sql"
_OUR_SQL = re.compile(r"^LINE \d+:.*", re.MULTILINE | re.DOTALL)


def sql_text(name: str, **parts: str) -> str:
    """Return the text of `sql/<name>.sql` with its `{placeholders}` filled."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return text.format(**parts) if parts else text


class Engine:
    """One in-memory database, for one snapshot."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._names: dict[str, str] = {}
        self.folder = folder

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query of ours; an error in it is a bug."""
        return self._connection.execute(sql).fetchall()

    def run(self, sql: str) -> None:
        """Execute a statement of ours."""
        self._connection.execute(sql)

    def scan(self, sql: str, name: str) -> list[tuple[object, ...]]:
        """Execute a statement that reads an export.

        Raises:
            SourceInvalid: the database could not read it; `name` is the file, or the table's role.
        """
        try:
            return self._connection.execute(sql).fetchall()
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.OutOfMemoryException):
            raise
        except duckdb.Error as error:
            raise SourceInvalid(f"{name}: cannot be read: {self._reason(error)}", hint="export it again") from error

    def _reason(self, error: duckdb.Error) -> str:
        """Return the database's words on one line: without our SQL, with the files under their own names."""
        text = _OUR_SQL.sub("", str(error))
        for alias, name in self._names.items():
            text = text.replace(alias, name)
        return safe_text(" ".join(text.split())[:200])

    def create_table(self, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Create a table from Python values; `columns` are SQL column definitions, in the order of the tuples."""
        self.run(f"CREATE TEMP TABLE {name} ({columns})")
        if rows:
            lists = [list(column) for column in zip(*rows, strict=True)]
            values = ", ".join(f"UNNEST(${index + 1})" for index in range(len(lists)))
            self._connection.execute(f"INSERT INTO {name} SELECT {values}", lists)

    def alias(self, file: SourceFile, number: int, role: str) -> Path:
        """Return a link to the file under a harmless name: exports may be called anything, `*` and quotes included."""
        suffix = f".{file.kind}.gz" if file.is_gzip else f".{file.kind}"
        link = self.folder / f"{role}-{number}{suffix}"
        self._names[str(link)] = file.name
        if not link.is_symlink():
            link.symlink_to(file.path)
        return link


@contextmanager
def open_engine(threads: int | None) -> Iterator[Engine]:
    """Open a database for the time of a `with`; `threads` None leaves it to the machine's cores."""
    with tempfile.TemporaryDirectory(prefix="omen-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": os.path.join(folder, "spill"),  # noqa: PTH118
            "threads": threads or os.cpu_count() or 1,
        }
        connection = duckdb.connect(":memory:", config=config)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield Engine(connection, Path(folder))
        finally:
            connection.close()
