"""What is refused leaves no byte behind: a full disk, an old tree, a folder that others may write, a planted symlink."""

import json
from pathlib import Path

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.disk import DiskLimits, check_disk
from omen_cli.archive.writing import acknowledge
from omen_cli.errors import ArchiveDamaged, InsufficientStorage
from tests.archive.checks import assert_sound
from tests.archive.factories import AT, DAY, STORE, tree, write

FULL = DiskLimits(warn_free_bytes=2**63, min_free_bytes=2**62)


def test_a_full_disk_leaves_no_trace_of_a_first_request(tmp_path):
    with pytest.raises(InsufficientStorage, match="GB and"):
        write(tmp_path / "data", limits=FULL)

    assert tree(tmp_path) == {}


def test_a_full_disk_changes_no_byte_of_the_archive_and_is_audited_beside_it(tmp_path):
    write(tmp_path)
    before = tree(tmp_path / "snapshots")

    for _ in range(2):
        with pytest.raises(InsufficientStorage):
            write(tmp_path, "daily", limits=FULL)

    assert tree(tmp_path / "snapshots") == before
    events = [json.loads(line) for line in (tmp_path / "audit" / "2026-01.jsonl").read_text().splitlines()]
    assert [(event["event"], event["storeId"]) for event in events] == [("disk.refused", STORE)] * 2
    assert events[0]["minFreeBytes"] == 2**62


def test_an_audit_that_fails_does_not_hide_the_refusal(tmp_path):
    write(tmp_path)
    (tmp_path / "audit").write_bytes(b"")

    with pytest.raises(ArchiveDamaged, match="not a folder"):
        write(tmp_path, "daily", limits=FULL)
    (tmp_path / "audit").unlink()
    (tmp_path / "audit").mkdir(mode=0o700)
    (tmp_path / "audit" / "2026-01.jsonl").mkdir()
    with pytest.raises(InsufficientStorage):
        write(tmp_path, "daily", limits=FULL)


def test_a_low_disk_is_said_and_written_to(tmp_path):
    limits = DiskLimits(warn_free_bytes=2**62, min_free_bytes=0)

    committed = write(tmp_path, limits=limits)

    assert committed.free.is_low
    assert not check_disk(tmp_path / "not" / "there", DiskLimits(1, 0)).is_low


def test_a_duplicate_is_acknowledged_on_a_full_disk(tmp_path):
    entry = write(tmp_path).entry

    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=AT) == entry


def old_tree(data: Path) -> Path:
    """Make what the single-tenant system left, with a folder of the store's among it."""
    old = data / "snapshots" / STORE
    old.mkdir(parents=True)
    (data / "snapshots" / "index.json").write_text("[]")
    (old / "snapshot_weekly_2026-01-09.json").write_text("{}")
    return data


def test_an_old_tree_is_not_written_to_and_reads_as_empty(tmp_path):
    data = old_tree(tmp_path / "data")
    before = tree(data)
    archive = Archive(data, STORE)

    with pytest.raises(ArchiveDamaged, match="not migrated") as refused:
        write(data)
    with pytest.raises(ArchiveDamaged, match="not migrated"):
        acknowledge(archive, "weekly", DAY, wait_s=1, at=AT)

    assert "omen migrate" in refused.value.hint
    assert (archive.exists(), list(archive.entries()), archive.find("weekly", DAY)) == (False, [], None)
    assert tree(data) == before


@pytest.mark.parametrize(
    "text", [b'{"layout":3}', b"", b"{}", b"[2]", b'{"layout":2,"x":1}', b'{"layout":2,"layout":2}']
)
def test_another_layout_is_left_alone(tmp_path, text):
    write(tmp_path)
    (tmp_path / ".omen-format").write_bytes(text)
    before = tree(tmp_path)

    for use in (lambda: write(tmp_path, "daily"), lambda: Archive(tmp_path, STORE).find("weekly", DAY)):
        with pytest.raises(ArchiveDamaged, match="another version of omen"):
            use()

    assert tree(tmp_path) == before


def test_a_format_file_written_by_hand_will_do(tmp_path):
    write(tmp_path)
    (tmp_path / ".omen-format").write_text('{"layout": 2}\n')

    assert write(tmp_path, "daily").was_created


@pytest.mark.parametrize(
    ("folder", "mode", "command"),
    [
        (".", 0o757, "chmod o-w"),
        (".", 0o1777, "chmod o-w"),
        ("snapshots", 0o720, "chmod 700"),
        ("snapshots", 0o1702, "chmod 700"),
        (f"snapshots/{STORE}", 0o770, "chmod 700"),
        (f"snapshots/{STORE}", 0o702, "chmod 700"),
    ],
)
def test_a_folder_that_others_may_write_is_refused(tmp_path, folder, mode, command):
    data = tmp_path / "data"
    entry = write(data).entry
    (data / folder).chmod(mode)
    before = tree(data)
    archive = Archive(data, STORE)

    uses = (
        lambda: write(data, "daily"),
        lambda: archive.find("weekly", DAY),
        lambda: archive.load(entry),
        lambda: acknowledge(archive, "weekly", DAY, wait_s=1, at=AT),
    )
    for use in uses:
        with pytest.raises(ArchiveDamaged, match="others may write") as refused:
            use()
        assert f"`{command} {data / folder}`" in refused.value.hint

    assert tree(data) == before


def test_a_data_folder_that_the_group_may_write_is_fine(tmp_path):
    tmp_path.chmod(0o775)

    assert write(tmp_path).was_created


@pytest.mark.parametrize(
    "folder",
    [
        "snapshots",
        f"snapshots/{STORE}",
        *(f"snapshots/{STORE}/{name}" for name in ("index", "audit", "locks", "quarantine", "deliveries")),
    ],
)
@pytest.mark.parametrize("kind", ["symlink", "file"])
def test_a_symlink_or_a_file_in_the_place_of_a_folder_is_refused(tmp_path, folder, kind):
    data = tmp_path / "data"
    write(data)
    moved = (data / folder).rename(tmp_path / "elsewhere")
    if kind == "symlink":
        (data / folder).symlink_to(moved)
    else:
        (data / folder).write_bytes(b"")
    before = tree(tmp_path)

    for use in (lambda: write(data, "daily"), lambda: Archive(data, STORE).find("weekly", DAY)):
        with pytest.raises(ArchiveDamaged, match="not a folder"):
            use()

    assert tree(tmp_path) == before


def test_the_data_folder_itself_may_be_a_symlink(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")

    write(tmp_path / "data")

    assert len(assert_sound(tmp_path / "disk")) == 1


def test_a_dangling_data_folder_is_an_error_of_ours(tmp_path):
    (tmp_path / "data").symlink_to(tmp_path / "nowhere")

    with pytest.raises(ArchiveDamaged):
        write(tmp_path / "data")


def test_a_pending_that_is_a_symlink_is_removed_and_never_followed(tmp_path):
    entry = write(tmp_path / "data").entry
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    Archive(tmp_path / "data", STORE).layout.pending.symlink_to(victim)

    assert write(tmp_path / "data").entry == entry

    assert victim.read_bytes() == b"precious"
    assert assert_sound(tmp_path / "data") == [entry]
