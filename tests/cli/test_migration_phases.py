"""The first phase of a migration: calls without --store use the store that stores.yaml names, and are told so."""

import pytest

from omen_cli.config.load import load_settings
from omen_cli.errors import ArchiveDamaged
from omen_cli.workflows.old_tree import read_tree
from tests.cli.stores import NJ, configure
from tests.old_sample import WEEK, entry, lay_old, named, sample, text, wrapper


@pytest.fixture
def first_phase(two_stores):
    configure(two_stores, "version: 1\n", f"version: 1\naccess: {{legacy_default_store: {NJ}}}\n")
    return two_stores


@pytest.mark.parametrize(
    "argv",
    [
        ("history",),
        ("show",),
        ("diff",),
        ("audit",),
        ("verify",),
        ("deliveries",),
        ("generate", "--as-of", "2026-01-11"),
        ("prune", "--keep-last", "9", "--yes"),
        ("send", "--timeframe", "weekly", "--as-of", "2026-01-11", "--dry-run"),
    ],
    ids=lambda argv: argv[0],
)
def test_a_call_without_a_store_uses_the_default_and_says_that_it_is_deprecated(first_phase, omen, argv):
    for as_of in ("2026-01-04", "2026-01-11"):
        first_phase.generate(NJ, as_of)

    run = omen(*argv)

    assert run.code == 0, run.err
    assert f"no --store: deprecated; {NJ} was taken" in run.err


def test_a_named_store_is_never_told_of_the_default(first_phase, omen):
    first_phase.generate(NJ, "2026-01-11")
    assert "deprecated" not in omen("history", "--store", NJ).err
    assert "deprecated" not in omen("history", "--all").err


@pytest.mark.parametrize("argv", [("show",), ("history",), ("generate",)])
def test_without_a_default_a_store_is_required(two_stores, omen, argv):
    assert omen(*argv).code == 2


def test_a_default_that_is_no_store_is_a_fault_of_the_configuration(two_stores, omen):
    configure(two_stores, "version: 1\n", "version: 1\naccess: {legacy_default_store: Nowhere}\n")
    run = omen("history")
    assert (run.code, "legacy_default_store" in run.err) == (3, True)


@pytest.mark.parametrize("change", ["changed", "gone", "new"])
def test_an_old_tree_that_changes_meanwhile_is_noticed(two_stores, tmp_path, change):
    from contextlib import nullcontext

    root = tmp_path / "old"
    lay_old(root, sample())
    tree = read_tree(root, load_settings(two_stores.config, {}), lambda what, total: nullcontext(lambda label: None))
    tree.require_unchanged()
    file = root / named(WEEK)
    if change == "new":
        (root / "another.json").write_bytes(b"{}")
    elif change == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace(b"8088", b"8089"))

    with pytest.raises(ArchiveDamaged, match="since the old archive was read"):
        tree.require_unchanged()


@pytest.fixture
def unmigrated(two_stores):
    """Both stores, beside an old archive that nobody migrated."""
    lay_old(two_stores.data / "snapshots", sample())
    (two_stores.data / "snapshots").chmod(0o700)
    return two_stores


@pytest.mark.parametrize("argv", [("verify", "--store", NJ), ("verify", "--all"), ("verify", "--deep", "--all")])
def test_what_was_not_migrated_is_never_said_to_be_sound(unmigrated, omen, argv):
    run = omen(*argv)
    assert (run.code != 0, "not migrated yet" in run.err) == (True, True), run.out + run.err


@pytest.mark.parametrize(
    "argv",
    [
        ("history", "--store", NJ),
        ("history", "--all"),
        ("show", "--store", NJ),
        ("show", "--store", NJ, "--timeframe", "weekly", "--as-of", "2026-01-09"),
    ],
)
def test_before_the_migration_nobody_is_told_to_generate(unmigrated, omen, argv):
    run = omen(*argv)
    assert f"omen migrate --from {unmigrated.data / 'snapshots'} --dry-run" in run.err
    assert "omen generate" not in run.err


@pytest.mark.parametrize("folder", ["weekly", "OldClient"])
def test_a_folder_of_the_old_system_is_not_said_to_be_a_store(unmigrated, omen, folder):
    lone = entry("2025-12-14", 70)
    lay_old(unmigrated.data / "snapshots" / folder, {named(lone): text(wrapper(lone))})
    before = omen("verify", "--all").err
    assert omen("migrate", "--from", unmigrated.data / "snapshots").code == 0

    after = omen("verify", "--all").err

    assert "add it to stores.yaml" not in before + after
    assert f"snapshots/{folder}: holds files of the old system" in after
