"""Measures a weekly snapshot side by side with the same aggregates by hand in DuckDB and in pandas: the ratios.

    python3 benchmarks/generate_speed.py --lines 10000000 --format parquet

Each way runs in a process of its own, in turn, several times; the best run of each counts. All must say the same
totals. Times are of a whole run, imports included; pandas is left out where it is not installed (the extra `bench`).
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.make_orders import make  # noqa: E402
from benchmarks.rivals import RIVALS  # noqa: E402

GOALS = {"by hand": "at most 1.25", "pandas": "at most 0.125, that is 8 times faster"}


def run_here(name: str, folder: Path, orders: str, threads: int) -> None:
    """Run one way in this process; print what it took and its totals as JSON."""
    start = time.perf_counter()
    totals = RIVALS[name](folder, orders, threads)
    used = resource.getrusage(resource.RUSAGE_SELF)
    took = {"s": time.perf_counter() - start, "cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
    print(json.dumps(took | {"totals": totals}))


def run_apart(name: str, folder: Path, orders: str, threads: int) -> dict[str, Any]:
    """Run one way in a process of its own; return what it printed."""
    command = [sys.executable, __file__, "--one", name, "--folder", str(folder), "--orders", orders]
    run = subprocess.run([*command, "--threads", str(threads)], stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(run.stdout))


def compare(folder: Path, orders: str, rounds: int, threads: int) -> None:
    """Run every way in turn, `rounds` times; print the best of each and the ratios.

    Raises:
        SystemExit: two ways disagree.
    """
    names = [name for name in RIVALS if name != "pandas" or importlib.util.find_spec("pandas")]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            runs[name].append(run_apart(name, folder, orders, threads))
    expected = {name: _comparable(runs[name][0]["totals"]) for name in names}
    for name in names:
        if expected[name] != expected["by hand"]:
            raise SystemExit(f"{name} and by hand differ: {_difference(expected[name], expected['by hand'])}")
    best = {name: {unit: min(run[unit] for run in runs[name]) for unit in ("s", "cpu_s")} for name in names}
    for name in names:
        peak = max(run["peak_mb"] for run in runs[name])
        print(f"{name:8}{best[name]['s']:8.2f} s{best[name]['cpu_s']:8.2f} s of processor{peak:8.0f} MB at most")
    for name in names[1:]:
        ratio, cpu = (best["omen"][unit] / best[name][unit] for unit in ("s", "cpu_s"))
        print(f"omen / {name}: {ratio:.2f} of the time, {cpu:.2f} of the processor's (goal {GOALS[name]})")
    if "pandas" not in names:
        print("pandas: skipped, it is not installed")


def _comparable(totals: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the totals without the lines of days, which omen does not say."""
    return {name: ["", *values[1:]] if name[:2] == "20" else values for name, values in totals.items()}


def _difference(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[tuple[str, Any, Any]]:
    names = sorted(one.keys() | other.keys())
    return [(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)][:3]


def main() -> None:
    """Read the arguments; make the files and compare, or be one of the runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, help="where the files are made; a temporary one unless told")
    parser.add_argument("--one", choices=tuple(RIVALS), help=argparse.SUPPRESS)
    parser.add_argument("--orders", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        run_here(arguments.one, arguments.folder, arguments.orders, arguments.threads)
        return
    with tempfile.TemporaryDirectory(prefix="omen-bench-") as scratch:
        folder = arguments.folder or Path(scratch)
        _, orders = make(folder, arguments.lines, arguments.format)
        size_mb = orders.stat().st_size / 1e6
        print(f"{arguments.lines} lines, {arguments.format}, {size_mb:.0f} MB, {arguments.threads} threads")
        compare(folder, orders.name, arguments.rounds, arguments.threads)


if __name__ == "__main__":
    main()
