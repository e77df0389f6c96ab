"""`python -m tests.faults.mutants [--only TEXT]`: remove each protection in turn, and see which layer misses it.

Each mutant is a copy of the program with one protection removed. The layers that are most likely to notice run first,
then the archive's own tests, then a sample of all layers; the first to fail is named. A copy without a change, the
control, goes first: a probe that fails there would catch anything. Exit status 1 when a mutant survives without a
reason to keep what it lacks.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.layers import MODULES
from tests.faults.mutations import MUTATIONS, Mutation
from tests.guards import REPO

WORKERS = 2
TIMEOUT_S = 300
TESTS = "tests"
ALL_TESTS = (
    "tests/archive tests/cli/test_verify.py tests/cli/test_prune.py tests/cli/test_recovery.py tests/cli/test_races.py"
)
CONTROL = Mutation("the control: nothing removed", (), ())
_NEEDED = ("omen_cli", "tests", "docs", "data", "README.md", "pyproject.toml", "stores.yaml")
_PROBE = """
import json, sys
from tests.faults.layers import Part, run_part
if __name__ == "__main__":
    tally = run_part(Part(sys.argv[1], sys.argv[2]), is_sample=not sys.argv[2])
    print(json.dumps([tally.skipped, tally.violations[:1]]))
"""


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: the layer that caught it, "" when none did, and what that layer said first."""

    mutation: Mutation
    layer: str
    said: str
    seconds: float

    @property
    def is_survivor(self) -> bool:
        """Tell whether nothing noticed, and nothing says why the protection is kept."""
        return not (self.layer or self.mutation.reason)


def main() -> int:
    """Try every mutant, print a table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only the protections whose name holds TEXT")
    only = parser.parse_args().only
    chosen = [mutation for mutation in MUTATIONS if only in mutation.name]
    start = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        probes = dict.fromkeys(probe for mutation in chosen for probe in _probes(mutation))
        failed = [one for one in pool.map(_told, (_control(probe) for probe in probes)) if one.layer]
        if failed:
            print(table(failed))
            print("the control fails: nothing that a mutant says would mean anything")
            return 1
        outcomes = list(pool.map(_told, chosen))
    survivors = [one.mutation.name for one in outcomes if one.is_survivor]
    caught = sum(bool(one.layer) for one in outcomes)
    kept = len(outcomes) - caught - len(survivors)
    print(table(outcomes))
    print(f"{len(outcomes)} mutants: {caught} caught, {kept} kept with a reason, {len(survivors)} survived, "
          f"{time.perf_counter() - start:.0f} seconds")  # fmt: skip
    return 1 if survivors or not outcomes else 0


def table(outcomes: list[Outcome]) -> str:
    """Return a row a mutant: what was removed, which layer caught it, what it said, or why it is kept."""
    width = max((len(one.mutation.name) for one in outcomes), default=0)
    return "\n".join(f"{one.mutation.name:{width}}  {_verdict(one)}" for one in outcomes)


def _verdict(one: Outcome) -> str:
    if one.layer:
        return f"{one.layer}: {' '.join(one.said.split())[:160]}"
    return f"kept: {one.mutation.reason}" if one.mutation.reason else "SURVIVED"


def _told(mutation: Mutation) -> Outcome:
    """Try one mutant, and say on a terminal that it is done: the whole takes long."""
    outcome = tried(mutation)
    if sys.stderr.isatty():
        print(f"{outcome.seconds:4.0f} s  {mutation.name}: {outcome.layer or 'not caught'}", file=sys.stderr)
    return outcome


def tried(mutation: Mutation) -> Outcome:
    """Make the mutant in a folder of its own and let the layers look at it, until one notices."""
    start = time.perf_counter()
    with TemporaryDirectory(prefix="omen-mutant-") as name:
        copy = Path(name)
        _copy(copy)
        mutate(copy, mutation)
        for layer, about in _probes(mutation):
            said = _pytest(copy, about) if layer == TESTS else _layer(copy, layer, about)
            if said:
                return Outcome(mutation, layer, said, time.perf_counter() - start)
    return Outcome(mutation, "", "", time.perf_counter() - start)


def mutate(copy: Path, mutation: Mutation) -> None:
    """Make the edits of a mutant.

    Raises:
        LookupError: a text does not stand exactly once in its file: the code has changed, and the mutant has not.
    """
    for file, text, replacement in mutation.edits:
        path = copy / "omen_cli" / "archive" / file
        source = path.read_text("utf-8")
        if source.count(text) != 1:
            raise LookupError(f"{mutation.name}: {file} has its text {source.count(text)} times, not once: {text!r}")
        path.write_text(source.replace(text, replacement), "utf-8")


def _probes(mutation: Mutation) -> list[tuple[str, str]]:
    """Return what to try, in order: the likely ones, a sample of every layer, the tests."""
    if mutation.name == CONTROL.name:
        return list(mutation.probes)
    rest = [(name, "") for name in MODULES if name != "straced"]
    return list(dict.fromkeys((*mutation.probes, (TESTS, ALL_TESTS), *rest)))


def _control(probe: tuple[str, str]) -> Mutation:
    return replace(CONTROL, probes=(probe,))


def _layer(copy: Path, layer: str, scene: str) -> str:
    """Run one scene of a layer as a whole, or a sample of the layer; return the first violation, "" without one."""
    argv = [sys.executable, "-c", _PROBE, layer, scene] if scene else [sys.executable, "-m", "tests.faults", "--sample", "--layer", layer]  # fmt: skip
    run = _run(copy, argv)
    if run is None:
        return f"did not end within {TIMEOUT_S} s"
    if not scene:
        return "" if run.returncode == 0 else (run.stdout.strip().splitlines() or run.stderr.splitlines() or ["?"])[-1]
    if run.returncode:
        return run.stderr.strip().splitlines()[-1]
    _, violations = json.loads(run.stdout.splitlines()[-1])
    return violations[0] if violations else ""


def _pytest(copy: Path, what: str) -> str:
    run = _run(copy, [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *what.split()])
    if run is None:
        return f"did not end within {TIMEOUT_S} s"
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "" if run.returncode == 0 else (failed or [run.stdout[-200:]])[0]


def _run(copy: Path, argv: list[str]) -> subprocess.CompletedProcess[str] | None:
    environ = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            argv, cwd=copy, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def _copy(to: Path) -> None:
    for name in _NEEDED:
        source = REPO / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, to / name)


if __name__ == "__main__":
    sys.exit(main())
