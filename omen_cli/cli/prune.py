"""`omen prune`."""

from typing import Annotated

import typer

from omen_cli.cli.options import (
    AllOption,
    ConfigOption,
    JsonOption,
    LockWaitOption,
    QuietOption,
    StoreOption,
    seconds,
)
from omen_cli.cli.session import Session
from omen_cli.model.ids import Timeframe

_MOST = 100_000


def _count(name: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="N", min=1, max=_MOST, help=text)
    return option


def prune(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    timeframe: Annotated[
        Timeframe | None, typer.Option("--timeframe", help="Only this one; without it each by itself.")
    ] = None,
    keep_last: Annotated[int | None, _count("--keep-last", "Keep the newest N.")] = None,
    keep_daily: Annotated[int | None, _count("--keep-daily", "Keep the newest of each of the last N days.")] = None,
    keep_weekly: Annotated[int | None, _count("--keep-weekly", "Keep the newest of each of the last N weeks.")] = None,
    keep_monthly: Annotated[
        int | None, _count("--keep-monthly", "Keep the newest of each of the last N months.")
    ] = None,
    keep_yearly: Annotated[int | None, _count("--keep-yearly", "Keep the newest of each of the last N years.")] = None,
    keep_within: Annotated[
        str | None,
        typer.Option("--keep-within", metavar="SPAN", help="Keep what is within 90d, 6m or 1y6m of the newest one."),
    ] = None,
    keep_superseded: Annotated[
        str | None,
        typer.Option(
            "--keep-superseded",
            metavar="SPAN",
            help="Of what is kept, remove the versions that were superseded longer ago; without it they all stay.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, and why the rest stays.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed where nobody can be asked.")] = False,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Remove snapshots for good, by rules of what to keep.

    Days, weeks, months and years are those of the as-of dates that have a snapshot; a snapshot stays when any rule
    keeps it. While a rule finds fewer than its N, the oldest snapshot stays, too: "monthly (oldest)". One with a
    delivery that is not final always stays. What is removed is audited first. Try --dry-run.
    """
    from omen_cli.archive.retention import Policy
    from omen_cli.cli.pruned import Pruning, prune_stores
    from omen_cli.cli.store_asked import named_or_default
    from omen_cli.cli.unlisted import warn_of_unlisted
    from omen_cli.workflows.prune import Rules, require_rule, span_asked
    from omen_cli.workflows.request import stores_asked

    session: Session = ctx.obj.begin("prune", config=config, as_json=as_json, quiet=quiet)
    policy = Policy(
        keep_last,
        keep_daily,
        keep_weekly,
        keep_monthly,
        keep_yearly,
        span_asked(keep_within, "--keep-within"),
        span_asked(keep_superseded, "--keep-superseded"),
    )
    require_rule(policy)
    store = named_or_default(session, store, all_stores=all_stores)
    stores = stores_asked(session.settings, store, all_stores=all_stores)
    if all_stores:
        warn_of_unlisted(session, "pruned")
    pruning = Pruning(session, Rules(policy, timeframe), session.caller(seconds(lock_wait)), is_dry_run=dry_run)
    prune_stores(pruning, stores, is_agreed=yes)
