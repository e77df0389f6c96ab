"""The letters that the checks of the message look at: both sample stores and every kind of snapshot, one hostile."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from omen_cli.intelligence.diff import diff
from omen_cli.model.canonical import load_strict
from omen_cli.model.letter import Correction, Envelope, Letter
from omen_cli.model.moves import TrendContent
from omen_cli.model.snapshot import Hold, Snapshot
from omen_cli.report.letter import letter
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.guards import REPO
from tests.snapshots import snapshot_of
from tests.unit.test_report_overview import busy_week

ENVELOPE = Envelope(
    sender="OMEN <reports@example.com>",
    recipient="owner@njweedwizard.example",
    message_id="<0123456789abcdef0123456789abcdef@example.com>",
    date=datetime(2026, 1, 12, 13, tzinfo=UTC),
    list_id="<njweedwizard.omen.example.com>",
)
HOSTILE = (
    '<script>alert(1)</script>"onmouseover="x()" javascript:x <a href=//evil.example> \u202egnp.exe\u200b'
    "\r\nBcc: victim@example.com =?UTF-8?Q?=0A?= </td></table></style>{{ 7 * 7 }} ' &lt; \x1b[31m " + "W" * 5_000
)
_FREE = frozenset(("name", "category", "reason", "action", "consequence", "text", "store_name", "why_null", "value"))
_CODE = re.compile(r"[A-Z_]{5,}")  # the names of signals and actions
_SAMPLES = (
    ("NJWeedWizard", "weekly"),
    ("NJWeedWizard", "daily"),
    ("NJWeedWizard", "monthly"),
    ("CaliCannabis", "weekly"),
)


@dataclass(frozen=True)
class Case:
    """A snapshot and how its letter is asked for."""

    snapshot: Snapshot
    locale: str = "en_US"
    correction: Correction | None = None
    has_items: bool = False

    @cached_property
    def letter(self) -> Letter:
        """The letter of this case."""
        return letter(self.snapshot, self.locale, correction=self.correction, has_items=self.has_items)


def corrected(reason: str | None = "the export was mended") -> Case:
    """A second version of the busy week, in which the stock of one item was mended, and what it says of the first."""
    before = snapshot_of(busy_week())
    others = tuple(item(f"N-{number}", name=f"New {number}", on_hand="9") for number in range(3))
    of = orders(
        sold("BD-8", 28, last=AS_OF, units=14, gross="490"),
        observed=window(days_before_end(7), gross="490", units=14, orders=9, known_gross="490", known_cost="210"),
        before=(window(days_before_end(14), gross="600", units=20, orders=9, known_cost="300"),),
        velocity_units=28,
    )
    now = concluded(item("BD-8", name="Blue Dream", unit="eighth", on_hand="6"), *others, orders=of)
    shown = snapshot_of(now, version=2, supersedes=before.id, reason=reason)
    return Case(shown, correction=Correction(before.id, 1, reason, diff(before, shown)), has_items=True)


def hostile(text: str = HOSTILE) -> Snapshot:
    """The busy week, in which every text that anybody may choose is this one."""
    of = snapshot_of(
        busy_week(), store_name=text, reason=text, notes=(text, text), hold=Hold(held=True, reasons=(text,))
    )
    plain = of.model_dump()
    return Snapshot.model_validate(_replaced(plain, text))


def crowded() -> Case:
    """A letter in which every list is full and every text is long and costs five times its length in HTML."""
    text = "\"<&'>" * 200
    held = Hold(held=True, reasons=(text,) * 30)
    of = snapshot_of(large(300).content, store_name=text, notes=(text,) * 30, hold=held, provisional=True)
    shown = Snapshot.model_validate(_replaced(of.model_dump(), text))
    return Case(with_trend(shown), "he_IL", corrected(text).correction, has_items=True)


def _replaced(value: Any, text: str, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(one, text, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_replaced(one, text, name) for one in value)
    return text if name in _FREE and isinstance(value, str) and not _CODE.fullmatch(value) else value


def large(count: int = 3_000) -> Snapshot:
    """A store of so many items in up to 300 categories with long names, of which most are to be reordered."""
    items = [
        item(f"SKU-{at:04}", name=f"Item {at} <&\"'> " + "ж" * 90, category=f"Category {at % 300} & " + "é" * 70,
             on_hand=str(at % 9), unit_price="20", unit_cost=str(4 + at % 14))
        for at in range(count)
    ]  # fmt: skip
    of = orders(
        *(sold(f"SKU-{at:04}", 28, last=AS_OF, units=7, gross="140", before={"units": 1 + at % 20, "gross": str(20 + at % 400)}) for at in range(count)),
        observed=window(days_before_end(7), gross="420000", units=21_000, orders=9_000),
        before=(window(days_before_end(14), gross="657000", units=30_000, orders=9_900),),
    )  # fmt: skip
    return snapshot_of(concluded(*items, orders=of))


def with_trend(snapshot: Snapshot) -> Snapshot:
    """The snapshot with eight weeks before its own, the last of them without sales."""
    week = timedelta(days=7)
    start = snapshot.content.period.start
    trend = tuple(
        TrendContent(start=start - back * week, end=start - back * week + week, complete=True, orders=9,
                     net_sales=Decimal(back % 4 * 1_250), gross_margin_pct=None)
        for back in range(8, -1, -1)
    )  # fmt: skip
    return snapshot.model_copy(update={"content": snapshot.content.model_copy(update={"trend": trend})})


@cache
def made_cases() -> Mapping[str, Case]:
    """The cases that need no files, by name."""
    running = busy_week(5, as_of=AS_OF.replace(day=9))
    held = Hold(held=True, reasons=("12 of 60 rows of orders were set aside, more than 5 %",))
    return {
        "busy": Case(with_trend(snapshot_of(busy_week())), has_items=True),
        "corrected": corrected(),
        "corrected-lost": Case(
            snapshot_of(busy_week(), version=2), correction=Correction("snapshot_weekly_2026-01-11_1_00", 1, None, None)
        ),
        "held": Case(snapshot_of(running, hold=held)),
        "provisional": Case(snapshot_of(running, provisional=True)),
        "no-orders": Case(snapshot_of(concluded(item(name="Blue Dream"), item("B", on_hand="3")))),
        "german": Case(with_trend(snapshot_of(busy_week(currency="EUR"))), "de_DE"),
        "hebrew": Case(with_trend(snapshot_of(busy_week(currency="ILS"))), "he_IL", has_items=True),
        "arabic": Case(with_trend(snapshot_of(busy_week())), "ar"),
        "hostile": Case(with_trend(hostile()), has_items=True),
        "crowded": crowded(),
        "large": Case(with_trend(large()), has_items=True),
    }  # fmt: skip


def sample_cases(folder: Path, omen: Callable[..., Any]) -> dict[str, Case]:
    """The shipped stores' snapshots as of 2026-01-11, generated below `folder`."""
    config = folder / "stores.yaml"
    text = (REPO / "stores.yaml").read_text("utf-8").replace("data: data ", f"data: {folder}/data ")
    config.write_text(text.replace("data/exports", f"{REPO}/data/exports"), "utf-8")
    found = {}
    for store, timeframe in _SAMPLES:
        asked = ("--store", store, "--timeframe", timeframe, "--as-of", "2026-01-11")
        run = omen("generate", "--config", config, *asked, "-q")
        assert run.code == 0, run.err
        (path,) = (folder / "data" / "snapshots" / store).glob(f"snapshot_{timeframe}_*.json")
        snapshot = Snapshot.model_validate(load_strict(path.read_bytes()))
        found[f"{store}-{timeframe}"] = Case(snapshot, has_items=True)
    return found


def names_of(html: str) -> list[str]:
    """Every tag of a page with the names of its attributes, in order: what no data may change."""
    return [re.sub(r'="[^"]*"', "", tag) for tag in re.findall(r"<[^>]*>", html)]
