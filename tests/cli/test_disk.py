"""The disk guard on real small file systems: exit 12 and an untouched archive, a warning in time, all of it audited."""

import json
import os
from contextlib import ExitStack

import pytest

from tests.cli.stores import CALI, DAY, NJ, configure, whole_tree
from tests.conftest import TwoStores
from tests.faults.mounts import mounted

MB = 1024**2
ONE = ("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY)
FORCED = (*ONE, "--force", "--reason", "the export was incomplete")
LIMITS = "disk: {warn_free_gb: 0.008, min_free_gb: 0.004}\nstores:\n"  # 8.2 and 4.1 MiB


@pytest.fixture
def mount():
    """Mount a tmpfs on a folder until the test ends: mount(folder, "size=16m")."""
    if os.getuid() != 0:
        pytest.skip("needs root to mount a small tmpfs")
    with ExitStack() as mounts:

        def mount(folder, options):
            return mounts.enter_context(mounted(folder, "-t", "tmpfs", "-o", f"mode=700,{options}", "tmpfs"))

        yield mount


@pytest.fixture
def small_disk(two_stores: TwoStores, mount):
    """A disk of 16 MiB and 2,000 inodes, on which `data` is to lie; returns its folder."""
    configure(two_stores, "data: data\n", "data: disk/data\n")
    configure(two_stores, "stores:\n", LIMITS)
    return mount(two_stores.config.parent / "disk", "size=16m,nr_inodes=2000")


def free_bytes(folder) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def fill(folder, *, until_bytes: int) -> None:
    (folder / "filler").write_bytes(bytes(free_bytes(folder) - until_bytes))


def take_inodes(folder, *, until: int) -> None:
    (folder / "many").mkdir()
    for number in range(os.statvfs(folder).f_favail - until):
        (folder / "many" / str(number)).touch()


def events(folder) -> list[dict]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]


def test_a_first_generate_on_a_full_disk_leaves_nothing(small_disk, omen):
    fill(small_disk, until_bytes=4 * MB)

    run = omen(*ONE)

    assert (run.code, run.out) == (12, "")
    assert f"{small_disk}: 4,194,304 bytes and " in run.err
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


@pytest.mark.parametrize("scarce", ["bytes", "inodes"])
@pytest.mark.parametrize("call", [(*ONE[:-1], "2026-01-04"), FORCED], ids=["existing", "force"])
def test_a_full_disk_is_exit_12_and_the_archive_stays_to_the_byte(small_disk, omen, call, scarce):
    data = small_disk / "data"
    assert omen(*ONE).code == 0
    archive = data / "snapshots" / NJ
    before = whole_tree(archive)
    fill(small_disk, until_bytes=4 * MB) if scarce == "bytes" else take_inodes(small_disk, until=99)

    run = omen(*call, "--json")

    error = run.json["error"]
    assert (run.code, error["code"], error["status"]) == (12, "insufficient_storage", 507)
    assert "nothing was written" in error["hint"]
    assert error["freeInodes"] < 100 if scarce == "inodes" else error["freeBytes"] <= 4 * MB < error["minFreeBytes"]
    assert whole_tree(archive) == before
    (event,) = events(data / "audit")
    assert (event["event"], event["storeId"], event["by"]) == ("disk.refused", NJ, "tester")
    assert (event["freeBytes"], event["freeInodes"]) == (error["freeBytes"], error["freeInodes"])
    assert event["reason"] == error["message"]


def test_what_is_there_is_answered_and_shown_on_a_full_disk(small_disk, omen):
    made = omen(*ONE, "--json")
    fill(small_disk, until_bytes=0)

    again = omen(*ONE, "--json")

    assert (again.code, again.id) == (0, made.id)
    assert omen("show", "--store", NJ, "--as-of", DAY, "--timeframe", "weekly").code == 0


def test_space_that_is_freed_is_used_at_once(small_disk, omen):
    fill(small_disk, until_bytes=4 * MB)
    assert omen(*ONE).code == 12
    (small_disk / "filler").unlink()

    assert omen(*ONE).code == 0


@pytest.mark.parametrize("full", [NJ, CALI])
def test_a_store_whose_archive_lies_on_a_full_disk_fails_alone(two_stores, omen, mount, full):
    (other,) = {NJ, CALI} - {full}
    configure(two_stores, "stores:\n", LIMITS)
    two_stores.generate(NJ, "2026-01-04")
    two_stores.data.chmod(0o700)
    (archive := two_stores.archive(full)).mkdir(mode=0o700, exist_ok=True)
    fill(mount(archive, "size=16m"), until_bytes=MB)

    run = omen("generate", "--all", "--timeframe", "weekly", "--as-of", DAY)

    assert run.code == 1
    assert f"{archive}: 1,048,576 bytes and " in run.err
    assert [path.name for path in archive.iterdir()] == ["filler"]
    assert two_stores.generate(other, DAY).data["results"][0]["outcome"] == "duplicate_prevented"
    assert [(event["event"], event["storeId"]) for event in events(two_stores.data / "audit")] == [
        ("disk.refused", full)
    ]


def test_a_full_disk_below_data_does_not_hinder_an_archive_that_lies_elsewhere(small_disk, two_stores, omen, mount):
    data = small_disk / "data"
    assert omen(*ONE[:2], CALI, *ONE[3:]).code == 0  # data and its own files
    mount(data / "snapshots" / NJ, "size=16m,nr_inodes=2000")
    fill(small_disk, until_bytes=0)

    assert omen(*ONE).code == 0
    assert omen("generate", "--store", CALI, "--as-of", "2026-01-04").code == 12


def test_an_archive_is_not_begun_where_data_itself_has_no_room(small_disk, omen, mount):
    (small_disk / "data" / "snapshots" / NJ).mkdir(parents=True, mode=0o700)
    (small_disk / "data" / "snapshots").chmod(0o700)
    archive = mount(small_disk / "data" / "snapshots" / NJ, "size=16m,nr_inodes=2000")
    fill(small_disk, until_bytes=4 * MB)

    assert omen(*ONE).code == 12
    assert list(archive.iterdir()) == []


@pytest.mark.parametrize("scarce", ["bytes", "inodes"])
def test_a_low_disk_is_written_to_warned_about_and_audited(small_disk, omen, scarce):
    data = small_disk / "data"
    fill(small_disk, until_bytes=6 * MB) if scarce == "bytes" else take_inodes(small_disk, until=900)

    run = omen(*ONE, "-q")

    assert (run.code, run.out) == (0, "")
    assert run.err.startswith("omen: the disk runs low: ")
    (low,) = events(data / "audit")
    (created,) = events(data / "snapshots" / NJ / "audit")
    assert (low["event"], low["storeId"], low["by"]) == ("disk.low", NJ, "tester")
    assert (low["freeBytes"], low["freeInodes"]) == (created["free"]["bytes"], created["free"]["inodes"])
    assert low["freeInodes"] < 1000 if scarce == "inodes" else low["freeBytes"] < low["warnFreeBytes"]


def test_enough_room_is_neither_said_nor_audited_apart(small_disk, omen):
    run = omen(*ONE, "-q")

    assert (run.code, run.err) == (0, "")
    assert not (small_disk / "data" / "audit").exists()
    (created,) = events(small_disk / "data" / "snapshots" / NJ / "audit")
    assert free_bytes(small_disk) <= created["free"]["bytes"] <= 16 * MB
    assert 100 <= created["free"]["inodes"] <= 2000


def test_a_duplicate_is_neither_said_to_be_low_nor_audited(small_disk, omen):
    assert omen(*ONE).code == 0
    fill(small_disk, until_bytes=6 * MB)

    assert omen(*ONE).err == ""
    assert not (small_disk / "data" / "audit").exists()
