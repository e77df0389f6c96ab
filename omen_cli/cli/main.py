"""Builds the app, runs it, and turns every error into its exit status: nobody else does."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, NoReturn, cast

import typer

from omen_cli.cli.admission import guard
from omen_cli.cli.alarmed import tell_alarms
from omen_cli.cli.audit import audit
from omen_cli.cli.check import check
from omen_cli.cli.config import config
from omen_cli.cli.deliveries import deliveries
from omen_cli.cli.diff import diff
from omen_cli.cli.doctor import doctor
from omen_cli.cli.failure import EXIT_TABLE, INTERRUPTED_BY_USER, report
from omen_cli.cli.generate import generate
from omen_cli.cli.history import history
from omen_cli.cli.log import asks_for_log, keep_log
from omen_cli.cli.metrics import metrics
from omen_cli.cli.migrate import migrate
from omen_cli.cli.offered import offer_everywhere
from omen_cli.cli.options import ConfigOption, LogOption
from omen_cli.cli.prune import prune
from omen_cli.cli.run import run as run_command
from omen_cli.cli.schedule import schedule
from omen_cli.cli.send import send
from omen_cli.cli.session import Session, real_world
from omen_cli.cli.show import show
from omen_cli.cli.signals import listen, unlisten
from omen_cli.cli.stores import stores
from omen_cli.cli.streams import close, printing_to
from omen_cli.cli.token import token
from omen_cli.cli.verify import verify
from omen_cli.cli.world import World
from omen_cli.errors import InvalidArgument
from omen_cli.model.version import VERSION

HELP_WIDTH = 100
COMPLETION = "_OMEN_COMPLETE"

app = typer.Typer(
    name="omen",
    help="One trustworthy snapshot a day, a week or a month of every store, kept in plain files.",
    epilog=EXIT_TABLE,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": HELP_WIDTH},
)
for command in (generate, send, history, show, diff, audit, verify, prune, migrate, stores, config, doctor, metrics):
    app.command()(command)
app.command("run")(run_command)
app.command()(schedule)
app.command()(check)
app.add_typer(deliveries, name="deliveries")
app.add_typer(token, name="token", help="Make and look at the tokens of access.mode: token.")
guard(app)


def _print_version(is_asked: bool) -> None:  # noqa: FBT001  typer calls it so
    if is_asked:
        typer.echo(f"omen {VERSION}")
        raise typer.Exit


@app.callback()
def omen(
    ctx: typer.Context,
    config: ConfigOption = None,
    log: LogOption = None,  # noqa: ARG001  main() reads it, so that a call that is wrong has its line, too
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """One trustworthy snapshot a day, a week or a month of every store, kept in plain files."""
    session: Session = ctx.obj
    session.config = config
    session.command = ctx.invoked_subcommand or session.command
    if ctx.invoked_subcommand is None:
        session.warn(ctx.get_help())
        raise typer.Exit(InvalidArgument.exit_status)


def main(argv: Sequence[str], world: World | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        argv: the words after `omen`.
        world: the outside; this process's own when it is None.
    """
    world = world or real_world()
    session = Session(world, as_json="--json" in argv)
    begun, begun_s = world.now(), world.elapsed_s()
    status = _status_of(argv, session)
    duration_s = world.elapsed_s() - begun_s
    tell_alarms(session)
    keep_log(session, status, begun, duration_s, is_said=asks_for_log(argv))
    return status


def _status_of(argv: Sequence[str], session: Session) -> int:
    try:
        with printing_to(session.world.stdout, session.world.stderr):
            _run_app(list(argv), session)
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001  the one place that maps every error
        return report(session, error)
    return 0


@cache
def _command() -> typer.core.TyperGroup:
    """Return the app as it is run, a group since it has several commands; built once a process."""
    command = cast("typer.core.TyperGroup", typer.main.get_command(app))
    offer_everywhere(command, "log")
    return command


def _run_app(argv: list[str], session: Session) -> None:
    """Run the app; a command that answers other than None is a bug, since its answer would be lost.

    Not by the app's own `main`: that makes a return value of ^C, and ends the process when a pipe breaks.
    """
    command = _command()
    if COMPLETION in session.world.environ:
        command.main(args=argv, prog_name="omen", obj=session)  # ends in SystemExit
    width = min(session.world.width, HELP_WIDTH)
    with command.make_context("omen", argv, obj=session, terminal_width=width) as context:
        result = command.invoke(context)
    if result is not None:
        raise ValueError(f"a command returned {result!r}")


def run() -> NoReturn:
    """Run `omen` for the shell: ^C ends it with 130, SIGTERM with 143."""
    listen()
    try:
        status = main(sys.argv[1:])
    except KeyboardInterrupt:  # a second ^C, while the first was being reported
        status = INTERRUPTED_BY_USER
    unlisten()
    close(sys.stderr)
    close(sys.stdout)
    sys.exit(status)
