"""What `omen send` says before it sends, and what became of each recipient, for people and for programs."""

from collections.abc import Sequence
from datetime import date, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from omen_cli.cli.session import Session
from omen_cli.errors import DeliveryFailed, DeliveryUnknown
from omen_cli.model.blocks import Table
from omen_cli.model.legacy import is_by_the_old_system
from omen_cli.workflows.send_plan import Plan
from omen_cli.workflows.sent import Result, Sent

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.model.snapshot import Entry

_DONE = frozenset({"sent", "already_sent", "would_send", "sending"})  # the last two of a dry run
_MOST_NAMED = 5


def announcement(plan: Plan, *, is_dry_run: bool) -> str:
    """Return what is said before anything is sent: which store, which period, which version, to whom."""
    names = [f"{step.recipient}{' (again)' if step.due == 'resend' else ''}" for step in plan.sends]
    return announced(plan.entry, plan.store, names, "would send" if is_dry_run else "sending")


def announced(entry: "Entry", store: "StoreSettings", names: Sequence[str], verb: str) -> str:
    """Return that a snapshot is sent to whom, with its store, its period and its version."""
    period = _days(entry.diff_metadata.period) or f"of {entry.as_of_date}"
    marks = [name for name, is_so in (("HELD", entry.status == "held"), ("PROVISIONAL", entry.provisional)) if is_so]
    marks += ["SUPERSEDED"] if entry.superseded_by else []
    about = f"{entry.timeframe} snapshot {period}, version {entry.version}{''.join(f', {one}' for one in marks)}"
    return f"omen: {store.name} ({store.store_id}): {about}\n  {verb} {entry.id}\n  to {', '.join(names)}"


def _days(period: str) -> str:
    """Return the first and the last day of `start/end`; "" of a snapshot of which only the audit is left."""
    start, _, end = period.partition("/")
    return f"{start} to {date.fromisoformat(end) - timedelta(days=1)}" if end else ""


def dry(plan: Plan) -> Sent:
    """Return what a send would do, as its results."""
    results = tuple(
        Result(
            step.recipient, step.key, "would_send" if step.sends else step.due, at=step.told.at if step.told else None
        )
        for step in plan.steps
    )
    return Sent(plan.entry, results)


def answer_sent(session: Session, sent: Sent) -> None:
    """Answer with what became of each recipient.

    Raises:
        DeliveryFailed: somebody did not get it; the error's `results` say who.
        DeliveryUnknown: of somebody nobody knows whether it arrived, or what arrived could not be recorded.
    """
    if sent.leaves_machine is False and any(one.outcome == "sent" for one in sent.results):
        session.say(f"omen: nothing left this machine: the message is a file in {_folder(session)} (mail.url)")
    if not sent.results:
        session.say(f"omen: {sent.entry.id}: no delivery of it failed{_doubtful(sent.entry)}")
    elif all(one.outcome == "already_sent" for one in sent.results):
        more = "--resend --reason TEXT sends it again"
        if sent.entry.status == "no_payload":
            more = "the old system left only its entry, so it cannot be sent again"
        session.say(f"omen: {sent.entry.id}: everybody has it; {more}")
    trouble = [one for one in sent.results if one.outcome not in _DONE or _is_unrecorded(one)]
    data = {"snapshotId": sent.entry.id, "results": list(map(plain, sent.results)), "entry": sent.entry.plain()}
    if not trouble:
        session.answer(data | {"leavesMachine": sent.leaves_machine}, [sent_table(sent.results)])
        return
    if not session.as_json:
        session.answer(None, [sent_table(sent.results)])
    raise _error(sent.entry, trouble, len(sent.results), [plain(one) for one in sent.results])


def sent_table(results: Sequence[Result]) -> Table:
    """Return one row a recipient."""
    columns = ("outcome", "recipient", "at", "answer")
    rows = tuple((one.outcome, one.recipient, _when(one), one.reply or "") for one in results)
    return Table(
        columns, rows, whole=frozenset({"outcome", "recipient", "at"}), first=("outcome", "recipient", "answer")
    )


def _when(one: Result) -> str:
    untold = "not told" if one.outcome == "already_sent" else ""  # of the old system's, which does not always tell
    return one.at.isoformat(sep=" ", timespec="seconds") if one.at else untold


def plain(one: Result) -> dict[str, object]:
    """Return a result as it stands in the JSON answer."""
    mark = one.mark and {"success": one.mark.success, "error": one.mark.error, "message": one.mark.message}
    return {
        "recipient": one.recipient,
        "outcome": one.outcome,
        "key": one.key,
        "messageId": one.message_id,
        "at": one.at,
        "reply": one.reply,
        "mark": mark,
    }


def _doubtful(entry: "Entry") -> str:
    """Return that of some deliveries nobody knows; "" when there are none."""
    count = sum(one.state == "unknown" and not is_by_the_old_system(one) for one in entry.deliveries)
    return f"; {count} unknown: see omen deliveries --store {entry.store_id} --state unknown" if count else ""


def _folder(session: Session) -> str:
    return str(session.settings.mail.folder)


def _is_unrecorded(one: Result) -> bool:
    return one.mark is not None and not one.mark.success


def _error(entry: "Entry", trouble: Sequence[Result], total: int, results: Sequence[object]) -> DeliveryFailed:
    named = "; ".join(_in_words(one) for one in trouble[:_MOST_NAMED])
    message = f"{entry.id}: {len(trouble)} of {total} not delivered for certain: {named}"
    unknown = [one for one in trouble if one.outcome == "unknown"]
    if unknown:
        resolve = f"omen deliveries resolve {unknown[0].key[:12]} --store {entry.store_id}"
        hint = f"ask whether it arrived, then run {resolve} --sent, or --resend to send it again"
        return DeliveryUnknown(message, hint=hint, results=results, snapshot_id=entry.id)
    if any(one.outcome == "sent" for one in trouble):
        hint = f"do not send it again; omen deliveries --store {entry.store_id} shows how it stands"
        return DeliveryUnknown(message, hint=hint, results=results, snapshot_id=entry.id)
    hint = f"the snapshot is safe; mend what is wrong, then: {_again(entry, trouble)}"
    return DeliveryFailed(message, hint=hint, results=results, snapshot_id=entry.id)


def _again(entry: "Entry", trouble: Sequence[Result]) -> str:
    """Return the command that sends the same messages to those who did not get them, and to nobody else."""
    command = f"omen send --store {entry.store_id} --snapshot {entry.id}"
    if len(trouble) > _MOST_NAMED:
        return f"{command} --only-failed"
    return command + "".join(f" --to {quote(one.recipient)}" for one in trouble)


def _in_words(one: Result) -> str:
    if one.outcome == "sent" and one.mark:
        return f"{one.recipient} got it, but that could not be recorded ({one.mark.message})"
    return f"{one.recipient} {one.outcome}{f' ({one.reply})' if one.reply else ''}"
