"""The benchmarks run, and what they compare says the same; how long it takes is no matter of a test."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards import REPO


def script(name: str, *arguments: object) -> str:
    command = [sys.executable, str(REPO / "benchmarks" / name), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_omen_the_query_by_hand_and_pandas_say_the_same_of_20_000_lines(tmp_path: Path, file_format):
    said = script("generate_speed.py", "--lines", 20_000, "--rounds", 1, "--format", file_format, "--folder", tmp_path)
    assert "omen / by hand: " in said
    assert ("pandas: skipped, it is not installed" in said) != ("omen / pandas: " in said)


def test_the_made_orders_are_the_same_every_time_and_of_any_number(tmp_path: Path):
    for name in ("one", "other"):
        script("make_orders.py", tmp_path / name, "--lines", 20_000, "--format", "csv")
    one, other = ((tmp_path / name / "orders.csv").read_text() for name in ("one", "other"))
    assert sorted(one.splitlines()) == sorted(other.splitlines())
    assert len(one.splitlines()) == 20_001


def test_a_measured_migration_is_whole_and_its_second_run_does_nothing(tmp_path: Path):
    said = script("migrate_speed.py", "--snapshots", 20, "--folder", tmp_path).splitlines()
    assert [line.partition(" old ")[0] for line in said[0:2] + said[3:5]] == [
        *("first run: 5", "second run: 5"),
        *("first run: 20", "second run: 20"),
    ]
    assert [line.rpartition(": ")[2] for line in said[0:2] + said[3:5]] == ["migrated", "nothing_to_do"] * 2
    assert ["omen / copy: " in line for line in said] == [False, False, True, False, False, True, False]
    assert said[6].startswith("memory: ")
