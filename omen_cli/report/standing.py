"""What a snapshot is about, and how it stands: held, provisional, in the place of another."""

from collections.abc import Iterator

from omen_cli.model.blocks import Paragraph
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.numbers import Numbers


def about(snapshot: Snapshot, numbers: Numbers) -> str:
    """Return the timeframe and the days, such as `weekly snapshot, Jan 5–11, 2026`."""
    period = snapshot.content.period
    return f"{snapshot.timeframe} snapshot, {numbers.span(period.start, period.end)}"


def standing(snapshot: Snapshot) -> Iterator[Paragraph]:
    """Yield what must be known before any number is read; nothing of a first, complete, unsuspicious snapshot."""
    if snapshot.hold.held:
        yield Paragraph(f"HELD, not to be sent: {'; '.join(snapshot.hold.reasons)}", is_alarming=True)
    if snapshot.provisional:
        yield Paragraph(f"PROVISIONAL: made before {snapshot.content.period.as_of_date} was over", is_alarming=True)
    if snapshot.supersedes:
        why = f": {snapshot.reason}" if snapshot.reason else ""
        yield Paragraph(f"Supersedes {snapshot.supersedes}{why}")
