"""What is written is what is read: the snapshot, its entry, the shard, the files and their modes."""

import json
import stat
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.layout import Layout
from omen_cli.archive.writing import acknowledge, commit
from omen_cli.errors import ArchiveDamaged, InvalidArgument
from omen_cli.model.snapshot import Hold
from tests.archive.checks import assert_sound, audit_of
from tests.archive.factories import AT, DAY, LIMITS, STORE, count_calls, in_child, snapshot, tree, write


def test_a_snapshot_comes_back_as_it_was_written(tmp_path):
    committed = write(tmp_path)
    archive = Archive(tmp_path, STORE)

    entry = archive.find("weekly", DAY)

    assert committed.was_created
    assert entry == committed.entry == archive.find_id(committed.entry.id) == archive.newest("weekly")
    assert archive.load(entry) == snapshot()
    raw = archive.read(entry)[1]
    assert raw == (tmp_path / "snapshots" / STORE / entry.file_path).read_bytes()
    assert (entry.size_bytes, entry.sha256) == (len(raw), sha256(raw).hexdigest())
    assert_sound(tmp_path)


def test_the_entry_repeats_the_numbers_of_the_snapshot(tmp_path):
    entry = write(tmp_path, hold=Hold(held=True, reasons=("old orders",))).entry

    assert (entry.summary.item_count, entry.summary.net_sales) == (3, Decimal("8088.00"))
    assert entry.summary.gross_profit is None
    meta = entry.diff_metadata
    assert (meta.items_priced, meta.highest_margin_sku, meta.lowest_margin_sku) == (2, "BD-8", "BD-8")
    assert meta.period == "2026-01-05/2026-01-12"
    assert entry.status == "held"


def test_the_files_have_the_promised_names_and_modes(tmp_path):
    data = tmp_path / "data"
    entry = write(data).entry
    root = data / "snapshots" / STORE

    modes = {str(path.relative_to(data)): stat.S_IMODE(path.lstat().st_mode) for path in data.rglob("*")}

    folders = {"index", "audit", "deliveries", "quarantine", "locks"}
    files = {".lock", ".send.lock", "README", f"{entry.id}.json", "index/2026-01.json", "audit/2026-01.jsonl"}
    files |= {f"locks/{timeframe}.lock" for timeframe in ("daily", "weekly", "monthly")}
    inside = {f"snapshots/{STORE}/{name}": 0o600 for name in files}
    inside |= {f"snapshots/{STORE}/{name}": 0o700 for name in folders}
    assert modes == inside | {".omen-format": 0o600, ".lock": 0o600, "snapshots": 0o700, f"snapshots/{STORE}": 0o700}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert json.loads((data / ".omen-format").read_text()) == {"layout": 2}
    assert (root / "index" / "2026-01.json").read_bytes().startswith(b'{"entries":[{"asOfDate":"2026-01-09"')


def test_a_new_version_supersedes_the_old_one(tmp_path):
    first = write(tmp_path).entry
    second = write(tmp_path, replaces=True, sales="9000.00").entry

    entries = assert_sound(tmp_path)

    assert [entry.version for entry in entries] == [2, 1]
    assert entries[1].superseded_by == second.id == entries[0].id
    assert entries[0].supersedes == first.id
    assert Archive(tmp_path, STORE).find("weekly", DAY) == second


def test_the_second_commit_keeps_the_first(tmp_path):
    first = write(tmp_path)
    before = tree(tmp_path)

    second = write(tmp_path)

    assert (second.was_created, second.entry, second.free) == (False, first.entry, None)
    assert acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=1, at=AT) == first.entry
    assert acknowledge(Archive(tmp_path, STORE), "daily", DAY, wait_s=1, at=AT) is None
    assert tree(tmp_path) == before


def test_entries_come_newest_first_and_open_few_shards(tmp_path):
    for days in (0, 40, 80):
        write(tmp_path, as_of=DAY + timedelta(days=days))
    write(tmp_path, "daily")
    write(tmp_path, replaces=True)
    (tmp_path / "snapshots" / STORE / "index" / "2026-01.json").write_bytes(b"broken")
    archive = Archive(tmp_path, STORE)

    listing = archive.entries()
    newest = [next(listing), next(listing)]

    assert [entry.as_of_date for entry in newest] == [date(2026, 3, 30), date(2026, 2, 18)]
    assert archive.warnings == []
    assert [(entry.timeframe, entry.version) for entry in listing] == [("daily", 1), ("weekly", 2), ("weekly", 1)]
    assert len(archive.warnings) == 1


def test_reading_where_nothing_is_changes_nothing(tmp_path):
    archive = Archive(tmp_path / "data", STORE)

    assert not archive.exists()
    assert (archive.find("weekly", DAY), archive.find_id("../../etc/passwd"), archive.newest("daily")) == (None,) * 3
    assert list(archive.entries()) == []
    assert acknowledge(archive, "weekly", DAY, wait_s=1, at=AT) is None
    assert tree(tmp_path) == {}


def test_reading_changes_nothing(tmp_path):
    entry = write(tmp_path).entry
    before = tree(tmp_path)
    archive = Archive(tmp_path, STORE)

    archive.load(entry)
    list(archive.entries())

    assert tree(tmp_path) == before


@pytest.mark.parametrize("store_id", ["..", "a", "NJ/Weed", "NJWeed\n", "é-store", "x" * 51, ""])
def test_no_store_id_walks_the_tree(tmp_path, store_id):
    with pytest.raises(InvalidArgument, match="not a store id"):
        Archive(tmp_path, store_id)


@pytest.mark.parametrize(
    "snapshot_id", ["../x", "snapshot_weekly_2026-01-09_1_abcdef0", "snapshot_weekly_2026-02-30_1_abcdef01"]
)
def test_no_snapshot_id_walks_the_tree(tmp_path, snapshot_id):
    with pytest.raises(InvalidArgument, match="not a snapshot id"):
        Layout(tmp_path, STORE).snapshot(snapshot_id)


def test_a_snapshot_in_an_existing_month_costs_eight_fsyncs(tmp_path):
    write(tmp_path)
    log = tmp_path.parent / f"{tmp_path.name}.log"

    assert in_child(lambda: (count_calls(log, names=("fsync",)), write(tmp_path, as_of=DAY + timedelta(days=1)))) == 0

    synced = [line.removeprefix(f"fsync {tmp_path}").strip() for line in log.read_text().splitlines()]
    root = f"/snapshots/{STORE}"
    assert synced == [
        "",
        "/snapshots",
        f"{root}/.pending",
        root,
        root,
        f"{root}/audit/2026-01.jsonl",
        f"{root}/index/.2026-01.json.tmp",
        f"{root}/index",
    ]


def test_two_stores_share_nothing(tmp_path):
    ours, theirs = write(tmp_path).entry, write(tmp_path, store="CaliCannabis", sales="1.00").entry

    assert assert_sound(tmp_path) == [ours]
    assert assert_sound(tmp_path, "CaliCannabis") == [theirs]
    assert Archive(tmp_path, STORE).find_id(theirs.id) is None


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"version": 2}, "is next"),
        ({"supersedes": "snapshot_weekly_2026-01-09_1_abcdef01"}, "is next"),
        ({"store_id": "CaliCannabis"}, "belongs to the store"),
        ({"id": "snapshot_weekly_2026-01-09_1_abcdef01"}, "does not fit"),
        ({"id": "x"}, "its id is none"),
        ({"content_sha256": "0" * 64}, "contentSha256"),
        ({"as_of_date": DAY + timedelta(days=1)}, "does not fit"),
    ],
)
def test_what_is_not_the_next_version_is_our_bug_and_not_written(tmp_path, wrong, problem):
    write(tmp_path, "daily")
    before = tree(tmp_path)

    with pytest.raises(ValueError, match=problem):
        write(tmp_path, **wrong)

    assert tree(tmp_path) == before


def test_a_snapshot_of_another_key_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not a snapshot of weekly"):
        commit(
            Archive(tmp_path, STORE), "weekly", DAY, lambda _: snapshot("daily"), limits=LIMITS, wait_s=1, at=AT, by="a"
        )


def test_a_missing_snapshot_is_never_acknowledged(tmp_path):
    entry = write(tmp_path).entry
    archive = Archive(tmp_path, STORE)
    archive.layout.snapshot(entry.id).unlink()

    with pytest.raises(ArchiveDamaged, match="missing"):
        archive.load(entry)
    with pytest.raises(ArchiveDamaged, match="missing"):
        acknowledge(archive, "weekly", DAY, wait_s=1, at=AT)


def test_the_created_record_says_what_was_made(tmp_path):
    entry = write(tmp_path, reason="asked for").entry

    (event,) = audit_of(tmp_path)

    assert (event["event"], event["by"], event["at"], event["prev"]) == (
        "snapshot.created",
        "ann",
        "2026-01-10T03:00:00.000+00:00",
        "",
    )
    assert (event["id"], event["reason"], event["held"], event["version"]) == (entry.id, "asked for", False, 1)
    assert set(event["free"]) == {"bytes", "inodes"}
