"""A large prune goes in batches, each a whole change: a crash between two leaves an archive as after a smaller prune."""

from datetime import timedelta

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.pruning import BATCH, Pruner, prune
from omen_cli.archive.verification import verify
from omen_cli.archive.writing import acknowledge
from tests.archive.factories import AT, DAY, LIMITS, STORE, die, in_child, strike_at, write

LATER = AT + timedelta(hours=1)
COUNT = BATCH + 5


@pytest.fixture
def many(tmp_path):
    """An archive of more daily snapshots than one batch holds, and one more, the newest."""
    for back in range(COUNT, -1, -1):
        write(tmp_path, "daily", as_of=DAY - timedelta(days=back))
    return Archive(tmp_path, STORE)


def prune_all_but_the_newest(archive):
    def choose(entries, stay):
        newest = max(entries, key=lambda one: one.as_of_date)
        return [entry.id for entry in entries if entry.as_of_date != newest.as_of_date]

    return prune(archive, choose, Pruner("ann", "--keep-last 1", LATER, "r-1", 5.0, LIMITS))


def files(archive):
    return sorted(path.stem for path in archive.layout.root.glob("snapshot_*.json"))


def test_a_large_prune_removes_all_of_it_in_batches(many):
    before = files(many)
    removed = prune_all_but_the_newest(many)
    assert len(removed) == COUNT
    assert files(many) == before[-1:]
    assert [entry.id for entry in many.entries()] == before[-1:]
    assert verify(many, is_deep=True, wait_s=1).is_sound


@pytest.mark.parametrize(("turn", "left"), [(1, 6), (BATCH + 3, 6), (BATCH + 8, 1)])
def test_a_prune_that_dies_in_a_batch_is_finished_as_far_as_it_was_audited(many, turn, left):
    """At the first removal, while the shards of the first batch are written, and in the second batch."""

    def killed():
        strike_at(turn, die, is_after=False, names=("unlink",))
        prune_all_but_the_newest(many)

    assert in_child(killed) == 9
    acknowledge(many, "daily", DAY, wait_s=5, at=LATER)  # the next command
    assert len(files(many)) == left
    assert len(list(many.entries())) == left
    assert verify(many, is_deep=True, wait_s=1).is_sound


def test_after_a_crash_between_batches_no_older_version_answers(tmp_path):
    """Every date has two versions, and the border of two batches lies between those of one date."""
    archive = Archive(tmp_path, STORE)
    write(tmp_path, "daily", as_of=DAY - timedelta(days=COUNT))
    for back in range(COUNT // 2, -1, -1):
        for at in (AT, AT + timedelta(minutes=1)):
            write(tmp_path, "daily", as_of=DAY - timedelta(days=back), at=at, replaces=True)
    newest = {entry.as_of_date: entry.id for entry in archive.entries() if entry.superseded_by is None}

    def killed():
        strike_at(BATCH + 3, die, is_after=False, names=("unlink",))
        prune_all_but_the_newest(archive)

    assert in_child(killed) == 9
    acknowledge(archive, "daily", DAY, wait_s=5, at=LATER)
    left = list(archive.entries())
    assert 2 < len(left) < COUNT
    assert all(newest[entry.as_of_date] in files(archive) for entry in left)
