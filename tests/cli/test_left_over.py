"""`omen verify` says what the old system left, or wrote since, in the folder of the archives itself."""

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import CALI, NJ, whole_tree
from tests.old_sample import entry, named, sample, text, wrapper

ASKED = [("--all",), ("--store", NJ), ("--all", "--json"), ("--all", "-q")]


@pytest.fixture
def migrated(two_stores, omen):
    old = Old(two_stores, omen)
    run = old.lay(sample()).migrate()
    assert run.code == 0, run.out + run.err
    return old


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_an_index_that_is_new_since_the_clean_up_is_told_with_what_to_do(migrated, omen, asked):
    omen("migrate", "--cleanup")
    late = entry("2026-01-10", 77, "daily")
    (migrated.root / "index.json").write_bytes(text([late]))
    before = whole_tree(migrated.root)

    run = omen("verify", *asked)

    assert run.code == 0, run.out
    assert f"{migrated.root}/index.json: is not the index that was migrated" in run.err
    assert f"stop it; then omen migrate --from {migrated.root} brings over what is new" in run.err
    assert whole_tree(migrated.root) == before


def test_an_index_that_changed_before_the_clean_up_is_told(migrated, omen):
    said = "is not the index that was migrated"
    before = omen("verify", "--all").err
    (migrated.root / "index.json").write_bytes(text([]))

    assert (said in before, said in omen("verify", "--all").err) == (False, True)


def test_what_it_says_is_to_be_done_ends_what_it_says(migrated, omen):
    omen("migrate", "--cleanup")
    late = entry("2026-01-10", 77, "daily")
    (migrated.root / "index.json").write_bytes(text([late]))
    (migrated.root / named(late)).write_bytes(text(wrapper(late)))

    again = migrated.migrate()
    cleaned = omen("migrate", "--cleanup")

    assert (again.data["written"], cleaned.code) == (1, 0), cleaned.err
    assert omen("verify", "--deep", "--store", NJ).err == ""


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_old_files_at_the_top_are_counted(migrated, omen, asked):
    omen("migrate", "--cleanup")
    (migrated.root / "snapshot_daily_2026-01-10.json").write_bytes(b"{}")
    (migrated.root / ".DS_Store").write_bytes(b"")

    run = omen("verify", *asked)

    assert run.code == 0
    assert f"1 file stands in {migrated.root} itself, beside the archives" in run.err


def test_nothing_is_said_where_nothing_is_left(migrated, omen):
    omen("migrate", "--cleanup")
    assert omen("verify", "--deep", "--store", NJ).err == ""


def test_beside_an_index_that_was_not_migrated_the_refusal_says_it(two_stores, omen):
    old = Old(two_stores, omen)
    old.lay(sample())
    run = omen("verify", "--store", NJ)
    assert (run.code, "beside the archives" in run.err, "not migrated yet" in run.err) == (7, False, True)


@pytest.mark.parametrize("name", ["weekly/notes", "snapshot_daily_2026-01-10.json"])
def test_a_stores_folder_with_nothing_but_old_files_is_no_broken_archive(two_stores, omen, name):
    old = Old(two_stores, omen).lay({**sample(), f"{CALI}/{name}": b'{"half'})
    assert old.migrate().code == 0

    checked = omen("verify", "--deep", "--all")
    cleaned = omen("migrate", "--cleanup")

    assert (checked.code, f"{CALI}: no archive" in checked.out) == (0, True), checked.out
    assert (cleaned.code, (old.root / CALI).exists()) == (0, False), cleaned.err


def test_nor_is_one_into_which_the_old_system_wrote_later(migrated, omen):
    late = entry("2026-01-10", 77)
    (migrated.root / CALI).mkdir()
    (migrated.root / CALI / f"{late['id']}.json").write_bytes(text(wrapper(late)))

    run = omen("verify", "--deep", "--all")

    assert (run.code, f"{CALI}: no archive" in run.out) == (0, True), run.out
