"""`omen schedule` lists when what is due, and writes what starts `omen run`: a crontab line, or units that systemd takes."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from omen_cli.ops.units import systemd_units
from tests.cli.processes import environment, run_omen
from tests.cli.scheduled import CALI, NJ, NJ_DUE, schedule
from tests.cli.signed import need_tokens
from tests.guards import REPO

SERVICE, TIMER = "omen-run.service", "omen-run.timer"
HARDENED = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
    "UMask=0077",
)


@pytest.fixture
def stores(two_stores):
    """Both stores with a schedule."""
    schedule(two_stores, nj='{daily: "02:30", weekly: MON 08:00}')
    return two_stores


def test_it_lists_when_what_is_due_next_in_each_stores_time(stores, omen):
    rows = [line.split("\t") for line in omen("schedule", now="2026-03-07T20:00:00+00:00").out.splitlines()]
    assert rows == [
        ["store", "timeframe", "schedule", "next due", "of"],
        [NJ, "daily", "02:30", "2026-03-08 03:30-04:00", "2026-03-07"],  # 02:30 is left out that night
        [NJ, "weekly", "MON 08:00", "2026-03-09 08:00-04:00", "2026-03-08"],
        [CALI, "weekly", "MON 08:00", "2026-03-09 08:00-07:00", "2026-03-08"],
    ]


def test_without_a_schedule_it_says_so(two_stores, omen):
    run = omen("schedule")
    assert (run.code, run.out, "has a schedule" in run.err) == (0, "", True)


def test_the_line_of_a_crontab_is_one_line_and_runs(stores):
    line = run_omen(stores.config.parent, "schedule", "--format", "cron").stdout
    assert line.count("\n") == 1
    assert line.startswith("*/15 * * * * ")
    assert line.rstrip().endswith(f"run -q --config {stores.config}")
    assert line.split(maxsplit=5)[5].startswith((sys.executable, "/"))
    run = run_line(line, "--dry-run")
    assert (run.returncode, run.stderr) == (0, "")


def test_odd_folders_are_quoted_for_the_shell_and_for_cron(stores, omen, tmp_path):
    odd = tmp_path / "50% off $HOME"
    odd.mkdir()
    shutil.copy(stores.config, odd / "stores.yaml")
    line = omen("schedule", "--format", "cron", cwd=odd).out
    assert f"--config '{tmp_path}/50\\% off $HOME/stores.yaml'\n" in line
    service = omen("schedule", "--format", "systemd", "--json", cwd=odd).data["files"][SERVICE]
    assert f'--config "{tmp_path}/50%% off $$HOME/stores.yaml"\n' in service
    assert f'ReadWritePaths="{tmp_path}/50%% off $HOME/data"' in service


def run_line(line: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run what a crontab line runs, as cron would: by sh, with hardly any environment."""
    words = " ".join((line.split(maxsplit=5)[5].strip().replace("\\%", "%"), *more))
    env = {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        ["/bin/sh", "-c", words], cwd="/", env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def guarded(stores):
    """Both stores with a schedule, every command of which needs a token; an admin's lies in an odd place beside."""
    need_tokens(stores)
    folder = stores.config.parent
    (folder / "50% of $HOME").mkdir()
    made = run_omen(folder, *ADMINS_TOKEN, "--out", "50% of $HOME/admin")
    assert made.returncode == 0, made.stderr
    (folder / "inner").mkdir()
    return stores


ADMINS_TOKEN = ("token", "create", "--role", "admin", "--email", "cron@example.com")
GIVEN = ("--token-file", "../50% of $HOME/admin")


def test_where_a_token_is_needed_the_line_names_its_file_and_runs(guarded):
    folder = guarded.config.parent
    printed = run_omen(folder / "inner", "schedule", "--format", "cron", *GIVEN)
    assert printed.returncode == 0, printed.stderr
    assert f"--token-file '{folder}/50\\% of $HOME/admin'\n" in printed.stdout
    run = run_line(printed.stdout, "--dry-run")
    assert (run.returncode, run.stderr) == (0, "")
    (folder / "50% of $HOME" / "admin").unlink()
    assert run_line(printed.stdout, "--dry-run").returncode == 9


def test_the_steps_of_the_operations_page_give_cron_a_token(guarded):
    page = (REPO / "docs" / "operations.md").read_text("utf-8")
    (steps,) = re.findall(r"^```sh\n(umask 077 .*?)^```$", page, re.MULTILINE | re.DOTALL)
    folder = guarded.config.parent
    (folder / "omen").write_text(f'#!/bin/sh\nexec {sys.executable} -m omen_cli "$@"\n')
    (folder / "omen").chmod(0o755)
    env = environment(HOME=str(folder), PATH=f"{folder}:/usr/bin:/bin")
    made = subprocess.run(
        ["/bin/sh", "-ec", steps], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.rstrip().endswith(f" --token-file {folder}/tokens/cron")
    assert (folder / "tokens" / "cron").stat().st_mode & 0o777 == 0o600
    run = run_line(made.stdout.splitlines()[-1], "--dry-run")
    assert (run.returncode, run.stderr) == (0, "")


def test_a_token_of_the_environment_makes_no_line_that_cron_could_not_run(guarded, omen):
    token = (guarded.config.parent / "50% of $HOME" / "admin").read_text("utf-8")
    run = run_omen(guarded.config.parent, "schedule", "--format", "cron", OMEN_TOKEN=token)
    assert (run.returncode, run.stdout) == (2, "")
    assert "--token-file FILE" in run.stderr
    assert run_omen(guarded.config.parent, "schedule", OMEN_TOKEN=token).returncode == 0


@pytest.mark.parametrize("is_named", [True, False])
def test_where_a_token_is_needed_systemd_hands_it_over(guarded, is_named):
    folder = guarded.config.parent
    token = (folder / "50% of $HOME" / "admin").read_text("utf-8")
    how, env = (GIVEN, {}) if is_named else ((), {"OMEN_TOKEN": token})
    run = run_omen(folder / "inner", "schedule", "--format", "systemd", "--json", *how, **env)
    service = json.loads(run.stdout)["data"]["files"][SERVICE]
    path = f"{folder}/50%% of $HOME/admin" if is_named else "/etc/omen/tokens/cron"
    assert f"\nLoadCredential=omen-token:{path}\n" in service
    assert "token-file" not in service
    assert token.strip() not in service
    assert ("/etc/omen/tokens/cron" in run.stderr) is not is_named


def test_where_none_is_needed_no_token_is_named(stores, omen):
    line = omen("schedule", "--format", "cron", "--token-file", "somewhere").out
    assert "token" not in line.replace(str(stores.config), "")
    service = omen("schedule", "--format", "systemd", "--json").data["files"][SERVICE]
    assert "LoadCredential" not in service


def test_the_units_are_hardened_and_catch_up(stores, omen):
    files = omen("schedule", "--format", "systemd", "--json").data["files"]
    assert list(files) == [SERVICE, TIMER]
    assert set(HARDENED) <= set(files[SERVICE].splitlines())
    assert {"Persistent=true", "OnCalendar=*:0/15"} <= set(files[TIMER].splitlines())
    assert "MemoryDenyWriteExecute=" not in files[SERVICE]  # the charts' engine would be killed
    assert f"ReadWritePaths={stores.data} {stores.config.parent}/outbox /tmp\n" in files[SERVICE]
    assert "User=tester\n" in files[SERVICE]


def test_both_units_are_shown_each_under_its_path(stores, omen):
    out = omen("schedule", "--format", "systemd").out
    assert [line for line in out.splitlines() if line.startswith("# /etc/systemd")] == [
        f"# /etc/systemd/system/{SERVICE}",
        f"# /etc/systemd/system/{TIMER}",
    ]


def test_systemd_takes_the_units(stores, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze")
    answer = run_omen(stores.config.parent, "schedule", "--format", "systemd", "--json").stdout
    assert complaints(analyze, tmp_path, json.loads(answer)["data"]["files"]) == []


def complaints(analyze: str, folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return what systemd says of these units."""
    for name, text in files.items():
        (folder / name).write_text(text)
    command = [analyze, "verify", "--man=no", *(str(folder / name) for name in files)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return [line for line in run.stderr.splitlines() if "omen-run" in line]


@pytest.mark.parametrize("name", ["$HOME", "50% of $HOME", "a$$b", "${X}"])
def test_a_dollar_in_the_path_of_the_program_is_one_for_systemd_too(tmp_path, name):
    program = tmp_path / name / "omen"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    files = systemd_units((str(program), "run", "--config", "/srv/$X"), "root", [tmp_path], tmp_path / name / "token")
    escaped = str(program).replace("%", "%%")
    assert f'\nExecStart="{escaped}" run --config "/srv/$$X"\n' in files[SERVICE]
    if analyze := shutil.which("systemd-analyze"):
        assert complaints(analyze, tmp_path, files) == []


def test_what_no_store_has_is_warned_of(two_stores, omen):
    run = omen("schedule", "--format", "cron", now=NJ_DUE)
    assert (run.code, run.out.count("\n"), "would do nothing" in run.err) == (0, 1, True)
