"""What `omen run --dry-run` says."""

from omen_cli.cli.failed import Failure, say_failures, summary
from omen_cli.cli.session import Session
from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.counted import counted
from omen_cli.workflows.planned import Planned, plan_run

_MOST_NAMED = 4


def answer_planned(session: Session) -> None:
    """Answer with what a tick would do now, and when the next of each timeframe is due.

    Raises:
        CheckFailed: of some store nothing can be told.
    """
    planned = plan_run(session.settings, session.caller().at)
    if not planned:
        session.say(f"omen: no store of {session.settings.path.name} has a schedule: omen run would do nothing")
    plain = [one.plain() for one in planned]
    unknown = {one.store_id: one.error for one in planned if one.error is not None}
    if not unknown:
        session.answer(plain, _blocks(planned))
        return
    if not session.as_json:
        session.answer(None, _blocks(planned))
    failures = [Failure(store_id, store_id, error) for store_id, error in unknown.items()]
    say_failures(session, failures)
    count = counted(len(failures), "store")
    error = summary(f"of {count} nothing can be told ({', '.join(unknown)})", failures, plain, keeps_status=False)
    error.hint = "mend what is said above; omen run serves the others all the same"
    raise error


def _blocks(planned: tuple[Planned, ...]) -> list[Block]:
    if not planned:
        return []
    columns = ("store", "timeframe", "would make", "would send to", "next due", "of")
    rows = tuple(map(_row, planned))
    notes = [Paragraph(text) for one in planned if one.error is None for text in one.why_not]
    return [Table(columns, rows, whole=frozenset({"store", "next due"})), *notes]


def _row(one: Planned) -> tuple[str, ...]:
    days = [str(day) for day in one.missing]
    shown = ", ".join(days[-_MOST_NAMED:]) + (
        f" and {len(days) - _MOST_NAMED} before" if len(days) > _MOST_NAMED else ""
    )
    due = one.next_at.isoformat(sep=" ", timespec="minutes")
    make, to = ("not known", "not known") if one.error else (shown or "nothing", ", ".join(one.to) or "nobody")
    return (one.store_id, one.timeframe, make, to, due, str(one.next_as_of))
