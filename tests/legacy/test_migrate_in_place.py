"""Where the new archives go into the very folder of the old one, no file of the old system is taken for one of omen's."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.factories import STORES
from tests.legacy.drawn import built
from tests.legacy.judged import problems
from tests.legacy.migrations import Installation, install
from tests.legacy.old_archives import OldArchive
from tests.legacy.old_shapes import entry_without_a_store, wrapper_named_by_key

NJ = STORES[0]


def archive_with(name: str, raw: bytes = b'{"old": 1}') -> OldArchive:
    """Return an archive of one snapshot of NJWeedWizard, and one more file."""
    many = (built(Random(seed).choice, [wrapper_named_by_key]) for seed in range(50))
    old = next(one for one in many if one.rows[0]["store"] == NJ)
    return replace(old, files={**old.files, name: raw})


@pytest.mark.parametrize(
    "name",
    [
        *("README", ".pending", ".lock", ".send.lock", ".README.tmp", ".migrated.tmp", ".audit.tmp"),
        *("index/2026-01.json", "audit/2026-01.jsonl", "quarantine/x.json", "deliveries/x/y.eml", "locks/weekly.lock"),
    ],
)
def test_an_old_file_where_an_archive_has_its_own_is_refused_and_nothing_is_written(tmp_path, name):
    installation = install(tmp_path, archive_with(f"{NJ}/{name}"), in_place=True)
    before = installation.tree()

    run = installation.migrate()

    assert (run.code, installation.tree() == before) == (7, True), run.out
    assert f"{NJ}/{name}: old files that stand under the names of new ones" in run.err


@pytest.mark.parametrize(
    "name", [f"{NJ}/.snapshot.json.123.tmp", f"{NJ}/.x.tmp", f"{NJ}/notes", ".x.tmp", "CaliCannabis/README"]
)
def test_an_old_file_elsewhere_is_accounted_for_on_the_first_run_and_on_the_next(tmp_path, name):
    old = archive_with(name)
    installation = install(tmp_path, old, in_place=True)
    before = installation.standing()

    runs = [installation.migrate(), installation.migrate()]

    assert [run.data["outcome"] for run in runs] == ["migrated", "nothing_to_do"]
    for run in runs:
        assert problems(old, installation.outcome(run, before)) == []


def test_what_omen_itself_was_writing_when_it_died_is_no_old_file(tmp_path):
    old = archive_with("notes")
    installation = install(tmp_path, old, in_place=True)
    folder = installation.root / NJ
    folder.mkdir(mode=0o700)
    (folder / ".README.tmp").write_bytes(b"This folder is the arch")

    run = installation.migrate()

    assert run.data["outcome"] == "migrated"
    assert not (folder / ".README.tmp").exists()
    assert "notes" in [item["name"] for item in run.data["items"]]
    assert len(run.data["items"]) == 3


def test_an_entry_without_a_store_and_without_a_default_is_refused_and_nothing_is_written(tmp_path):
    installation = install(tmp_path, built(Random(0).choice, [entry_without_a_store]))
    before = installation.tree()

    run = installation.omen("migrate", "--from", installation.root, "--json")

    assert (run.code, installation.tree() == before) == (2, True)
    assert "--default-store" in run.err


def test_a_move_that_a_power_cut_left_with_both_names_is_finished(tmp_path):
    installation = install(tmp_path, archive_with("notes"), in_place=True)
    installation.migrate()
    first = installation.omen("migrate", "--cleanup", "--json")
    assert first.code == 0, first.out + first.err
    (moved,) = (installation.folder / "data").glob("snapshots.old-*")
    (installation.root / "notes").hardlink_to(moved / "files" / "notes")

    again = installation.omen("migrate", "--cleanup", "--json")

    assert (first.code, again.code) == (0, 0), again.err
    assert (moved / "files" / "notes").read_bytes() == b'{"old": 1}'
    assert not (installation.root / "notes").exists()
    assert len(list((installation.folder / "data").glob("snapshots.old-*"))) == 1


def cleaned_up(tmp_path) -> tuple[Installation, Path]:
    """Return an installation whose old files, "notes" among them, were moved aside, and where they are."""
    installation = install(tmp_path, archive_with("notes"), in_place=True)
    assert installation.migrate().code == 0
    assert installation.omen("migrate", "--cleanup").code == 0
    (moved,) = (installation.folder / "data").glob("snapshots.old-*")
    return installation, moved / "files"


def test_another_file_under_the_name_of_a_moved_one_is_migrated_first_and_then_moved_elsewhere(tmp_path):
    installation, moved = cleaned_up(tmp_path)
    (installation.root / "notes").write_bytes(b"newer")

    refused = installation.omen("migrate", "--cleanup")
    stayed = (installation.root / "notes").read_bytes()
    codes = [installation.migrate().code, installation.omen("migrate", "--cleanup").code]

    assert (refused.code, "not brought over yet: 1 copy in data/quarantine" in refused.err) == (1, True)
    assert (stayed, codes) == (b"newer", [0, 0])
    assert (moved / "notes").read_bytes() == b'{"old": 1}'
    assert (moved.parent.with_name(f"{moved.parent.name}.2") / "files" / "notes").read_bytes() == b"newer"
    assert not (installation.root / "notes").exists()


@pytest.mark.parametrize(
    ("here", "there", "why"),
    [(b"newer", None, "it changed since"), (b'{"old": 1}', b"another", "another file of this name was moved already")],
)
def test_of_a_move_that_was_broken_off_what_is_another_file_stays_and_is_said(tmp_path, here, there, why):
    installation, moved = cleaned_up(tmp_path)
    (moved / "index.json").rename(installation.root / "index.json")  # as if it had died before this one
    (installation.root / "notes").write_bytes(here)
    (moved / "notes").unlink()
    if there is not None:
        (moved / "notes").write_bytes(there)

    run = installation.omen("migrate", "--cleanup")

    assert run.code == 1, run.out
    assert f"omen: notes: stays where it is: {why}" in run.err
    assert "1 old file could not be moved" in run.err
    assert (installation.root / "notes").read_bytes() == here
    assert (moved / "index.json").exists()
    assert [path.read_bytes() for path in moved.glob("notes")] == ([] if there is None else [there])
