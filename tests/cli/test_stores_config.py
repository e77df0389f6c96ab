"""`omen stores`, `omen config`, and what every command says of a stores.yaml that is missing or wrong."""

import re

import pytest

from tests.cli.stores import CALI, NJ, configure, whole_tree

COMMANDS = {
    "generate": ("generate", "--all"),
    "history": ("history", "--all"),
    "show": ("show", "--store", NJ),
    "stores": ("stores",),
    "config": ("config",),
}
every_command = pytest.mark.parametrize("command", COMMANDS)


def test_stores_lists_every_store_in_the_files_order(two_stores, omen):
    run = omen("stores")

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert (run.code, run.err) == (0, "")
    assert header == ["id", "name", "time zone", "currency", "timeframes", "sources", "recipients"]
    assert rows == [
        [NJ, "NJ Weed Wizard", "America/New_York", "USD", "weekly", "inventory,orders", "1"],
        [CALI, "California Cannabis Co", "America/Los_Angeles", "USD", "weekly", "inventory,orders", "1"],
    ]


def test_stores_as_json_has_what_the_file_says_with_the_defaults(two_stores, omen):
    found = omen("stores", "--json").data

    assert list(found) == sorted((NJ, CALI))
    assert (found[NJ]["timezone"], found[CALI]["timezone"]) == ("America/New_York", "America/Los_Angeles")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_stores_on_a_terminal_keeps_ids_whole(two_stores, omen, width):
    out = omen("stores", is_tty=True, width=width).out

    assert NJ in out
    assert CALI in out


def test_config_prints_the_effective_values(two_stores, omen):
    rows = dict(line.split("\t") for line in omen("config").out.splitlines())

    assert rows["path"] == str(two_stores.config)
    assert rows["data"] == str(two_stores.data)
    assert rows[f"stores.{NJ}.timezone"] == "America/New_York"
    assert rows["disk.min_free_gb"] == "0.5"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_secrets_are_masked_everywhere(two_stores, omen, form):
    configure(
        two_stores,
        "stores:\n",
        "mail: {url: '${OMEN_SMTP_URL}', from: OMEN <a@b.example>}\nalerts: ['${OMEN_ALERT_URL}']\nstores:\n",
    )
    env = {
        "OMEN_SMTP_URL": "smtps://user:canary-1@mail.example:465",
        "OMEN_ALERT_URL": "slack://canary-2/canary-3/canary-4",
    }

    runs = [omen(*command, *form, env=env) for command in COMMANDS.values()]

    assert [run.code for run in runs[3:]] == [0, 0]
    assert all("canary" not in run.out + run.err for run in runs)
    assert "smtps://***@mail.example:465" in runs[4].out


@every_command
def test_a_missing_configuration_is_said_with_where_it_was_looked_for(tmp_path, omen, command):
    run = omen(*COMMANDS[command])

    assert (run.code, run.out) == (3, "")
    assert run.err.splitlines() == [
        f"omen: stores.yaml: not in {tmp_path}, nor in any folder above it",
        "  go to the folder that holds it, or name it with --config or OMEN_CONFIG",
    ]


@every_command
def test_a_named_configuration_that_is_missing_is_said(two_stores, tmp_path, omen, command):
    run = omen(*COMMANDS[command], "--config", "elsewhere.yaml")

    assert (run.code, run.out) == (3, "")
    assert f"--config: no file at {tmp_path / 'elsewhere.yaml'}" in run.err


@every_command
def test_the_configuration_may_be_named_before_or_after_the_command_or_by_the_environment(
    two_stores, tmp_path, omen, command
):
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    two_stores.config.rename(tmp_path / "other.yaml")
    named = ("--config", str(tmp_path / "other.yaml"))

    runs = [
        omen(*COMMANDS[command], *named, cwd=elsewhere),
        omen(*named, *COMMANDS[command], cwd=elsewhere),
        omen(*COMMANDS[command], env={"OMEN_CONFIG": str(tmp_path / "other.yaml")}, cwd=elsewhere),
        omen(*COMMANDS[command], cwd=elsewhere),
    ]

    expected = 5 if command == "show" else 0
    assert [run.code for run in runs] == [expected] * 3 + [3]


def test_the_nearest_configuration_above_is_found(two_stores, tmp_path, omen):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)

    assert omen("stores", cwd=folder).code == 0


@every_command
def test_two_stores_whose_ids_differ_only_in_case_are_refused(two_stores, omen, command):
    omen("generate", "--all", "--as-of", "2026-01-09")
    before = whole_tree(two_stores.data)
    configure(two_stores, "  CaliCannabis:\n", "  njweedwizard:\n")

    run = omen(*COMMANDS[command])

    assert (run.code, run.out) == (3, "")
    assert "differs only in case from NJWeedWizard" in run.err
    assert "Traceback" not in run.err
    assert whole_tree(two_stores.data) == before


FAULTS = {
    "no YAML": ("version: 1", "version: [1"),
    "an unknown key": ("version: 1", "version: 1\nsurprise: yes"),
    "a key that stands twice": ("version: 1", "version: 1\nversion: 1"),
    "an alias": ("version: 1", "version: &v 1\nlimits: {generations_per_hour: *v}"),
    "a bad time zone": ("America/New_York", "Mars/Olympus"),
    "a bad address": ("owner@njweedwizard.example", "nobody"),
    "a variable that is not set": ("NJ Weed Wizard", "${OMEN_NOBODY_SET_THIS}"),
    "an id that walks the tree": ("  CaliCannabis:\n", '  "../CaliCannabis":\n'),
    "an id of look-alikes": ("  CaliCannabis:\n", "  СaliCannabis:\n"),
    "an id with a newline": ("  CaliCannabis:\n", '  "Cali\\nCannabis":\n'),
    "an id too long": ("  CaliCannabis:\n", f"  {'x' * 51}:\n"),
    "a bad limit of the disk": ("stores:\n", "disk: {min_free_gb: lots}\nstores:\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_configuration_is_refused_with_its_line_and_touches_nothing(two_stores, omen, fault):
    configure(two_stores, *FAULTS[fault])

    run = omen("generate", "--all")
    document = omen("generate", "--all", "--json")

    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("omen: ")
    assert re.search(r"stores\.yaml:\d+: ", run.err)
    assert all(line.isprintable() for line in run.err.splitlines())
    assert document.json["error"]["code"] == "config_invalid"
    assert not two_stores.data.exists()


def test_every_problem_is_said_at_once(two_stores, omen):
    configure(two_stores, "America/New_York", "Mars/Olympus")
    configure(two_stores, "owner@calicannabis.example", "nobody")
    configure(two_stores, "version: 1", "version: 1\nsurprise: yes")

    run = omen("stores")

    assert run.code == 3
    assert all(word in run.err for word in ("Mars/Olympus", "nobody", "surprise"))
