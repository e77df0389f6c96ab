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
_CRONS_TOKEN = Path("/etc/omen/tokens/cron")  # what docs/operations.md has an admin's token written to
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
    for where the text goes. Where a token is needed, they take it from the file that --token-file names.
    """
    session: Session = ctx.obj.begin("schedule", config=config, as_json=as_json, quiet=quiet)
    session.noted.about(one.store_id for one in session.settings.stores.values() if one.schedule)
    if form is None:
        _answer_dues(session)
        return
    settings = session.settings
    if not any(store.schedule for store in settings.stores.values()):
        session.warn(f"omen: no store of {settings.path.name} has a schedule yet: omen run would do nothing")
    words = (*session.world.program, "run", "-q", "--config", str(settings.path))
    token_file = _token_file(form, session, settings)
    if not all(word.isprintable() for word in (*words, str(token_file))):
        raise InvalidArgument("a path with an unprintable character cannot be scheduled", hint="rename the folder")
    files = _files(form, session, words, token_file)
    session.answer({"files": files}, _shown(files))


def _token_file(form: Format, session: Session, settings: "Settings") -> Path | None:
    """Return the file from which what is scheduled takes its token, absolute; None where it needs none.

    Raises:
        InvalidArgument: cron needs one, and none is named: a token in the environment is not there at the next tick.
    """
    if settings.access.mode == "local":
        return None
    if given := session.token_file:
        path = session.world.cwd / given
        return path.parent.resolve() / path.name  # a link to the newest token stays one
    if form == "cron":
        raise InvalidArgument(
            "--format cron: access.mode is token, and the line has to name a file with one",
            hint="omen token create --role admin --email ADDRESS --days 366 --out FILE, then add --token-file FILE",
        )
    session.warn(f"omen: the unit takes the token of an admin from {_CRONS_TOKEN}; another file: --token-file FILE")
    return _CRONS_TOKEN


def _files(form: Format, session: Session, words: tuple[str, ...], token_file: Path | None) -> dict[str, str]:
    from omen_cli.ops.units import cron_line, systemd_units

    if form == "cron":
        return {"crontab": f"{cron_line((*words, *(('--token-file', str(token_file)) if token_file else ())))}\n"}
    outbox = session.settings.mail.folder
    writable = [session.settings.data, *([outbox] if outbox else []), _TRACES]
    return dict(systemd_units(words, session.world.user(), writable, token_file))


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
