"""Finds the files of a source: globs, `{date}`, and what kind of file a name promises."""

import re
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from glob import escape, glob, has_magic
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import FileKind, Role

MAX_FILES = 5_000
DATE_PLACEHOLDER = "{date}"
_DATE = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.ASCII)
_DATE_TEXT = re.compile(r"(?=(\d{4}-\d{2}-\d{2}|\d{8}))", re.ASCII)  # at every position, overlapping
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
        problem = "a folder, not a file, is at" if _is_there(pattern) else "no file at"
        raise SourceInvalid(
            f"{role}: {problem} {safe_text(pattern)}", hint="put the export there, or mend the path (it may hold *)"
        )
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
    paths = _expand(pattern.replace(DATE_PLACEHOLDER, "*"))
    dated = [(day, path) for path in paths if (day := _placeholder_date(str(path), pattern))]
    newest = max((day for day, _ in dated if day <= as_of), default=None)
    if newest is None:
        raise SourceInvalid(
            f"{role}: no file dated on or before {as_of} at {safe_text(pattern)} ({len(dated)} are dated later)",
            hint="put that export there, or choose a later --as-of",
        )
    return tuple(FoundFile(path, *_kind(path), newest) for day, path in dated if day == newest)


def _placeholder_date(path: str, pattern: str) -> date | None:
    """Return the date that stands in the path where the pattern says `{date}`; of several, the last."""
    for text in reversed(_DATE_TEXT.findall(path)):
        dated = pattern.replace(DATE_PLACEHOLDER, text)
        if fnmatchcase(path, dated) or fnmatchcase(path, _with_plain_brackets(dated)):
            day = date_in(text)
            if day is not None:
                return day
    return None


def _with_plain_brackets(pattern: str) -> str:
    return pattern.replace("[", "[[]")


def _expand(pattern: str) -> list[Path]:
    """Return the files that a pattern names; `[` is a plain character where it makes no sense as a pattern."""
    if not has_magic(pattern) or _is_there(pattern):
        pattern = escape(pattern)
    found = glob(pattern) or glob(_with_plain_brackets(pattern))  # noqa: PTH207  a whole pattern, absolute
    files = [path for path in sorted(map(Path, found)) if not path.is_dir()]
    if len(files) > MAX_FILES:
        raise SourceInvalid(f"{safe_text(pattern)}: {len(files)} files match; at most {MAX_FILES} are read at once")
    return files


def _is_there(path: str) -> bool:
    """Tell whether something is at the path; what no file system could hold is not."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def _found(path: Path) -> FoundFile:
    return FoundFile(path, *_kind(path), date_in(path.name))


def _kind(path: Path) -> tuple[FileKind, bool]:
    """Return what the name promises, and whether it is compressed."""
    name = path.name.lower()
    if _is_not_text(str(path)):
        raise SourceInvalid(f"{safe_text(path.name)}: its path is not UTF-8", hint="rename the file")
    is_gzip = name.endswith(".gz")
    kind = _KINDS.get(Path(name.removesuffix(".gz")).suffix)
    if kind is None or (is_gzip and kind == "parquet"):
        raise SourceInvalid(
            f"{safe_text(path.name)}: omen reads .csv, .parquet, .json and .jsonl (text also as .gz)",
            hint="export it in one of these",
        )
    return kind, is_gzip


def _is_not_text(path: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in path)
