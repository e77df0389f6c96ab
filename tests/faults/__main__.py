"""`python -m tests.faults [--sample] [--layer NAME]`: the fault suite on two workers, and one table of what it did.

Exit status 1 when anything was violated, when a whole run did less than it must, or when a layer was skipped where
nothing may be (OMEN_TEST_REQUIRE_ALL=1).
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.faults.layers import MODULES, SEED, added, below_floors, parts, run_part
from tests.faults.tally import Tally

WORKERS = 2
_HEADER = ("layer", "injections", "crash points", "reordered states", "processes", "killed", "hostile files", "violations", "seconds")  # fmt: skip


def main() -> int:
    """Run what is asked for, print the table, and return the exit status."""
    asked = _arguments()
    start = time.perf_counter()
    tallies = _run(asked.layer or MODULES, is_sample=asked.sample)
    rows = [added(found, found[0].layer) for found in tallies if found]
    total = added(rows, "all")
    total.skipped, total.note, total.seconds = "", "", time.perf_counter() - start
    print(
        f"{'a sample' if asked.sample else 'the whole'}, seed {SEED}, {WORKERS} workers; a layer's seconds are its workers'"
    )
    print(table([*rows, total]))
    for row in rows:
        if row.note:
            print(f"{row.layer}: {row.note}")
    is_whole = not asked.sample and not asked.layer
    faults = total.violations + _skipped_where_nothing_may_be(rows) + (below_floors(total) if is_whole else [])
    for line in faults:
        print(" ".join(line.split()))
    return 1 if faults else 0


def table(rows: list[Tally]) -> str:
    """Return the rows as one aligned table; a skipped layer says why in the place of its counts."""
    cells = [_HEADER, *map(_cells, rows)]
    whole = [row for row in cells if len(row) == len(_HEADER)]
    widths = [
        max(len(row[0]) for row in cells),
        *(max(map(len, column)) for column in list(zip(*whole, strict=True))[1:]),
    ]
    return "\n".join(_line(row, widths) for row in cells)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *counts = row
    if len(row) < len(widths):
        return "  ".join((first.ljust(widths[0]), *counts))
    rest = (count.rjust(width) for count, width in zip(counts, widths[1:], strict=True))
    return "  ".join((first.ljust(widths[0]), *rest))


def _cells(row: Tally) -> tuple[str, ...]:
    if row.skipped:
        return (row.layer, f"skipped: {row.skipped}")
    counts = (row.injections, row.crash_points, row.states, row.processes, row.killed, row.hostile, len(row.violations))
    return (row.layer, *(f"{count:,}" for count in counts), f"{row.seconds:.0f}")


def _run(modules: list[str] | tuple[str, ...], *, is_sample: bool) -> list[list[Tally]]:
    """Run the parts on the workers, and return the tallies by layer, in the order of the table."""
    found: dict[str, list[Tally]] = defaultdict(list)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        todo = {pool.submit(run_part, part, is_sample=is_sample): part for part in parts(modules)}
        for number, done in enumerate(as_completed(todo), start=1):
            part, tally = todo[done], done.result()
            found[part.module].append(tally)
            if sys.stderr.isatty():
                print(
                    f"\r\x1b[K{number} of {len(todo)}: {part.module} {part.scene}", end="", file=sys.stderr, flush=True
                )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return [found[name] for name in MODULES]


def _skipped_where_nothing_may_be(rows: list[Tally]) -> list[str]:
    if os.environ.get("OMEN_TEST_REQUIRE_ALL") != "1":
        return []
    return [f"{row.layer}: skipped where nothing may be: {row.skipped}" for row in rows if row.skipped]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="a sample of every layer, as the tests run it")
    parser.add_argument("--layer", action="append", choices=MODULES, help="only this one; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
