"""How the verdicts of `omen prune` are shown: a table, what a reason in it means, and what stays after all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.counted import counted

if TYPE_CHECKING:
    from omen_cli.archive.retention import Verdict

COLUMNS = ("action", "store", "timeframe", "as of", "v", "bytes", "why", "id")
OLDEST = "(oldest)"
LEGEND = f"{OLDEST}: while a rule finds fewer than its N, the oldest snapshot stays, too, as with restic"
CHANGED = "the archive changed meanwhile"
MAX_IDS = 5


def shown(verdicts: "Sequence[Verdict]", *, is_tty: bool) -> list[Block]:
    """Return the table of the verdicts and its legend; on a terminal what goes stands last, next to the question."""
    rows = sorted(verdicts, key=lambda verdict: not verdict.is_kept) if is_tty else verdicts
    has_oldest = any(reason.endswith(OLDEST) for verdict in verdicts for reason in verdict.reasons)
    return [verdict_table(rows), *([Paragraph(LEGEND)] if has_oldest else [])]


def staying(store_id: str, ids: Sequence[str]) -> Paragraph:
    """Return the line that says which snapshots of a store stay, although they were to go when somebody was asked."""
    what = f"{counted(len(ids), 'snapshot')} {'stays' if len(ids) == 1 else 'stay'} after all, since {CHANGED}"
    more = f" and {len(ids) - MAX_IDS} more" if len(ids) > MAX_IDS else ""
    return Paragraph(f"{store_id}: {what}: {', '.join(ids[:MAX_IDS])}{more}")


def verdict_table(verdicts: "Sequence[Verdict]") -> Table:
    """Return one row a verdict, in the given order."""
    rows = tuple(
        (
            "keep" if verdict.is_kept else "remove",
            verdict.entry.store_id,
            verdict.entry.timeframe,
            str(verdict.entry.as_of_date),
            str(verdict.entry.version),
            str(verdict.entry.size_bytes),
            ", ".join(verdict.reasons),
            verdict.entry.id,
        )
        for verdict in verdicts
    )
    first = ("action", "id", "why", "store", "bytes")
    return Table(COLUMNS, rows, right=frozenset({"v", "bytes"}), whole=frozenset({"id", "store", "as of"}), first=first)
