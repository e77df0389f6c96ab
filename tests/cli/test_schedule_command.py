"""`omen schedule` lists when what is due, and writes what starts `omen run`: a crontab line, or units that systemd takes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import run_omen
from tests.cli.scheduled import CALI, NJ, NJ_DUE, schedule

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
    words = line.split(maxsplit=5)[5].strip()
    assert words.startswith((sys.executable, "/"))
    run = subprocess.run(
        ["/bin/sh", "-c", f"{words} --dry-run"],
        cwd="/",
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
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
    import json

    answer = run_omen(stores.config.parent, "schedule", "--format", "systemd", "--json").stdout
    for name, text in json.loads(answer)["data"]["files"].items():
        (tmp_path / name).write_text(text)
    run = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / SERVICE), str(tmp_path / TIMER)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    complaints = [line for line in run.stderr.splitlines() if "omen-run" in line]
    assert complaints == []


def test_what_no_store_has_is_warned_of(two_stores, omen):
    run = omen("schedule", "--format", "cron", now=NJ_DUE)
    assert (run.code, run.out.count("\n"), "would do nothing" in run.err) == (0, 1, True)
