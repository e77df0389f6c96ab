"""What a tick of `omen run` costs that finds nothing due, beside a plain listing of the same folders: the ratio.

    python3 benchmarks/run_tick.py --stores 20 50

It makes installations whose stores have a weekly snapshot of each of the last weeks, sent to one recipient, by running
the ticks of those weeks; one snapshot of each store is computed, the others are made of it. Then it measures in turn,
in one process, `omen run --quiet` (settings read anew, every store looked at, a line in the log) and a walk through the
data folder with os.scandir and a stat of every file; the best of several rounds counts. The quotient holds on another
machine, the milliseconds do not. The whole process is measured beside `omen --version`, which loads the program only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from omen_cli.cli.main import main as omen  # noqa: E402
from omen_cli.cli.run import run_once  # noqa: E402
from omen_cli.cli.session import Session  # noqa: E402
from omen_cli.cli.ticked import means_of  # noqa: E402
from omen_cli.cli.world import World  # noqa: E402
from omen_cli.model.period import period_of  # noqa: E402
from omen_cli.model.snapshot import Computed  # noqa: E402
from omen_cli.workflows.compute import compute  # noqa: E402
from omen_cli.workflows.deliver import Tools  # noqa: E402
from omen_cli.workflows.request import Request  # noqa: E402
from omen_cli.workflows.tick import Means  # noqa: E402

ROUNDS, PROCESSES = 30, 5
INVENTORY = "sku,name,on_hand,unit_cost,unit_price\nA-1,Apple,10,1.00,2.00\n"
ORDERS = "order_id,line_id,ordered_at,sku,quantity,unit_price\n1,1,2026-01-10T12:00:00,A-1,1,2.00\n"
MESSAGE = (
    "From: {one.sender}\r\nTo: {one.recipient}\r\nSubject: weekly\r\nDate: {one.date:%a, %d %b %Y %H:%M:%S %z}\r\n"
    "Message-ID: {one.message_id}\r\n\r\nweekly\r\n"
)
STORES_YAML = """\
version: 1
data: data
disk: {warn_free_gb: 0, min_free_gb: 0}
mail: {url: "%s", from: "omen@example.com"}
defaults: {timezone: UTC}
stores:
"""
STORE = """\
  Store%02d:
    recipients: [owner@example.com]
    schedule: {weekly: MON 08:00}
    sources: {inventory: {path: inventory.csv}, orders: {path: orders.csv}}
"""


class Installation:
    """An installation in a folder, and its clock; when it is made, nothing is due any more."""

    def __init__(self, folder: Path, stores: int, weeks: int) -> None:
        """Make it, with so many stores and weeks."""
        self.folder, self._requests = folder, count()
        self._computed: dict[str, Computed] = {}
        (folder / "inventory.csv").write_text(INVENTORY)
        (folder / "orders.csv").write_text(ORDERS)
        text = STORES_YAML % (folder / "outbox").as_uri()
        (folder / "stores.yaml").write_text(text + "".join(STORE % turn for turn in range(stores)))
        now = datetime.now(UTC)
        monday = now.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
        newest = monday if monday <= now else monday - timedelta(weeks=1)
        for back in reversed(range(weeks)):
            self.now = newest - timedelta(weeks=back)
            self._tick()
        self.now = now

    def quiet(self) -> None:
        """Run a tick, as cron does, that finds nothing to do.

        Raises:
            SystemExit: it found something.
        """
        world = self._world()
        status = omen(["run", "--quiet", "--json"], world)
        said = world.stdout.getvalue() if isinstance(world.stdout, StringIO) else ""
        if status or '"results":[]' not in said or '"deliveries":[]' not in said:
            raise SystemExit(f"the tick was not quiet: {status} {said}")

    def list(self) -> int:
        """Walk through the data folder, look at every file, and return how many there are."""
        found, folders = 0, [str(self.folder / "data")]
        while folders:
            with os.scandir(folders.pop()) as items:
                for item in items:
                    item.stat(follow_symlinks=False)
                    found += 1
                    if item.is_dir(follow_symlinks=False):
                        folders.append(item.path)
        return found

    def _tick(self) -> None:
        session = Session(self._world(), as_json=True)
        real = means_of(session, self._compute)
        run_once(session, 0.0, Means(real.compute, lambda store: _small(real.tools(store))))

    def _compute(self, request: Request) -> Computed:
        name = request.store.store_id
        if name not in self._computed:
            self._computed[name] = compute(request, 1)
        known, span = self._computed[name], period_of(request.timeframe, request.as_of_date)
        days = {"start": span.whole.start, "end": span.whole.end, "observed_end": span.observed.end}
        period = known.content.period.model_copy(update={"as_of_date": request.as_of_date, **days})
        return known.model_copy(update={"content": known.content.model_copy(update={"period": period})})

    def _world(self) -> World:
        return World(
            environ={},
            cwd=self.folder,
            now=lambda: self.now,
            new_request_id=lambda: f"request-{next(self._requests)}",
            user=lambda: "cron",
            stdout=StringIO(),
            stderr=StringIO(),
            stdout_is_tty=False,
            stderr_is_tty=False,
            width=100,
        )


def _small(tools: Tools) -> Tools:
    """Return the tools with messages that need neither templates nor charts."""

    def compose(_snapshot: object, _correction: object, envelopes: Any) -> tuple[bytes, ...]:
        return tuple(MESSAGE.format(one=one).encode("ascii") for one in envelopes)

    return Tools(compose, tools.transport, tools.now, tools.pause, ())


def _best_ms(*ways: Callable[[], object], rounds: int) -> list[float]:
    """Return the best time of each way, taken in turn."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for turn, way in enumerate(ways):
            start = time.perf_counter()
            way()
            best[turn] = min(best[turn], (time.perf_counter() - start) * 1000)
    return best


def measure(stores: int, weeks: int, where: Path | None) -> None:
    """Measure one installation, and print."""
    with tempfile.TemporaryDirectory(prefix="omen-tick-", dir=where) as name:
        made = Installation(Path(name), stores, weeks)
        tick_ms, list_ms = _best_ms(made.quiet, made.list, rounds=ROUNDS)
        command = [sys.executable, "-m", "omen_cli"]
        environment = os.environ | {"PYTHONPATH": str(REPO)}

        def run(*words: str) -> None:
            subprocess.run([*command, *words], cwd=name, env=environment, check=True, stdout=subprocess.DEVNULL)

        run_ms, load_ms = _best_ms(lambda: run("run", "-q"), lambda: run("--version"), rounds=PROCESSES)
        print(f"{stores} stores, {weeks} weeks, {made.list():,} files and folders")
        print(f"  quiet tick {tick_ms:.1f} ms, listing {list_ms:.1f} ms; tick / listing: {tick_ms / list_ms:.1f}")
        print(f"  process {run_ms:.0f} ms, omen --version {load_ms:.0f} ms; process / version: {run_ms / load_ms:.1f}")


def main() -> None:
    """Read the arguments, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, nargs="+", default=[20, 50])
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--folder", type=Path, default=None, help="where the archives are made")
    asked = parser.parse_args()
    for stores in asked.stores:
        measure(stores, asked.weeks, asked.folder)


if __name__ == "__main__":
    main()
