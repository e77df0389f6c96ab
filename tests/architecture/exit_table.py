"""The table of exit statuses, as README.md prints it."""

import re
from typing import NamedTuple

from tests.guards import REPO

HEADING = "## Exit status"
_ROW = re.compile(
    r"^\| *(?P<exits>[\d, ]+?) *\| *`?(?P<code>[a-z_]+)`? *\| *(?P<like>\d+|[–-]) *\| *(?P<meaning>.+?) *\|$"
)


class Row(NamedTuple):
    """One row: the exit statuses, the code, the HTTP-like status (None where there is none), and the meaning."""

    exits: tuple[int, ...]
    code: str
    like: int | None
    meaning: str


def parse_table(text: str) -> tuple[Row, ...]:
    """Return the rows of the table under "## Exit status" in a Markdown text; none when there is no such heading."""
    section = text.partition(f"\n{HEADING}\n")[2].partition("\n## ")[0]
    matches = (_ROW.match(line) for line in section.splitlines())
    return tuple(
        Row(
            tuple(int(status) for status in match["exits"].split(",")),
            match["code"],
            int(match["like"]) if match["like"].isdigit() else None,
            match["meaning"],
        )
        for match in matches
        if match
    )


def readme_table() -> tuple[Row, ...]:
    """Return the rows of README.md's table."""
    return parse_table((REPO / "README.md").read_text("utf-8"))
