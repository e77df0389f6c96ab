"""Builds the app, runs it, and turns every error into its exit status: nobody else does."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from types import FrameType
from typing import Annotated, NoReturn

import typer

from omen_cli.cli.config import config
from omen_cli.cli.failure import EXIT_TABLE, report_failure, report_interrupt, report_usage
from omen_cli.cli.generate import generate
from omen_cli.cli.history import history
from omen_cli.cli.options import ConfigOption
from omen_cli.cli.session import Session, World, real_world
from omen_cli.cli.show import show
from omen_cli.cli.stores import stores
from omen_cli.errors import Interrupted, OmenError, OutputFailed
from omen_cli.model.version import VERSION

app = typer.Typer(
    name="omen",
    help="One trustworthy snapshot a day, a week or a month of every store, kept in plain files.",
    epilog=EXIT_TABLE,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (generate, history, show, stores, config):
    app.command()(command)


def _print_version(ctx: typer.Context, is_asked: bool) -> None:  # noqa: FBT001  typer calls it so
    if is_asked:
        session: Session = ctx.obj
        session.world.stdout.write(f"omen {VERSION}\n")
        raise typer.Exit


@app.callback()
def omen(
    ctx: typer.Context,
    config: ConfigOption = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """One trustworthy snapshot a day, a week or a month of every store, kept in plain files."""
    session: Session = ctx.obj
    session.config = config


def main(argv: Sequence[str], world: World | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        argv: the words after `omen`.
        world: the outside; this process's own when it is None.
    """
    world = world or real_world()
    session = Session(world, as_json="--json" in argv)
    try:
        with redirect_stdout(world.stdout), redirect_stderr(world.stderr):
            _run_app(list(argv), session)
            _flush(world)
    except OmenError as error:
        return report_failure(session, error)
    except typer.Abort:
        return report_interrupt(session)
    except typer.TyperException as error:
        return report_usage(session, error)
    except Exception as error:  # noqa: BLE001  the one catch-all: a bug of ours leaves a trace file, never a trace
        return report_failure(session, error)
    return 0


def _run_app(argv: list[str], session: Session) -> None:
    """Run the app; a command that answers other than None is a bug, since its answer would be lost."""
    result = typer.main.get_command(app).main(args=argv, prog_name="omen", standalone_mode=False, obj=session)
    if result not in (None, 0):
        raise ValueError(f"a command returned {result!r}")


def _flush(world: World) -> None:
    try:
        world.stdout.flush()
    except OSError as error:
        raise OutputFailed(f"stdout: {error.strerror}", hint="the work is done; its answer is lost") from error


def run() -> NoReturn:
    """Run `omen` for the shell: SIGTERM ends it like ^C, with 143."""
    signal.signal(signal.SIGTERM, _terminate)
    status = main(sys.argv[1:])
    with suppress(OSError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except OSError:  # said already by main(); without this the interpreter would say it again, at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Interrupted("terminated", hint="run the same command again: it goes on where this one stopped")
