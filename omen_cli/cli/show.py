"""`omen show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, OneStoreOption, QuietOption, ShownAsOfOption, TimeframeOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.workflows.show import Shown

_MOST_OF_A_SUM = 12


def show(
    ctx: typer.Context,
    store: OneStoreOption,
    snapshot: Annotated[
        str | None, typer.Option("--snapshot", metavar="ID", help="The snapshot, by its id: any version.")
    ] = None,
    timeframe: TimeframeOption = None,
    as_of: ShownAsOfOption = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="KPI|SKU", help="Only this number or item: its formula, its inputs and the arithmetic."
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Print one snapshot: headline, numbers, what to do, data notes.

    Chosen by --snapshot, or by --timeframe and --as-of: then its newest version. --json is the whole document.
    """
    from omen_cli.workflows.request import day_asked, local_today
    from omen_cli.workflows.show import show_snapshot

    session: Session = ctx.obj.begin("show", config=config, as_json=as_json, quiet=quiet)
    if snapshot is not None and (timeframe is not None or as_of is not None):
        raise InvalidArgument("--snapshot: names one already", hint="leave --timeframe and --as-of out")
    settings, caller = session.settings, session.caller()
    found = settings.store(store)
    frame = timeframe or found.timeframes[0]
    day = None if as_of is None else day_asked(as_of, frame, local_today(found, caller.at))
    shown = show_snapshot(settings, found, snapshot, frame, day, caller)
    for warning in shown.warnings:
        session.warn(f"omen: {warning}")
    if shown.entry.superseded_by:
        session.say(f"omen: {shown.entry.id}: superseded by {shown.entry.superseded_by}")
    if explain is None:
        _answer_whole(session, shown, found.locale)
    else:
        _answer_explained(session, shown, found.locale, explain)


def _answer_whole(session: Session, shown: "Shown", locale: str) -> None:
    from omen_cli.model.canonical import load_strict
    from omen_cli.report.overview import overview

    session.answer(load_strict(shown.raw), overview(shown.snapshot, locale))


def _answer_explained(session: Session, shown: "Shown", locale: str, name: str) -> None:
    from omen_cli.report.explain.blocks import explained_blocks
    from omen_cli.report.explain.explain import explain

    found = explain(shown.snapshot, name, None if session.as_json else _MOST_OF_A_SUM)
    session.answer(found.plain(), explained_blocks(found, locale))
