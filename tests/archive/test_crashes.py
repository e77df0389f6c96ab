"""A process may die, or be refused, at any system call: the next command finishes or undoes what it began."""

import os
from datetime import timedelta
from errno import EACCES, EDQUOT, EIO, EMFILE, ENOSPC, EROFS
from pathlib import Path

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.archive.writing import acknowledge
from omen_cli.errors import ArchiveDamaged, InsufficientStorage
from tests.archive.checks import assert_sound, audit_of
from tests.archive.factories import AT, DAY, STORE, count_calls, die, in_child, snapshot, strike_at, tree, write

LATER = AT + timedelta(hours=1)
CHANGING = ("write", "fsync", "link", "rename", "unlink", "mkdir")


def calls_of_a_commit(data: Path, **what: object) -> int:
    """Return how many changing system calls a commit makes; it is made, in a child."""
    log = data.parent / f"{data.name}.calls"
    assert in_child(lambda: (count_calls(log, names=CHANGING), write(data, **what))) == 0
    return len(log.read_text().splitlines())


def die_writing(data: Path, turn: int, is_after: bool, **what: object) -> None:
    strike_at(turn, die, is_after=is_after, names=CHANGING)
    write(data, **what)


def die_acknowledging(data: Path, turn: int) -> None:
    strike_at(turn, die, is_after=True, names=CHANGING)
    acknowledge(Archive(data, STORE), "weekly", DAY, wait_s=5, at=LATER)


def fail_writing(data: Path, turn: int, code: int) -> None:
    """Write with one failing system call; exit 3: refused as it should be, 4: there is no such turn, 0: went on."""
    struck = []

    def refuse(name: str) -> None:
        struck.append(name)
        raise OSError(code, os.strerror(code))

    strike_at(turn, refuse, is_after=False, names=(*CHANGING, "open", "read", "scandir", "statvfs"))
    try:
        write(data)
    except InsufficientStorage as error:
        os._exit(3 if error.hint and code in (ENOSPC, EDQUOT) else 1)
    except ArchiveDamaged as error:
        os._exit(3 if error.hint and code not in (ENOSPC, EDQUOT) else 1)
    os._exit(0 if struck else 4)


def prepare(data: Path, scene: str) -> None:
    """Make the archive as the scene needs it before the snapshot of DAY is written."""
    if scene == "existing":
        write(data, as_of=DAY - timedelta(days=1))
    if scene == "second version":
        write(data, sales="1.00", at=AT - timedelta(hours=1))


@pytest.mark.parametrize("scene", ["new tree", "existing", "second version"])
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_dying_at_every_call_loses_nothing_and_doubles_nothing(tmp_path, scene, is_after):
    replaces = scene == "second version"
    prepare(tmp_path / "probe", scene)
    calls = calls_of_a_commit(tmp_path / "probe", replaces=replaces)
    fates = set()
    for turn in range(1, calls + 1):
        data = tmp_path / f"data-{turn}"
        prepare(data, scene)

        status = in_child(lambda *args: die_writing(*args, replaces=replaces), data, turn, is_after)
        left = [path for path in data.rglob("snapshot_*.json") if f"_{DAY}_" in path.name]
        existing = acknowledge(Archive(data, STORE), "weekly", DAY, wait_s=5, at=LATER)
        kept = existing if existing and existing.generated_at == AT else None
        entry = kept or write(data, replaces=replaces, at=LATER).entry

        assert status == 9
        if len(left) > replaces:  # the snapshot had its name: it must be finished under its own id
            assert kept
            assert entry.file_path in {path.name for path in left}
        assert entry.version == 1 + replaces
        assert entry in assert_sound(data)
        assert list((data / "snapshots" / STORE / "quarantine").iterdir()) == []
        assert {event["event"] for event in audit_of(data)} == {"snapshot.created"}
        fates.add(kept is not None)
    assert fates == {True, False}


@pytest.mark.parametrize(("scene", "code"), [("new tree", ENOSPC), ("existing", EDQUOT), ("existing", EIO)])
def test_an_error_at_any_call_is_ours_and_the_next_command_goes_on(tmp_path, scene, code):
    outcomes: list[int] = []
    while 4 not in outcomes:
        data = tmp_path / f"data-{len(outcomes)}"
        prepare(data, scene)

        outcomes.append(in_child(fail_writing, data, len(outcomes) + 1, code))

        assert write(data, at=LATER).entry in assert_sound(data)
    assert {3, 4} <= set(outcomes) <= {0, 3, 4}  # 0: a mkdir of what is there already may fail
    assert len(outcomes) > 20


@pytest.mark.parametrize("code", [EACCES, EROFS, EMFILE])
def test_each_error_says_what_to_do(tmp_path, code):
    write(tmp_path, "daily")

    outcomes = [in_child(fail_writing, tmp_path, turn, code) for turn in range(8, 14)]

    assert 3 in outcomes
    assert set(outcomes) <= {0, 3}  # 0: a mkdir of what is there already may fail


def test_two_crashes_in_a_row_leave_one_snapshot(tmp_path):
    for first in range(3, 14, 2):
        for second in range(1, 9, 2):
            data = tmp_path / f"data-{first}-{second}"
            write(data, as_of=DAY - timedelta(days=1))

            in_child(die_writing, data, first, True)
            in_child(die_acknowledging, data, second)

            assert write(data, at=LATER).entry in assert_sound(data)


def test_a_fsync_that_fails_once_is_not_retried_and_nothing_published_is_deleted(tmp_path):
    write(tmp_path, as_of=DAY - timedelta(days=1))
    log = tmp_path.parent / f"{tmp_path.name}.log"

    def fail(name: str) -> None:
        raise OSError(EIO, "I/O error")

    def attempt() -> None:
        count_calls(log, names=("fsync",))
        strike_at(5, fail, is_after=False, names=("fsync",))
        write(tmp_path)

    assert in_child(attempt) == 1  # the folder, after the link

    assert len(log.read_text().splitlines()) == 4
    published = list((tmp_path / "snapshots" / STORE).glob(f"snapshot_weekly_{DAY}_*"))
    assert len(published) == 1
    assert write(tmp_path, at=LATER).entry.file_path == published[0].name
    assert_sound(tmp_path)


@pytest.mark.parametrize(
    "rest", [b"", b"{", b'{"ids":[]}\n', b'{"ids":["snapshot_weekly_2026-01-09_1_abcdef01"]}\n', b"\xff\x00"]
)
def test_a_pending_that_is_not_whole_is_undone(tmp_path, rest):
    entry = write(tmp_path).entry
    archive = Archive(tmp_path, STORE)
    archive.layout.pending.write_bytes(rest)

    assert acknowledge(archive, "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path) == [entry]


def test_a_pending_of_another_store_is_undone(tmp_path):
    write(tmp_path, "daily")
    write(tmp_path, store="CaliCannabis")
    theirs = next((tmp_path / "snapshots" / "CaliCannabis").glob("snapshot_*"))
    Archive(tmp_path, STORE).layout.pending.write_bytes(theirs.read_bytes())

    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER) is None

    assert [entry.timeframe for entry in assert_sound(tmp_path)] == ["daily"]


def test_a_pending_whose_version_is_anothers_is_quarantined(tmp_path):
    entry = write(tmp_path).entry
    archive = Archive(tmp_path, STORE)
    rival = snapshot(sales="5.00", at=LATER)
    archive.layout.pending.write_bytes(encode(rival))

    assert acknowledge(archive, "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path) == [entry]
    names = {path.name for path in archive.layout.quarantine.iterdir()}
    assert names == {f"{rival.id}.json", f"{rival.id}.json.reason.json"}


def test_pending_ids_have_their_entries_made_anew(tmp_path):
    entry = write(tmp_path).entry
    archive = Archive(tmp_path, STORE)
    shard = archive.layout.shard("2026-01")
    shard.write_bytes(shard.read_bytes().replace(b'"status":"ok"', b'"status":"held"'))
    archive.layout.pending.write_bytes(b'{"ids":["' + entry.id.encode() + b'"]}\n')

    assert acknowledge(archive, "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path) == [entry]


def test_an_undone_first_request_leaves_an_archive_that_reads_as_empty(tmp_path):
    assert in_child(lambda: (strike_at(1, die, is_after=False, names=("link",)), write(tmp_path))) == 9
    before = tree(tmp_path)

    assert list(Archive(tmp_path, STORE).entries()) == []

    assert tree(tmp_path) == before


def test_readers_do_not_see_what_is_under_way(tmp_path):
    assert in_child(lambda: (strike_at(1, die, is_after=True, names=("link",)), write(tmp_path))) == 9
    archive = Archive(tmp_path, STORE)

    assert (archive.find("weekly", DAY), archive.warnings) == (None, [])


def fsyncs_of(data: Path, work) -> list[str]:
    """Return what `work`, done in a child, makes durable: paths below the archive's folder, in order."""
    log = data.parent / f"{data.name}.log"
    assert in_child(lambda: (count_calls(log, names=("fsync",)), work())) == 0
    found = log.read_text().splitlines()
    return [line.removeprefix(f"fsync {data}").removeprefix(f"/snapshots/{STORE}").strip() for line in found]


def test_an_acknowledgement_rests_on_nothing_that_is_not_durable(tmp_path):
    entry = write(tmp_path).entry
    archive = Archive(tmp_path, STORE)

    synced = fsyncs_of(tmp_path, lambda: acknowledge(archive, "weekly", DAY, wait_s=5, at=LATER))

    assert synced == [f"/{entry.file_path}", "/index", "", "/snapshots", ""]


def test_a_reconciled_snapshot_rests_on_nothing_that_its_dead_writer_left_in_the_cache(tmp_path):
    write(tmp_path, as_of=DAY - timedelta(days=1))
    assert in_child(lambda: (strike_at(1, die, is_after=False, names=("rename",)), write(tmp_path))) == 9
    archive = Archive(tmp_path, STORE)

    synced = fsyncs_of(tmp_path, lambda: acknowledge(archive, "weekly", DAY, wait_s=5, at=LATER))

    reconciled = ["/.pending", "", "", "/snapshots", "", "/audit/2026-01.jsonl", "/audit"]
    assert synced[: len(reconciled) + 2] == [*reconciled, "/index/.2026-01.json.tmp", "/index"]


def interrupt(name: str) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("is_after", "left"), [(False, []), (True, [".pending"])])
def test_an_interrupted_commit_undoes_what_has_no_name_and_keeps_what_has(tmp_path, is_after, left):
    write(tmp_path, "daily")
    root = Archive(tmp_path, STORE).layout.root

    assert in_child(lambda: (strike_at(1, interrupt, is_after=is_after, names=("link",)), write(tmp_path))) == 1

    assert [path.name for path in root.glob(".pending")] == left
    assert write(tmp_path, at=LATER).entry in assert_sound(tmp_path)
    assert {event["event"] for event in audit_of(tmp_path)} == {"snapshot.created"}


def test_a_pending_whose_name_is_another_files_is_quarantined(tmp_path):
    write(tmp_path, "daily")
    layout = Archive(tmp_path, STORE).layout
    ours = snapshot()
    layout.pending.write_bytes(encode(ours))
    layout.snapshot(ours.id).write_bytes(b"other bytes")

    acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER)

    moved = {path.read_bytes() for path in layout.quarantine.iterdir() if "reason" not in path.name}
    assert moved == {encode(ours), b"other bytes"}
    assert len(assert_sound(tmp_path)) == 1
