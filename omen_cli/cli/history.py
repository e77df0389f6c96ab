"""`omen history`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import AllOption, ConfigOption, JsonOption, QuietOption, StoreOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument
from omen_cli.model.counted import counted
from omen_cli.model.ids import Timeframe

if TYPE_CHECKING:
    from omen_cli.workflows.history import Filter, Trouble

DEFAULT_LIMIT = 50


def history(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    timeframe: Annotated[Timeframe | None, typer.Option("--timeframe", help="Only this one.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only as-of dates on this day or later.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Only as-of dates on this day or before.")
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", min=0, max=1_000_000, help="At most this many, newest first; 0 for all of them."
        ),
    ] = DEFAULT_LIMIT,
    emailed: Annotated[
        bool | None, typer.Option("--emailed/--not-emailed", help="Only those that were e-mailed, or were not.")
    ] = None,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Superseded versions, too, and why there is a new one.")
    ] = False,
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
    from omen_cli.cli.store_asked import named_or_default
    from omen_cli.workflows.history import count_history, list_history
    from omen_cli.workflows.request import stores_asked

    session: Session = ctx.obj.begin("history", config=config, as_json=as_json, quiet=quiet)
    _require_one_answer(as_json=as_json, as_csv=as_csv)
    settings = session.settings
    asked = named_or_default(session, store, all_stores=all_stores)
    store_ids = [found.store_id for found in stores_asked(settings, asked, all_stores=all_stores)]
    wanted = _filter(timeframe, first, last, is_emailed=emailed, all_versions=all_versions or stats)
    if stats:
        counted, trouble = count_history(settings.data, store_ids, wanted)
        table, data = statistics_table(counted), [one.plain() for one in counted]
    else:
        entries, trouble = list_history(settings.data, store_ids, wanted, limit or None)
        table = history_table(entries, with_store=all_stores, with_reason=all_versions)
        data = [entry.plain() for entry in entries]
    for warning in trouble.warnings:
        session.warn(f"omen: {warning}")
    if not (data or trouble.unreadable):
        _say_nothing_found(session, wanted, store_ids, trouble, is_all=all_stores)
    if not (trouble.unreadable and (as_json or not all_stores)):
        session.answer_table(data, table, as_csv=as_csv)
    _raise_unreadable(session, trouble, data, is_all=all_stores)


def _require_one_answer(*, as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise InvalidArgument("--json and --csv: two answers at once", hint="ask for one")


def _filter(
    timeframe: Timeframe | None, first: str | None, last: str | None, *, is_emailed: bool | None, all_versions: bool
) -> "Filter":
    from omen_cli.workflows.history import Filter
    from omen_cli.workflows.request import parse_day

    start = None if first is None else parse_day(first, "--from")
    end = None if last is None else parse_day(last, "--to")
    if start and end and start > end:
        raise InvalidArgument(f"--from {start}: after --to {end}", hint="swap them")
    return Filter(timeframe, start, end, is_emailed, all_versions)


def _say_nothing_found(
    session: Session, wanted: "Filter", store_ids: "Sequence[str]", trouble: "Trouble", *, is_all: bool
) -> None:
    """Say what to run when the list is empty: the archive is, or what was asked for is too narrow."""
    which = "--all" if is_all else f"--store {store_ids[0]}"
    if trouble.before_all:
        session.say(f"omen: nothing to list; {trouble.before_all}")
    elif replace(wanted, all_versions=False) == type(wanted)():
        session.say(f"omen: no snapshots yet; run: omen generate {which}")
    else:
        session.say(f"omen: no snapshot matches; all of them: omen history {which} --all-versions --limit 0")


def _raise_unreadable(session: Session, trouble: "Trouble", results: "Sequence[object]", *, is_all: bool) -> None:
    """Fail when an archive could not be read: with its own error, or of many with exit 1, when the others are listed.

    Raises:
        OmenError: there is such an archive.
    """
    from omen_cli.cli.failed import Failure, say_failures, summary

    failures = [Failure(store_id, store_id, error) for store_id, error in trouble.unreadable.items()]
    if failures and not is_all:
        raise failures[0].error
    if failures:
        say_failures(session, failures)
        names = ", ".join(trouble.unreadable)
        message = f"{counted(len(failures), 'archive')} cannot be read ({names})"
        raise summary(message, failures, results, keeps_status=False)
