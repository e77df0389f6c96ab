"""What the path of a source matches: globs, odd names, and the date that stands for `{date}`."""

import os
import re
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from glob import escape, glob, has_magic
from itertools import pairwise
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.model.safe_text import safe_text

MAX_FILES = 5_000
DATE_PLACEHOLDER = "{date}"
_DATE = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)", re.ASCII)
_DATE_TEXT = re.compile(r"(?=(\d{4}-\d{2}-\d{2}|\d{8}))", re.ASCII)  # at every position, overlapping


def places_of(pattern: str) -> list[tuple[Path, date | None]]:
    """Return every path that the pattern matches, sorted, each with the date that stands for its `{date}`.

    What has no date there is left out; without `{date}` in the pattern the dates are None.

    Raises:
        SourceInvalid: there are too many.
    """
    if DATE_PLACEHOLDER not in pattern:
        return [(path, None) for path in _expand(pattern)]
    paths = _expand(pattern.replace(DATE_PLACEHOLDER, "*"))
    return [(path, day) for path in paths if (day := _placeholder_date(str(path), pattern))]


def newest_until(as_of: date, places: Iterable[tuple[Path, date | None]]) -> date | None:
    """Return the newest date on or before `as_of`: the one whose files are taken; None when there is none."""
    return max((day for _, day in places if day is not None and day <= as_of), default=None)


def date_in(name: str) -> date | None:
    """Return the last calendar date in a file's name, written 2026-01-09 or 20260109; None when there is none."""
    for year, month, day in reversed(_DATE.findall(name)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


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
    if not has_magic(pattern) or is_there(pattern):
        pattern = escape(pattern)
    found = glob(pattern) or glob(_with_plain_brackets(pattern))  # noqa: PTH207  a whole pattern, absolute
    files = [path for path in sorted(map(Path, found)) if not path.is_dir()]
    if len(files) > MAX_FILES:
        raise SourceInvalid(f"{safe_text(pattern)}: {len(files)} files match; at most {MAX_FILES} are read at once")
    return files


def unreadable_folder(pattern: str) -> Path | None:
    """Return the first folder on the way of a pattern in which omen's user may not look; None when there is none.

    Where the next name of the path is a plain one the right to pass through is enough.
    """
    path = Path(pattern.replace(DATE_PLACEHOLDER, "*"))
    way = [*reversed(path.parents), path]
    for folder, following in pairwise(way):
        is_listed = has_magic(following.name)
        if folder.is_dir() and not os.access(folder, os.X_OK | (os.R_OK if is_listed else 0)):
            return folder
        if is_listed:
            return None
    return None


def is_there(path: str) -> bool:
    """Tell whether something is at the path; what no file system could hold is not."""
    try:
        return Path(path).exists()
    except OSError:
        return False
