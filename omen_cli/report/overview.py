"""A snapshot as a person reads it in a terminal: headline, numbers, what to do, data notes."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Heading, Paragraph
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.advice import advice
from omen_cli.report.data_notes import data_notes
from omen_cli.report.headline import headline
from omen_cli.report.movement import movement
from omen_cli.report.numbers import Numbers
from omen_cli.report.outlook import outlook
from omen_cli.report.sales_table import sales
from omen_cli.report.standing import about, standing
from omen_cli.report.stock_table import stock
from omen_cli.report.verdict import verdict


def overview(snapshot: Snapshot, locale: str) -> tuple[Block, ...]:
    """Return the blocks of a snapshot, in reading order."""
    numbers = Numbers(locale, snapshot.content.currency)
    return (
        *_title(snapshot, numbers),
        *verdict(snapshot.content, numbers),
        *sales(snapshot.content, numbers),
        *movement(snapshot.content, numbers),
        *stock(snapshot, numbers),
        *outlook(snapshot.content, numbers),
        *advice(snapshot.content.recommendations, numbers),
        *data_notes(snapshot),
        Paragraph(
            f"{snapshot.id} · version {snapshot.version} · content {snapshot.content_sha256[:12]}"
            f" · KPI definitions version {snapshot.content.kpi_version}"
        ),
    )


def _title(snapshot: Snapshot, numbers: Numbers) -> Iterator[Block]:
    yield Heading(f"{snapshot.store_name}: {about(snapshot, numbers)}")
    yield from standing(snapshot)
    yield Paragraph(headline(snapshot.content, numbers))
