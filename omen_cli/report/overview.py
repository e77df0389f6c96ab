"""A snapshot as a person reads it in a terminal: headline, numbers, what to do, data notes."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Action, Recommendation
from omen_cli.model.item_name import item_name
from omen_cli.model.snapshot import Snapshot
from omen_cli.model.sources import RejectedRows
from omen_cli.report.headline import headline
from omen_cli.report.labels import ACTION_LABELS
from omen_cli.report.movement import movement
from omen_cli.report.numbers import Numbers
from omen_cli.report.outlook import outlook
from omen_cli.report.sales_table import sales
from omen_cli.report.stock_table import stock
from omen_cli.report.verdict import verdict

MAX_OF_ACTION = 5
MAX_SKUS = 6


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
        *_advice(snapshot.content.recommendations, numbers),
        *_notes(snapshot),
        Paragraph(
            f"{snapshot.id} · version {snapshot.version} · content {snapshot.content_sha256[:12]}"
            f" · KPI definitions version {snapshot.content.kpi_version}"
        ),
    )


def _title(snapshot: Snapshot, numbers: Numbers) -> Iterator[Block]:
    period = snapshot.content.period
    yield Heading(f"{snapshot.store_name}: {snapshot.timeframe} snapshot, {numbers.span(period.start, period.end)}")
    if snapshot.hold.held:
        yield Paragraph(f"HELD, not to be sent: {'; '.join(snapshot.hold.reasons)}", is_alarming=True)
    if snapshot.provisional:
        yield Paragraph(f"PROVISIONAL: made before {period.as_of_date} was over", is_alarming=True)
    if snapshot.supersedes:
        why = f": {snapshot.reason}" if snapshot.reason else ""
        yield Paragraph(f"Supersedes {snapshot.supersedes}{why}")
    yield Paragraph(headline(snapshot.content, numbers))


def _advice(advice: tuple[Recommendation, ...], numbers: Numbers) -> Iterator[Block]:
    """Yield what to do: the first of each action, so that fifty items to reorder hide nothing else."""
    if not advice:
        yield Heading("What to do: nothing stands out")
        return
    counts: Counter[Action] = Counter()
    shown: list[tuple[str, ...]] = []
    for one in advice:
        counts[one.action] += 1
        if counts[one.action] <= MAX_OF_ACTION:
            shown.append(_advice_row(one, numbers))
    more = [(action, count - MAX_OF_ACTION) for action, count in counts.items() if count > MAX_OF_ACTION]
    yield Heading(f"What to do: {len(shown)} of {len(advice)}, the first of each kind" if more else "What to do")
    columns = ("action", "item", "why", "at stake", "confidence")
    yield Table(columns, tuple(shown), right=frozenset({"at stake", "confidence"}))
    if more:
        yield Paragraph(f"More of them: {', '.join(f'{ACTION_LABELS[action]} {count}' for action, count in more)}")


def _advice_row(one: Recommendation, numbers: Numbers) -> tuple[str, ...]:
    return (
        ACTION_LABELS[one.action],
        item_name(one.sku, one.name, one.unit),
        one.reason,
        numbers.amount(one.money_at_stake, "money"),
        numbers.two_decimals(one.confidence),
    )


def _notes(snapshot: Snapshot) -> Iterator[Block]:
    lines = [_note(note.text, note.skus) for note in snapshot.content.data_notes]
    lines += [_set_aside(rows) for rows in snapshot.rejected]
    lines += snapshot.notes
    if lines:
        yield Heading("Data notes")
        yield from (Paragraph(f"- {line}") for line in lines)


def _note(text: str, skus: tuple[str, ...]) -> str:
    if not skus:
        return text
    more = f" and {len(skus) - MAX_SKUS} more" if len(skus) > MAX_SKUS else ""
    return f"{text} ({', '.join(skus[:MAX_SKUS])}{more})"


def _place(file: str) -> str:
    """Return what is counted in the file: physical lines of a CSV, rows of anything else."""
    return "line" if file.lower().removesuffix(".gz").endswith(".csv") else "row"


def _set_aside(rows: RejectedRows) -> str:
    where = "; ".join(
        f"{one.file} {_place(one.file)} {one.line}" + (f": {one.value!r}" if one.value else "") for one in rows.examples
    )
    count = "1 row" if rows.count == 1 else f"{Decimal(rows.count):,} rows"
    return f"{count} of {rows.role} set aside: {rows.reason}" + (f" ({where})" if where else "")
