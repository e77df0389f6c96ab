"""`omen show`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, OneStoreOption, QuietOption, ShownAsOfOption, TimeframeOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument
from omen_cli.model.blocks import Paragraph

if TYPE_CHECKING:
    from omen_cli.workflows.show import Shown

_MOST_OF_A_SUM = 12
_PAGES = (".html", ".htm")


def show(
    ctx: typer.Context,
    store: OneStoreOption = None,
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
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as a page for a browser to FILE, a .html or .htm."),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Print one snapshot: headline, numbers, what to do, data notes.

    Chosen by --snapshot, or by --timeframe and --as-of: then its newest version. --json is the whole document; with
    --html it says where the page is, and how large.
    """
    from omen_cli.cli.store_asked import one_store
    from omen_cli.workflows.request import day_asked, local_today
    from omen_cli.workflows.show import show_snapshot

    session: Session = ctx.obj.begin("show", config=config, as_json=as_json, quiet=quiet)
    if snapshot is not None and (timeframe is not None or as_of is not None):
        raise InvalidArgument("--snapshot: names one already", hint="leave --timeframe and --as-of out")
    if html is not None and explain is not None:
        raise InvalidArgument("--html: is of a whole snapshot, not of one number", hint="leave --explain out")
    if html is not None:
        _require_a_page(html)
    found, caller = one_store(session, store), session.caller()
    frame = timeframe or found.timeframes[0]
    day = None if as_of is None else day_asked(as_of, frame, local_today(found, caller.at))
    shown = show_snapshot(session.settings, found, snapshot, frame, day, caller)
    for warning in shown.warnings:
        session.warn(f"omen: {warning}")
    if shown.entry.superseded_by:
        session.say(f"omen: {shown.entry.id}: superseded by {shown.entry.superseded_by}")
    if html is not None:
        _answer_page(session, shown, found.locale, html)
    elif explain is None:
        _answer_whole(session, shown, found.locale)
    else:
        _answer_explained(session, shown, found.locale, explain)


def _require_a_page(path: Path) -> None:
    """Refuse what is named like any other file: a slip of the hand must not cost somebody their stores.yaml."""
    if path.suffix.lower() not in _PAGES:
        name = os.fsencode(path).decode(errors="replace")
        raise InvalidArgument(f"--html: {name}: does not end in .html or .htm", hint="name a file that does")


def _answer_whole(session: Session, shown: "Shown", locale: str) -> None:
    from omen_cli.model.canonical import load_strict
    from omen_cli.model.legacy import LegacySnapshot, has_unknown_history
    from omen_cli.report.legacy import legacy
    from omen_cli.report.overview import overview

    snapshot = shown.snapshot
    if isinstance(snapshot, LegacySnapshot):
        old = legacy(snapshot, has_unknown_history=has_unknown_history(shown.entry))
        session.answer(load_strict(shown.raw), old)
    else:
        session.answer(load_strict(shown.raw), overview(snapshot, locale))


def _answer_explained(session: Session, shown: "Shown", locale: str, name: str) -> None:
    from omen_cli.model.legacy import LegacySnapshot
    from omen_cli.report.explain.blocks import explained_blocks
    from omen_cli.report.explain.explain import explain

    if isinstance(shown.snapshot, LegacySnapshot):
        raise InvalidArgument(
            f"{shown.snapshot.id}: of the old system, and how its numbers came about is not known",
            hint="leave --explain out: then it is shown as it is",
        )
    found = explain(shown.snapshot, name, None if session.as_json else _MOST_OF_A_SUM)
    session.answer(found.plain(), explained_blocks(found, locale))


def _answer_page(session: Session, shown: "Shown", locale: str, path: Path) -> None:
    from omen_cli.cli.file_output import write_file
    from omen_cli.model.legacy import LegacySnapshot
    from omen_cli.report.legacy_letter import legacy_letter
    from omen_cli.report.page import page

    snapshot = shown.snapshot
    if isinstance(snapshot, LegacySnapshot):
        raw = legacy_letter(snapshot, locale).html.encode()
    else:
        raw = page(snapshot, locale, superseded_by=shown.entry.superseded_by).encode()
    write_file(session.world.cwd / path, raw, session.settings.data)
    name = os.fsencode(path).decode(errors="replace")  # a name need not be text
    answer = {"path": name, "bytes": len(raw), "snapshotId": shown.entry.id}
    session.answer(answer, [Paragraph(f"{shown.entry.id}: written to {name}")])
