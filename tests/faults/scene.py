"""A scene: a prepared installation, one command that writes, and what must hold after it.

Facts are computed once a process, before anything forks: `generate` runs as the command does, with a `compute` that
hands them over.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from omen_cli.cli.failure import report
from omen_cli.cli.generated import answer_generated, serve_all
from omen_cli.cli.main import main
from omen_cli.cli.session import Session, World
from omen_cli.config.load import load_settings
from omen_cli.model.content import Kpi
from omen_cli.model.snapshot import Computed
from omen_cli.workflows.batch import jobs_for
from omen_cli.workflows.request import Request
from tests.factories import STORES, STORES_YAML, write_two_stores
from tests.faults.calls import Call, intercept
from tests.faults.children import KILLED, Died, in_child
from tests.faults.images import Image, capture, lay
from tests.faults.taken import DELIVERY

NJ, CALI = STORES
AT = datetime(2026, 1, 19, 15, 0, tzinfo=UTC)
LOCK_WAIT_S = 0.2
WEEK, DAY, SAME_MONTH, NEW_MONTH = "2026-01-11", "2026-01-09", "2026-01-08", "2025-12-23"
_KEYS = (("weekly", WEEK), ("daily", DAY), ("daily", SAME_MONTH), ("daily", NEW_MONTH), ("daily", "2025-12-30"))
_LISTS = ("days", "days_before", "categories", "items", "recommendations")
_KEPT = ("created", "duplicate_prevented", "unchanged")

Acknowledged = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What a command answered.

    `acknowledged` are the (store, id) of the snapshots that it said are kept, and the (store, `delivery KEY`) of the
    deliveries that it said were sent.
    """

    status: int
    text: str
    acknowledged: Acknowledged = frozenset()

    @property
    def snapshots(self) -> int:
        """Return how many snapshots it said are kept."""
        return sum(not name.startswith(DELIVERY) for _, name in self.acknowledged)


@dataclass(frozen=True)
class Scene:
    """One writing command on one prepared installation.

    `prepare(folder)` makes stores.yaml and data; `run(folder, at)` is the command, called in a forked child;
    `statuses` are its exit statuses when nothing goes wrong, `answers` how many snapshots it then acknowledges,
    `untouched` the stores whose archive it must not change by a byte. When it has been run to its end, `omen verify`
    finds nothing but `findings`, and `problems(folder)` says what else is not as it should be.
    """

    name: str
    command: str
    prepare: Callable[[Path], None]
    run: Callable[[Path, datetime], Answer]
    statuses: frozenset[int] = frozenset({0})
    answers: int = 0
    untouched: tuple[str, ...] = (CALI,)
    findings: frozenset[str] = frozenset()
    problems: Callable[[Path], list[str]] = field(default=lambda folder: [])


def later(runs: int) -> datetime:
    """Return the time of the next run: an hour after each before it."""
    return AT + timedelta(hours=runs)


def world(folder: Path, at: datetime) -> World:
    """Return a world of values; what is printed is in its streams."""
    return World(
        environ={},
        cwd=folder,
        now=lambda: at,
        new_request_id=lambda: f"request-{at:%H%M}",
        user=lambda: "tester",
        stdout=StringIO(),
        stderr=StringIO(),
        stdout_is_tty=False,
        stderr_is_tty=False,
        width=100,
        pause=lambda seconds: None,
        random_bytes=lambda count: bytes(range(count)),
    )


def omen(folder: Path, at: datetime, *argv: str) -> Answer:
    """Run one `omen` in this process, as cron does."""
    outside = world(folder, at)
    return answered(outside, main([*argv, "--json"], outside))


def generate(
    folder: Path,
    at: datetime,
    *,
    store: str | None = NJ,
    frame: str = "daily",
    as_of: str = DAY,
    policy: str = "skip",
    sales: int = 0,
) -> Answer:
    """Run `omen generate` on facts that were computed before; `store` None is --all, `sales` changes the content."""
    outside = world(folder, at)
    session = Session(outside, as_json=True)
    try:
        session.begin("generate", config=None, as_json=True)
        batch = jobs_for(
            session.settings,
            session.caller(LOCK_WAIT_S),
            lambda request: facts_of(request, sales),
            store_id=store,
            all_stores=store is None,
            timeframe=frame,
            as_of=as_of,
            span=(None, None),
            policy=policy,
            reason="asked for" if policy == "replace" else None,
            is_dry_run=False,
        )
        answer_generated(session, batch, serve_all(session, batch))
        status = 0
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001  as main does
        status = report(session, error)
    return answered(outside, status)


def answered(outside: World, status: int) -> Answer:
    """Return what the streams of the world hold; an answer that is cut off acknowledges nothing."""
    out, err = outside.stdout.getvalue(), outside.stderr.getvalue()
    try:
        document = json.loads(out)
    except ValueError:
        document = {}
    about = document.get("data") if document.get("ok") else document.get("error")
    results = about.get("results", []) if isinstance(about, dict) else []
    kept = [one for one in results if isinstance(one, dict) and one.get("outcome") in _KEPT]
    return Answer(status, out + err + _trace(out), frozenset((one["storeId"], one["snapshotId"]) for one in kept))


def _trace(out: str) -> str:
    """Return the end of the trace that a bug's message names, and remove it from the temporary files."""
    named = re.search(r"its trace is in (\S+?\.txt)", out)
    if not (named and Path(named[1]).is_file()):
        return ""
    text = Path(named[1]).read_text("utf-8")
    Path(named[1]).unlink()
    return text[-500:]


def facts_of(request: Request, sales: int) -> Computed:
    """Return the facts of a request, with so much more net sales than the exports have."""
    computed = facts()[request.store.store_id, request.timeframe, request.as_of_date.isoformat()]
    if not sales:
        return computed
    kpi = computed.content.kpis["netSales"]
    kpis = {**computed.content.kpis, "netSales": Kpi(value=(kpi.value or 0) + sales, unit=kpi.unit)}
    return computed.model_copy(update={"content": computed.content.model_copy(update={"kpis": kpis})})


@cache
def facts() -> Mapping[tuple[str, str, str], Computed]:
    """Compute everything that the scenes ask for, once, in a child: the database never enters this process."""
    return in_child(_compute_all)


def _compute_all() -> Mapping[tuple[str, str, str], Computed]:
    from omen_cli.workflows.compute import compute

    with TemporaryDirectory(prefix="omen-faults-") as folder:
        settings = load_settings(write_two_stores(Path(folder)), {})
        return {
            (store.store_id, frame, day): _small(compute(Request(store, frame, date.fromisoformat(day)), threads=1))
            for store in settings.stores.values()
            for frame, day in _KEYS
        }


def _small(computed: Computed) -> Computed:
    """Return the facts with one row of each list: what is written fails the same, and every run is quicker."""
    content = computed.content
    fewer = {name: getattr(content, name)[:1] for name in _LISTS}
    return computed.model_copy(update={"content": content.model_copy(update=fewer)})


def install(folder: Path, *, min_free_gb: int = 0) -> None:
    """Make the installation without data: stores.yaml, and no exports, since nobody reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    warn = max(min_free_gb, 0)
    text = f"{STORES_YAML}disk: {{warn_free_gb: {warn}, min_free_gb: {min_free_gb}}}\n"
    (folder / "stores.yaml").write_text(text, "utf-8")


def archive(folder: Path, store: str = NJ) -> Path:
    """Return the folder of a store's archive."""
    return folder / "data" / "snapshots" / store


def snapshots(folder: Path, pattern: str = "", store: str = NJ) -> list[Path]:
    """Return the files of a store's snapshots whose name begins so, oldest first."""
    return sorted(archive(folder, store).glob(f"snapshot_{pattern}*.json"))


@cache
def _grown() -> Image:
    """Both stores with a weekly and a daily snapshot of January, made as always."""
    facts()
    with TemporaryDirectory(prefix="omen-faults-") as name:
        folder = Path(name)
        install(folder)
        made(folder, store=None, frame="weekly", as_of=WEEK)
        made(folder, store=None, frame="daily", as_of=SAME_MONTH)
        return capture(folder)


def grown(folder: Path) -> None:
    """Prepare both stores with two snapshots each."""
    install(folder)
    lay(_grown(), folder)


def grown_id(store: str, frame: str) -> str:
    """Return the id of a snapshot that `grown` gives to a store; nothing below the data root is read for it."""
    return next(Path(name).stem for name in _grown() if f"/{store}/snapshot_{frame}_" in name)


def made(folder: Path, **what: Any) -> None:
    """Make a snapshot, as `generate` does; the scene needs it."""
    answer = in_child(lambda: generate(folder, AT - timedelta(hours=1), **what))
    if answer.status:
        raise RuntimeError(f"a scene could not be prepared: {answer.status}: {answer.text}")


def dying_at(folder: Path, name: str, turn: int, work: Callable[[], Any]) -> None:
    """Run `work` in a child that dies right after its `turn`-th call of that name below the data root."""
    seen = 0

    def strike(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal seen
        answer = go()
        seen += call.name == name
        if seen == turn:
            import os

            os._exit(KILLED)
        return answer

    try:
        in_child(lambda: (intercept(folder / "data", strike), work()))
    except Died:
        return
    raise RuntimeError(f"a scene could not be prepared: there is no {name} number {turn}")
