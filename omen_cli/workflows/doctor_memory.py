"""Whether what omen keeps of what it told can be read and replaced, for the doctor."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from omen_cli.archive.files import lstat
from omen_cli.archive.layout import Layout
from omen_cli.workflows.doctor_check import Check


def memory_checks(layout: Layout) -> Iterator[Check]:
    """Yield what is wrong with `data/run.json` and `data/alerts.json`; nothing of one that is sound or not there.

    Both are written anew and renamed, so that their own mode forbids no writing; that of `data` does.
    """
    for path in (layout.run_memory, layout.alerts_memory):
        if problem := _problem(path):
            fix = f"move {path} away: omen makes it anew, and tells once more what stands"
            yield Check("failed", f"data/{path.name}", problem, fix)


def _problem(path: Path) -> str:
    found = lstat(path)
    if found is None:
        return ""
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "something else"
        return f"{path}: {kind} stands in the place of the file"
    if not os.access(path, os.R_OK):
        return f"{path}: not this user's to read (mode {stat.S_IMODE(found.st_mode):04o})"
    return ""
