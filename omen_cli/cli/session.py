"""The outside world, read once: clock, environment, streams; what a command asks of it, lazily."""
# size: the one place that reads the outside world

import os
import secrets
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from getpass import getuser
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from omen_cli.cli.gathered import Gathered
from omen_cli.cli.log import Noted
from omen_cli.cli.program import program_words
from omen_cli.cli.signals import received_signal
from omen_cli.cli.streams import ClosedStdout, answering, usable
from omen_cli.cli.synchronised import is_synchronised
from omen_cli.cli.world import World
from omen_cli.model.blocks import Block, Table
from omen_cli.model.safe_text import safe_text

if TYPE_CHECKING:
    from omen_cli.access.principal import Principal
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
        random_bytes=secrets.token_bytes,
        program=program_words(sys.argv[0]),
        is_synchronised=is_synchronised,
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

    `principal` is who acts, once the call was admitted. `acknowledged` is what a batch had done when a signal ended it,
    for the envelope; `noted` is what the log will say, `gathered` what an alarm may be raised about.
    """

    world: World
    config: Path | None = None
    as_json: bool = False
    is_quiet: bool = False
    command: str = "omen"
    token_file: Path | None = None
    principal: "Principal | None" = field(default=None, init=False)
    acknowledged: list[dict[str, object]] = field(default_factory=list, init=False)
    noted: Noted = field(default_factory=Noted, init=False)
    gathered: Gathered = field(default_factory=Gathered, init=False)
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

    @property
    def settings_read(self) -> "Settings | None":
        """Return the settings, where the command came to read them."""
        return self._settings

    @cached_property
    def request_id(self) -> str:
        """Return what names this command in every archive that it changes, and in the log."""
        return self.world.new_request_id()

    @property
    def acting(self) -> str:
        """Return who acts, as audits and snapshots name them."""
        return self.principal.name if self.principal else self.world.user()

    @property
    def confined_to(self) -> str | None:
        """Return the one store that whoever acts may know of; None when they may know of all."""
        return self.principal.confined_to if self.principal else None

    def caller(self, lock_wait_s: float = 60.0) -> "Caller":
        """Return who calls, and when: this is where the clock is read."""
        from omen_cli.workflows.request import Caller

        is_admin = self.principal is None or self.principal.is_admin
        return Caller(self.acting, self.world.now(), self.request_id, lock_wait_s, is_admin)

    def answer(self, data: object, blocks: Iterable[Block]) -> None:
        """Write the answer to stdout: one JSON document, or the blocks as tables or tab-separated text."""
        from omen_cli.cli.output import write_blocks, write_json

        self.noted.answer(data)
        self.gathered.take_answer(data)
        with answering():
            if self.as_json:
                write_json(self.world.stdout, {"ok": True, "command": self.command, "data": data})
            elif not self.is_quiet:
                write_blocks(self.world.stdout, list(blocks), is_tty=self.world.stdout_is_tty, width=self.world.width)

    def answer_text(self, data: object, text: str) -> None:
        """Write an answer that is one text, as it is: no width breaks it."""
        if self.as_json:
            self.answer(data, ())
            return
        with answering():
            self.world.stdout.write(f"{text}\n")

    def answer_table(self, data: object, table: Table, *, as_csv: bool = False) -> None:
        """Write an answer that is one table, also as CSV."""
        from omen_cli.cli.output import write_csv

        if as_csv:
            with answering():
                write_csv(self.world.stdout, table)
        else:
            self.answer(data, [table])

    def say(self, text: str) -> None:
        """Write a line of talk to stderr, unless asked to be quiet; each line of it made harmless."""
        if not self.is_quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """Write a line to stderr in any case; that nobody can read it is no reason to stop."""
        self.gathered.take_warning(text)
        with suppress(OSError):
            self.world.stderr.write("\n".join(safe_text(line) for line in text.split("\n")) + "\n")
