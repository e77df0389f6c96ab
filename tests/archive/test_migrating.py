"""How snapshots of the old system are written: whole before they are seen, and never in the place of anything."""

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.migrating import BATCH, Migrator, bring
from omen_cli.archive.standing import Wanted
from omen_cli.errors import ArchiveDamaged
from omen_cli.model.ids import SnapshotId
from omen_cli.model.legacy import LegacyCounts, LegacySnapshot, legacy_sha256, payload_of
from tests.archive.factories import AT, DAY, STORE, count_calls, in_child, tree

MIGRATOR = Migrator("ann", AT, 5.0)
CALLS = ("write", "fsync", "link", "unlink", "rename")


def old_snapshot(number: int, version: int = 1) -> LegacySnapshot:
    payload = payload_of(f"{number}.json", b'{"number": %d}' % number)
    return LegacySnapshot(
        id=str(SnapshotId("weekly", DAY, number, f"{number:08x}")),
        store_id=STORE,
        store_name="NJ Weed Wizard",
        timeframe="weekly",
        as_of_date=DAY,
        version=version,
        supersedes=None,
        reason=None,
        generated_at=AT,
        request_id="",
        created_by="api",
        omen_version="0.1.0",
        email_sent=False,
        email_sent_at=None,
        email_recipient=None,
        delivered_to=(),
        counts=LegacyCounts(),
        content_sha256=legacy_sha256(None, payload),
        old_entry=None,
        payload=payload,
    )


def wanted(number: int, version: int = 1, before=lambda: None) -> Wanted:
    """Return one that is to be written; `before` is called when it is its turn."""
    made = old_snapshot(number, version)
    return Wanted(made.id, "weekly", DAY, version, lambda: (before(), made)[1])


def archive_at(data) -> Archive:
    return Archive(data, STORE, is_migrating=True)


def brought(data, *each: Wanted) -> tuple[str, ...]:
    return bring(archive_at(data), each, MIGRATOR, lambda: None)


def calls_of(data, work) -> list[str]:
    """Return the changing and flushing calls of `work`, done in a child, with paths below the archive's folder."""
    log = data.parent / f"{data.name}.calls"
    assert in_child(lambda: (count_calls(log, names=CALLS), work())) == 0
    return [line.replace(f"{data}/snapshots/{STORE}", "").rstrip() for line in log.read_text().splitlines()]


def test_a_snapshot_never_takes_the_place_of_what_stands_under_its_name(tmp_path):
    file = archive_at(tmp_path).layout.snapshot(wanted(1).id)

    with pytest.raises(ArchiveDamaged, match="stands there already"):
        brought(tmp_path, wanted(1, before=lambda: file.write_bytes(b"another's")))

    assert file.read_bytes() == b"another's"


def test_a_batch_is_named_then_whole_then_seen_then_audited_then_indexed_each_durably(tmp_path):
    first, second = wanted(1), wanted(2, version=2)
    brought(tmp_path, wanted(3, version=3))

    calls = calls_of(tmp_path, lambda: brought(tmp_path, first, second))

    steps = [
        *("write /.pending", "fsync /.pending", "fsync"),
        *("write /.migrated.tmp", "fsync /.migrated.tmp", "link /.migrated.tmp"),
        *("write /.migrated.tmp", "fsync /.migrated.tmp", "link /.migrated.tmp", "fsync"),
        *("write /audit/2026-01.jsonl", "fsync /audit/2026-01.jsonl"),
        *(
            "write /index/.2026-01.json.tmp",
            "fsync /index/.2026-01.json.tmp",
            "rename /index/.2026-01.json.tmp",
            "fsync /index",
        ),
        *("unlink /.pending", "fsync"),
    ]
    left = iter(calls)
    assert [step for step in steps if not any(call == step for call in left)] == [], calls


def test_what_is_there_is_not_written_again_and_a_taken_version_is_left_alone(tmp_path):
    brought(tmp_path, wanted(1))
    before = tree(tmp_path / "snapshots" / STORE)

    assert brought(tmp_path, wanted(1), wanted(2)) == ()

    assert tree(tmp_path / "snapshots" / STORE) == before


def test_more_than_a_batch_of_one_month_is_in_one_shard(tmp_path):
    each = [wanted(number, version=number) for number in range(1, BATCH + 3)]

    assert brought(tmp_path, *each) == tuple(one.id for one in each)

    assert [entry.version for entry in archive_at(tmp_path).entries()] == list(range(BATCH + 2, 0, -1))


def test_a_snapshot_that_cannot_be_made_leaves_those_before_it_for_the_next_run(tmp_path):
    def gone() -> None:
        raise ArchiveDamaged("the old file is gone")

    with pytest.raises(ArchiveDamaged, match="the old file is gone"):
        brought(tmp_path, wanted(1), wanted(2, version=2, before=gone))

    assert brought(tmp_path, wanted(1), wanted(2, version=2)) == (wanted(2).id,)
    assert [entry.version for entry in archive_at(tmp_path).entries()] == [2, 1]
