"""What must be known before a number is read: held, provisional, corrected."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.letter import Correction
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.difference import kpis
from omen_cli.report.letter_said import Section
from omen_cli.report.numbers import Numbers

MAX_KPIS = 6
_LOST = "What changed cannot be said: the version before is not kept any more."
_COUNTED_OTHERWISE = "What changed cannot be said: the version before is of the old system, which counted otherwise."


def notices(snapshot: Snapshot, numbers: Numbers, correction: Correction | None) -> Iterator[Section]:
    """Yield the notices, the gravest first; none for a snapshot that is whole, in order and the first that was sent."""
    if snapshot.hold.held:
        reasons = tuple(Paragraph(f"- {reason}") for reason in snapshot.hold.reasons)
        yield Section("Held: the data look wrong, so do not rely on these numbers", reasons, tone="alarm")
    if snapshot.provisional:
        day = numbers.day(snapshot.content.period.as_of_date)
        text = f"It was made before {day} was over: its numbers will still change."
        yield Section("Provisional", (Paragraph(text),), tone="act")
    if correction is not None:
        title = f"Corrected: version {snapshot.version} takes the place of {_before(correction, snapshot.version)}"
        yield Section(title, tuple(_correction(numbers, correction)), tone="note")


def _before(correction: Correction, version: int) -> str:
    """Return the name of what was sent before: its number is in use again where it was removed since."""
    is_named = 0 < correction.before_version < version
    return f"version {correction.before_version}" if is_named else "one that was sent before and is not kept any more"


def _correction(numbers: Numbers, correction: Correction) -> Iterator[Block]:
    yield Paragraph(f"Why: {correction.reason or 'no reason was given'}")
    found = correction.difference
    if found is None:
        yield Paragraph(_COUNTED_OTHERWISE if correction.is_of_the_old_system else _LOST)
    elif found.same_content:
        yield Paragraph("The numbers are the same, all of them.")
    else:
        was = numbers.in_currency(found.before.currency)
        if found.verdict is not None and found.verdict.before.action:
            yield Paragraph(f"Before: what to do first was: {found.verdict.before.action}")
        yield from _kpis(kpis(found, was, numbers, shows_all=False))
    yield Paragraph(f"Replaces: {correction.before_id}")


def _kpis(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield the first KPIs of those that differ, old and new; how many do is said in words."""
    for block in blocks:
        if not isinstance(block, Table):
            yield Paragraph(f"{block.text}.")
            continue
        rows = tuple((label, before, now, change) for label, before, now, change, _ in block.rows[:MAX_KPIS])
        columns = block.columns[:4]
        yield Table(columns, rows, right=frozenset(columns[1:]), first=("KPI", "now", "before", "change"))
        if len(block.rows) > MAX_KPIS:
            yield Paragraph(f"And {len(block.rows) - MAX_KPIS} more.")
