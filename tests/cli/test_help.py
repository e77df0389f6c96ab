"""What `omen` says of itself, and the envelope of every answer that a program reads."""

import json

import pytest
import typer.main

from omen_cli.cli.main import app
from omen_cli.model.version import VERSION
from tests.cli.processes import holding, run_omen
from tests.cli.stores import CALI, DAY, NJ, configure, remove_exports

GROUP = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)
NESTED = [f"{name} {one}" for name in COMMANDS for one in getattr(GROUP.commands[name], "commands", {})]


def options_of(command):
    found = GROUP
    for name in command.split():
        found = found.commands[name]
    return [one for one in found.params if one.name != "help" and one.opts[0].startswith("-")]


@pytest.mark.parametrize("command", [*COMMANDS, *NESTED])
def test_every_option_has_a_help_text(omen, command):
    run = omen(*command.split(), "--help")

    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"Usage: omen {command} [OPTIONS]")
    for option in options_of(command):
        assert option.opts[0] in run.out
        assert option.help, option.opts
        assert option.help.rstrip().endswith("."), option.help
        assert " ".join(option.help.split()) in " ".join(run.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described_on_one_line_of_the_overview(omen, command):
    lines = [line.split(maxsplit=1) for line in omen("--help", width=80).out.splitlines()]

    (described,) = [line[1] for line in lines if line[0:1] == [command]]
    assert described.endswith(".")
    assert not described.endswith("...")


@pytest.mark.parametrize("width", [60, 80, 300])
@pytest.mark.parametrize("command", [*COMMANDS, *NESTED])
def test_help_fits_the_terminal(omen, command, width):
    assert max(map(len, omen(*command.split(), "--help", width=width).out.splitlines())) <= min(width, 100)


@pytest.mark.parametrize("spelling", ["-h", "--help"])
def test_help_needs_no_configuration(omen, spelling):
    run = omen(spelling)

    assert (run.code, run.err) == (0, "")
    assert "Exit status: 0 done" in run.out


def test_without_arguments_it_prints_its_help_on_stderr_and_exits_2(omen):
    run = omen()

    assert (run.code, run.out) == (2, "")
    assert run.err.rstrip() == omen("--help").out.rstrip()


def test_version_is_said(omen):
    run = omen("--version")

    assert (run.code, run.out, run.err) == (0, f"omen {VERSION}\n", "")


@pytest.mark.parametrize(
    ("argv", "message", "hint"),
    [
        (("frobnicate",), "No such command 'frobnicate'.", "see omen --help"),
        (("generate", "--frobnicate"), "No such option: --frobnicate", "see omen generate --help"),
        (("generate", "surplus"), "Got unexpected extra argument", "see omen generate --help"),
        (("show",), "Missing option '--store'.", "see omen show --help"),
        (("history", "--limit", "many"), "Invalid value for '--limit'", "see omen history --help"),
        (("generate", "--timeframe", "yearly"), "Invalid value for '--timeframe'", "see omen generate --help"),
        (("generate", "--if-exists", "perhaps"), "Invalid value for '--if-exists'", "see omen generate --help"),
        (("generate", "--as-of"), "Option '--as-of' requires an argument.", "see omen generate --help"),
    ],
)
def test_a_wrong_call_says_what_and_where_to_look(two_stores, omen, argv, message, hint):
    run = omen(*argv)
    document = omen(*argv, "--json") if argv != ("generate", "--as-of") else omen("generate", "--json", "--as-of")

    said, seen = run.err.splitlines()
    assert (run.code, run.out) == (2, "")
    assert said.startswith(f"omen: {message}")
    assert seen == f"  {hint}"
    assert (document.code, document.json["ok"], document.json["error"]["code"]) == (2, False, "invalid_argument")
    assert document.json["error"]["status"] == 400


def test_hostile_words_on_the_command_line_are_said_harmlessly(omen):
    run = omen("generate", "--\x1b[31mred\u202e")

    assert run.code == 2
    assert all(line.isprintable() for line in run.err.splitlines())


def fail_check(two_stores, omen):
    two_stores.generate(NJ, DAY)
    return omen("generate", "--store", NJ, "--as-of", DAY, "--if-exists", "fail", "--json")


def fail_some(two_stores, omen):
    remove_exports(two_stores, CALI)
    return omen("generate", "--all", "--json")


def fail_config(two_stores, omen):
    configure(two_stores, "version: 1", "version: 2")
    return omen("stores", "--json")


def fail_source(two_stores, omen):
    remove_exports(two_stores)
    return omen("generate", "--store", NJ, "--json")


def fail_lock(two_stores, omen):
    two_stores.generate(NJ, DAY)
    with holding(two_stores.archive(NJ) / ".lock"):
        return omen("generate", "--store", NJ, "--lock-wait", "0", "--json")


def fail_archive(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    (two_stores.archive(NJ) / f"{made.id}.json").write_text("{}", "utf-8")
    return omen("show", "--store", NJ, "--json")


def fail_access(two_stores, omen):
    theirs = two_stores.generate(CALI, DAY)
    return omen("show", "--store", NJ, "--snapshot", theirs.id, "--json")


def fail_disk(two_stores, omen):
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")
    return omen("generate", "--store", NJ, "--json")


@pytest.mark.parametrize(
    ("fail", "code", "name", "status"),
    [
        (fail_check, 1, "already_exists", None),
        (fail_some, 1, "check_failed", None),
        (lambda _, omen: omen("generate", "--json"), 2, "invalid_argument", 400),
        (fail_config, 3, "config_invalid", None),
        (fail_source, 4, "source_invalid", 422),
        (lambda _, omen: omen("show", "--store", NJ, "--json"), 5, "not_found", 404),
        (fail_lock, 6, "busy", 423),
        (fail_archive, 7, "archive_damaged", 500),
        (fail_access, 10, "forbidden", 403),
        (fail_disk, 12, "insufficient_storage", 507),
    ],
)
def test_every_exit_has_its_json_envelope(two_stores, omen, fail, code, name, status):
    run = fail(two_stores, omen)

    (line,) = run.out.splitlines()
    document = json.loads(line)
    assert run.code == code
    assert set(document) == {"ok", "command", "error"}
    assert (document["ok"], document["error"]["code"], document["error"]["status"]) == (False, name, status)
    assert document["error"]["message"]
    assert document["error"]["hint"]
    assert f"omen: {document['error']['message'].splitlines()[0]}" in run.err


@pytest.mark.parametrize(
    "argv",
    [
        ("generate", "--store", NJ, "--as-of", DAY),
        ("generate", "--all", "--dry-run"),
        ("history", "--store", NJ),
        ("history", "--all", "--stats"),
        ("show", "--store", NJ),
        ("stores",),
        ("config",),
    ],
)
@pytest.mark.parametrize("is_tty", [True, False])
def test_every_success_has_its_json_envelope(two_stores, omen, argv, is_tty):
    two_stores.generate(NJ, DAY)

    run = omen(*argv, "--json", is_tty=is_tty)

    (line,) = run.out.splitlines()
    assert run.code == 0
    assert set(json.loads(line)) == {"ok", "command", "data"}
    assert (run.json["ok"], run.json["command"]) == (True, argv[0])
    assert run.out.isascii()


def test_the_shell_completes_commands(two_stores):
    run = run_omen(two_stores.config.parent, _OMEN_COMPLETE="complete_bash", COMP_WORDS="omen gen", COMP_CWORD="1")

    assert (run.returncode, run.stdout.strip()) == (0, "generate")
