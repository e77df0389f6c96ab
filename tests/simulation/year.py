"""Lives through the year in a process of its own, in a folder, and prints what came of it as JSON: `year.py FOLDER`.

The archive, the protocol and the mail server are real, and so are one computation and one message in sixty; the others
are made of those, since it is the schedule that is looked at here.
"""

import json
import sys
import time as stopwatch
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path

from omen_cli.cli.failure import report
from omen_cli.cli.main import main
from omen_cli.cli.run import run_once
from omen_cli.cli.session import Session, World
from omen_cli.cli.ticked import means_of
from omen_cli.model.ids import parse_snapshot_id
from omen_cli.model.period import period_of
from omen_cli.workflows.compute import compute
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.tick import Means
from tests.cli.postbox import Postbox
from tests.faults.sending import composed
from tests.simulation.calendar import BROKEN, BROKEN_STORE, FULL, PUT_OFF, START, instants, shops

_REAL_ONE_IN = 60
_INVENTORY = "sku,name,on_hand,unit_cost,unit_price\nA-1,Apple,10,1.00,2.00\nB-1,Pear,20,1.50,3.00\n"


class Year:
    """One installation, and its clock."""

    def __init__(self, folder: Path, postbox: Postbox) -> None:
        self.folder, self.postbox = folder, postbox
        self.now = START
        self.computed: dict[tuple[str, str], object] = {}
        self.turns = count()
        self.requests = count()
        self.told: list[tuple[str, str, str]] = []
        self.statuses: Counter[int] = Counter()
        self._full = False
        self._write_exports()
        self._configure()

    def live(self, ticks: list[datetime]) -> None:
        """Run every tick."""
        for at in ticks:
            self.now = at
            self._happen(at)
            self._tick()

    def _happen(self, at: datetime) -> None:
        export = self.folder / BROKEN_STORE / "inventory.csv"
        export.write_text("nonsense\n" if at in BROKEN else _INVENTORY)
        if (at in FULL) != self._full:
            self._full = at in FULL
            self._configure()
        later = "451 4.3.0 later" if at in PUT_OFF else ""
        self.postbox.refused = {one: later for shop in shops() for one in shop.recipients} if later else {}

    def _tick(self) -> None:
        session = self.session
        session.world.stdout.truncate(0)
        session.world.stderr.truncate(0)
        try:
            run_once(session.begin("run", config=None, as_json=True, quiet=True), 0.2, self.means)
            status = 0
        except Exception as error:  # noqa: BLE001  as main does
            status = report(session, error)
            for one in getattr(error, "details", {}).get(
                "failures", [{"storeId": "", "code": str(error), "about": ""}]
            ):
                self.told.append((self.now.isoformat(), one["storeId"], one["code"]))
        self.statuses[status] += 1
        if status == 0 and session.world.stderr.getvalue().strip("\0"):
            self.told.append((self.now.isoformat(), "", session.world.stderr.getvalue()))

    def _compute(self, request):
        frame, name = request.timeframe, request.store.store_id
        is_broken = name == BROKEN_STORE and self.now in BROKEN
        if is_broken or next(self.turns) % _REAL_ONE_IN == 0 or (name, frame) not in self.computed:
            self.computed[name, frame] = compute(request, 1)
            return self.computed[name, frame]
        known = self.computed[name, frame]
        span = period_of(frame, request.as_of_date)
        moved = {
            "as_of_date": request.as_of_date,
            "start": span.whole.start,
            "end": span.whole.end,
            "observed_end": span.observed.end,
        }
        period = known.content.period.model_copy(update=moved)
        return known.model_copy(update={"content": known.content.model_copy(update={"period": period})})

    def _tools(self, store) -> Tools:
        real = self.real_means.tools(store)

        def compose(snapshot, correction, envelopes):
            make = real.compose if next(self.turns) % _REAL_ONE_IN == 0 else composed
            return make(snapshot, correction, envelopes)

        return Tools(compose, real.transport, real.now, real.pause, ())

    def _configure(self) -> None:
        least = 10**9 if self._full else 0
        text = f'version: 1\nmail: {{url: "{self.postbox.url}", from: "OMEN <reports@example.com>"}}\n'
        text += f"disk: {{warn_free_gb: {least}, min_free_gb: {least}}}\nlimits: {{catch_up: 14}}\nstores:\n"
        for shop in shops():
            schedule = ", ".join(f'{frame}: "{when}"' for frame, when in shop.schedule.items())
            text += f"  {shop.name}:\n    timezone: {shop.zone}\n    recipients: [{', '.join(shop.recipients)}]\n"
            text += f"    schedule: {{{schedule}}}\n    sources: {{inventory: {{path: {shop.name}/inventory.csv}}, orders: {{path: orders.csv}}}}\n"
        (self.folder / "stores.yaml").write_text(text)
        self.session = Session(self._world(), as_json=True)
        self.real_means = means_of(self.session, self._compute)
        self.means = Means(self._compute, self._tools)

    def _write_exports(self) -> None:
        for shop in shops():
            (self.folder / shop.name).mkdir()
            (self.folder / shop.name / "inventory.csv").write_text(_INVENTORY)
        days = (date(2025, 11, 1) + timedelta(days=number) for number in range(440))
        lines = "".join(f"{number},1,{day}T12:00:00,A-1,1,2.00\n" for number, day in enumerate(days))
        (self.folder / "orders.csv").write_text(f"order_id,line_id,ordered_at,sku,quantity,unit_price\n{lines}")

    def _world(self) -> World:
        return World(
            environ={},
            cwd=self.folder,
            now=lambda: self.now,
            new_request_id=lambda: f"request-{next(self.requests)}",
            user=lambda: "cron",
            stdout=StringIO(),
            stderr=StringIO(),
            stdout_is_tty=False,
            stderr_is_tty=False,
            width=100,
            pause=lambda _: None,
        )


def snapshots(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """Return (store, timeframe, as-of date, when it was made, id) of every snapshot."""
    found = []
    for path in sorted(folder.glob("data/snapshots/*/snapshot_*.json")):
        one = parse_snapshot_id(path.stem)
        at = datetime.fromtimestamp(one.epoch_ms / 1000, UTC)
        found.append((path.parent.name, one.timeframe, one.as_of_date.isoformat(), at.isoformat(), path.stem))
    return found


def live_through(folder: Path) -> None:
    """Live through the year, and print what came of it."""
    began = stopwatch.monotonic()
    ticks = instants([at for shop in shops() for _, _, at in shop.dues()])
    with Postbox() as postbox:
        year = Year(folder, postbox)
        year.live(ticks)
        received = [
            (one.recipients[0], one.raw.decode("utf-8", "replace").partition("Message-ID: <")[2].partition("@")[0])
            for one in postbox.received
        ]
    print(
        json.dumps(
            {
                "ticks": [at.isoformat() for at in ticks],
                "told": year.told,
                "statuses": year.statuses,
                "received": received,
                "snapshots": snapshots(folder),
                "verified": main(["verify", "--all"], year.session.world),
                "seconds": stopwatch.monotonic() - began,
            }
        )
    )


if __name__ == "__main__":
    live_through(Path(sys.argv[1]))
