"""What `omen run --dry-run` says."""

from omen_cli.cli.session import Session
from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.workflows.planned import Planned, plan_run

_MOST_NAMED = 4


def answer_planned(session: Session) -> None:
    """Answer with what a tick would do now, and when the next of each timeframe is due."""
    planned = plan_run(session.settings, session.caller().at)
    if not planned:
        session.say(f"omen: no store of {session.settings.path.name} has a schedule: omen run would do nothing")
    session.answer([one.plain() for one in planned], _blocks(planned))


def _blocks(planned: tuple[Planned, ...]) -> list[Block]:
    if not planned:
        return []
    columns = ("store", "timeframe", "would make", "would send to", "next due", "of")
    rows = tuple(map(_row, planned))
    notes = [Paragraph(text) for one in planned for text in one.why_not]
    return [Table(columns, rows, whole=frozenset({"store", "next due"})), *notes]


def _row(one: Planned) -> tuple[str, ...]:
    days = [str(day) for day in one.missing]
    shown = ", ".join(days[-_MOST_NAMED:]) + (
        f" and {len(days) - _MOST_NAMED} before" if len(days) > _MOST_NAMED else ""
    )
    due = one.next_at.isoformat(sep=" ", timespec="minutes")
    return (one.store_id, one.timeframe, shown or "nothing", ", ".join(one.to) or "nobody", due, str(one.next_as_of))
