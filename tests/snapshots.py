"""Snapshots made by hand around a content, for the tests of what compares and shows them: no disk."""

from datetime import UTC, datetime
from typing import Any

from omen_cli.model.canonical import canonical_sha256
from omen_cli.model.content import Content
from omen_cli.model.snapshot import Hold, SettingsEntered, Snapshot
from omen_cli.model.sources import InputFile
from omen_cli.model.thresholds import Thresholds


def snapshot_of(content: Content, *, version: int = 1, **values: Any) -> Snapshot:
    """A snapshot of the content, made by omen 0 of nothing, unless told otherwise."""
    period, sha256 = content.period, canonical_sha256(content.plain())
    about = {
        "id": f"snapshot_{period.timeframe}_{period.as_of_date}_{1768176000000 + version}_0123abcd",
        "store_id": "NJWeedWizard",
        "store_name": "NJ Weed Wizard",
        "timeframe": period.timeframe,
        "as_of_date": period.as_of_date,
        "version": version,
        "supersedes": None,
        "reason": None,
        "generated_at": datetime(2026, 1, 12, 13, tzinfo=UTC),
        "request_id": "request-0001",
        "created_by": "tester",
        "created_via": "cli",
        "omen_version": "0",
        "provisional": False,
        "inputs": (),
        "settings": entered(currency=content.currency),
        "rejected": (),
        "hold": Hold(),
        "notes": (),
        "content_sha256": sha256,
        "content": content,
    }
    return Snapshot(**(about | values))


def entered(currency: str = "USD", timezone: str = "UTC", own: dict[str, Any] | None = None, **more: Any):
    """The settings that entered; `more` are thresholds of the store, `own` those of its categories, as recorded."""
    thresholds = Thresholds().entered() | more
    return SettingsEntered(timezone=timezone, currency=currency, thresholds=thresholds, category_thresholds=own or {})


def file(name: str = "inventory.csv", sha256: str = "a", role: str = "inventory", **values: Any) -> InputFile:
    """A file that entered, of 100 bytes and 10 rows unless told otherwise; its hash is one character, repeated."""
    about = {"role": role, "name": name, "date": None, "bytes": 100, "rows": 10, "sha256": sha256 * 64}
    return InputFile(**(about | values))
