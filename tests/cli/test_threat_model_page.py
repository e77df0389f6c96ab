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
        (("config",), 10),
    ):
        run = machine.run("omen-client", *argv, OMEN_TOKEN=given, OMEN_CONFIG="/dev/null")
        assert run.returncode == code, run.stderr
        assert CALI not in run.stdout


MADE = ("token", "create", "--role", "admin", "--email", "a@b.example")
BLANKS = ["", " ", "\t", "\n", " \r\n", "\x1f", "\u00a0", "\u3000", "\u2028 "]


@pytest.mark.parametrize("environ", [{}, *({"OMEN_TOKEN": blank} for blank in (*BLANKS, ".", "..", "x", "x.y"))])
@pytest.mark.parametrize("argv", [MADE, ("stores",)])
def test_without_a_token_nothing_starts(machine, environ, argv):
    (machine.folder / "omen").write_text("#!/bin/sh\necho started\n", "utf-8")
    run = machine.run("omen-client", *argv, **environ)
    assert (run.returncode, run.stdout) == (9, "")


@pytest.mark.parametrize("blank", BLANKS[1:])
def test_a_script_that_tests_for_an_empty_token_alone_lets_nobody_be_the_operator(two_stores, blank):
    need_tokens(two_stores)
    for argv in (MADE, ("token", "keygen", "--out", "new.key"), ("token", "inspect"), ("stores",)):
        run = two_stores.omen(*argv, env={"OMEN_TOKEN": blank})
        assert (run.code, run.out) == (9, ""), argv
    assert not (two_stores.config.parent / "new.key").exists()


@pytest.mark.parametrize("blank", ["", " ", "\n", " \t\r\n"])
@pytest.mark.parametrize("place", ["--token-file", "credential"])
def test_a_file_of_blanks_holds_a_bad_token(two_stores, tmp_path, blank, place):
    need_tokens(two_stores)
    path = write_key(tmp_path / "omen-token", blank)
    more, env = (("--token-file", path), {}) if place == "--token-file" else ((), {"CREDENTIALS_DIRECTORY": tmp_path})
    run = two_stores.omen(*MADE, *more, env={name: str(folder) for name, folder in env.items()})
    assert (run.code, run.out) == (9, "")
    assert "is blank" in run.err


@pytest.mark.parametrize(
    "argv",
    [
        MADE,
        ("token", "keygen"),
        ("token", "inspect"),
        ("token",),
        ("--log", "json", *MADE),
        ("--log=json", *MADE),
        ("--", *MADE),
        ("token", "--", "inspect"),
        ("-q", "token", "inspect"),
    ],
)
def test_a_client_has_nothing_to_do_with_tokens(machine, argv):
    run = machine.run("omen-client", *argv, OMEN_TOKEN="x.y.z")
    assert (run.returncode, run.stdout) == (10, "")
    assert "token: not here" in run.stderr


@pytest.mark.parametrize("word", ["toke", "Token", "token ", "'token'"])
def test_a_subcommand_written_otherwise_is_none(machine, word):
    run = machine.run("omen-client", word, *MADE[1:], OMEN_TOKEN="x.y.z")
    assert (run.returncode, run.stdout) == (2, "")


@pytest.mark.parametrize(
    "argv",
    [
        ("--config", "mine.yaml", "stores"),
        ("stores", "--config=mine.yaml"),
        ("show", "--html", "page.html"),
        ("show", "--html=page.html"),
        ("send", "--latest", "--preview", "mail.html"),
        ("doctor", "--out", "x"),
        ("metrics", "--prometheus", "x"),
        ("metrics", "--prometheus=x"),
        ("--token-file", "x", "history"),
        ("history", "--token-file=x"),
        ("history", "--token-file", "x"),
        ("--install-completion",),
    ],
)
def test_a_client_names_no_file(machine, argv):
    run = machine.run("omen-client", *argv, OMEN_TOKEN="x.y.z")
    assert (run.returncode, run.stdout) == (10, "")
    assert "not here" in run.stderr


@pytest.mark.parametrize("option", ["--conf", "--confi=mine.yaml", "-config", "--htm", "--pre", "--ou"])
def test_an_option_cut_short_is_none(machine, option):
    run = machine.run("omen-client", "show", option, "mine.yaml", OMEN_TOKEN="x.y.z")
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


@pytest.mark.parametrize("blank", ["", "\n", "  \n", "\t", "\u00a0\n"])
def test_a_forced_command_whose_token_is_blank_starts_nothing(machine, blank):
    write_key(machine.folder / "tokens" / NJ, blank)
    run = machine.run("omen-ssh", NJ, SSH_ORIGINAL_COMMAND=" ".join(MADE))
    assert (run.returncode, run.stdout) == (9, "")


@pytest.mark.parametrize("words", [" ".join(MADE), "omen token inspect", "omen omen token create", "token"])
def test_a_forced_command_makes_no_tokens(machine, words):
    write_key(machine.folder / "tokens" / NJ, "x.y.z")
    run = machine.run("omen-ssh", NJ, SSH_ORIGINAL_COMMAND=words)
    assert (run.returncode, run.stdout) == (10, "")


@pytest.mark.parametrize("name", ["OMEN_CONFIG", "CREDENTIALS_DIRECTORY"])
def test_what_an_environment_keeps_chooses_nothing(machine, tmp_path, name):
    (tmp_path / "mine").mkdir()
    write_key(tmp_path / "mine" / "omen-token", token(machine, "admin"))
    (tmp_path / "mine.yaml").write_text(
        machine.people.stores.config.read_text("utf-8").replace("mode: token", "mode: local")
    )
    given = str(tmp_path / ("mine.yaml" if name == "OMEN_CONFIG" else "mine"))
    assert machine.run("omen-client", "stores", OMEN_TOKEN="x.y.z", **{name: given}).returncode == 9


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
