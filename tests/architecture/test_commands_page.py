"""docs/commands.md holds what `--help` prints: a command, an option or a word that changed turns this red.

How wide the terminal is makes no difference.
"""

import re

import pytest
import typer.main

from tests.guards import REPO

PAGE = REPO / "docs" / "commands.md"
SECTION = re.compile(r"^## (omen[ a-z]*)\n\n```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Return `omen` and every subcommand, as they are typed, each before those that are below it."""
    from omen_cli.cli.main import app

    return below("omen", typer.main.get_command(app))


def below(typed: str, command) -> list[str]:
    """Return a command and all below it, as they are typed."""
    nested = getattr(command, "commands", {})
    return [typed, *(found for name, one in nested.items() for found in below(f"{typed} {name}", one))]


def same(text: str) -> str:
    """Return a help text as it is compared: how wide the terminal was, and where it broke a line, says nothing."""
    return "".join(text.split())


def written(page: str) -> dict[str, str]:
    """Return the help text of each command that a page shows."""
    return {name: same(text) for name, text in SECTION.findall(page)}


@pytest.mark.parametrize("command", commands())
def test_the_page_shows_what_help_prints(omen, command):
    printed = omen(*command.split()[1:], "--help")
    assert printed.code == 0
    assert written(PAGE.read_text("utf-8")).get(command) == same(printed.out)


def test_the_page_shows_no_command_that_is_gone():
    assert list(written(PAGE.read_text("utf-8"))) == commands()


def test_what_is_nested_is_held_too():
    assert "omen deliveries resolve" in commands()


def test_a_changed_word_turns_red():
    page = "## omen history\n\n```text\nList a store's\nsnapshots.\n```\n"
    assert written(page) == {"omen history": "Listastore'ssnapshots."}
    assert written(page) != {"omen history": "Listashop'ssnapshots."}
