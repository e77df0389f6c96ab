"""What a tick of `omen run` needs of the outside, and what it says: nothing when there is nothing new."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from omen_cli.cli.failed import Failure, say_failures, summary
from omen_cli.cli.failure import as_known
from omen_cli.cli.outcome import plain as plain_generated
from omen_cli.cli.sending import tools_for
from omen_cli.cli.sent import plain as plain_result
from omen_cli.cli.session import Session
from omen_cli.model.blocks import Table
from omen_cli.model.counted import counted
from omen_cli.workflows.job import Generated
from omen_cli.workflows.sent import Result, Sent
from omen_cli.workflows.tick import Means, Tick
from omen_cli.workflows.told import News

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.model.snapshot import Computed
    from omen_cli.workflows.deliver import Tools
    from omen_cli.workflows.request import Request


def means_of(session: Session, compute: "Callable[[Request], Computed]") -> Means:
    """Return the means of a tick: a message is offered once a tick, the next tick is its next try."""

    def tools(store: "StoreSettings") -> "Tools":
        return replace(tools_for(session, store, has_items=False), pauses_s=())

    return Means(compute, tools)


def require_still_running(session: Session) -> None:
    """Stop between two stores when a signal asked for it.

    Raises:
        KeyboardInterrupt: it did.
    """
    if number := session.world.stop_signal():
        raise KeyboardInterrupt(number)


def note_standing(session: Session, tick: Tick, news: News) -> None:
    """Note, for the log, what was told before and still is wrong, and which stores were not looked at to the end.

    What is new goes with the error that tells it.
    """
    fresh = {one.key for one in news.fresh}
    for trouble in tick.troubles.values():
        if trouble.key not in fresh:
            session.noted.blame(trouble.store_id, trouble.code)
    session.noted.passed_by = frozenset(tick.unsure)


def answer_tick(session: Session, tick: Tick, news: News) -> None:
    """Say what was done; of what went wrong, what nobody was told of yet.

    Raises:
        CheckFailed: there is something new to tell.
    """
    results = [plain_generated(one) for one in tick.generated]
    deliveries = [_plain(sent, one) for sent, one in tick.results]
    failures = [Failure(one.store_id or "", one.about, as_known(one.error)) for one in news.fresh]
    if not failures:
        data = {"results": results, "deliveries": deliveries, "standing": len(tick.troubles)}
        session.answer(data, [_table(tick)] if results or deliveries else [])
        return
    if not session.as_json and (results or deliveries):
        session.answer(None, [_table(tick)])
    say_failures(session, failures)
    error = summary(_count(tick, failures), failures, results, keeps_status=False)
    error.hint = "each is told once; omen check tells what still stands"
    error.details["deliveries"] = deliveries
    raise error


def _count(tick: Tick, failures: list[Failure]) -> str:
    stores = ", ".join(dict.fromkeys(one.store_id or one.about for one in failures))
    sent = sum(one.outcome == "sent" for _, one in tick.results)
    made = counted(len(tick.generated), "snapshot")
    return f"{counted(len(failures), 'new trouble')} ({stores}); {made} made, {counted(sent, 'message')} sent"


def _plain(sent: Sent, one: Result) -> dict[str, object]:
    return {"storeId": sent.entry.store_id, "snapshotId": sent.entry.id, **plain_result(one)}


def _table(tick: Tick) -> Table:
    """Return one row a snapshot that was made, and one a message that was offered."""
    made = [_made(one) for one in tick.generated]
    offered = [
        (one.outcome, sent.entry.store_id, sent.entry.timeframe, str(sent.entry.as_of_date), one.recipient)
        for sent, one in tick.results
    ]
    columns = ("outcome", "store", "timeframe", "as of", "snapshot or recipient")
    return Table(columns, (*made, *offered), whole=frozenset({"outcome", "store"}))


def _made(one: Generated) -> tuple[str, ...]:
    entry = one.entry
    mark = " (held)" if entry and entry.status == "held" else ""
    name = entry.id if entry else ""
    return (
        f"{one.outcome}{mark}",
        one.request.store.store_id,
        one.request.timeframe,
        str(one.request.as_of_date),
        name,
    )
