"""What a letter says of a snapshot, in reading order: first what to do, last how the numbers are made."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from omen_cli.model.blocks import Paragraph, Table
from omen_cli.model.letter import Correction
from omen_cli.model.moves import CategoryContent
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.advice import advice
from omen_cli.report.data_notes import data_notes
from omen_cli.report.headline import headline
from omen_cli.report.letter_basis import basis
from omen_cli.report.letter_blocks import sections
from omen_cli.report.letter_notices import notices
from omen_cli.report.letter_said import Said, Section
from omen_cli.report.letter_stock import dead_stock
from omen_cli.report.letter_tiles import tiles
from omen_cli.report.movement import movement
from omen_cli.report.numbers import Numbers
from omen_cli.report.outlook import month, stock_outs
from omen_cli.report.sales_table import sales
from omen_cli.report.stock_table import stock
from omen_cli.report.subject import period, store_name
from omen_cli.report.trend_chart import trend_words
from omen_cli.report.trend_periods import periods, trend_title
from omen_cli.report.verdict import verdict

MAX_OF_ACTION = 2


def said(snapshot: Snapshot, locale: str, correction: Correction | None, file: str | None) -> Said:
    """Return all that the letter says; `file` is the name of what is attached, None without."""
    content, numbers = snapshot.content, Numbers(locale, snapshot.content.currency)
    where = "in the snapshot itself" if file is None else "in the attached file or the snapshot itself"
    (first,) = sections(verdict(content, numbers), "")
    return Said(
        store_name=store_name(snapshot),
        kind=f"{snapshot.timeframe.capitalize()} snapshot",
        period=period(snapshot, locale),
        notices=tuple(notices(snapshot, numbers, correction)),
        verdict=replace(first, tone="calm" if content.verdict.signal == "STABLE" else "act"),
        headline=headline(content, numbers),
        tiles=tuple(tiles(content, numbers)),
        sections=tuple(_sections(snapshot, numbers, where)),
        closing=tuple(_closing(snapshot, file)),
        where=where,
    )


def _sections(snapshot: Snapshot, numbers: Numbers, where: str) -> Iterator[Section]:
    content = snapshot.content
    if periods(content):
        yield Section(trend_title(content), (Paragraph(trend_words(content, numbers)),), shape="trend")
    for section in sections(advice(content.recommendations, numbers, MAX_OF_ACTION), ""):
        yield replace(section, shape="advice")
    for section in sections(movement(content, numbers), ""):
        yield _with_bars(section, content.categories)
    yield from sections(stock_outs(content, numbers), "")
    yield from dead_stock(snapshot, numbers, where)
    yield from sections(month(content, numbers), "Outlook")
    yield from sections(sales(content, numbers), "")
    yield from sections(stock(snapshot, numbers), "")
    for section in sections(data_notes(snapshot), ""):
        yield replace(section, shape="small")
    yield basis(snapshot)


def _with_bars(section: Section, categories: Sequence[CategoryContent]) -> Section:
    """Return the section of the categories with a bar a row, the longest for what sold most."""
    is_of_categories = any(isinstance(one, Table) and one.columns[0] == "category" for one in section.blocks)
    most = max((one.net_sales for one in categories), default=0)
    if not is_of_categories or most <= 0:
        return section
    return replace(section, shape="bars", bars=tuple(max(int(one.net_sales * 100 / most), 0) for one in categories))


def _closing(snapshot: Snapshot, file: str | None) -> Iterator[str]:
    if file is not None:
        yield f"Attached: {file}, every item with its numbers."
    made = snapshot.generated_at.isoformat(sep=" ", timespec="minutes")
    yield f"{snapshot.id} · version {snapshot.version} · made {made} by omen {snapshot.omen_version}"
    yield f"Content hash: {snapshot.content_sha256}"
    yield f"All of it: omen show --store {snapshot.store_id} --snapshot {snapshot.id}"
