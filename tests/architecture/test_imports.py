"""What a command does not need it does not import: asserted on sys.modules in a real process, never on a clock."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.alerted import alert, alert_server
from tests.cli.scheduled import schedule
from tests.guards import REPO

CHILD = """
import json, sys
{setup}
from omen_cli.cli.main import main
out, *argv = sys.argv[1:]
code = main(argv)
open(out, "w").write(json.dumps([sorted(sys.modules), code]))
"""


def loaded_by(cwd: Path, *argv: str, setup: str = "") -> set[str]:
    """Run `omen *argv` in a process of its own; return the top-level modules that it had loaded when it was done."""
    out = cwd / "modules.json"
    child = CHILD.format(setup=setup)
    run = subprocess.run(
        [sys.executable, "-c", child, str(out), *argv],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    names, code = json.loads(out.read_text())
    assert code == 0, run.stdout + run.stderr
    return {name.partition(".")[0] for name in names}


HELP_GOES_WITHOUT = {"duckdb", "jinja2", "pydantic", "yaml", "filelock", "babel", "smtplib", "ssl", "jwt"}
HELP_GOES_WITHOUT |= {"prometheus_client", "apprise", "requests"}
HISTORY_GOES_WITHOUT = {"duckdb", "rich", "jinja2", "babel", "jwt", "cryptography", "prometheus_client"}
HISTORY_GOES_WITHOUT |= {"apprise", "requests", "urllib3", "markdown"}


@pytest.mark.parametrize(
    "argv",
    [["--help"], ["generate", "--help"], ["history", "--help"], ["doctor", "--help"], ["token", "--help"]],
    ids=" ".join,
)
def test_help_is_light(argv, tmp_path):
    assert loaded_by(tmp_path, *argv) & HELP_GOES_WITHOUT == set()


def test_history_is_light(two_stores):
    two_stores.generate("NJWeedWizard", "2026-01-09")
    loaded = loaded_by(two_stores.config.parent, "history", "--store", "NJWeedWizard", "--json")
    assert loaded & HISTORY_GOES_WITHOUT == set()


def test_where_somebody_is_alerted_a_command_without_an_alarm_is_as_light_and_remembers_nothing(two_stores):
    alert(two_stores, "json://127.0.0.1:1/")
    two_stores.generate("NJWeedWizard", "2026-01-09")
    loaded = loaded_by(two_stores.config.parent, "history", "--store", "NJWeedWizard", "--json")
    assert loaded & HISTORY_GOES_WITHOUT == set()
    assert list(two_stores.data.glob("*alerts*")) == []


def test_an_alarm_that_was_told_of_late_loads_no_apprise(two_stores, omen):
    with alert_server() as server:
        alert(two_stores, server.url, more="disk: {warn_free_gb: 100000000}\n")
        for now, as_of in ((None, "2026-01-02"), (datetime.now(UTC), "2026-01-09")):
            two_stores.omen("generate", "--store", "NJWeedWizard", "--as-of", as_of, now=now)
        argv = ["generate", "--store", "NJWeedWizard", "--timeframe", "weekly", "--as-of", "2026-01-16", "--json"]
        assert "apprise" not in loaded_by(two_stores.config.parent, *argv)
    assert len(server.got) == 2


def test_metrics_as_json_are_light(two_stores):
    assert loaded_by(two_stores.config.parent, "metrics", "--json") & HISTORY_GOES_WITHOUT == set()


def test_a_prevented_duplicate_needs_no_engine(two_stores):
    two_stores.generate("NJWeedWizard", "2026-01-09")
    argv = ["generate", "--store", "NJWeedWizard", "--timeframe", "weekly", "--as-of", "2026-01-09", "--json"]
    assert "duckdb" not in loaded_by(two_stores.config.parent, *argv)


def test_a_tick_that_finds_nothing_needs_neither_engine_nor_templates_nor_mail(two_stores, omen):
    schedule(two_stores)
    assert omen("run", now=datetime.now(UTC)).code == 0  # by the clock of the process below
    loaded = loaded_by(two_stores.config.parent, "run", "-q")
    assert loaded & {"duckdb", "jinja2", "babel", "smtplib", "rich", "vl_convert"} == set()


def test_the_check_turns_red(tmp_path):
    assert "duckdb" in loaded_by(tmp_path, "--help", setup="import duckdb")
