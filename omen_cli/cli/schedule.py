"""`omen schedule`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument
from omen_cli.model.blocks import Block, Paragraph, Table

if TYPE_CHECKING:
    from omen_cli.config.settings import Settings

Format = Literal["cron", "systemd"]
_FOLDER = Path("/etc/systemd/system")
_TRACES = Path("/tmp")  # noqa: S108  where cli/failure.py keeps the trace of a bug


def schedule(
    ctx: typer.Context,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="What runs `omen run`: the line of a crontab, or the units of systemd."),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """List what is due when, or write what starts omen run.

    With --format it prints the line of a crontab or the units of systemd. It installs nothing: see docs/operations.md
    for where the text goes.
    """
    session: Session = ctx.obj.begin("schedule", config=config, as_json=as_json, quiet=quiet)
    if form is None:
        _answer_dues(session)
        return
    settings = session.settings
    if not any(store.schedule for store in settings.stores.values()):
        session.warn(f"omen: no store of {settings.path.name} has a schedule yet: omen run would do nothing")
    words = (*session.world.program, "run", "-q", "--config", str(settings.path))
    if not all(word.isprintable() for word in words):
        raise InvalidArgument("a path with an unprintable character cannot be scheduled", hint="rename the folder")
    files = _files(form, session, settings, words)
    session.answer({"files": files}, _shown(files))


def _files(form: Format, session: Session, settings: "Settings", words: tuple[str, ...]) -> dict[str, str]:
    from omen_cli.ops.units import cron_line, systemd_units

    if form == "cron":
        return {"crontab": f"{cron_line(words)}\n"}
    outbox = settings.mail.folder
    writable = [settings.data, *([outbox] if outbox else []), _TRACES]
    return dict(systemd_units(words, session.world.user(), writable))


def _shown(files: dict[str, str]) -> list[Block]:
    """Return the lines of the files, each file under its path where there are several."""
    lines = []
    for name, text in files.items():
        lines += [f"# {_FOLDER / name}"] if len(files) > 1 else []
        lines += text.splitlines()
    return [Paragraph(line) for line in lines]


def _answer_dues(session: Session) -> None:
    from omen_cli.workflows.planned import next_dues

    dues = next_dues(session.settings, session.caller().at)
    if not dues:
        session.say(f"omen: no store of {session.settings.path.name} has a schedule")
    columns = ("store", "timeframe", "schedule", "next due", "of")
    rows = tuple(
        (one.store_id, one.timeframe, one.text, one.at.isoformat(sep=" ", timespec="minutes"), str(one.as_of))
        for one in dues
    )
    table = Table(columns, rows, whole=frozenset({"store", "next due"}))
    session.answer([one.plain() for one in dues], [table] if dues else [])
