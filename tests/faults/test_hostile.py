"""The layer of hostile files finds nothing in a sample of every kind; and what it holds, it can find broken."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.faults import hostile
from tests.faults.hostile_cases import Case, all_cases
from tests.faults.hostile_commands import Commands, commands_for
from tests.faults.hostile_ground import KEY, ROOT, Ground, make_ground
from tests.faults.hostile_nodes import writing
from tests.faults.layers import SEED


@pytest.fixture(scope="module")
def ground() -> Iterator[tuple[Path, Ground]]:
    with hostile.scratch() as folder:
        yield folder, make_ground(folder)


def _nothing(place: Path, world: Path) -> None:
    """Plant nothing: the control."""


NOTHING = Case("control", "nothing", "data/nothing", _nothing)


def tried(
    ground: tuple[Path, Ground], case: Case, toy: Callable[..., int] | None = None, name: str = "show"
) -> list[str]:
    """Try one case; with a toy in the place of one of omen's commands."""

    def commands(sound: Ground, snapshot_id: str, turn: int) -> Commands:
        known = commands_for(sound, snapshot_id, turn)
        return known if toy is None else {**known, name: partial(toy, sound)}

    return hostile.try_case(*ground, case, 0, commands)


def case_of(ground: tuple[Path, Ground], kind: str, what: str) -> Case:
    return next(case for case in all_cases(ground[1], Random(1)) if case.kind == kind and what in case.what)


def snapshot_path(sound: Ground) -> str:
    return f"{ROOT}/{sound.snapshot_id(KEY, 2)}.json"


def test_no_hostile_file_of_the_sample_breaks_a_rule():
    tally = hostile.run(is_sample=True, seed=SEED)

    assert tally.violations == []
    assert tally.hostile >= 140


def test_there_are_over_two_thousand_distinct_ones(ground):
    cases = all_cases(ground[1], Random(1))

    assert len({(case.path, case.raw or case.what) for case in cases}) > hostile.ALL


def test_a_sound_archive_breaks_no_rule(ground):
    assert tried(ground, NOTHING) == []


def follows(sound: Ground, world) -> int:
    """A reader that follows whatever stands there."""
    text = (world.cwd / snapshot_path(sound)).read_text("utf-8").strip()
    world.stdout.write(f'{{"ok":true,"data":{text}}}\n')
    return 0


def raises(sound: Ground, world) -> int:
    raise KeyError("id")


def answers_70(sound: Ground, world) -> int:
    world.stderr.write("omen: a bug of omen's: KeyError\n  please report it\n")
    return 70


def waits(sound: Ground, world) -> int:
    """A reader that opens what it should look at first."""
    return len((world.cwd / snapshot_path(sound)).read_bytes())


def shouts(sound: Ground, world) -> int:
    world.stderr.write("omen: \x1b[2J\n  nothing\n")
    return 7


def deletes(sound: Ground, world) -> int:
    """A writer that removes what is damaged."""
    (world.cwd / snapshot_path(sound)).unlink()
    world.stderr.write("omen: it was damaged\n  nothing\n")
    return 7


def writes_elsewhere(sound: Ground, world) -> int:
    (world.cwd / ROOT).parent.joinpath("CaliCannabis", "README").write_text("mine now")
    return follows(sound, world)


def loses_another(sound: Ground, world) -> int:
    (world.cwd / ROOT / f"{sound.snapshot_id(KEY, 1)}.json").unlink()
    return follows(sound, world)


def lists_none(sound: Ground, world) -> int:
    world.stdout.write('{"ok":true,"data":[]}\n')
    return 0


@pytest.mark.parametrize(
    ("toy", "what", "rule"),
    [
        (follows, "a symlink to a good file", "CANARY"),
        (follows, "twice", "shows|not one JSON"),
        (raises, "twice", "raised past main"),
        (answers_70, "twice", "exit 70"),
        (shouts, "twice", "raw control characters"),
        (deletes, "twice", "what was damaged is gone"),
        (writes_elsewhere, "twice", "CaliCannabis/README"),
        (loses_another, "twice", "is gone"),
    ],
)
def test_each_rule_can_be_seen_broken(ground, toy, what, rule):
    found = tried(ground, case_of(ground, "snapshot", what), toy)

    assert any(part in line for part in rule.split("|") for line in found), found


def test_a_reader_that_forgets_what_nobody_touched_is_seen(ground):
    found = tried(ground, NOTHING, lists_none, "history")

    assert any("does not list" in line for line in found)


def test_a_reader_that_waits_on_a_fifo_is_ended_and_seen(ground, monkeypatch):
    monkeypatch.setattr("tests.faults.hostile_commands.WAIT_S", 1.0)
    case = case_of(ground, "snapshot", "a FIFO")

    assert tried(ground, case, waits) == [f"{case}: show: hangs"]


def test_a_second_answer_for_a_key_is_seen(ground):
    sound = ground[1]
    raw = sound.raw(f"{ROOT}/audit/2026-01.jsonl")
    line = next(line for line in raw.splitlines() if sound.snapshot_id(KEY, 2).encode() in line)
    other = raw + line.replace(sound.snapshot_id(KEY, 2).encode(), b"snapshot_weekly_2026-01-11_1_00000000") + b"\n"
    path = f"{ROOT}/audit/2026-01.jsonl"

    found = tried(ground, Case("two records", "of one version", path, writing(other), other))

    assert any("two ids were acknowledged" in line for line in found)
