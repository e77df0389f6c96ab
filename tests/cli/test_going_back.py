"""The runbook's way back from a finished migration gives the old system everything that it had, wherever that lay."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import NJ
from tests.old_sample import entry, sample, text, wrapper

PAGE = Path(__file__).parents[2] / "docs" / "migration.md"
BELOW = entry("2026-01-06", 90, "daily")
IN_THE_STORES_FOLDER = {f"{NJ}/snapshot_daily_2026-01-06.json": text(wrapper(BELOW)), f"{NJ}/weekly/notes": b"by hand"}


@pytest.fixture
def old(two_stores, omen):
    made = Old(two_stores, omen).lay({**sample(), **IN_THE_STORES_FOLDER})
    (made.root / NJ).chmod(0o755)
    return made


def commands_back() -> str:
    """Return the shell commands of the section."""
    section = PAGE.read_text().partition("## Going back")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return block


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_commands_of_the_runbook_bring_back_every_old_file_and_nothing_else(old, omen):
    before = files_below(old.root)
    assert old.migrate().code == 0
    assert omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00").code == 0

    script = commands_back().replace("<date>", "2026-11-27")
    subprocess.run(["sh", "-e", "-c", script], check=True, cwd=old.stores.config.parent)

    assert files_below(old.root) == before
    assert not (old.stores.data / ".omen-format").exists()
    again = old.migrate()
    assert (again.code, again.data["written"], omen("migrate", "--cleanup").code) == (0, 6, 0), again.err


def test_a_folder_of_the_old_system_that_becomes_an_archives_is_said(old, omen):
    said = f"{old.root / NJ} is an archive's {{}}, and only this user may look into it: its mode becomes 0700."

    dry, run, again = (omen("migrate", "--from", old.root, *more) for more in (("--dry-run",), (), ()))

    assert said.format("from the run on") in dry.out
    assert said.format("now") in run.out
    assert "0700" not in again.out
    assert (old.root / NJ).stat().st_mode & 0o777 == 0o700
