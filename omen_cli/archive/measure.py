"""How much an archive holds, by a walk over its folders that takes no lock."""

import stat
from dataclasses import dataclass
from pathlib import Path

from omen_cli.archive.files import lstat, names
from omen_cli.archive.layout import Layout


@dataclass(frozen=True)
class Size:
    """How many files there are, and their bytes; a file with two names counts twice."""

    files: int
    total_bytes: int


def measure_archive(layout: Layout) -> Size:
    """Return the size of everything in the archive's folder; what goes away meanwhile may or may not count.

    Raises:
        ArchiveDamaged: a folder cannot be listed.
    """
    files = total_bytes = 0
    folders = [layout.root]
    while folders:
        folder = folders.pop()
        for path in (folder / name for name in _names_in(folder)):
            found = lstat(path)
            if found is not None and stat.S_ISDIR(found.st_mode):
                folders.append(path)
            elif found is not None and stat.S_ISREG(found.st_mode):
                files, total_bytes = files + 1, total_bytes + found.st_size
    return Size(files, total_bytes)


def _names_in(folder: Path) -> tuple[str, ...]:
    found = lstat(folder)
    return names(folder) if found is not None and stat.S_ISDIR(found.st_mode) else ()
