"""Many processes at once: one answer a key, no entry lost, and nobody waits for ever."""

import multiprocessing
from contextlib import suppress
from datetime import timedelta

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import locked
from omen_cli.archive.presence import all_there
from omen_cli.archive.pruning import Pruner, prune
from omen_cli.archive.writing import acknowledge, computing
from omen_cli.errors import ArchiveDamaged, Busy
from tests.archive.checks import assert_sound, audit_of
from tests.archive.factories import AT, DAY, LIMITS, STORE, tree, write

FORK = multiprocessing.get_context("fork")
MANY = 16


def race(work) -> list[object]:
    """Run `work(number)` in 16 processes that start together; return what each returned, in no order."""
    ready, start, answers = FORK.Semaphore(0), FORK.Event(), FORK.SimpleQueue()  # a Barrier would want /dev/shm

    def run(number: int) -> None:
        ready.release()
        start.wait(30)
        try:
            answers.put(work(number))
        except Exception as error:  # noqa: BLE001 (told to the parent)
            answers.put(error)

    processes = [FORK.Process(target=run, args=(number,)) for number in range(MANY)]
    for process in processes:
        process.start()
    assert all(ready.acquire(timeout=30) for _ in processes)
    start.set()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join(30)
    return found


@pytest.mark.parametrize("turn", range(3))
def test_sixteen_first_requests_for_one_key_make_one_snapshot(tmp_path, turn):
    def work(number: int) -> tuple[bool, str]:
        committed = write(tmp_path / "data", sales=f"{number}.00", at=AT + timedelta(milliseconds=number))
        return committed.was_created, committed.entry.id

    answers = race(work)

    (entry,) = assert_sound(tmp_path / "data")
    assert sorted(created for created, _ in answers) == [False] * (MANY - 1) + [True]
    assert {snapshot_id for _, snapshot_id in answers} == {entry.id}


def test_sixteen_keys_make_sixteen_entries(tmp_path):
    answers = race(lambda number: write(tmp_path / "data", "daily", DAY - timedelta(days=number)).was_created)

    assert answers == [True] * MANY
    assert len(assert_sound(tmp_path / "data")) == MANY


def test_sixteen_replacements_make_sixteen_versions(tmp_path):
    race(lambda number: write(tmp_path / "data", replaces=True, sales=f"{number}.00"))

    assert [entry.version for entry in assert_sound(tmp_path / "data")] == list(range(MANY, 0, -1))


def test_readers_beside_writers_see_whole_months_without_a_warning(tmp_path):
    def work(number: int) -> tuple[int, list[str]]:
        if number < MANY // 2:
            write(tmp_path / "data", "daily", DAY - timedelta(days=number))
            return 1, []
        archive, seen = Archive(tmp_path / "data", STORE), 0
        for _ in range(40):
            entries = list(archive.entries())
            assert len(entries) >= seen
            seen = len(entries)
        return 1, archive.warnings

    assert race(work) == [(1, [])] * MANY


def test_sixteen_stores_are_made_at_once(tmp_path):
    answers = race(lambda number: write(tmp_path / "data", store=f"Store-{number}").was_created)

    assert answers == [True] * MANY
    for number in range(MANY):
        assert len(assert_sound(tmp_path / "data", f"Store-{number}")) == 1


def hold(path, is_held, may_end) -> None:
    with locked(path, 5):
        is_held.set()
        may_end.wait(30)


@pytest.fixture
def held():
    """Hold a lock in another process until the test ends: held(path)."""
    may_end, processes = FORK.Event(), []

    def take(path) -> None:
        is_held = FORK.Event()
        processes.append(FORK.Process(target=hold, args=(path, is_held, may_end)))
        processes[-1].start()
        assert is_held.wait(30)

    yield take
    may_end.set()
    for process in processes:
        process.join(30)


def test_a_held_lock_is_busy_and_changes_nothing(tmp_path, held):
    write(tmp_path)
    archive = Archive(tmp_path, STORE)
    held(archive.layout.lock)
    before = tree(tmp_path)

    with pytest.raises(Busy, match=r"\.lock: another omen has held this lock for 0.05 s"):
        acknowledge(archive, "weekly", DAY, wait_s=0.05, at=AT)

    assert tree(tmp_path) == before


def test_computing_is_one_at_a_time_for_a_timeframe(tmp_path, held):
    write(tmp_path)
    archive = Archive(tmp_path, STORE)
    held(archive.layout.timeframe_lock("weekly"))

    with pytest.raises(Busy), computing(archive, "weekly", wait_s=0):
        pass
    with computing(archive, "daily", wait_s=0):
        assert write(tmp_path, as_of=DAY + timedelta(days=1)).was_created


def test_computing_without_an_archive_holds_and_makes_nothing(tmp_path):
    archive = Archive(tmp_path / "data", STORE)

    with computing(archive, "weekly", wait_s=0), computing(archive, "weekly", wait_s=0):
        assert tree(tmp_path) == {}


def test_a_dead_holder_holds_nothing(tmp_path):
    write(tmp_path)
    is_held, may_end = FORK.Event(), FORK.Event()
    process = FORK.Process(target=hold, args=(Archive(tmp_path, STORE).layout.lock, is_held, may_end))
    process.start()
    assert is_held.wait(30)
    process.kill()
    process.join(30)

    assert write(tmp_path, "daily").was_created


def test_a_lock_that_is_a_symlink_is_refused_and_its_target_left_alone(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    write(tmp_path / "data")
    lock = Archive(tmp_path / "data", STORE).layout.lock
    lock.unlink()
    lock.symlink_to(victim)

    with pytest.raises(ArchiveDamaged, match="not a lock file"):
        write(tmp_path / "data", "daily")

    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("wait_s", [-1, float("inf"), float("nan")])
def test_a_wait_without_an_end_is_our_bug(tmp_path, wait_s):
    with pytest.raises(ValueError, match="finite"), locked(tmp_path / ".lock", wait_s):
        pass


def test_killed_writers_leave_one_snapshot_a_key(tmp_path):
    write(tmp_path)

    def work(number: int) -> None:
        with suppress(Busy):
            for days in range(1, 30):
                write(tmp_path, "daily", DAY + timedelta(days=days % 5, weeks=number % 3))

    processes = [FORK.Process(target=work, args=(number,)) for number in range(6)]
    for process in processes:
        process.start()
    for turn, process in enumerate(processes):
        process.join(0.03 * turn)
        process.kill()
        process.join(30)

    write(tmp_path, "monthly")

    entries = assert_sound(tmp_path)
    assert len(entries) == len({(entry.timeframe, entry.as_of_date) for entry in entries})
    assert [event for event in audit_of(tmp_path) if event["event"] != "snapshot.created"] == []


def test_what_another_command_prunes_between_two_looks_is_no_loss(tmp_path):
    gone, stays = write(tmp_path).entry, write(tmp_path, as_of=DAY - timedelta(days=7)).entry
    read = tuple(Archive(tmp_path, STORE).entries())
    prune(Archive(tmp_path, STORE), lambda *_: [gone.id], Pruner("ann", "--keep-last 1", AT, "r-1", 5.0, LIMITS))

    assert all_there(Layout(tmp_path, STORE), read) == (stays,)

    Layout(tmp_path, STORE).snapshot(stays.id).unlink()
    with pytest.raises(ArchiveDamaged, match=stays.id):
        all_there(Layout(tmp_path, STORE), read)
