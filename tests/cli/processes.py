"""Real `omen` processes, where a process is the point: signals, closed streams, many at once, the machine's zone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.guards import REPO

OMEN = (sys.executable, "-m", "omen_cli")
_FORKING = """
import json, os, sys
from omen_cli.cli.main import run
import omen_cli.workflows.send, omen_cli.workflows.compose, omen_cli.workflows.transport
import omen_cli.workflows.batch, omen_cli.workflows.compute, omen_cli.cli.generated, omen_cli.config.load, omen_cli.report.overview
folder, calls = sys.argv[1], json.loads(sys.argv[2])
ready_read, ready_write = os.pipe()
start_read, start_write = os.pipe()
children = []
for number, call in enumerate(calls):
    children.append(os.fork())
    if children[-1] == 0:
        os.close(start_write)
        for name, stream in (("out", 1), ("err", 2)):
            os.dup2(os.open(f"{folder}/{number}.{name}", os.O_WRONLY | os.O_CREAT), stream)
        os.write(ready_write, b".")
        os.read(start_read, 1)
        sys.argv[:] = ["omen", *call]
        run()
os.close(ready_write)
for _ in children:
    assert os.read(ready_read, 1) == b"."
os.close(start_write)  # the end of this pipe is the starting gun
print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]))
"""
_HOLDING = """
import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, so that a child imports the code under test."""
    return {**os.environ, "PYTHONPATH": str(REPO), **more}


def run_omen(cwd: Path, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one `omen` to its end."""
    return subprocess.run(
        [*OMEN, *argv],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )


def run_at_once(cwd: Path, calls: Sequence[Sequence[str]]) -> list[tuple[int, str, str]]:
    """Run a process a call, all released together once all are loaded; return (status, stdout, stderr) of each.

    They are forks of one that imported everything and opened nothing, so that they start within a millisecond.
    """
    answers = cwd / "answers"
    answers.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", _FORKING, str(answers), json.dumps(calls)],
        cwd=cwd,
        env=environment(OMEN_THREADS="1"),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [
        (status, *((answers / f"{number}.{name}").read_text("utf-8") for name in ("out", "err")))
        for number, status in enumerate(json.loads(run.stdout))
    ]


@contextmanager
def holding(lock: Path) -> Iterator[None]:
    """Let another process hold a lock file for the time of a `with`."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDING, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        process.communicate(timeout=30)
