"""How `omen generate` goes through its requests and what it says of them: one shown in full, many in a line each."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from omen_cli.cli.failed import Failure, say_failures, summary
from omen_cli.cli.failure import as_known
from omen_cli.cli.outcome import blocks_of, plain, table_of
from omen_cli.cli.session import Session
from omen_cli.workflows.batch import Batch, Failed, serve
from omen_cli.workflows.job import Generated

Result = Generated | Failed


def serve_all(session: Session, batch: Batch) -> tuple[Result, ...]:
    """Serve the batch; a progress bar on stderr shows more than one snapshot being made.

    Raises:
        KeyboardInterrupt: a signal arrived, also where a library swallowed it.
    """
    results: list[Result] = []
    is_shown = batch.total > 1 and session.world.stderr_is_tty and not session.is_quiet
    with _progress(session, batch.total) if is_shown else nullcontext(_no_progress) as advance:
        try:
            for result in serve(batch):
                results.append(result)
                advance(_about(result))
                if number := session.world.stop_signal():
                    raise KeyboardInterrupt(number)
        except KeyboardInterrupt:
            _say_done(session, batch, results)
            raise
    return tuple(results)


def _say_done(session: Session, batch: Batch, results: Sequence[Result]) -> None:
    """Say how far an interrupted batch came, and keep it for the envelope."""
    session.acknowledged = [plain(result) for result in results if isinstance(result, Generated)]
    if batch.total > 1:
        done = len(session.acknowledged)
        session.say(f"omen: {done} of {batch.total} done, {_about(results[-1]) if results else 'none'} was the last")


def answer_generated(session: Session, batch: Batch, results: Sequence[Result]) -> None:
    """Write the answer, then fail when some request failed.

    Raises:
        OmenError: the one request's own error; of many, exit 1, or of one store's many, what its failures agree on.
    """
    done = [result for result in results if isinstance(result, Generated)]
    failures = [
        Failure(result.store_id, result.about, as_known(result.error))
        for result in results
        if isinstance(result, Failed)
    ]
    if failures and batch.total == 1 and not batch.is_all_stores:
        raise failures[0].error
    _warn(session, done)
    if not failures:
        session.answer({"results": [plain(one) for one in done]}, blocks_of(done) if not session.as_json else [])
        return
    if not session.as_json:
        session.answer(None, [table_of(done)] if done else [])
    say_failures(session, failures)
    message = _count(batch, done, failures)
    raise summary(message, failures, [plain(one) for one in done], keeps_status=not batch.is_all_stores)


def _count(batch: Batch, done: Sequence[Generated], failures: Sequence[Failure]) -> str:
    stores = ", ".join(dict.fromkeys(one.store_id for one in failures))
    untried = batch.total - len(done) - len(failures)
    rest = f", {untried} not tried" if untried else ""
    return f"{len(failures)} of {batch.total} failed ({stores}), {len(done)} done{rest}"


def _progress(session: Session, total: int) -> AbstractContextManager[Callable[[str], None]]:
    from omen_cli.cli.console import progress_bar

    return progress_bar(session.world.stderr, session.world.width, total)


def _no_progress(_: str) -> None:
    """Show nothing."""


def _about(result: Result) -> str:
    return result.about if isinstance(result, Failed) else str(result.request)


def _warn(session: Session, done: Sequence[Generated]) -> None:
    low = [one.low_disk for one in done if one.low_disk]
    if low:
        session.warn(f"omen: {low[-1].warning}\n  free some space in time")
    for one in done:
        if one.snapshot and one.snapshot.hold.held:
            is_kept = "is HELD: kept, but it will not be sent" if one.entry else "would be HELD and not be sent"
            session.warn(f"omen: {one.request} {is_kept}: {'; '.join(one.snapshot.hold.reasons)}")
