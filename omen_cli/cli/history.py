"""`omen history`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import (
    AllOption,
    ConfigOption,
    FromOption,
    JsonOption,
    QuietOption,
    StoreOption,
    TimeframeOption,
    ToOption,
)
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.workflows.history import Filter

DEFAULT_LIMIT = 50


def history(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    timeframe: TimeframeOption = None,
    first: FromOption = None,
    last: ToOption = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="At most this many, newest first; 0 for all of them.")
    ] = DEFAULT_LIMIT,
    emailed: Annotated[
        bool | None, typer.Option("--emailed/--not-emailed", help="Only those that were e-mailed, or were not.")
    ] = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="Superseded versions, too.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="What all versions add up to, instead of the list.")] = False,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer with CSV, all quoted, for a spreadsheet.")] = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """List a store's snapshots, newest first.

    A table on a terminal; piped, tab-separated text whose first line names the columns.
    """
    from omen_cli.cli.listing import history_table, statistics_table
    from omen_cli.workflows.history import count_history, list_history
    from omen_cli.workflows.request import stores_asked

    session: Session = ctx.obj.begin("history", config=config, as_json=as_json, quiet=quiet)
    if as_json and as_csv:
        raise InvalidArgument("--json and --csv are two answers", hint="ask for one")
    settings = session.settings
    store_ids = [found.store_id for found in stores_asked(settings, store, all_stores=all_stores)]
    wanted = _filter(timeframe, first, last, is_emailed=emailed, all_versions=all_versions or stats)
    if stats:
        found, warnings = count_history(settings.data, store_ids, wanted)
        table, data = statistics_table(found), [one.plain() for one in found]
    else:
        listed = list_history(settings.data, store_ids, wanted, limit or None)
        warnings, data = listed.warnings, [entry.plain() for entry in listed.entries]
        table = history_table(listed.entries, with_store=all_stores)
        if not listed.entries and not quiet:
            session.say(f"omen: no such snapshots yet; run: omen generate --store {store_ids[0]}")
    for warning in warnings:
        session.warn(f"omen: {warning}")
    session.answer_table(data, table, as_csv=as_csv)


def _filter(
    timeframe: str | None, first: str | None, last: str | None, *, is_emailed: bool | None, all_versions: bool
) -> "Filter":
    from omen_cli.workflows.history import Filter
    from omen_cli.workflows.request import parse_day

    return Filter(
        timeframe=timeframe,  # type: ignore[arg-type]
        first=parse_day(first) if first else None,
        last=parse_day(last) if last else None,
        is_emailed=is_emailed,
        all_versions=all_versions,
    )
