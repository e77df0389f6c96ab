"""Two stores never meet: two snapshots, two indexes, two audits, and nothing of one in the other's folder."""

import json
import shutil

import pytest

from tests.cli.stores import CALI, DAY, NJ, remove_exports, whole_tree
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import INVENTORY, write_two_stores

NAMES = {NJ: "NJ Weed Wizard", CALI: "California Cannabis Co"}
OTHER = {NJ: CALI, CALI: NJ}


def marks_of(store):
    """Return what nothing of another store may hold: its id, its name, its SKUs and its items' names."""
    rows = [line.split(",") for line in INVENTORY[store].splitlines()[1:]]
    return [store, NAMES[store], *(row[0] for row in rows), *(row[1].strip('"') for row in rows)]


def entries_of(two_stores, store):
    shard = json.loads((two_stores.archive(store) / "index" / "2026-01.json").read_text("utf-8"))
    return shard["entries"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Both stores with the same dates and timeframes, made together, apart, and again."""
    folder = tmp_path_factory.mktemp("template")
    write_two_stores(folder)
    omen = Omen(folder, Clock())
    omen("generate", "--all", "--as-of", DAY)
    omen("generate", "--all", "--timeframe", "daily", "--from", "2026-01-08", "--to", DAY)
    omen("generate", "--store", NJ, "--as-of", DAY, "--force", "--reason", "again")
    omen("generate", "--store", CALI, "--as-of", DAY, "--if-exists", "fail")
    return folder


@pytest.fixture
def both(template, tmp_path, omen):
    """A copy of the template for one test."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return TwoStores(tmp_path / "stores.yaml", omen)


def test_the_same_date_and_timeframe_are_two_snapshots_in_two_indexes(two_stores, omen):
    ids = [two_stores.generate(store, DAY).id for store in (NJ, CALI)]

    assert len(set(ids)) == 2
    for store, name in zip((NJ, CALI), ids, strict=True):
        assert [one["id"] for one in entries_of(two_stores, store)] == [name]
        assert [path.stem for path in two_stores.archive(store).glob("snapshot_*.json")] == [name]


@pytest.mark.parametrize("store", [NJ, CALI])
def test_nothing_of_the_other_store_is_in_a_stores_folder(both, store):
    tree = whole_tree(both.archive(store))
    everything = b"\n".join([*map(str.encode, tree), *(raw for raw in tree.values() if raw is not None)])

    assert [mark for mark in marks_of(OTHER[store]) if mark.encode() in everything] == []
    assert store.encode() in everything  # the search itself works


def test_one_stores_command_changes_no_byte_of_the_others_folder(both, omen):
    before = whole_tree(both.archive(CALI))

    for more in (("--force", "--reason", "x"), ("--timeframe", "monthly"), ("--if-exists", "refresh")):
        omen("generate", "--store", NJ, *more)
    omen("history", "--store", NJ)
    omen("show", "--store", NJ)

    assert whole_tree(both.archive(CALI)) == before


@pytest.mark.parametrize("store", [NJ, CALI])
@pytest.mark.parametrize(
    "command", [("history",), ("history", "--json"), ("show",), ("show", "--json"), ("diff", "--timeframe", "daily")]
)
def test_no_answer_about_one_store_names_the_other(both, omen, store, command):
    run = omen(command[0], "--store", store, *command[1:])

    assert run.code == 0
    assert [mark for mark in marks_of(OTHER[store]) if mark in run.out + run.err] == []


def test_versions_of_one_store_are_not_the_others(both, omen):
    assert [one["version"] for one in entries_of(both, NJ) if one["timeframe"] == "weekly"] == [1, 2]
    assert [one["version"] for one in entries_of(both, CALI) if one["timeframe"] == "weekly"] == [1]


def test_a_snapshot_copied_into_the_others_folder_is_not_shown_as_its_own(both, omen):
    stray = next(both.archive(CALI).glob("snapshot_weekly_*.json"))
    (both.archive(NJ) / stray.name).write_bytes(stray.read_bytes())

    run = omen("show", "--store", NJ, "--snapshot", stray.stem)

    assert run.code in (7, 10)
    assert run.out == ""


def test_a_shard_copied_from_the_other_store_is_not_believed(both, omen):
    expected = omen("history", "--store", NJ, "--json").data
    shard = both.archive(CALI) / "index" / "2026-01.json"
    (both.archive(NJ) / "index" / "2026-01.json").write_bytes(shard.read_bytes())

    run = omen("history", "--store", NJ, "--json")

    assert run.data == expected
    assert "rebuilt in memory" in run.err


def test_a_failing_store_does_not_hinder_the_other(two_stores, omen):
    remove_exports(two_stores, NJ)

    assert omen("generate", "--store", CALI).code == 0
    assert not two_stores.archive(NJ).exists()


def test_folders_and_files_are_for_the_owner_alone(both):
    for path in (both.archive(NJ), *both.archive(NJ).rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
