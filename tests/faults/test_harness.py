"""The harness can fail: protocols that are wrong on purpose, each found by the layer that is there for it."""

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import inject, reordering
from tests.faults.calls import intercept
from tests.faults.children import Died, in_child
from tests.faults.commands import scene_named
from tests.faults.ground import work_below
from tests.faults.images import capture, digest, lay
from tests.faults.invariants import assert_intact, judge, problems, start_of
from tests.faults.layers import FLOORS, Part, added, below_floors, run_part
from tests.faults.scene import AT, CALI, NJ, archive, generate, grown, later, made, snapshots
from tests.faults.tally import Tally
from tests.faults.weakdisk import Recorder, WeakDisk

SCENE = scene_named("generate: existing month")


@pytest.fixture(autouse=True)
def _below_the_tests_folder(tmp_path):
    work_below(tmp_path)


@pytest.fixture
def folder(tmp_path):
    installation = tmp_path / "installation"
    grown(installation)
    return installation


# -- toy protocols: one file is put in place, wrongly


def put(path: Path, raw: bytes, *, flush: bool = True) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, raw)
    if flush:
        os.fsync(descriptor)
    os.close(descriptor)


def flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def sound(root: Path) -> None:
    put(root / "draft", b"truth")
    (root / "draft").rename(root / "kept")
    flush_folder(root)


def without_file_flush(root: Path) -> None:
    put(root / "draft", b"truth", flush=False)
    (root / "draft").rename(root / "kept")
    flush_folder(root)


def without_folder_flush(root: Path) -> None:
    put(root / "draft", b"truth")
    (root / "draft").rename(root / "kept")


def without_parents_flush(root: Path) -> None:
    (root / "new").mkdir()
    put(root / "new" / "kept", b"truth")
    flush_folder(root / "new")


def states_after(folder, protocol, *, most=256):
    """Return every state that the model allows when the protocol has ended: relative names and bytes."""
    root = folder / "data"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    image = capture(folder)

    def work():
        recorder = Recorder(folder)
        intercept(folder, recorder)
        protocol(root)
        return recorder.ops

    disk = WeakDisk(image).replay(in_child(work))
    return [{name: item.raw for name, item in state.items()} for state in disk.states(most, random.Random(1))]


def test_the_model_finds_nothing_in_a_sound_protocol(folder):
    assert all(state.get("data/kept") == b"truth" for state in states_after(folder, sound))


@pytest.mark.parametrize("protocol", [without_file_flush, without_folder_flush])
def test_the_model_finds_a_missing_flush(folder, protocol):
    found = {state.get("data/kept") for state in states_after(folder, protocol)}

    assert b"truth" in found
    assert len(found) > 1


def test_the_model_finds_that_the_name_of_a_new_folder_was_not_flushed(folder):
    states = states_after(folder, without_parents_flush)

    assert {"data/new" in state for state in states} == {True, False}


def test_the_model_loses_a_part_of_what_was_not_flushed(folder):
    found = {state.get("data/kept") for state in states_after(folder, without_file_flush)}

    assert {b"", b"t", b"tr", b"trut", b"truth", bytes(5)} <= found


def test_the_model_never_shows_a_rename_in_half(folder):
    def renamed(root: Path) -> None:
        sound(root)
        (root / "other").mkdir()
        flush_folder(root)
        (root / "kept").rename(root / "other" / "moved")

    states = states_after(folder, renamed)

    assert all("data/kept" in state or "data/other/moved" in state for state in states)
    assert any("data/kept" in state and "data/other/moved" in state for state in states)


def test_a_replay_of_what_was_recorded_is_what_the_command_left(folder):
    start = capture(folder)
    ops, answer = reordering.recorded(SCENE, folder, start)

    assert answer.status == 0
    assert digest(WeakDisk(start).replay(ops).live_image()) == digest(capture(folder))


# -- commands that are wrong on purpose


def _unflushing(folder, at):
    """Run `generate` with every flush of a folder left out."""
    real = os.fsync
    os.fsync = lambda descriptor: None if Path(f"/proc/self/fd/{descriptor}").is_dir() else real(descriptor)
    return SCENE.run(folder, at)


def _index_first(folder, at):
    """Write an entry of the shard before its snapshot has a name: the name is given by the retry."""
    answer = SCENE.run(folder, at)
    for _, snapshot_id in answer.acknowledged:
        path = archive(folder) / f"{snapshot_id}.json"
        raw = path.read_bytes()
        path.unlink()
        put(path, raw)
    return answer


def _answering_too_soon(folder, at):
    """Acknowledge what cannot be: a snapshot that nobody wrote."""
    answer = SCENE.run(folder, at)
    ghost = f"snapshot_daily_2026-01-07_{int(at.timestamp())}_00000000"
    return replace(answer, acknowledged=frozenset({(NJ, ghost)}))


def _into_the_others(folder, at):
    (archive(folder, CALI) / "README").write_text("changed")
    return SCENE.run(folder, at)


def _leaving_a_draft(folder, at):
    answer = SCENE.run(folder, at)
    put(archive(folder) / f".{at:%H}.tmp", b"")
    return answer


def _with_a_status_of_its_own(folder, at):
    return replace(SCENE.run(folder, at), status=99)


def _with_a_trace(folder, at):
    raise ZeroDivisionError


def violations(run, layer=inject, **more):
    return layer.run(is_sample=True, seed=1, scenes=[replace(SCENE, run=run)], **more).violations


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (_answering_too_soon, "acknowledged and lost"),
        (_into_the_others, "an archive was touched that is another's"),
        (_leaving_a_draft, "left behind"),
        (_with_a_status_of_its_own, "exit status 99 is not in the table"),
    ],
)
def test_the_injector_finds_a_command_that_breaks_a_promise(run, said):
    assert [line for line in violations(run) if said in line]


def test_the_injector_finds_an_index_that_is_written_before_the_snapshot(folder):
    scene, start = replace(SCENE, run=_index_first), start_of(folder)
    calls, _ = inject.recorded(scene, folder)
    turns = [turn for turn, call in enumerate(calls, start=1) if call.name == "unlink" and "snapshot_" in call.path]
    lay(start.image, folder)

    found = inject.struck(scene, folder, start, inject.Fault(turns[0], is_kill=True, is_after=True))

    assert [line for line in found if "file is missing" in line], found


def test_the_model_finds_a_command_that_flushes_no_folder():
    found = violations(_unflushing, reordering)

    assert [line for line in found if "acknowledged and lost" in line]


def test_a_trace_is_a_violation(tmp_path):
    def work():
        return _with_a_trace(tmp_path, AT)

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        in_child(work)
    assert judge(70, "") != []
    assert judge(0, "Traceback (most recent call last)") != []
    assert judge(12, "no room") == []


def test_a_child_that_dies_is_told_from_one_that_answers():
    with pytest.raises(Died) as died:
        in_child(lambda: os._exit(9))

    assert died.value.status == 9
    assert in_child(lambda: "here") == "here"


# -- the checks


def test_an_intact_installation_has_no_problems(folder):
    start = start_of(folder)

    assert len(start.intact) == 4
    assert_intact(folder, start.intact, start=start, untouched=(NJ, CALI), is_settled=True)


def _lose(folder):
    snapshots(folder, "weekly")[0].unlink()


def _cut(folder):
    path = snapshots(folder, "weekly")[0]
    path.write_bytes(path.read_bytes()[:-1])


def _forge(folder):
    (month,) = (archive(folder) / "audit").iterdir()
    month.write_bytes(month.read_bytes().replace(b'"by":"tester"', b'"by":"forger"', 1))


def _forget(folder):
    (month,) = (archive(folder) / "audit").iterdir()
    month.write_bytes(b"".join(month.read_bytes().splitlines(keepends=True)[:-1]))


def _audit_twice(folder):
    (month,) = (archive(folder) / "audit").iterdir()
    lines = month.read_bytes().splitlines(keepends=True)
    month.write_bytes(b"".join((*lines, lines[-1])))


def _leave_pending(folder):
    put(archive(folder) / ".pending", b"{")


def _lose_index(folder):
    shutil.rmtree(archive(folder) / "index")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_lose, "acknowledged and lost"),
        (_cut, "acknowledged and lost"),
        (_forge, "chain breaks"),
        (_forget, "acknowledged and not audited"),
        (_audit_twice, "audit lines say"),
        (_leave_pending, "left behind"),
        (_lose_index, "rebuilt in memory"),
        (lambda folder: (archive(folder, CALI) / "x").write_text(""), "an archive was touched"),
    ],
)
def test_each_problem_is_found(folder, damage, said):
    start = start_of(folder)

    damage(folder)

    found = problems(folder, (), start=start, untouched=(CALI,), is_settled=True)
    assert [line for line in found if said in line], found


def test_what_was_acknowledged_must_be_there_whenever_it_was(folder):
    before = capture(folder)
    answer = in_child(lambda: generate(folder, later(1)))
    lay(before, folder)

    assert len(answer.acknowledged) == 1
    assert problems(folder, answer.acknowledged)
    made(folder)
    assert problems(folder, answer.acknowledged)  # another id is no answer to it


# -- the runner


def test_counts_below_the_floors_are_said():
    assert len(below_floors(Tally("all"))) == len(FLOORS)
    assert below_floors(Tally("all", **FLOORS)) == []


def test_a_layer_that_breaks_off_is_a_violation():
    (line,) = run_part(Part("no_such_layer"), is_sample=True).violations

    assert "broke off" in line


def test_tallies_add_up():
    total = added([Tally("x", injections=2, violations=["a"]), Tally("x", injections=3, states=1)], "x")

    assert (total.injections, total.states, total.violations) == (5, 1, ["a"])
