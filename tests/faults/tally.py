"""What one layer of the fault suite counted: the rows of the table that `make faults` prints."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Tally:
    """The counts of one layer; a layer that the machine cannot run says why in `skipped`, and counts nothing.

    `violations` has one line each: which command, which fault, what was broken. `note` is what else is worth a line.
    """

    layer: str
    injections: int = 0
    crash_points: int = 0
    states: int = 0
    processes: int = 0
    killed: int = 0
    hostile: int = 0
    seconds: float = 0.0
    skipped: str = ""
    note: str = ""
    violations: list[str] = field(default_factory=list)


@contextmanager
def timed(tally: Tally) -> Iterator[Tally]:
    """Add the wall time of the block to the tally."""
    start = time.perf_counter()
    try:
        yield tally
    finally:
        tally.seconds += time.perf_counter() - start
