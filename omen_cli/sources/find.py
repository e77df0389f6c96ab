"""Finds the files of a source, and what kind of file a name promises."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import FileKind, Role
from omen_cli.sources.patterns import DATE_PLACEHOLDER, date_in, is_there, newest_until, places_of, unreadable_folder

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
        SourceInvalid: nothing matches, a folder on the way cannot be read, or a name has an ending that omen does not
            read.
    """
    if DATE_PLACEHOLDER in pattern:
        return _newest_dated(pattern, role, as_of)
    places = places_of(pattern)
    if not places:
        _refuse_unreadable(pattern, role)
        problem = "a folder, not a file, is at" if is_there(pattern) else "no file at"
        raise SourceInvalid(
            f"{role}: {problem} {safe_text(pattern)}", hint="put the export there, or mend the path (it may hold *)"
        )
    return tuple(found_file(path, date_in(path.name)) for path, _ in places)


def found_file(path: Path, day: date | None) -> FoundFile:
    """Return the file at a path, as its name promises it.

    Raises:
        SourceInvalid: its name is not UTF-8, or has an ending that omen does not read.
    """
    return FoundFile(path, *_kind(path), day)


def _newest_dated(pattern: str, role: Role, as_of: date) -> tuple[FoundFile, ...]:
    dated = places_of(pattern)
    newest = newest_until(as_of, dated)
    if newest is None:
        _refuse_unreadable(pattern, role)
        raise SourceInvalid(
            f"{role}: no file dated on or before {as_of} at {safe_text(pattern)} ({len(dated)} are dated later)",
            hint="put that export there, or choose a later --as-of",
        )
    return tuple(found_file(path, newest) for path, day in dated if day == newest)


def _refuse_unreadable(pattern: str, role: Role) -> None:
    """Say of a folder that cannot be read just that, since nobody knows what is in it."""
    if folder := unreadable_folder(pattern):
        raise SourceInvalid(
            f"{role}: the folder {safe_text(str(folder))} cannot be read: Permission denied",
            hint="give omen's user the right to read it",
        )


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
