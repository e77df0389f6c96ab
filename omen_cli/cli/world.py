"""The outside world as values and callables: what a command may know of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from typing import TextIO


def _nothing_by_chance(count: int) -> bytes:
    raise ValueError(f"{count} random bytes of a world that has none")


@dataclass(frozen=True)
class World:
    """Everything that a command may know of the outside.

    `now` answers aware times, `elapsed_s` seconds of a clock that nobody sets, `pause` waits so many seconds,
    `stop_signal` answers the number of the signal that asked the command to end, `random_bytes` so many that nobody can
    guess, `program` are the words by which omen is started, `mounts` is the kernel's list of what is mounted where, and
    `is_synchronised` answers whether something keeps the clock right, None where that cannot be known.
    """

    environ: Mapping[str, str]
    cwd: Path
    now: Callable[[], datetime]
    new_request_id: Callable[[], str]
    user: Callable[[], str]
    stdout: TextIO
    stderr: TextIO
    stdout_is_tty: bool
    stderr_is_tty: bool
    width: int
    stop_signal: Callable[[], int | None] = lambda: None
    pause: Callable[[float], None] = sleep
    elapsed_s: Callable[[], float] = monotonic
    stdin: TextIO = field(default_factory=StringIO)
    stdin_is_tty: bool = False
    random_bytes: Callable[[int], bytes] = _nothing_by_chance
    program: tuple[str, ...] = ("omen",)
    mounts: Path = Path("/proc/self/mountinfo")
    is_synchronised: Callable[[], bool | None] = lambda: None
