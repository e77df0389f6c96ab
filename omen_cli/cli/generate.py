"""`omen generate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import (
    AllOption,
    ConfigOption,
    IfExists,
    JsonOption,
    LockWaitOption,
    QuietOption,
    StoreOption,
    TimeframeOption,
    seconds,
    threads_asked,
)
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable

    from omen_cli.model.snapshot import Computed
    from omen_cli.workflows.request import Request

IF_EXISTS_HELP = (
    "When the snapshot is there already: skip (the default) answers duplicate_prevented, fail exits 1, replace makes "
    "the next version, refresh makes one only when the content differs."
)


def generate(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    timeframe: TimeframeOption = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="YYYY-MM-DD, today, yesterday or last (the default)."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Make every period that ends on this day or later.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="With --from: and on this day or before; else last.")
    ] = None,
    if_exists: Annotated[IfExists | None, typer.Option("--if-exists", help=IF_EXISTS_HELP)] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make the next version; the same as --if-exists replace.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why a new version is made; --force needs it.")
    ] = None,
    no_limit: Annotated[
        bool,
        typer.Option("--no-limit", help="Make it whatever limits.generations_per_hour says; the audit keeps that."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute and print; write nothing.")] = False,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a store's snapshot from its exports and keep it.

    --as-of last is the last day of the last complete period: on a Monday the week that ended on Sunday. The same
    request again answers duplicate_prevented with the same id, and reads no export.
    """
    from omen_cli.cli.generated import answer_generated, serve_all
    from omen_cli.cli.store_asked import named_or_default
    from omen_cli.workflows.batch import jobs_for

    session: Session = ctx.obj.begin("generate", config=config, as_json=as_json, quiet=quiet)
    batch = jobs_for(
        session.settings,
        session.caller(seconds(lock_wait)),
        computing(threads_asked(session.world.environ)),
        store_id=named_or_default(session, store, all_stores=all_stores),
        all_stores=all_stores,
        timeframe=timeframe,
        as_of=as_of,
        span=(first, last),
        policy=_policy(if_exists, force=force),
        reason=reason,
        is_dry_run=dry_run,
        is_unlimited=no_limit,
    )
    answer_generated(session, batch, serve_all(session, batch))


def computing(threads: int | None) -> "Callable[[Request], Computed]":
    """Return what computes a snapshot, with so many threads."""

    def compute_lazily(request: "Request") -> "Computed":
        from omen_cli.workflows.compute import compute  # a duplicate needs no database

        return compute(request, threads)

    return compute_lazily


def _policy(if_exists: IfExists | None, *, force: bool) -> IfExists:
    if force and if_exists not in (None, "replace"):
        raise InvalidArgument(f"--force: contradicts --if-exists {if_exists}", hint="use one of the two")
    return "replace" if force else if_exists or "skip"
