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


def test_without_its_readme_the_newest_shard_says_whose_it_is(two_stores, omen):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.archive(NJ).rename(two_stores.archive(CALI))
    (two_stores.archive(CALI) / "README").unlink()

    refused(omen("generate", "--store", CALI), NJ)


@pytest.mark.parametrize("damage", ["readme", "shard", "readme no text"])
def test_one_file_of_another_stores_is_damage_and_mended(two_stores, omen, damage):
    two_stores.generate(NJ, "2026-01-11")
    two_stores.generate(CALI, "2026-01-11")
    name = "index/2026-01.json" if damage == "shard" else "README"
    if damage == "readme no text":
        (two_stores.archive(NJ) / name).write_bytes(b"\xff\x00")
    else:
        shutil.copy2(two_stores.archive(CALI) / name, two_stores.archive(NJ) / name)

    assert omen("verify", "--store", NJ, "--deep", "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data[0]["storeId"] == NJ
