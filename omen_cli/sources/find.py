"""Finds the files of a source: globs, `{date}`, and what kind of file a name promises."""

import re
from dataclasses import dataclass
from datetime import date
from glob import escape, glob, has_magic
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import FileKind, Role

MAX_FILES = 5_000
DATE_PLACEHOLDER = "{date}"
_DATE = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.ASCII)
_KINDS: dict[str, FileKind] = {".csv": "csv", ".parquet": "parquet", ".json": "json", ".jsonl": "jsonl"}


@dataclass(frozen=True)
class FoundFile:
    """A file of a source; `date` is the one in its name, None when it has none."""

    path: Path
    kind: FileKind
    is_gzip: bool
    date: date | None


def find_files(pattern: str, *, role: Role, as_of: date) -> tuple[FoundFile, ...]:
    """Return the files of a source, sorted by path.

    With `{date}` in the pattern it is the one file (or the files of one date) dated newest, on or before `as_of`.

    Raises:
        SourceInvalid: nothing matches, or a name has an ending that omen does not read.
    """
    if DATE_PLACEHOLDER in pattern:
        return _newest_dated(pattern, role, as_of)
    paths = _expand(pattern)
    if not paths:
        raise SourceInvalid(f"{role}: no file at {safe_text(pattern)}", hint="put the export there, or mend the path")
    return tuple(_found(path) for path in paths)


def date_in(name: str) -> date | None:
    """Return the last calendar date in a file's name, written 2026-01-09 or 20260109; None when there is none."""
    for year, month, day in reversed(_DATE.findall(name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _newest_dated(pattern: str, role: Role, as_of: date) -> tuple[FoundFile, ...]:
    before, _, after = Path(pattern).name.partition(DATE_PLACEHOLDER)
    shape = re.compile(_glob_regex(before) + r"(\d{4}-\d{2}-\d{2}|\d{8})" + _glob_regex(after))
    paths = [path for path in _expand(pattern.replace(DATE_PLACEHOLDER, "*")) if shape.fullmatch(path.name)]
    dated = [(day, path) for path in paths if (day := date_in(shape.fullmatch(path.name)[1])) and day <= as_of]  # type: ignore[index]
    if not dated:
        raise SourceInvalid(
            f"{role}: no file dated on or before {as_of} at {safe_text(pattern)} ({len(paths)} match the name)",
            hint="put that export there, or choose a later --as-of",
        )
    newest = max(day for day, _ in dated)
    return tuple(FoundFile(path, *_kind(path), newest) for day, path in dated if day == newest)


def _glob_regex(text: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in text)


def _expand(pattern: str) -> list[Path]:
    literal = Path(pattern)
    if literal.exists() or not has_magic(pattern):
        pattern = escape(pattern)
    paths = sorted(Path(path) for path in glob(pattern))  # noqa: PTH207  a whole pattern, absolute
    files = [path for path in paths if not path.is_dir()]
    if len(files) > MAX_FILES:
        raise SourceInvalid(f"{safe_text(pattern)}: {len(files)} files match; at most {MAX_FILES} are read at once")
    return files


def _found(path: Path) -> FoundFile:
    return FoundFile(path, *_kind(path), date_in(path.name))


def _kind(path: Path) -> tuple[FileKind, bool]:
    name = path.name.lower()
    is_gzip = name.endswith(".gz")
    kind = _KINDS.get(Path(name.removesuffix(".gz")).suffix)
    if kind is None or (is_gzip and kind == "parquet"):
        raise SourceInvalid(
            f"{safe_text(path.name)}: omen reads .csv, .parquet, .json and .jsonl (text also as .gz)",
            hint="export it in one of these",
        )
    return kind, is_gzip
