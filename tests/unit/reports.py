"""A snapshot around a content, and how it reads: for the tests of the report."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from omen_cli.cli.output import write_blocks
from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Content
from omen_cli.model.snapshot import Hold, SettingsEntered, Snapshot
from omen_cli.model.thresholds import Thresholds
from omen_cli.report.overview import overview


def snapshot(content: Content, **values: Any) -> Snapshot:
    """The snapshot of a content, ok and complete unless told otherwise."""
    about = {
        "id": "snapshot_weekly_2026-01-11_1768176000000_0123abcd",
        "store_id": "NJWeedWizard",
        "store_name": "NJ Weed Wizard",
        "timeframe": content.period.timeframe,
        "as_of_date": content.period.as_of_date,
        "version": 1,
        "supersedes": None,
        "reason": None,
        "generated_at": datetime(2026, 1, 12, 13, tzinfo=UTC),
        "request_id": "request-0001",
        "created_by": "tester",
        "created_via": "cli",
        "omen_version": "0",
        "provisional": False,
        "inputs": (),
        "settings": SettingsEntered(timezone="UTC", currency=content.currency, thresholds=Thresholds().entered()),
        "rejected": (),
        "hold": Hold(),
        "notes": (),
        "content_sha256": "0123abcd" * 8,
        "content": content,
    }
    return Snapshot(**(about | values))


def text(of: Snapshot, locale: str = "en_US", *, is_tty: bool = False, width: int = 120) -> str:
    """What is written of it, in a pipe or on a terminal."""
    out = StringIO()
    write_blocks(out, overview(of, locale), is_tty=is_tty, width=width)
    return out.getvalue()


def table(of: Snapshot, column: str, locale: str = "en_US") -> list[dict[str, str]]:
    """The first table that has this column, as rows of cells by column."""
    found = next(block for block in overview(of, locale) if isinstance(block, Table) and column in block.columns)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def lines(blocks: Sequence[Block]) -> list[str]:
    """The headings and paragraphs, each a line."""
    return [block.text for block in blocks if isinstance(block, Heading | Paragraph)]


def rows(blocks: Sequence[Block], column: str) -> list[tuple[str, ...]]:
    """The rows of the first table that has this column."""
    return list(next(block for block in blocks if isinstance(block, Table) and column in block.columns).rows)
