"""README.md says what omen does: its commands, its subcommands and its exit statuses; `--help` says the last, too."""

import re
from functools import cache

import pytest
import typer.main

from tests.architecture.exit_table import readme_table
from tests.guards import REPO

INSTALL, TEST = "pip install -e '.[test]'", ".venv/bin/pytest"


@cache
def readme() -> str:
    """Return README.md."""
    return (REPO / "README.md").read_text("utf-8")


def subcommands() -> list[str]:
    """Return every subcommand of the app, groups as `group command`."""
    from omen_cli.cli.main import app

    return sorted(_paths(typer.main.get_command(app)))


def _paths(command, prefix=""):
    for name, found in command.commands.items():
        inner = getattr(found, "commands", None)
        yield from [f"{prefix}{name}"] if inner is None else _paths(found, f"{prefix}{name} ")


def unmentioned(text: str, names: list[str]) -> list[str]:
    """Return the subcommands that a text does not show as `omen name`."""
    return [name for name in names if not re.search(rf"\bomen {re.escape(name)}\b(?!-)", text)]


def unlisted_statuses(text: str, statuses: set[int]) -> list[int]:
    """Return the exit statuses that a help text does not list: a number, then a blank or a comma."""
    return sorted(status for status in statuses if not re.search(rf"(?<![\w.-]){status}(?=[,\s])", text))


def test_every_subcommand_is_in_the_readme():
    assert subcommands()
    assert unmentioned(readme(), subcommands()) == []


def test_a_missing_subcommand_turns_red():
    assert unmentioned("omen history, and omen generate-all", ["generate", "history"]) == ["generate"]


@pytest.mark.parametrize("command", [INSTALL, TEST])
def test_the_two_commands_are_in_the_readme(command):
    assert command in readme()


def test_make_check_runs_what_the_readmes_test_command_runs():
    recipe = (REPO / "Makefile").read_text("utf-8").partition("\ntest:")[2].splitlines()[1]
    assert recipe == "\t$(call tool,pytest) $(PYTEST_ARGS)"


def test_the_table_has_every_exit_status_of_the_errors():
    from tests.architecture.test_errors import exception_classes

    promised = {status for row in readme_table() for status in row.exits}
    assert {made.exit_status for made in exception_classes() if hasattr(made, "exit_status")} <= promised
    assert {0, 130} <= promised


def test_every_subcommand_has_a_help_text():
    from omen_cli.cli.main import app

    assert [name for name in subcommands() if not _command(typer.main.get_command(app), name).help] == []


def _command(command, path):
    for name in path.split():
        command = command.commands[name]
    return command


def test_help_lists_the_exit_statuses(omen):
    run = omen("--help")
    assert run.code == 0
    assert unlisted_statuses(run.out, {status for row in readme_table() for status in row.exits}) == []


def test_a_missing_status_turns_red():
    assert unlisted_statuses("  0  ok\n 10 forbidden\n130, 143 stopped", {0, 1, 10, 130, 143}) == [1]
