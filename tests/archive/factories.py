"""Valid snapshots, one-line commits, and child processes that die or fail at the system call that a test chooses."""

import os
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from omen_cli.archive.archive import Archive
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.writing import Committed, commit
from omen_cli.model.canonical import canonical_sha256
from omen_cli.model.content import Content, ItemContent, Kpi, PeriodContent, StockContent
from omen_cli.model.ids import SnapshotId, Timeframe
from omen_cli.model.outlook import Forecasts, Signal, Verdict
from omen_cli.model.snapshot import Entry, Hold, SettingsEntered, Snapshot

STORE = "NJWeedWizard"
DAY = date(2026, 1, 9)
AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
LIMITS = DiskLimits(warn_free_bytes=0, min_free_bytes=0)
CALLS = ("open", "write", "fsync", "link", "rename", "unlink", "mkdir")


def item(sku: str, price: str | None, cost: str | None) -> ItemContent:
    margin = Decimal("50.00") if price and cost else None
    empty = dict.fromkeys(set(ItemContent.model_fields) - {"sku", "unit_price", "unit_cost", "margin_pct"})
    prices = {"unit_price": price and Decimal(price), "unit_cost": cost and Decimal(cost)}
    return ItemContent.model_validate(empty | prices | {"sku": sku, "margin_pct": margin})


def content(timeframe: Timeframe = "weekly", as_of: date = DAY, sales: str = "8088.00") -> Content:
    monday = as_of - timedelta(days=as_of.weekday())
    return Content(
        currency="USD",
        period=PeriodContent(
            timeframe=timeframe,
            as_of_date=as_of,
            timezone="America/New_York",
            start=monday,
            end=monday + timedelta(days=7),
            observed_end=as_of + timedelta(days=1),
            days=7,
            observed_days=as_of.weekday() + 1,
            complete=as_of.weekday() == 6,
            before=None,
            before_days=None,
        ),
        verdict=Verdict(signal="STABLE", runner_up=None),
        signals=(Signal(name="STABLE", rank=3, stake=None, action="Nothing", reason="nothing", consequence="nothing"),),
        kpis={"netSales": Kpi(value=Decimal(sales), unit="money")},
        sums=None,
        net_sales_change=None,
        days=(),
        days_before=(),
        trend=(),
        categories=(),
        movers=None,
        forecasts=Forecasts(horizon_days=14, stock_outs=(), month=None),
        anomalies=(),
        stock=StockContent(basis="current", date=None, units_added_back=None),
        items=(item("BD-8", "7.00", "3.50"), item("GG-4 \u2028 é", None, None), item("ZK-1", "10.00", "5.00")),
        recommendations=(),
        data_notes=(),
    )


def snapshot(
    timeframe: Timeframe = "weekly",
    as_of: date = DAY,
    *,
    store: str = STORE,
    sales: str = "8088.00",
    existing: Entry | None = None,
    at: datetime = AT,
    **other: object,
) -> Snapshot:
    """Return the next version of the key after `existing`, made at `at`."""
    body = content(timeframe, as_of, sales)
    sha256 = canonical_sha256(body.plain())
    epoch_ms = int(at.timestamp() * 1000) + (existing.version if existing else 0)
    values: dict[str, object] = {
        "id": str(SnapshotId(timeframe, as_of, epoch_ms, sha256[:8])),
        "store_id": store,
        "store_name": "NJ Weed Wizard",
        "timeframe": timeframe,
        "as_of_date": as_of,
        "version": existing.version + 1 if existing else 1,
        "supersedes": existing.id if existing else None,
        "reason": None,
        "generated_at": at,
        "request_id": "r-1",
        "created_by": "ann",
        "created_via": "cli",
        "omen_version": "0.1.0",
        "provisional": False,
        "inputs": (),
        "settings": SettingsEntered(timezone="America/New_York", currency="USD", thresholds={}),
        "rejected": (),
        "hold": Hold(),
        "notes": (),
        "content_sha256": sha256,
        "content": body,
    }
    return Snapshot.model_validate(values | other)


def write(
    data: Path,
    timeframe: Timeframe = "weekly",
    as_of: date = DAY,
    *,
    store: str = STORE,
    replaces: bool = False,
    limits: DiskLimits = LIMITS,
    at: datetime = AT,
    **other: object,
) -> Committed:
    """Commit one snapshot: the first version of its key, or, when it `replaces`, the next."""

    def make(existing: Entry | None) -> Snapshot | None:
        if existing and not replaces:
            return None
        return snapshot(timeframe, as_of, store=store, existing=existing, at=at, **other)

    archive = Archive(data, store)
    return commit(archive, timeframe, as_of, make, limits=limits, wait_s=30, at=at, by="ann")


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return every name below `folder` with its bytes; None for what is not a regular file."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in sorted(folder.rglob("*"))
    }


def in_child(work: Callable[..., object], *args: object) -> int:
    """Run `work(*args)` in a forked process; return its exit status: 0 done, 1 it raised, 9 it was made to die."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work(*args)
        os._exit(0)
    except BaseException:  # noqa: BLE001 (the child must end here, whatever it was)
        if os.environ.get("ARCHIVE_TEST_TRACE"):
            traceback.print_exc()
        os._exit(1)


def count_calls(log: Path | None = None, *, names: tuple[str, ...] = CALLS) -> list[str]:
    """Record, in this process from now on, the named system calls of `os` with their path or descriptor's path."""
    calls: list[str] = []

    def before(name: str, place: str) -> None:
        calls.append(f"{name} {place}")
        if log:
            with log.open("a", encoding="utf-8") as lines:
                lines.write(f"{name} {place}\n")

    _wrap(names if log is None else tuple(name for name in names if name != "open"), before, lambda name: None)
    return calls


def strike_at(turn: int, strike: Callable[[str], None], *, is_after: bool, names: tuple[str, ...] = CALLS) -> None:
    """Call `strike(name)` in this process before, or after, the `turn`-th (from 1) of the named system calls."""
    seen = 0

    def count(name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == turn:
            strike(name)

    if is_after:
        _wrap(names, lambda name, place: None, count)
    else:
        _wrap(names, lambda name, place: count(name), lambda name: None)


def die(name: str) -> None:
    """End this process as kill -9 would: nothing is flushed, nothing is cleaned up."""
    os._exit(9)


def _wrap(names: tuple[str, ...], before: Callable[[str, str], None], after: Callable[[str], None]) -> None:
    for name in names:
        setattr(os, name, _wrapped(name, getattr(os, name), before, after))


def _wrapped(name, call, before, after):
    def wrapped(*args, **kwargs):
        place = args[0]
        path = str(Path(f"/proc/self/fd/{place}").readlink()) if isinstance(place, int) else str(place)
        if not path.startswith("/dev/"):
            before(name, path)
        try:
            return call(*args, **kwargs)
        finally:
            if not path.startswith("/dev/"):
                after(name)

    return wrapped
