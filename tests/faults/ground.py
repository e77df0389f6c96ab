"""Where the layers work: a fresh folder in memory when there is a tmpfs to write in, else among the temporary files."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")
_base: list[Path] = []


def work_below(folder: Path) -> None:
    """Make every later ground below `folder`: pytest's own, outside of which no test writes."""
    _base[:] = [folder]


@contextmanager
def ground() -> Iterator[Path]:
    """Make a folder for one scene, and remove it."""
    base = _base[0] if _base else _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="omen-faults-", dir=base))
    try:
        yield folder / "installation"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
