"""What changes while a migration is under way: it is noticed before the migration counts as done."""

import json
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from omen_cli.config.load import load_settings
from omen_cli.errors import ArchiveDamaged
from omen_cli.workflows.migrate import migrate
from omen_cli.workflows.request import Caller
from omen_cli.workflows.survey import survey
from tests.archive.factories import AT
from tests.cli.stores import CALI, NJ
from tests.old_sample import DAY, WEEK, entry, lay_old, named, sample, text, wrapper

THEIRS = entry("2026-01-05", 70, store=CALI)


@pytest.fixture
def root(two_stores):
    """An old archive of both stores where the new ones go."""
    files = sample()
    files["index.json"] = text([*json.loads(files["index.json"]), THEIRS])
    lay_old(two_stores.data / "snapshots", {**files, named(THEIRS): text(wrapper(THEIRS))})
    (two_stores.data / "snapshots").chmod(0o700)
    return two_stores.data / "snapshots"


def migrate_with(two_stores, root, *, at_first: Callable[[], object] = tuple, at_last: Callable[[], object] = tuple):
    """Migrate; `at_first` is called before the first snapshot is written, `at_last` after the last one."""

    @contextmanager
    def steps(what: str, total: int):
        if what == "writing":
            at_first()
        yield lambda label: None
        if what == "writing":
            at_last()

    settings = load_settings(two_stores.config, {})
    found = survey(settings, root, None, steps, adds_stores=False)
    return migrate(settings, found, Caller("ann", AT, "r-1", 5.0), steps)


def spoil(file):
    file.write_bytes(file.read_bytes().replace(b"8088", b"8089"))


@pytest.mark.parametrize("what", ["a file", "the index", "a new file", "no file"])
def test_an_old_tree_that_changed_is_no_finished_migration(two_stores, root, what):
    file = root / ("index.json" if what == "the index" else named(WEEK))
    changes = {"a new file": lambda: (root / "new.json").write_bytes(b"{}"), "no file": file.unlink}

    with pytest.raises(ArchiveDamaged, match="since the old archive was read"):
        migrate_with(two_stores, root, at_last=changes.get(what, lambda: spoil(file)))

    assert not (two_stores.data / ".omen-format").exists()


def test_an_old_file_that_changed_before_its_turn_is_not_brought_over(two_stores, root):
    with pytest.raises(ArchiveDamaged, match="changed since the old archive was read"):
        migrate_with(two_stores, root, at_first=lambda: spoil(root / named(WEEK)))

    assert not (root / NJ / f"{WEEK['id']}.json").exists()


def test_an_archive_that_somebody_took_away_is_no_finished_migration(two_stores, root):
    away = two_stores.config.parent / "away"

    with pytest.raises(ArchiveDamaged, match=f"is not in the archive of {CALI}"):
        migrate_with(two_stores, root, at_last=lambda: (root / CALI).rename(away))

    assert not (two_stores.data / ".omen-format").exists()


def test_the_layouts_number_comes_after_all_that_a_migration_makes(two_stores, root, omen):
    assert migrate_with(two_stores, root) == 6

    made = [path for path in two_stores.data.rglob("*") if path.is_file() and "audit" not in path.parts]
    newest = max(made, key=lambda path: path.stat().st_mtime_ns)
    assert newest == two_stores.data / ".omen-format"
    assert {f"{one['id']}.json" for one in (WEEK, DAY)} <= {path.name for path in (root / NJ).iterdir()}
