"""What somebody plants in an archive is read around or refused: nothing outside it is written to, and no bug comes of it."""

import json
from datetime import timedelta

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.files import write_new
from omen_cli.archive.index import read_shard
from omen_cli.archive.writing import acknowledge
from omen_cli.errors import ArchiveDamaged
from tests.archive.factories import AT, DAY, STORE, tree, write


def edit_shard(data, edit):
    """Change the document of the shard of 2026-01 in place."""
    shard = Archive(data, STORE).layout.shard("2026-01")
    document = json.loads(shard.read_bytes())
    edit(document["entries"])
    shard.write_text(json.dumps(document))


def test_an_audit_that_has_a_second_name_is_not_appended_to(tmp_path):
    write(tmp_path)
    theirs = write(tmp_path, store="CaliCannabis").entry
    audit = Archive(tmp_path, STORE).layout.audit_dir / "2026-01.jsonl"
    other = Archive(tmp_path, "CaliCannabis").layout.audit_dir / "2026-01.jsonl"
    audit.unlink()
    audit.hardlink_to(other)
    before = tree(tmp_path / "snapshots" / "CaliCannabis")

    with pytest.raises(ArchiveDamaged, match="second name"):
        write(tmp_path, "daily")

    assert tree(tmp_path / "snapshots" / "CaliCannabis") == before
    assert Archive(tmp_path, "CaliCannabis").find("weekly", DAY) == theirs


def test_a_new_file_is_never_made_over_one_that_is_there(tmp_path):
    """Whoever wants the name takes the old file away first: it may have a second name elsewhere."""
    path = tmp_path / ".pending"
    path.write_bytes(b"theirs")
    (tmp_path / "second name").hardlink_to(path)

    with pytest.raises(ArchiveDamaged, match="File exists"):
        write_new(path, b"ours")

    assert path.read_bytes() == (tmp_path / "second name").read_bytes() == b"theirs"


@pytest.mark.parametrize("kept", [0, 1])
def test_a_reader_finds_the_snapshots_that_a_shard_does_not_know(tmp_path, kept):
    written = {write(tmp_path, "daily").entry, write(tmp_path).entry}
    edit_shard(tmp_path, lambda entries: entries.__delitem__(slice(kept, None)))
    before = tree(tmp_path)
    reader = Archive(tmp_path, STORE)

    assert set(reader.entries()) == written
    assert {reader.find_id(entry.id) for entry in written} == written
    assert {reader.find(frame, DAY) for frame in ("daily", "weekly")} == written

    assert len(reader.warnings) == 1
    assert "does not know snapshot_" in reader.warnings[0]
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("generatedAt", "2026-01-10T03:00:00.000"), ("emailSentAt", "2026-01-10T03:00:00.000"), ("supersededBy", "x")],
)
def test_an_entry_that_no_snapshot_could_have_given_is_not_believed(tmp_path, field, value):
    entry = write(tmp_path).entry
    edit_shard(tmp_path, lambda entries: entries[0].update({field: value}))
    reader = Archive(tmp_path, STORE)

    assert list(reader.entries()) == [entry]
    assert len(reader.warnings) == 1
    assert acknowledge(reader, "weekly", DAY, wait_s=1, at=AT + timedelta(hours=1)) == entry
    assert read_shard(reader.layout, "2026-01") == (entry,)


def test_what_is_wrong_with_a_file_is_said_in_a_line_that_can_be_read(tmp_path):
    write(tmp_path)
    shard = Archive(tmp_path, STORE).layout.shard("2026-01")
    document = json.loads(shard.read_bytes())
    shard.write_text(json.dumps({**document, "month": "x" * 100_000}))
    reader = Archive(tmp_path, STORE)

    assert len(list(reader.entries())) == 1
    assert len(reader.warnings[0]) < 400
