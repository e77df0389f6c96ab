"""An archive that says of itself that it is another store's is refused whole, by readers and writers, and not taken apart."""

import shutil

import pytest

from tests.cli.stores import CALI, NJ, configure, whole_tree

COMMANDS = (
    ("generate", "--store", "{}", "--as-of", "2026-01-11"),
    ("generate", "--store", "{}", "--as-of", "2026-01-04", "--force", "--reason", "x"),
    ("history", "--store", "{}"),
    ("show", "--store", "{}"),
    ("verify", "--store", "{}"),
    ("verify", "--store", "{}", "--deep", "--repair"),
    ("verify", "--store", "{}", "--accept", "audit", "--reason", "x"),
    ("prune", "--store", "{}", "--keep-last", "1", "--yes"),
    ("audit", "--store", "{}"),
)


def refused(run, owner):
    assert (run.code, run.out) == (7, "")
    assert f"is the archive of the store {owner}" in run.err
    assert "docs/recovery.md" in run.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_store_that_was_renamed_with_its_folder_is_refused_and_untouched(two_stores, omen, command):
    two_stores.generate(NJ, "2026-01-04")
    two_stores.generate(NJ, "2026-01-11")
    configure(two_stores, f"{NJ}:", "Renamed:")
    two_stores.archive(NJ).rename(two_stores.archive("Renamed"))
    before = whole_tree(two_stores.archive("Renamed"))

    run = omen(*(word.format("Renamed") for word in command))

    refused(run, NJ)
    assert whole_tree(two_stores.archive("Renamed")) == before


def test_an_archive_that_was_copied_over_anothers_is_refused(two_stores, omen):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.generate(CALI, "2026-01-11")
    shutil.rmtree(two_stores.archive(CALI))
    shutil.copytree(two_stores.archive(NJ), two_stores.archive(CALI))

    refused(omen("verify", "--store", CALI, "--repair"), NJ)
    assert omen("verify", "--store", NJ, "--deep").code == 0


def _no_readme(folder):
    (folder / "README").unlink()


def _readme_changed(folder):
    (folder / "README").write_text((folder / "README").read_text().replace(NJ, CALI))


def _no_readme_and_no_shard(folder):
    _no_readme(folder)
    (folder / "index" / "2026-01.json").write_bytes(b"")


def _no_readme_and_no_index(folder):
    _no_readme(folder)
    shutil.rmtree(folder / "index")


@pytest.mark.parametrize("damage", [_no_readme, _readme_changed, _no_readme_and_no_shard, _no_readme_and_no_index])
def test_the_snapshots_say_whose_it_is_whatever_the_readme_and_the_index_say(two_stores, omen, damage):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.archive(NJ).rename(two_stores.archive(CALI))
    damage(two_stores.archive(CALI))

    refused(omen("generate", "--store", CALI), NJ)


def _readme_of_the_other(folder, other):
    shutil.copy2(other / "README", folder / "README")


def _shard_of_the_other(folder, other):
    shutil.copy2(other / "index" / "2026-01.json", folder / "index" / "2026-01.json")


def _readme_of_the_other_and_no_shard(folder, other):
    _readme_of_the_other(folder, other)
    (folder / "index" / "2026-01.json").write_bytes(b"")


def _both_of_the_other(folder, other):
    _readme_of_the_other(folder, other)
    _shard_of_the_other(folder, other)


def _readme_is_no_text(folder, _):
    (folder / "README").write_bytes(b"\xff\x00")


def _readme_is_a_folder(folder, _):
    (folder / "README").unlink()
    (folder / "README").mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        _readme_of_the_other,
        _shard_of_the_other,
        _readme_of_the_other_and_no_shard,
        _both_of_the_other,
        _readme_is_no_text,
        _readme_is_a_folder,
    ],
)
def test_files_of_another_store_beside_its_own_snapshots_are_damage_and_mended(two_stores, omen, damage):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.generate(CALI, "2026-01-11")
    damage(two_stores.archive(NJ), two_stores.archive(CALI))

    assert omen("verify", "--store", NJ, "--deep", "--repair").code == 0
    assert [entry["storeId"] for entry in omen("history", "--store", NJ, "--json").data] == [NJ]


def _merged(stores, source, target):
    """Copy an archive over another one, as `cp -a A/. B/` does."""
    shutil.copytree(stores.archive(source), stores.archive(target), dirs_exist_ok=True)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("own", [1, 3])
def test_where_anothers_archive_was_copied_over_both_are_named_and_nothing_is_touched(two_stores, omen, command, own):
    for as_of in ("2026-01-04", "2026-01-11", "2026-01-18")[:own]:
        two_stores.generate(NJ, as_of)
    for as_of in ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10"):
        two_stores.generate(CALI, as_of, "daily")  # their names come first
    _merged(two_stores, CALI, NJ)
    before = whole_tree(two_stores.data)

    run = omen(*(word.format(NJ) for word in command))

    assert (run.code, run.out) == (7, "")
    assert f"snapshots of {CALI} (6) and of {NJ} ({own}) are mixed here" in run.err
    assert "docs/recovery.md" in run.err
    assert whole_tree(two_stores.data) == before


def test_beside_a_lost_readme_another_stores_snapshot_is_damage_unless_there_are_more_of_them(two_stores, omen):
    two_stores.generate(NJ, "2026-01-11")
    theirs = [two_stores.generate(CALI, as_of).id for as_of in ("2026-01-04", "2026-01-11")]
    folder = two_stores.archive(NJ)
    (folder / "README").unlink()
    shutil.copy2(two_stores.archive(CALI) / f"{theirs[0]}.json", folder)
    assert omen("verify", "--store", NJ).code == 1

    shutil.copy2(two_stores.archive(CALI) / f"{theirs[1]}.json", folder)

    assert "are mixed here" in omen("verify", "--store", NJ).err
    (folder / f"{theirs[1]}.json").unlink()
    assert omen("verify", "--store", NJ, "--deep", "--repair").code == 0
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_symlink_in_the_place_of_an_archive_is_no_archive_of_anothers(two_stores, omen):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.archive(CALI).symlink_to(NJ)

    for command in (("verify", "--store", CALI, "--repair"), ("generate", "--store", CALI)):
        run = omen(*command)
        assert (run.code, "not a folder" in run.err) == (7, True)
