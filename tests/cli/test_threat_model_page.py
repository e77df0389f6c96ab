"""docs/threat-model.md helps: its scripts run as they stand and let nobody out, and its table is that of the code."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from omen_cli.access.needs import NEEDS
from tests.cli.signed import People, need_tokens, write_key
from tests.cli.stores import CALI, NJ, configure
from tests.guards import REPO

PAGE = (REPO / "docs" / "threat-model.md").read_text("utf-8")
SETTING_UP = re.findall(r"^omen .*$", PAGE, re.MULTILINE)
CLIENT, SSH = re.findall(r"^```sh\n(#!/bin/sh\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Machine:
    """The two scripts of the page, with the paths of a test in the place of /etc, /opt and /usr."""

    folder: Path
    people: People

    def run(self, script: str, *argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts, as sudo or sshd would."""
        env = {"PATH": os.environ["PATH"], **environ}
        command = ["/bin/sh", str(self.folder / script), *argv]
        return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def machine(two_stores, tmp_path) -> Machine:
    need_tokens(two_stores)
    program = f'#!/bin/sh\nPYTHONPATH={REPO} exec {sys.executable} -m omen_cli "$@"\n'
    (tmp_path / "tokens").mkdir()
    paths = {
        "/opt/omen/bin/omen": str(tmp_path / "omen"),
        "/etc/omen/stores.yaml": str(two_stores.config),
        "/etc/omen/tokens": str(tmp_path / "tokens"),
        "/usr/local/bin/omen-client": str(tmp_path / "omen-client"),
    }
    for name, text in {"omen": program, "omen-client": CLIENT, "omen-ssh": SSH}.items():
        for theirs, ours in paths.items() if name != "omen" else ():
            text = text.replace(theirs, ours)  # noqa: PLW2901
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o755)
    return Machine(tmp_path, People(two_stores))


def token(machine: Machine, role: str) -> str:
    """Return a token that is good by the machine's clock."""
    argv = ("token", "create", "--role", role, "--email", "a@b.example", *(() if role == "admin" else ("--store", NJ)))
    made = subprocess.run(
        [str(machine.folder / "omen"), *argv],
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return made.stdout.strip()


def test_the_steps_of_setting_up_make_tokens_that_work(two_stores, omen, tmp_path):
    (access,) = re.findall(r"^access: (.*)$", PAGE, re.MULTILINE)
    configure(two_stores, "version: 1\n", f"version: 1\naccess: {access.replace('/etc/omen', str(tmp_path))}\n")
    assert len(SETTING_UP) == 4
    for line in SETTING_UP:
        run = omen(*line.split()[1:])
        assert run.code == 0, run.err
    assert omen("history", "--token-file", "owner.token").code == 0
    assert omen("history", "--all", "--token-file", "ops.token").code == 0


def test_a_client_reaches_their_store_and_no_other(machine):
    given = token(machine, "viewer")
    for argv, code in (
        (("stores",), 0),
        (("history", "--store", CALI), 10),
        (("token", "create", "--role", "admin", "--email", "a@b.example"), 10),
    ):
        run = machine.run("omen-client", *argv, OMEN_TOKEN=given, OMEN_CONFIG="/dev/null")
        assert run.returncode == code, run.stderr
        assert CALI not in run.stdout


@pytest.mark.parametrize("environ", [{}, {"OMEN_TOKEN": ""}])
def test_without_a_token_nothing_starts(machine, environ):
    run = machine.run("omen-client", "token", "create", "--role", "admin", "--email", "a@b.example", **environ)
    assert (run.returncode, run.stdout) == (9, "")


@pytest.mark.parametrize(
    "argv",
    [
        ("--config", "mine.yaml", "stores"),
        ("stores", "--config=mine.yaml"),
        ("show", "--html", "page.html"),
        ("show", "--html=page.html"),
        ("send", "--latest", "--preview", "mail.html"),
        ("token", "create", "--out", "x"),
        ("history", "--token-file", "x"),
        ("--install-completion",),
    ],
)
def test_a_client_names_no_file(machine, argv):
    run = machine.run("omen-client", *argv, OMEN_TOKEN="x")
    assert (run.returncode, run.stdout) == (10, "")
    assert "not here" in run.stderr


@pytest.mark.parametrize("option", ["--conf", "--confi=mine.yaml", "-config", "--htm", "--pre", "--ou"])
def test_an_option_cut_short_is_none(machine, option):
    run = machine.run("omen-client", "show", option, "mine.yaml", OMEN_TOKEN="x")
    assert run.returncode == 2, run.stderr


def test_the_page_refuses_every_option_that_names_a_file():
    commands = (REPO / "docs" / "commands.md").read_text("utf-8")
    files = set(re.findall(r"^  (--[a-z-]+) FILE", commands, re.MULTILINE))
    assert {option for option in files if f"{option}*" not in CLIENT} == set()
    assert {"--config", "--token-file", "--html", "--preview", "--out"} <= files


@pytest.mark.parametrize(
    ("words", "code"),
    [("stores", 0), ("omen stores", 0), (None, 0), (f"history --store {CALI}", 10), ("show --html page.html", 10)],
)
def test_a_forced_command_has_the_token_of_its_key(machine, words, code):
    write_key(machine.folder / "tokens" / NJ, token(machine, "viewer"))
    run = machine.run("omen-ssh", NJ, **({} if words is None else {"SSH_ORIGINAL_COMMAND": words}))
    assert run.returncode == code, run.stderr


@pytest.mark.parametrize(
    "words",
    ["stores; touch made", "stores && touch made", "$(touch made)", "`touch made`", "stores > made", "| touch made"],
)
def test_the_words_of_a_client_are_only_ever_words(machine, words):
    write_key(machine.folder / "tokens" / NJ, token(machine, "viewer"))
    before = {path.name for path in machine.folder.iterdir()}
    assert machine.run("omen-ssh", NJ, SSH_ORIGINAL_COMMAND=words).returncode == 2
    assert {path.name for path in machine.folder.iterdir()} == before
    assert not Path("/made").exists()


def test_the_table_of_the_page_is_that_of_the_code():
    rows = dict(re.findall(r"^\| (viewer|owner|admin) \| (.*?) \|", PAGE, re.MULTILINE))
    admins = " ".join(re.findall(r"^\| admin \| .*$", PAGE, re.MULTILINE))
    for command, need in NEEDS.items():
        if command == "token inspect":
            continue  # whoever has the key
        said = admins if need.role == "admin" else rows[need.role]
        assert f"`{command}`" in said, command
        for option in need.options:
            assert f"`{command} --{option.replace('_', '-')}`" in rows["admin"]
