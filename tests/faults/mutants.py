"""`python -m tests.faults.mutants [--of GROUP] [--only TEXT]`: remove each protection in turn, and see which layer misses it.

Each mutant is a copy of the program with one protection removed. The layers that are most likely to notice run first,
then the archive's own tests, then a sample of all layers; the first to fail is named. Each probe that caught one is
then tried on a copy without a change, the control: one that fails there, too, would catch anything. A probe that does
not end in time caught nothing, since the machine may only be busy, unless the mutant is one that hangs: that is an
error of the run. Exit status 1 for such an error, and when a mutant survives without a reason to keep what it lacks.
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
from tests.faults.mutations import ARCHIVE, Mutation
from tests.faults.mutations_of_clients import CLIENTS
from tests.faults.mutations_of_migrating import MIGRATING
from tests.faults.mutations_of_sending import SENDING
from tests.guards import REPO

GROUPS = {"archive": ARCHIVE, "sending": SENDING, "migrating": MIGRATING, "clients": CLIENTS}
WORKERS = 2
TIMEOUT_S = 900  # many times what the slowest probe takes on an idle machine
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
    """What became of a mutant: the probe that caught it, None when none did, and what that said first.

    `error` says why nothing can be said of it, "" when there is no such reason.
    """

    mutation: Mutation
    probe: tuple[str, str] | None
    said: str
    seconds: float
    error: str = ""

    @property
    def layer(self) -> str:
        """Return the layer that caught it, "" when none did."""
        return self.probe[0] if self.probe else ""

    @property
    def is_survivor(self) -> bool:
        """Tell whether nothing noticed, and nothing says why the protection is kept."""
        return not (self.layer or self.error or self.mutation.reason)


class NotEnded(Exception):
    """A probe did not end in time; whether it would have caught the mutant, nobody knows."""


def main() -> int:
    """Try every mutant, print a table for each group, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutants", description=__doc__)
    parser.add_argument("--of", action="append", choices=tuple(GROUPS), help="only of the protections of one group")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the protections whose name holds TEXT")
    asked = parser.parse_args()
    chosen = {name: [one for one in GROUPS[name] if asked.only in one.name] for name in asked.of or GROUPS}
    return max((_of_group(name, mutations) for name, mutations in chosen.items() if mutations), default=1)


def _of_group(name: str, chosen: list[Mutation]) -> int:
    """Try the mutants of one group; return 1 when one survives, or when nothing can be said."""
    start = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(_told, chosen))
        probes = dict.fromkeys(one.probe for one in outcomes if one.probe)
        failed = [one for one in pool.map(_told, map(_control, probes)) if one.layer or one.error]
    print(table([*outcomes, *failed]))
    print(f"{name}: {counts(outcomes)}, {time.perf_counter() - start:.0f} seconds")
    if failed:
        print("the control fails: what these probes caught means nothing")
    is_proven = outcomes and not failed and not any(one.is_survivor or one.error for one in outcomes)
    return 0 if is_proven else 1


def counts(outcomes: list[Outcome]) -> str:
    """Return how many mutants there were, and what became of how many of them."""
    caught, errors = sum(bool(one.layer) for one in outcomes), sum(bool(one.error) for one in outcomes)
    survived = sum(one.is_survivor for one in outcomes)
    kept = len(outcomes) - caught - errors - survived
    failed = f", {errors} errors" if errors else ""
    return f"{len(outcomes)} mutants: {caught} caught, {kept} kept with a reason, {survived} survived{failed}"


def table(outcomes: list[Outcome]) -> str:
    """Return a row a mutant: what was removed, which layer caught it, what it said, or why it is kept."""
    width = max((len(one.mutation.name) for one in outcomes), default=0)
    return "\n".join(f"{one.mutation.name:{width}}  {_verdict(one)}" for one in outcomes)


def _verdict(one: Outcome) -> str:
    if one.error:
        return f"ERROR: {one.error}"
    if one.layer:
        return f"{one.layer}: {' '.join(one.said.split())[:160]}"
    return f"kept: {one.mutation.reason}" if one.mutation.reason else "SURVIVED"


def _told(mutation: Mutation) -> Outcome:
    """Try one mutant, and say on stderr that it is done: the whole takes long."""
    outcome = tried(mutation)
    said = outcome.error or outcome.layer or "not caught"
    print(f"{outcome.seconds:4.0f} s  {mutation.name}: {said}", file=sys.stderr, flush=True)
    return outcome


def tried(mutation: Mutation) -> Outcome:
    """Make the mutant in a folder of its own and let the layers look at it, until one notices."""
    start = time.perf_counter()
    with TemporaryDirectory(prefix="omen-mutant-") as name:
        copy = Path(name)
        _copy(copy)
        mutate(copy, mutation)
        for probe in _probes(mutation):
            try:
                said = probed(copy, probe)
            except NotEnded as error:
                if not mutation.may_hang:
                    return Outcome(mutation, None, "", time.perf_counter() - start, error=str(error))
                said = str(error)
            if said:
                return Outcome(mutation, probe, said, time.perf_counter() - start)
    return Outcome(mutation, None, "", time.perf_counter() - start)


def probed(copy: Path, probe: tuple[str, str]) -> str:
    """Return what a probe says of a copy first, "" when it finds nothing.

    Raises:
        NotEnded: it took too long.
    """
    layer, about = probe
    return _pytest(copy, about) if layer == TESTS else _layer(copy, layer, about)


def module_of(file: str) -> Path:
    """Return the path of a mutation's file: in the archive, unless it names its folder."""
    return Path("omen_cli") / (file if "/" in file else f"archive/{file}")


def mutate(copy: Path, mutation: Mutation) -> None:
    """Make the edits of a mutant.

    Raises:
        LookupError: a text does not stand exactly once in its file: the code has changed, and the mutant has not.
    """
    for file, text, replacement in mutation.edits:
        path = copy / module_of(file)
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
    ended = run(copy, argv)
    if not scene:
        return (
            ""
            if ended.returncode == 0
            else (ended.stdout.strip().splitlines() or ended.stderr.splitlines() or ["?"])[-1]
        )
    if ended.returncode:
        return ended.stderr.strip().splitlines()[-1]
    _, violations = json.loads(ended.stdout.splitlines()[-1])
    return violations[0] if violations else ""


def _pytest(copy: Path, what: str) -> str:
    ended = run(copy, [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *what.split()])
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "" if ended.returncode == 0 else (failed or [ended.stdout[-200:]])[0]


def run(copy: Path, argv: list[str], timeout_s: float = TIMEOUT_S) -> subprocess.CompletedProcess[str]:
    """Run a probe in a copy.

    Raises:
        NotEnded: it took too long.
    """
    environ = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            argv, cwd=copy, env=environ, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotEnded(f"{' '.join(argv[-2:])} did not end within {timeout_s:g} s") from error


def _copy(to: Path) -> None:
    for name in _NEEDED:
        source = REPO / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, to / name)


if __name__ == "__main__":
    sys.exit(main())
