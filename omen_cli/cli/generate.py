"""`omen generate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import (
    AllOption,
    ConfigOption,
    FromOption,
    IfExists,
    JsonOption,
    LockWaitOption,
    QuietOption,
    StoreOption,
    TimeframeOption,
    ToOption,
)
from omen_cli.cli.session import Session

if TYPE_CHECKING:
    from omen_cli.model.snapshot import Computed
    from omen_cli.workflows.request import Request


def generate(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    timeframe: TimeframeOption = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="A date, today, yesterday or last (the default): see below."),
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    if_exists: Annotated[IfExists, typer.Option("--if-exists", help="When the snapshot is there already.")] = "skip",
    force: Annotated[
        bool, typer.Option("--force", help="Make a new version; the same as --if-exists replace.")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why a new version is made.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute and print; write nothing.")] = False,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a store's snapshot from its exports and keep it.

    --as-of last is the last day of the last complete period: on a Monday the week that ended on Sunday. With --from
    (and --to) every period that ends between the two dates is made. The same request again answers
    duplicate_prevented with the same id, and reads no export.
    """
    from omen_cli.cli.generated import answer_generated, serve_all
    from omen_cli.workflows.batch import jobs_for

    session: Session = ctx.obj.begin("generate", config=config, as_json=as_json, quiet=quiet)
    threads = session.threads

    def compute_lazily(request: "Request") -> "Computed":
        from omen_cli.workflows.compute import compute  # a duplicate needs no database

        return compute(request, threads)

    batch = jobs_for(
        session.settings,
        session.caller(lock_wait),
        compute_lazily,
        store_id=store,
        all_stores=all_stores,
        timeframe=timeframe,
        as_of=as_of,
        span=(first, last),
        policy="replace" if force else if_exists,
        reason=reason,
        is_dry_run=dry_run,
    )
    answer_generated(session, serve_all(session, batch))
