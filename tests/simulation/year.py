"""Lives through the year in a process of its own, in a folder, and prints what came of it as JSON: `year.py FOLDER`.

The archive, its protocol, its locks and the mail server are real, always. Some ticks are whole: `main(["run", …])`, as
cron has it, with settings read anew, real computing, real messages, an exit status and a line in the log. The others
enter where `main` has found settings and means; the snapshots are then made of one that was computed for the same store
and timeframe, and the messages are small, since it is the schedule that is looked at here. What is computed of a broken
export is computed.
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
from tests.simulation.calendar import BROKEN, BROKEN_STORE, FULL, START, acting, instants, is_put_off, shops

_WHOLE_ONE_IN, _WHOLE_QUIET_ONE_IN = 60, 60  # of the ticks at which something is due, and of the others
_RUN = ("run", "--json", "--quiet", "--lock-wait", "0.2")
_INVENTORY = "sku,name,on_hand,unit_cost,unit_price\nA-1,Apple,10,1.00,2.00\nB-1,Pear,20,1.50,3.00\n"


class Mailbox(Postbox):
    """The mail server: it puts off what the calendar says, and notes to whom something was offered, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.offered: list[tuple[str, str]] = []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802  aiosmtpd's name
        """Note who is asked for."""
        self.offered.append((self.now.isoformat(), address))
        if is_put_off(address, self.now):
            return "451 4.3.0 later"
        return await super().handle_RCPT(server, session, envelope, address, rcpt_options)


class Year:
    """One installation, and its clock."""

    def __init__(self, folder: Path, mailbox: Mailbox) -> None:
        self.folder, self.mailbox = folder, mailbox
        self.now = START
        self.computed: dict[tuple[str, str], object] = {}
        self.requests = count()
        self.told: list[tuple[str, str, str, str]] = []
        self.statuses: list[tuple[str, int]] = []
        self.whole: list[str] = []
        self._acting, self._turns = acting(), Counter()
        self._full = self._broken = False
        self._write_exports()
        self._configure()

    def live(self, ticks: list[datetime]) -> None:
        """Run every tick."""
        for at in ticks:
            self.now = self.mailbox.now = at
            self._happen(at)
            self._tick(is_whole=self._is_whole(at))

    def _is_whole(self, at: datetime) -> bool:
        is_acting = at in self._acting
        self._turns[is_acting] += 1
        return self._turns[is_acting] % (_WHOLE_ONE_IN if is_acting else _WHOLE_QUIET_ONE_IN) == 0

    def _happen(self, at: datetime) -> None:
        if (at in BROKEN) != self._broken:
            self._broken = at in BROKEN
            (self.folder / BROKEN_STORE / "inventory.csv").write_text("nonsense\n" if self._broken else _INVENTORY)
        if (at in FULL) != self._full:
            self._full = at in FULL
            self._configure()

    def _tick(self, *, is_whole: bool) -> None:
        if is_whole:
            world = self._world()
            status = main(_RUN, world)
            self.whole.append(self.now.isoformat())
        else:
            world = self.session.world
            for stream in (world.stdout, world.stderr):
                stream.seek(0)
                stream.truncate()
            status = self._run_once()
        self.statuses.append((self.now.isoformat(), status))
        answer = json.loads(world.stdout.getvalue())
        at, said = self.now.isoformat(), world.stderr.getvalue()
        if not answer["ok"]:
            alone = {"storeId": "", "about": "", "code": answer["error"]["code"]}  # an error that ends the whole tick
            failures = answer["error"].get("failures", [alone])
            self.told += [(at, one["storeId"], one["about"], one["code"]) for one in failures]
        elif said:
            self.told.append((at, "", "", said))

    def _run_once(self) -> int:
        session = self.session
        try:
            run_once(session.begin("run", config=None, as_json=True, quiet=True), 0.2, self.means)
        except Exception as error:  # noqa: BLE001  as main does
            return report(session, error)
        return 0

    def _compute(self, request):
        frame, name = request.timeframe, request.store.store_id
        is_broken = name == BROKEN_STORE and self.now in BROKEN
        if is_broken or (name, frame) not in self.computed:
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
        return Tools(composed, real.transport, real.now, real.pause, ())

    def _configure(self) -> None:
        least = 10**9 if self._full else 0
        text = f'version: 1\nmail: {{url: "{self.mailbox.url}", from: "OMEN <reports@example.com>"}}\n'
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


def logged(folder: Path) -> list[tuple[str, str, int]]:
    """Return when each command of the log began, which it was, and how it ended."""
    lines = (line for path in sorted(folder.glob("data/log/*.jsonl")) for line in path.read_text().splitlines())
    return [(one["at"], one["command"], one["exitStatus"]) for one in map(json.loads, lines)]


def live_through(folder: Path) -> None:
    """Live through the year, and print what came of it."""
    began = stopwatch.monotonic()
    ticks = instants()
    with Mailbox() as mailbox:
        year = Year(folder, mailbox)
        year.live(ticks)
        received = [
            (one.recipients[0], one.raw.decode("utf-8", "replace").partition("Message-ID: <")[2].partition("@")[0])
            for one in mailbox.received
        ]
    answer = {
        "ticks": [at.isoformat() for at in ticks],
        "told": year.told,
        "statuses": year.statuses,
        "whole": year.whole,
        "logged": logged(folder),
        "received": received,
        "offered": mailbox.offered,
        "snapshots": snapshots(folder),
        "verified": main(["verify", "--all"], year.session.world),
    }
    answer |= {"seconds": stopwatch.monotonic() - began, "processorSeconds": stopwatch.process_time()}
    print(json.dumps(answer))


if __name__ == "__main__":
    live_through(Path(sys.argv[1]))
