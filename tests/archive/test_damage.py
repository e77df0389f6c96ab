"""The index is derived: whatever happens to it, readers answer from the snapshots and writers mend it; nothing is lost."""

import json
import os
from datetime import timedelta

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.archive.writing import acknowledge
from omen_cli.errors import ArchiveDamaged
from tests.archive.checks import assert_sound, audit_of
from tests.archive.factories import AT, DAY, STORE, snapshot, tree, write

LATER = AT + timedelta(hours=1)


def edited(raw: bytes, edit) -> bytes:
    """Return a shard's bytes after `edit` changed its document in place."""
    document = json.loads(raw)
    edit(document)
    return json.dumps(document).encode()


def _twice(document) -> None:
    document["entries"].append(dict(document["entries"][0], id="snapshot_weekly_2026-01-09_1_" + "0" * 8))


DAMAGE = {
    "empty": lambda raw: b"",
    "torn": lambda raw: raw[: len(raw) // 2],
    "not UTF-8": lambda raw: b"\xff" + raw,
    "a list": lambda raw: b"[]",
    "NaN": lambda raw: raw.replace(b'"version":1', b'"version":NaN'),
    "a key twice": lambda raw: b'{"month":"2026-01",' + raw[1:],
    "deeply nested": lambda raw: b"[" * 100_000,
    "a huge number": lambda raw: raw.replace(b'"version":1', b'"version":' + b"9" * 5000),
    "another store's": lambda raw: edited(raw, lambda d: d.update(storeId="CaliCannabis")),
    "another month's": lambda raw: edited(raw, lambda d: d.update(month="2026-02")),
    "an id that does not fit": lambda raw: edited(raw, lambda d: d["entries"][0].update(asOfDate="2026-01-08")),
    "a path out of the archive": lambda raw: edited(raw, lambda d: d["entries"][0].update(filePath="../../x.json")),
    "an id that is a path": lambda raw: edited(raw, lambda d: d["entries"][0].update(id="../../x")),
    "a foreign entry": lambda raw: edited(raw, lambda d: d["entries"][0].update(storeId="CaliCannabis")),
    "an unknown key": lambda raw: edited(raw, lambda d: d.update(extra=1)),
    "two entries for one version": lambda raw: edited(raw, _twice),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_shard_is_read_around_and_then_rebuilt(tmp_path, damage):
    first, second = write(tmp_path).entry, write(tmp_path, replaces=True, sales="2.00").entry
    shard = Archive(tmp_path, STORE).layout.shard("2026-01")
    whole = shard.read_bytes()
    shard.write_bytes(DAMAGE[damage](whole))
    before = tree(tmp_path)
    reader = Archive(tmp_path, STORE)

    assert [entry.id for entry in reader.entries()] == [second.id, first.id]
    assert len(reader.warnings) == 1
    assert reader.warnings[0].startswith("index/2026-01.json ")
    assert tree(tmp_path) == before
    assert acknowledge(reader, "weekly", DAY, wait_s=1, at=LATER) == second

    assert shard.read_bytes() == whole
    assert assert_sound(tmp_path)[0] == second
    assert [event["event"] for event in audit_of(tmp_path)] == ["snapshot.created", "snapshot.created", "index.rebuilt"]


@pytest.mark.parametrize("hostile", ["symlink", "fifo", "folder", "too large", "absent"])
def test_a_shard_that_is_no_file_of_ours_is_rebuilt_and_never_followed(tmp_path, hostile):
    entry = write(tmp_path / "data").entry
    shard = Archive(tmp_path / "data", STORE).layout.shard("2026-01")
    victim = tmp_path / "victim"
    victim.write_bytes(shard.read_bytes())
    shard.unlink()
    if hostile == "symlink":
        shard.symlink_to(victim)
    elif hostile == "fifo":
        os.mkfifo(shard)
    elif hostile == "folder":
        shard.mkdir()
    elif hostile == "too large":
        with shard.open("wb") as file:
            file.truncate(64 * 1024 * 1024 + 1)
    reader = Archive(tmp_path / "data", STORE)

    assert reader.find("weekly", DAY) == entry
    assert len(reader.warnings) == 1
    if hostile == "folder":  # rename cannot replace a folder: a person must look
        with pytest.raises(ArchiveDamaged, match="rename"):
            acknowledge(reader, "weekly", DAY, wait_s=1, at=LATER)
        return
    assert acknowledge(reader, "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path / "data") == [entry]
    assert shard.is_file()
    assert not shard.is_symlink()
    assert len(victim.read_bytes()) == len(shard.read_bytes())


def test_an_archive_without_its_index_is_whole_again_after_one_command(tmp_path):
    for days in (0, 40, 80):
        write(tmp_path, as_of=DAY + timedelta(days=days))
    archive = Archive(tmp_path, STORE)
    entries = list(archive.entries())
    for path in archive.layout.index_dir.iterdir():
        path.unlink()

    assert list(Archive(tmp_path, STORE).entries()) == entries
    for days in (0, 40, 80):
        acknowledge(archive, "weekly", DAY + timedelta(days=days), wait_s=1, at=LATER)

    assert assert_sound(tmp_path) == entries


def test_a_snapshot_that_the_shard_does_not_know_is_never_answered_twice(tmp_path):
    write(tmp_path, "daily")
    shard = Archive(tmp_path, STORE).layout.shard("2026-01")
    stale = shard.read_bytes()
    entry = write(tmp_path).entry
    shard.write_bytes(stale)

    committed = write(tmp_path, at=LATER)

    assert (committed.was_created, committed.entry) == (False, entry)
    assert len(assert_sound(tmp_path)) == 2
    assert audit_of(tmp_path)[-1]["reason"] == f"does not know {entry.id}"


@pytest.mark.parametrize(
    "damage", ["torn", "edited", "wrong hash", "reformatted", "another store's", "symlink", "renamed"]
)
def test_a_damaged_snapshot_is_refused_and_quarantined_by_a_rebuild(tmp_path, damage):
    bad, good = write(tmp_path / "data").entry, write(tmp_path / "data", "daily").entry
    layout = Archive(tmp_path / "data", STORE).layout
    path = layout.snapshot(bad.id)
    raw = path.read_bytes()
    path.unlink()
    if damage == "torn":
        path.write_bytes(raw[:-10])
    elif damage == "edited":
        path.write_bytes(raw.replace(b"8088.00", b"9088.00"))
    elif damage == "wrong hash":
        path.write_bytes(raw.replace(b'"storeName":"NJ', b'"storeName":"XX'))
    elif damage == "reformatted":
        path.write_bytes(raw + b"\n")
    elif damage == "another store's":
        path.write_bytes(encode(snapshot(store="CaliCannabis")))
    elif damage == "symlink":
        (tmp_path / "elsewhere").write_bytes(raw)
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_bytes(encode(snapshot(at=LATER)))

    with pytest.raises(ArchiveDamaged) as refused:
        Archive(tmp_path / "data", STORE).load(bad)
    assert refused.value.hint
    layout.shard("2026-01").unlink()
    reader = Archive(tmp_path / "data", STORE)
    found = reader.find_id(bad.id)
    assert acknowledge(reader, "daily", DAY, wait_s=1, at=LATER) == good

    assert found  # as the audit remembers it: also of a whole snapshot it knows the hash of what was made
    assert (found.id, found.version, found.sha256, found.size_bytes) == (bad.id, 1, bad.sha256, 0)
    with pytest.raises(ArchiveDamaged):
        reader.load(found)
    assert len(reader.warnings) == 2
    assert {path.name for path in layout.quarantine.iterdir()} == {f"{bad.id}.json", f"{bad.id}.json.reason.json"}
    reason = json.loads((layout.quarantine / f"{bad.id}.json.reason.json").read_text())
    assert reason["name"] == f"{bad.id}.json"
    assert [event["event"] for event in audit_of(tmp_path / "data")][2:] == ["snapshot.quarantined", "index.rebuilt"]
    assert list(Archive(tmp_path / "data", STORE).entries()) == [good, found]


@pytest.mark.parametrize("is_damaged", [True, False])
def test_a_lost_newest_version_keeps_its_number_though_its_shard_is_lost_too(tmp_path, is_damaged):
    first, second = write(tmp_path).entry, write(tmp_path, replaces=True, sales="5.00", at=LATER).entry
    layout = Archive(tmp_path, STORE).layout
    layout.shard("2026-01").unlink()
    if is_damaged:
        layout.snapshot(second.id).write_bytes(b"{")
    else:
        layout.snapshot(second.id).unlink()

    with pytest.raises(ArchiveDamaged):  # the version before does not answer in its place
        acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER)
    third = write(tmp_path, replaces=True, sales="6.00", at=LATER + timedelta(hours=1)).entry

    assert (third.version, third.supersedes) == (3, second.id)
    found = {entry.id: entry for entry in Archive(tmp_path, STORE).entries()}
    assert found[first.id].superseded_by == second.id
    assert (found[second.id].version, found[second.id].sha256) == (2, second.sha256)


def test_of_two_files_for_one_version_the_audited_one_stays(tmp_path):
    entry = write(tmp_path, at=LATER).entry
    layout = Archive(tmp_path, STORE).layout
    usurper = snapshot(sales="5.00", at=AT)  # earlier by its id, but nobody saw it being made
    layout.snapshot(usurper.id).write_bytes(encode(usurper))

    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path) == [entry]
    assert (layout.quarantine / f"{usurper.id}.json").is_file()
    assert write(tmp_path, replaces=True, sales="6.00", at=LATER).entry.version == 2


def test_a_second_quarantine_of_one_name_loses_nothing(tmp_path):
    write(tmp_path, "daily")
    layout = Archive(tmp_path, STORE).layout
    stray = snapshot()
    for text in (b"one", b"two"):
        layout.snapshot(stray.id).write_bytes(text)
        acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER)

    moved = {path.name: path.read_bytes() for path in layout.quarantine.iterdir() if "reason" not in path.name}

    assert moved == {f"{stray.id}.json": b"one", f"{stray.id}.json.2": b"two"}


def test_an_orphan_whose_record_was_lost_is_adopted_and_audited_once(tmp_path):
    entry = write(tmp_path).entry
    layout = Archive(tmp_path, STORE).layout
    for path in (layout.shard("2026-01"), layout.audit_dir / "2026-01.jsonl"):
        path.unlink()

    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER) == entry
    layout.shard("2026-01").unlink()
    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER) == entry

    assert assert_sound(tmp_path) == [entry]
    assert (audit_of(tmp_path)[0]["by"], audit_of(tmp_path)[0]["free"]) == ("ann", None)


def test_a_tree_that_lost_its_empty_folders_is_completed(tmp_path):
    entry = write(tmp_path).entry
    layout = Archive(tmp_path, STORE).layout
    for folder in (layout.quarantine, layout.deliveries):
        folder.rmdir()
    layout.lock.unlink()
    layout.format_file.unlink()

    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=LATER) is None
    assert write(tmp_path).entry == entry

    assert assert_sound(tmp_path) == [entry]
    assert layout.quarantine.is_dir()
    assert layout.format_file.is_file()
