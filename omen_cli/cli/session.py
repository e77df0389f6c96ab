"""The outside world, read once: clock, environment, streams; what a command asks of it, lazily."""

import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getuser
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from omen_cli.cli.program import program_words
from omen_cli.cli.signals import received_signal
from omen_cli.cli.streams import ClosedStdout, answering, usable
from omen_cli.cli.world import World
from omen_cli.errors import InvalidArgument
from omen_cli.model.blocks import Block, Table
from omen_cli.model.safe_text import safe_text

if TYPE_CHECKING:
    from omen_cli.config.settings import Settings
    from omen_cli.workflows.request import Caller


def real_world() -> World:
    """Return the world of this process."""
    stdin, stdout, stderr = sys.stdin or StringIO(), usable(sys.stdout, ClosedStdout()), usable(sys.stderr, StringIO())
    return World(
        environ=dict(os.environ),
        cwd=_folder(),
        now=lambda: datetime.now(UTC),
        new_request_id=lambda: uuid4().hex,
        user=_login_name,
        stdout=stdout,
        stderr=stderr,
        stdout_is_tty=stdout.isatty(),
        stderr_is_tty=stderr.isatty(),
        width=shutil.get_terminal_size((100, 40)).columns,
        stop_signal=received_signal,
        stdin=stdin,
        stdin_is_tty=stdin.isatty(),
        program=program_words(sys.argv[0]),
    )


def _folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # somebody removed it
        return Path("/")


def _login_name() -> str:
    try:
        return safe_text(getuser())
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


@dataclass
class Session:
    """One command's view of the world: its settings are read when it first asks for them.

    `acknowledged` is what a batch had done when a signal ended it: its answer is the envelope of the error.
    """

    world: World
    config: Path | None = None
    as_json: bool = False
    is_quiet: bool = False
    command: str = "omen"
    acknowledged: list[dict[str, object]] = field(default_factory=list, init=False)
    _settings: "Settings | None" = field(default=None, init=False)

    def begin(self, command: str, *, config: Path | None, as_json: bool = False, quiet: bool = False) -> "Session":
        """Take what every command takes; an option beside the command goes before one beside `omen`."""
        self.command, self.as_json, self.is_quiet = command, as_json, quiet
        self.config = config or self.config
        return self

    @property
    def settings(self) -> "Settings":
        """Return the settings of this installation.

        Raises:
            ConfigInvalid: there is no stores.yaml, or it is wrong.
        """
        if self._settings is None:
            from omen_cli.config.load import find_config, load_settings

            path = find_config(self.config, self.world.environ, self.world.cwd)
            self._settings = load_settings(path, self.world.environ)
        return self._settings

    def caller(self, lock_wait_s: float = 60.0) -> "Caller":
        """Return who calls, and when: this is where the clock is read."""
        from omen_cli.workflows.request import Caller

        return Caller(self.world.user(), self.world.now(), self.world.new_request_id(), lock_wait_s)

    def answer(self, data: object, blocks: Iterable[Block]) -> None:
        """Write the answer to stdout: one JSON document, or the blocks as tables or tab-separated text."""
        from omen_cli.cli.output import write_blocks, write_json

        with answering():
            if self.as_json:
                write_json(self.world.stdout, {"ok": True, "command": self.command, "data": data})
            elif not self.is_quiet:
                write_blocks(self.world.stdout, list(blocks), is_tty=self.world.stdout_is_tty, width=self.world.width)

    def answer_table(self, data: object, table: Table, *, as_csv: bool = False) -> None:
        """Write an answer that is one table, also as CSV."""
        from omen_cli.cli.output import write_csv

        if as_csv:
            with answering():
                write_csv(self.world.stdout, table)
        else:
            self.answer(data, [table])

    def confirm(self, question: str, blocks: Iterable[Block]) -> bool:
        """Show the blocks and ask a person at the terminal; only `y` or `yes` is one.

        Raises:
            InvalidArgument: nobody can be asked here.
        """
        from omen_cli.cli.output import write_blocks

        world = self.world
        if not (world.stdin_is_tty and world.stderr_is_tty):
            raise InvalidArgument("nobody can be asked here", hint="look with --dry-run, then give --yes")
        with answering():
            write_blocks(world.stderr, list(blocks), is_tty=True, width=world.width)
            world.stderr.write(f"{safe_text(question)} [y/N] ")
            world.stderr.flush()
        return world.stdin.readline().strip().casefold() in ("y", "yes")

    def say(self, text: str) -> None:
        """Write a line of talk to stderr, unless asked to be quiet; each line of it made harmless."""
        if not self.is_quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """Write a line to stderr in any case; that nobody can read it is no reason to stop."""
        with suppress(OSError):
            self.world.stderr.write("\n".join(safe_text(line) for line in text.split("\n")) + "\n")
