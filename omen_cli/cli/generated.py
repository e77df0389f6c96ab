"""How the outcome of `omen generate` is said: the snapshot itself when it is one, a line each when they are many."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed
from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.workflows.batch import Batch, Failed, serve
from omen_cli.workflows.generate import Generated
from omen_cli.workflows.request import Request

Result = Generated | Failed


def serve_all(session: Session, batch: Batch) -> tuple[Result, ...]:
    """Serve the batch; a progress bar on stderr shows more than one snapshot being made."""
    results: list[Result] = []
    is_shown = batch.total > 1 and session.world.stderr_is_tty and not session.is_quiet
    with _progress(session, batch.total) if is_shown else nullcontext(_no_progress) as advance:
        for result in serve(batch):
            results.append(result)
            advance(_about(result))
    return tuple(results)


def _progress(session: Session, total: int) -> "nullcontext[Callable[[str], None]]":
    from omen_cli.cli.console import progress_bar

    return progress_bar(session.world.stderr, session.world.width, total)  # type: ignore[return-value]


def _no_progress(_: str) -> None:
    """Show nothing."""


def answer_generated(session: Session, results: Sequence[Result]) -> None:
    """Write the answer, then fail when some request failed.

    Raises:
        OmenError: the one request's own error; of many, CheckFailed (exit 1) that names the failed ones.
    """
    done = [result for result in results if isinstance(result, Generated)]
    failed = [result for result in results if isinstance(result, Failed)]
    if len(results) == 1 and failed:
        raise failed[0].error
    _warn(session, done)
    plain = [_plain(one) for one in done]
    if not failed:
        blocks = _one(done[0]) if len(done) == 1 and not session.as_json else [_table(done)]
        session.answer({"results": plain}, blocks)
        return
    if not session.as_json:
        session.answer(None, [_table(done)] if done else [])
    for one in failed:
        session.warn(f"omen: {one.about}: {one.error.message}" + (f"\n  {one.error.hint}" if one.error.hint else ""))
    failures = [
        {"storeId": one.store_id, "about": one.about, "code": one.error.code, "message": one.error.message}
        for one in failed
    ]
    stores = sorted({one.store_id for one in failed})
    raise CheckFailed(
        f"{len(failed)} of {len(results)} failed ({', '.join(stores)}); {len(done)} done",
        hint="mend what is said above and run the same command again: what is done is not done twice",
        results=plain,
        failures=failures,
    )


def _about(result: Result) -> str:
    if isinstance(result, Failed):
        return result.about
    return f"{result.request.store.store_id} {result.request.timeframe} {result.request.as_of_date}"


def _warn(session: Session, done: Sequence[Generated]) -> None:
    low = [one for one in done if one.free_bytes is not None]
    if low:
        session.warn(f"omen: the disk runs low: {(low[-1].free_bytes or 0) / 1024**3:.2f} GB are free")
    for one in done:
        if one.snapshot and one.snapshot.hold.held:
            session.warn(f"omen: {_about(one)} is HELD and will not be sent: {'; '.join(one.snapshot.hold.reasons)}")


def _plain(one: Generated) -> dict[str, object]:
    about = one.snapshot or one.entry
    return {
        "outcome": one.outcome,
        "storeId": one.request.store.store_id,
        "timeframe": one.request.timeframe,
        "asOfDate": one.request.as_of_date,
        "snapshotId": about.id if about else None,
        "version": about.version if about else None,
        "supersedes": about.supersedes if about else None,
        "provisional": about.provisional if about else None,
        "contentSha256": about.content_sha256 if about else None,
        "sameContent": one.is_same_content,
        "entry": one.entry.plain() if one.entry else None,
        "content": one.snapshot.content.plain() if one.snapshot and one.outcome == "dry_run" else None,
    }


def _one(one: Generated) -> list[Block]:
    from omen_cli.report.overview import overview

    line = Paragraph(_line(one))
    if one.snapshot is None:
        return [line]
    return [line, *overview(one.snapshot, one.request.store.locale)]


def _line(one: Generated) -> str:
    about = one.snapshot or one.entry
    name = about.id if about else ""
    if one.outcome == "duplicate_prevented":
        store = one.request.store.store_id
        return f"duplicate_prevented: {name} is there already; omen show --store {store} --snapshot {name}"
    if one.outcome == "unchanged":
        return f"unchanged: {name} has the same content"
    if one.outcome == "dry_run":
        return "dry_run: this is what would be kept; nothing was written"
    same = "; its content is the same as before" if one.is_same_content else ""
    return f"created: {name}{same}"


def _table(done: Sequence[Generated]) -> Table:
    rows = tuple(_row(one) for one in done)
    columns = ("outcome", "store", "timeframe", "as of", "version", "snapshot")
    whole = frozenset({"outcome", "store", "snapshot"})
    return Table(columns, rows, right=frozenset({"version"}), whole=whole, first=("snapshot", "store", "outcome"))


def _row(one: Generated) -> tuple[str, ...]:
    about = one.snapshot or one.entry
    request: Request = one.request
    version, name = (str(about.version), about.id) if about else ("", "")
    outcome = f"{one.outcome} (held)" if one.snapshot and one.snapshot.hold.held else one.outcome
    return outcome, request.store.store_id, request.timeframe, str(request.as_of_date), version, name
