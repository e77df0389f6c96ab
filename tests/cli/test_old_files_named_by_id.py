"""Files of the old system that are named by an id, in an archive's folder: listed, and never adopted or moved."""

import json

import pytest

from tests.cli.stores import NJ, whole_tree
from tests.old_sample import WEEK, entry, lay_old, named, payload, text, wrapper

LATE = entry("2026-01-10", 77, "daily")
SHAPES = {
    "wrapped": text(wrapper(LATE)),
    "bare": text(payload(LATE)),
    "compact": json.dumps(wrapper(LATE), separators=(",", ":")).encode(),
    "not UTF-8": text(wrapper(LATE)).replace(b"Blue", b"Bl\xfce"),
}


def laid(old, raw=SHAPES["wrapped"]):
    """Lay the file of an id that no archive knows, and return its path."""
    path = old.root / NJ / f"{LATE['id']}.json"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", [("--deep",), (), ("--deep", "--repair")], ids=" ".join)
def test_it_is_listed_as_not_migrated_and_stays(migrated, omen, shape, how):
    path = laid(migrated, SHAPES[shape])

    run = omen("verify", "--store", NJ, *how, "--json")

    (result,) = run.data["results"]
    assert (run.code, result["findings"], result["snapshots"]) == (0, [], 5), run.out
    assert f"not migrated, of the old system: {path.name}; nothing reads them" in run.err
    assert path.read_bytes() == SHAPES[shape]


def test_no_command_adopts_or_moves_it(migrated, two_stores, omen):
    path = laid(migrated)
    month_before = omen("history", "--store", NJ, "--json")

    made = two_stores.generate(NJ, "2026-01-18", "daily")
    omen("prune", "--store", NJ, "--keep-last", "3", "--yes")
    after = omen("history", "--store", NJ, "--all-versions", "--json")

    assert path.read_bytes() == SHAPES["wrapped"]
    assert (month_before.err, after.err) == ("", "")
    assert LATE["id"] not in [one["id"] for one in after.data]
    assert made.id in [one["id"] for one in after.data]
    assert list((migrated.root / NJ / "quarantine").iterdir()) == []


def test_it_is_not_moved_by_a_migration_of_another_folder(migrated, omen, tmp_path):
    path = laid(migrated)
    other = entry("2026-01-12", 78, "daily")
    lay_old(tmp_path / "copy", {"index.json": text([other]), named(other): text(wrapper(other))})

    run = omen("migrate", "--from", tmp_path / "copy", "--json")

    assert (run.code, run.data["written"]) == (0, 1), run.err
    assert path.read_bytes() == SHAPES["wrapped"]


@pytest.mark.parametrize("where", ["in place", "a copy"])
def test_a_migration_that_would_write_under_its_name_is_refused_and_writes_nothing(migrated, omen, tmp_path, where):
    laid(migrated)
    lay_old(tmp_path / "copy", {"index.json": text([LATE]), named(LATE): text(wrapper(LATE))})
    before = whole_tree(migrated.stores.config.parent)

    run = omen("migrate", "--from", migrated.root if where == "in place" else tmp_path / "copy")

    assert (run.code, whole_tree(migrated.stores.config.parent) == before) == (7, True), run.out
    assert f"{NJ}/{LATE['id']}.json: old files that stand under the names of new ones" in run.err
    assert f"move them out of {migrated.root}" in run.err


def test_once_it_is_moved_out_and_migrated_from_there_it_is_a_snapshot(migrated, omen, tmp_path):
    path = laid(migrated)
    (tmp_path / "late" / NJ).mkdir(parents=True)
    path.rename(tmp_path / "late" / NJ / path.name)

    run = omen("migrate", "--from", tmp_path / "late", "--json")

    assert (run.code, run.data["written"]) == (0, 1), run.err
    assert migrated.document(LATE)["payload"]["text"].encode() == SHAPES["wrapped"]


def test_a_snapshot_of_the_archive_with_old_bytes_in_its_place_is_lost_and_no_old_file(migrated, omen):
    (migrated.root / NJ / f"{WEEK['id']}.json").write_bytes(text(wrapper(WEEK)))

    run = omen("verify", "--store", NJ, "--deep", "--json")

    kinds = {one["subject"]: one["kind"] for one in run.json["error"]["results"][0]["findings"]}
    assert (run.code, kinds[WEEK["id"]]) == (7, "snapshot_damaged"), run.out


def test_a_snapshot_that_only_the_index_knows_is_missing_when_old_bytes_stand_in_its_place(migrated, omen):
    for path in (migrated.root / NJ / "audit").iterdir():
        path.rename(migrated.stores.config.parent / path.name)
    (migrated.root / NJ / f"{WEEK['id']}.json").write_bytes(text(wrapper(WEEK)))

    run = omen("verify", "--store", NJ, "--deep", "--json")

    kinds = {one["subject"]: one["kind"] for one in run.json["error"]["results"][0]["findings"]}
    assert (run.code, kinds[WEEK["id"]]) == (7, "snapshot_missing"), run.out
