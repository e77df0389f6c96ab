"""What `omen migrate` refuses before it writes anything, and that its dry run refuses the same."""

import os
import re
from pathlib import Path

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import NJ, configure, whole_tree
from tests.old_sample import entry, lay_old, named, sample, text, wrapper


@pytest.fixture
def old(two_stores, omen):
    return Old(two_stores, omen)


def refused(old, code, said, *more, source=None):
    """Insist that the run and the dry run are refused, and write nothing."""
    before = whole_tree(old.stores.config.parent)
    for argv in (("--dry-run",), ()):
        run = old.omen("migrate", "--from", source or old.root, *more, *argv)
        assert (run.code, said in run.err) == (code, True), run.out + run.err
    assert whole_tree(old.stores.config.parent) == before


def test_a_folder_with_nothing_of_the_old_system_is_refused(old):
    refused(old, 2, "nothing of the old system is here", source=old.stores.config.parent / "exports")


def test_the_folder_of_the_configuration_is_refused(old):
    old.lay(sample())
    refused(old, 2, "is above", source=old.stores.config.parent)


def test_the_folder_above_an_old_archive_is_refused(old, tmp_path):
    lay_old(tmp_path / "client" / "snapshots", sample())
    refused(old, 2, "its index lies in", source=tmp_path / "client")


def test_a_folder_in_an_old_archive_is_refused(old, tmp_path):
    files = {**sample(), "weekly/snapshot_weekly_2025-12-14.json": text(wrapper(entry("2025-12-14", 70)))}
    lay_old(tmp_path / "copy", files)
    refused(old, 2, "its index lies in", source=tmp_path / "copy" / "weekly")


def test_a_folder_of_garbage_without_an_index_is_refused(old, tmp_path):
    lay_old(tmp_path / "copy", {"a.json": b"{", "b.txt": b"notes"})
    refused(old, 2, "nothing of the old system is here", source=tmp_path / "copy")


def test_an_archive_of_omen_is_no_old_one(old, two_stores):
    two_stores.generate(NJ, "2026-01-16")
    refused(old, 2, "nothing of the old system is here", source=old.root / NJ)


@pytest.mark.parametrize("more", [(), ("--add-store",)])
def test_a_store_that_differs_in_case_only_from_one_of_stores_yaml_is_refused(old, more):
    old.lay({"index.json": text([entry("2026-01-09", 1, store="njweedwizard")])})
    refused(old, 2, "differ in case only", *more)


def test_a_dry_run_looks_at_the_room_on_the_disk(old):
    configure(old.stores, "stores:\n", "disk: {warn_free_gb: 1000000, min_free_gb: 1000000}\nstores:\n")
    old.lay(sample())
    refused(old, 12, "nothing was written")


@pytest.mark.parametrize("more", [(), ("--add-store",)])
def test_a_typed_store_that_nobody_knows_is_refused_and_never_added(old, more):
    old.lay({"index.json": text([entry("2026-01-09", 1, store=...)])})
    refused(old, 2, "--default-store: 'NJWeedWizzard' is not in stores.yaml", "--default-store", "NJWeedWizzard", *more)


def test_a_file_in_the_folder_of_an_unknown_store_is_not_given_to_the_default(old):
    nameless = wrapper(entry("2026-01-09", 1, store=...), store=...)
    old.lay({"Elsewhere/a.json": text(nameless)})
    refused(old, 2, "lie in a folder that may be one's", "--default-store", NJ)


def test_the_command_that_a_dry_run_names_is_the_one_to_run(old):
    old.lay({"index.json": text([entry("2026-01-09", 1, store=...), entry("2026-01-08", 2, store="Elsewhere")])})
    run = old.omen("migrate", "--from", old.root, "--default-store", NJ, "--add-store", "--dry-run")
    assert f"Next: omen migrate --from {old.root} --default-store {NJ} --add-store" in run.out.splitlines()


def test_a_dry_run_with_add_store_gives_each_file_to_whom_the_run_gives_it(old):
    nameless = entry("2026-01-01", 8, "daily", store=...)
    lone = text(wrapper(nameless, store=..., requestId=..., snapshotId=...))
    old.lay({"index.json": text([entry("2026-01-09", 1, store="Elsewhere")]), f"Elsewhere/{named(nameless)}": lone})

    dry, run = (old.migrate("--add-store", "--default-store", NJ, *more) for more in (("--dry-run",), ()))

    assert dry.data["items"] == run.data["items"]
    assert {one["storeId"] for one in run.data["items"]} == {"Elsewhere"}


def test_a_folder_that_is_only_linked_to_is_said(old, tmp_path):
    lay_old(tmp_path / "elsewhere", {"a.json": text(wrapper(entry("2026-01-09", 1)))})
    old.lay({"index.json": text([entry("2026-01-09", 1)])})
    (old.root / "weekly").symlink_to(tmp_path / "elsewhere")

    run = old.omen("migrate", "--from", old.root, "--dry-run")

    assert (run.code, "weekly leads to a folder elsewhere, which is not read" in run.out) == (0, True)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda index, away: index.symlink_to(away), "a symlink"),
        (lambda index, away: index.mkdir(), "no regular file"),
        (lambda index, away: os.mkfifo(index), "no regular file"),
    ],
    ids=["a link", "a folder", "a pipe"],
)
def test_an_index_that_is_no_file_is_refused(old, tmp_path, make, what):
    old.lay(sample())
    away = (old.root / "index.json").rename(tmp_path / "away.json")
    make(old.root / "index.json", away)
    refused(old, 7, f"index.json: is {what}, and the index of the old system is a file")


# --- the runbook -------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`([^`]+)`")


def tables():
    """Return the first cells of the runbook's two tables of messages, each message once."""
    page = (ROOT / "docs" / "migration.md").read_text().partition("## The dry run")[2].partition("## The run")[0]
    cells = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")]
    return [one for cell in cells for one in NAMED.findall(cell)]


@pytest.mark.parametrize(
    "said",
    [
        "Copied to data/quarantine",
        "is being moved aside",
        "the archive has another snapshot of this id already",
        "cannot be written",
        "whose entry was brought over without it",
        "says something else than when it was brought over",
        "is not the file that was brought over as",
    ],
)
def test_the_runbook_lists_what_the_report_and_the_refusals_say(said):
    sources = "".join(path.read_text() for path in (ROOT / "omen_cli").rglob("*.py"))
    assert any(said in one for one in tables())
    assert said in sources.replace('f"{said} to data/quarantine', "Copied to data/quarantine")
