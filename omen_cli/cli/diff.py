"""`omen diff`."""

from typing import Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, OneStoreOption, QuietOption, ShownAsOfOption, TimeframeOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

_TWO = 2


def diff(
    ctx: typer.Context,
    store: OneStoreOption = None,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID [ID]]", help="The snapshots, by id: before, then now.")
    ] = None,
    snapshot: Annotated[
        list[str] | None,
        typer.Option("--snapshot", metavar="ID", help="An ID, the way `omen show` takes it; twice for two."),
    ] = None,
    timeframe: TimeframeOption = None,
    as_of: ShownAsOfOption = None,
    versions: Annotated[
        tuple[int, int] | None,
        typer.Option("--versions", metavar="N N", help="Two versions of --timeframe and --as-of: before, then now."),
    ] = None,
    previous: Annotated[
        bool,
        typer.Option(
            "--previous", help="Against the as-of date before, its newest version; the default unless two are named."
        ),
    ] = False,
    shows_all: Annotated[
        bool, typer.Option("--all", help="Every KPI, also those that do not differ, and no list cut short.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell how two snapshots of a store differ, and why.

    Compares two ids, or two --versions of a date; else one snapshot, the newest unless it is named, with the one
    before. It exits 0 whether they differ or not. --json is always the whole document.
    """
    from omen_cli.cli.store_asked import one_store
    from omen_cli.model.legacy_difference import LegacyDifference
    from omen_cli.report.difference import difference
    from omen_cli.report.legacy import legacy_difference
    from omen_cli.workflows.diff import Choice, diff_snapshots
    from omen_cli.workflows.request import day_asked, local_today

    session: Session = ctx.obj.begin("diff", config=config, as_json=as_json, quiet=quiet)
    named = (*(ids or ()), *(snapshot or ()))
    _require_one_choice(named, has_key=bool(timeframe or as_of), has_versions=versions is not None, previous=previous)
    settings, caller = session.settings, session.caller()
    found = one_store(session, store)
    frame = timeframe or found.timeframes[0]
    day = None if as_of is None else day_asked(as_of, frame, local_today(found, caller.at))
    result = diff_snapshots(settings, found, Choice(named, timeframe, day, versions), caller)
    for warning in result.warnings:
        session.warn(f"omen: {warning}")
    told = result.difference
    if isinstance(told, LegacyDifference):
        session.answer(told.plain(), legacy_difference(told))
    else:
        session.answer(told.plain(), difference(told, found.locale, shows_all=shows_all))


def _require_one_choice(named: tuple[str, ...], *, has_key: bool, has_versions: bool, previous: bool) -> None:
    """Refuse a call that names too many, or in two ways.

    Raises:
        InvalidArgument: it does.
    """
    if len(named) > _TWO:
        raise InvalidArgument(f"{len(named)} snapshots: two are compared", hint="name two")
    if named and (has_key or has_versions):
        raise InvalidArgument(
            "an id names a snapshot already", hint="leave --timeframe, --as-of and --versions out, or the id"
        )
    if previous and (has_versions or len(named) == _TWO):
        raise InvalidArgument("--previous: two are named already", hint="leave --previous out, or one of the two")
