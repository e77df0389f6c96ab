"""Faults in the real command at the system calls themselves, by strace: no wrapper of ours stands in between.

A first run, with nothing injected, numbers every system call that touches the data root. Each of the others has one of
them fail, or is killed there (before the call is made), and counts only when strace's log says that it was hit.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.factories import write_two_stores
from tests.faults.commands import scene_named
from tests.faults.episodes import aftermath, told
from tests.faults.invariants import judge, start_of
from tests.faults.scene import AT, DAY, NJ, SAME_MONTH, WEEK, Answer, Scene, answered, facts, world
from tests.faults.tally import Tally, timed
from tests.guards import REPO

_CHANGING = [
    "mkdir",
    "mkdirat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "flock",
]
_READING = [
    "open",
    "openat",
    "read",
    "getdents64",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "lseek",
    "close",
]
_WRITING_FLAGS = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_APPEND")
_CALL = re.compile(r"(\d+) +(\w+)\(")
_RETRIED = ("openat", "write", "fsync", "flock", "read")  # Python makes these again after EINTR
_AT_ONCE = 2
_MAX_S = 150.0
_SAMPLE = 12


@dataclass(frozen=True)
class Traced:
    """A real command: its words, the scene that it is, how many of the calls that read are tried, and what is injected."""

    scene: Scene
    argv: tuple[str, ...]
    reads: int
    whats: tuple[str, ...] = ("KILL", "EIO", "ENOSPC")


@dataclass(frozen=True)
class Fault:
    """One system call, by its name and its number in the first thread, and what happens to it."""

    call: str
    number: int
    what: str
    line: str

    def __str__(self) -> str:
        return f"{self.what} at {self.call} {self.number} ({self.line})"


@dataclass(frozen=True)
class Result:
    """Whether a fault was hit, and what is broken after it."""

    point: tuple[object, ...]
    was_hit: bool
    was_killed: bool
    violations: list[str]


def _commands() -> tuple[Traced, ...]:
    new = ("generate", "--store", NJ, "--timeframe", "daily", "--as-of")
    forced = ("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK, "--force", "--reason", "asked for")
    return (
        Traced(scene_named("generate: existing month"), (*new, DAY), 40, ("KILL", "EIO", "ENOSPC", "EINTR")),
        Traced(scene_named("generate: --force"), forced, 10),
        Traced(scene_named("generate: duplicate"), (*new, SAME_MONTH), 10),
        Traced(
            scene_named("prune: several, two months, a delivery"),
            ("prune", "--store", NJ, "--keep-last", "1", "--yes"),
            10,
        ),
        Traced(scene_named("verify --repair: orphan"), ("verify", "--store", NJ, "--repair", "--deep"), 10),
    )


def run(*, is_sample: bool, seed: int) -> Tally:
    """Inject at every changing call of the real commands and at some reading ones; of a sample at a dozen calls."""
    tally = Tally("strace, real command")
    tally.skipped = _problem()
    if tally.skipped:
        return tally
    with timed(tally):
        facts()
        deadline = time.monotonic() + _MAX_S
        with TemporaryDirectory(prefix="omen-faults-") as place:
            plan = [
                (traced, fault)
                for traced in _commands()[: 2 if is_sample else None]
                for fault in _faults(traced, Path(place), seed)
            ]
            plan = Random(seed).sample(plan, _SAMPLE if is_sample else len(plan))
            results = _all(plan, Path(place), deadline)
        tally.crash_points = len({result.point for result in results if result.was_hit})
        tally.injections = sum(result.was_hit for result in results)
        tally.killed = sum(result.was_killed for result in results)
        tally.processes = len(results)
        tally.violations = [line for result in results for line in result.violations]
        if tally.injections < len(results) * 0.9:
            tally.violations.append(f"only {tally.injections} of {len(results)} injections were hit")
    return tally


def _problem() -> str:
    if shutil.which("strace") is None:
        return "needs strace"
    probe = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {probe.stderr.strip()[:80]}" if probe.returncode else ""


def _faults(traced: Traced, place: Path, seed: int) -> Iterator[Fault]:
    """Yield every fault of a command: all at the changing calls, an error at some of the reading ones."""
    calls = list(_calls(traced, place))
    reading = [call for call in calls if not _is_change(*call)]
    chosen = set(Random(seed).sample(reading, min(traced.reads, len(reading))))
    for name, number, line in calls:
        if _is_change(name, number, line):
            whats = [what for what in traced.whats if what != "EINTR" or name in _RETRIED]
        else:
            whats = ["EIO"] if (name, number, line) in chosen else []
        yield from (Fault(name, number, what, line) for what in whats)


def _calls(traced: Traced, place: Path) -> Iterator[tuple[str, int, str]]:
    """Yield the calls of the first thread that touch the data root: name, number among its like, the line of the log."""
    folder = place / "dry"
    _prepare(traced, folder)
    answer, log = _strace(traced, folder, ())
    if answer.status not in traced.scene.statuses:
        raise RuntimeError(f"{traced.argv} cannot be traced: {answer.status}: {answer.text[-300:]}")
    shutil.rmtree(folder)
    seen: Counter[str] = Counter()
    first = ""
    for line in log.splitlines():
        found = _CALL.match(line)
        if found:
            first = first or found[1]
            if found[1] == first:
                seen[found[2]] += 1
                if f"{folder}/data" in line:
                    yield found[2], seen[found[2]], line.partition(" ")[2].replace(str(folder), "").strip()


def _is_change(name: str, number: int, line: str) -> bool:
    return name in _CHANGING or (name in ("open", "openat") and _WRITING_FLAGS.search(line) is not None)


def _prepare(traced: Traced, folder: Path) -> None:
    """Make the scene, and beside it the exports that a real command reads."""
    folder.mkdir(parents=True)
    write_two_stores(folder)
    traced.scene.prepare(folder)


def _strace(traced: Traced, folder: Path, inject: Sequence[str]) -> tuple[Answer, str]:
    """Run the real command under strace; return its answer and strace's log."""
    log = folder / "strace.log"
    names = ",".join(f"?{name}" for name in (*_CHANGING, *_READING))
    faster = [] if any("signal=" in word for word in inject) else ["--seccomp-bpf"]  # it lets no signal be injected
    words = ["strace", "-f", *faster, "-q", "-y", "-o", str(log), "-e", f"trace={names}", *inject]
    stable = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OMEN_THREADS": "1", "PYTHONPATH": str(REPO)}
    done = subprocess.run(
        [*words, sys.executable, "-m", "omen_cli", *traced.argv, "--json"],
        cwd=folder,
        env={**os.environ, **stable},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    outside = world(folder, AT)
    outside.stdout.write(done.stdout)
    outside.stderr.write(done.stderr)
    return answered(outside, done.returncode), log.read_text("utf-8", "replace")


def _all(plan: Sequence[tuple[Traced, Fault]], place: Path, deadline: float) -> list[Result]:
    """Inject one after the other, two at a time, until all are done or the time is up."""
    with get_context("fork").Pool(_AT_ONCE, _take_plan, (plan, place, deadline)) as pool:
        return [result for result in pool.imap(_in_time, range(len(plan))) if result]


_PLAN: list[tuple[Traced, Fault]] = []
_PLACE: list[Path] = []
_DEADLINE: list[float] = []


def _take_plan(plan: Sequence[tuple[Traced, Fault]], place: Path, deadline: float) -> None:
    _PLAN.extend(plan)
    _PLACE.append(place)
    _DEADLINE.append(deadline)


def _in_time(at: int) -> Result | None:
    return _injected(at) if time.monotonic() < _DEADLINE[0] else None


def _injected(at: int) -> Result:
    traced, fault = _PLAN[at]
    folder = _PLACE[0] / f"world-{at}"
    _prepare(traced, folder)
    start = start_of(folder)
    what = "signal=KILL" if fault.what == "KILL" else f"error={fault.what}"
    answer, log = _strace(traced, folder, ("-e", f"inject={fault.call}:{what}:when={fault.number}"))
    was_hit = _was_hit(log, fault, folder)
    is_killed = answer.status == -signal.SIGKILL
    found = [] if is_killed else judge(answer.status, answer.text)
    if fault.what == "EINTR" and answer.status not in traced.scene.statuses:
        found.append(f"an interrupted call was not made again: {answer.status}: {answer.text.strip()[-200:]}")
    if is_killed != (fault.what == "KILL" and was_hit):
        found.append(f"ended with {answer.status}")
    found += aftermath(traced.scene, folder, start, answer.acknowledged)
    shutil.rmtree(folder)
    point = (traced.argv, fault.call, fault.number)
    return Result(point, was_hit, is_killed, told(f"{' '.join(traced.argv)}: {fault}", found))


def _was_hit(log: str, fault: Fault, folder: Path) -> bool:
    """Tell whether the fault struck the data root: an error is marked, a kill ends the log at that call."""
    lines = [line for line in log.splitlines() if f" {fault.call}(" in line and f"{folder}/data" in line]
    if fault.what == "KILL":
        return "+++ killed by SIGKILL +++" in log and bool(lines) and lines[-1] == _last_call(log)
    return any("(INJECTED)" in line for line in lines)


def _last_call(log: str) -> str:
    return next((line for line in reversed(log.splitlines()) if _CALL.match(line)), "")
