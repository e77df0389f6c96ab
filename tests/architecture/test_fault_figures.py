"""README.md quotes what `make faults` and `make mutants` printed; what it quotes is no less than what was promised."""

import re

import pytest

from tests.faults.layers import FLOORS, MODULES
from tests.faults.mutants import GROUPS
from tests.guards import REPO

MOST_SECONDS = 20 * 60
_COLUMNS = {
    "injections": "injections",
    "states": "reordered states",
    "hostile": "hostile files",
    "processes": "processes",
}
_SUMMARY = re.compile(r"(\w+): (\d+) mutants: (\d+) caught, (\d+) kept with a reason, (\d+) survived, (\d+) seconds")


def quoted(text: str) -> list[dict[str, str]]:
    """Return the rows of the fault table that a page quotes, by the names of its columns."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if re.match(r"layer {2,}injections", line))
    header = re.split(r" {2,}", lines[start].strip())
    rows = lines[start + 1 : lines.index("```", start)]
    return [dict(zip(header, re.split(r" {2,}", row.strip()), strict=True)) for row in rows]


def count(text: str) -> int:
    """Return a number with thousands separators."""
    return int(text.replace(",", ""))


@pytest.fixture(scope="module")
def readme() -> str:
    return (REPO / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", FLOORS)
def test_the_quoted_table_reaches_the_floor(readme, name):
    assert count(quoted(readme)[-1][_COLUMNS[name]]) >= FLOORS[name]


def test_the_quoted_run_was_whole_and_broke_nothing(readme):
    rows = quoted(readme)
    assert len(rows) == len(MODULES) + 1
    assert [row["violations"] for row in rows] == ["0"] * len(rows)


def test_the_quoted_run_ended_in_time(readme):
    assert count(quoted(readme)[-1]["seconds"]) < MOST_SECONDS


@pytest.mark.parametrize(
    "column", ["injections", "crash points", "reordered states", "processes", "killed", "hostile files"]
)
def test_the_quoted_total_is_the_sum_of_its_layers(readme, column):
    *layers, total = quoted(readme)
    assert sum(count(row[column]) for row in layers) == count(total[column])


def test_the_quoted_mutants_are_all_that_there_are_and_none_survived(readme):
    quoted_groups = {name: tuple(map(int, counts)) for name, *counts in _SUMMARY.findall(readme)}
    assert set(quoted_groups) == set(GROUPS)
    for name, (mutants, caught, kept, survived, _) in quoted_groups.items():
        assert (mutants, survived) == (len(GROUPS[name]), 0)
        assert kept <= sum(bool(one.reason) for one in GROUPS[name])
        assert caught + kept == mutants
