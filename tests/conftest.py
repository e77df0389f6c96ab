"""The fixtures that every test may use, and the guards that every test runs under.

`omen("generate", "--store", "X")` enters where cron does, through `main(argv)`, with a world made of values.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.factories import write_two_stores
from tests.guards import GUARDS, REPO, skip_problem

settings.register_profile("omen", deadline=None)  # a busy machine is not a failure
settings.load_profile("omen")

REQUIRE_ALL = os.environ.get("OMEN_TEST_REQUIRE_ALL") == "1"
for _name in [name for name in os.environ if name.startswith("OMEN_") and not name.startswith("OMEN_TEST_")]:
    del os.environ[_name]  # an operator's shell must not reach the tests, nor the processes that they start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest by far, so that no worker waits for it alone in the end."""
    items.sort(key=lambda item: "simulation" not in item.path.parts)


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = datetime(2026, 1, 19, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time, aware."""
        return self.now

    def advance(self, **timedelta_parts: float) -> None:
        """Let time pass: `clock.advance(hours=1)`."""
        self.now += timedelta(**timedelta_parts)


@dataclass(frozen=True)
class Run:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout, numbers with a point as Decimal."""
        return json.loads(self.out, parse_float=Decimal)

    @property
    def data(self) -> Any:
        """The `data` of an answer that is ok."""
        assert self.json["ok"], self.out
        return self.json["data"]

    @property
    def id(self) -> str:
        """The id of the one snapshot that `generate` answered with."""
        (result,) = self.data["results"]
        return result["snapshotId"]


@dataclass
class Omen:
    """Runs `omen` in this process, in a world of its own; `cwd` and `clock` hold for all its runs.

    No run waits: `pauses` is how long each would have waited between tries, `pause` what is done instead.
    """

    cwd: Path
    clock: Clock
    pauses: list[float] = field(default_factory=list)
    request_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(
        self,
        *argv: object,
        now: datetime | str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        is_tty: bool = False,
        width: int = 100,
        pause: Callable[[float], None] | None = None,
        mounts: Path = Path("/proc/self/mountinfo"),
    ) -> Run:
        from omen_cli.cli.main import main
        from omen_cli.cli.session import World

        out, err = StringIO(), StringIO()
        world = World(
            environ=dict(env or {}),
            cwd=cwd or self.cwd,
            now=self.clock if now is None else _standing_at(now),
            new_request_id=lambda: f"request-{next(self.request_ids):04d}",
            user=lambda: "tester",
            stdout=out,
            stderr=err,
            stdout_is_tty=is_tty,
            stderr_is_tty=is_tty,
            width=width,
            pause=pause or self.pauses.append,
            random_bytes=os.urandom,
            mounts=mounts,
        )
        with redirect_stdout(out), redirect_stderr(err):  # what goes around the world is seen too
            code = main([str(word) for word in argv], world)
        assert type(code) is int
        return Run(code, out.getvalue(), err.getvalue())


def _standing_at(now: datetime | str) -> Callable[[], datetime]:
    moment = datetime.fromisoformat(now) if isinstance(now, str) else now
    assert moment.tzinfo, "a time without an offset"
    return lambda: moment


@dataclass(frozen=True)
class TwoStores:
    """NJWeedWizard and CaliCannabis with their exports, ready to be asked."""

    config: Path
    omen: Omen

    @property
    def data(self) -> Path:
        """The data root; nothing is there before the first command writes."""
        return self.config.parent / "data"

    def archive(self, store: str) -> Path:
        """The folder of one store's archive."""
        return self.data / "snapshots" / store

    def generate(self, store: str, as_of: str, timeframe: str = "weekly", *more: str) -> Run:
        """Generate a snapshot with `--json`, and insist that it worked."""
        run = self.omen("generate", "--store", store, "--timeframe", timeframe, "--as-of", as_of, "--json", *more)
        assert run.code == 0, run.out + run.err
        return run

    def tree(self, store: str) -> dict[str, bytes]:
        """Every file of one store's archive, by its path in it, for comparing whole archives."""
        root = self.archive(store)
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}

    def audit(self, store: str) -> list[dict[str, Any]]:
        """One store's audit, oldest first."""
        months = sorted((self.archive(store) / "audit").glob("*.jsonl"))
        return [json.loads(line) for month in months for line in month.read_text("utf-8").splitlines()]


@pytest.fixture
def clock() -> Clock:
    """The clock of `omen`: Monday 2026-01-19, 15:00 UTC, until a test sets or advances it."""
    return Clock()


@pytest.fixture
def omen(tmp_path: Path, clock: Clock) -> Omen:
    """`omen(*argv, now=…, env=…, cwd=…) -> Run(code, out, err)`, in `tmp_path`."""
    return Omen(cwd=tmp_path, clock=clock)


@pytest.fixture
def two_stores(tmp_path: Path, omen: Omen) -> TwoStores:
    """Two stores in `tmp_path`, where `omen` finds their stores.yaml."""
    return TwoStores(config=write_two_stores(tmp_path), omen=omen)


@pytest.fixture(scope="session")
def repo() -> Path:
    """The checkout, for reading."""
    return REPO


@pytest.fixture(scope="session", autouse=True)
def _guards_watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with GUARDS.watch([tmp_path_factory.getbasetemp()]):
        yield


@pytest.fixture(autouse=True)
def _guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start every test in its own folder, and fail it when a guard tripped, whoever caught the exception."""
    monkeypatch.chdir(tmp_path)
    yield
    tripped = GUARDS.take()
    if tripped:
        pytest.fail("reached outside the test:\n" + "\n".join(tripped), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _judge_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    _judge_skip(report)
    return report


def _judge_skip(report: Any) -> None:
    """Turn a skip into a failure where it has no reason, or where nothing may be skipped."""
    if report.outcome != "skipped":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    problem = skip_problem(reason, require_all=REQUIRE_ALL)
    if problem:
        report.outcome, report.longrepr = "failed", problem
