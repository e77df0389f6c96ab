"""What belongs to no store is not found by way of the first: its trouble is its own, whichever place it has."""

import shutil

import pytest

from tests.cli.postbox import mail_to
from tests.cli.scheduled import CALI, CALI_DUE, NJ, WEEK, periods, schedule
from tests.cli.stores import export
from tests.cli.test_run_troubles import ticks

QUARTERS = [f"2026-01-19T16:{minute}:00+00:00" for minute in ("15", "30")]
BROKEN = (1, [(NJ, "archive_damaged")])


@pytest.fixture
def stores(two_stores, omen, postbox):
    """Both stores after a week in which all was well; the first of stores.yaml is NJ."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    assert omen("run", now="2026-01-12T17:00:00+00:00").code == 0
    return two_stores


def replaced(stores):
    shutil.rmtree(stores.archive(NJ))
    shutil.copytree(stores.archive(CALI), stores.archive(NJ))


def a_file(stores):
    shutil.rmtree(stores.archive(NJ))
    stores.archive(NJ).touch(0o600)


@pytest.mark.parametrize("breaking", [replaced, a_file, lambda stores: stores.archive(NJ).chmod(0)])
def test_the_first_stores_broken_archive_is_told_once_and_is_no_other_stores(stores, omen, breaking):
    breaking(stores)
    run = omen("run", "--dry-run", "--json", now=CALI_DUE)
    plans = (run.json.get("data") or run.json["error"]["results"])[1:]
    assert [(one["storeId"], one["generates"]) for one in plans] == [(CALI, [WEEK])]
    found = ticks(omen, CALI_DUE, *QUARTERS)
    assert periods(stores, CALI) == ["2026-01-11", WEEK]
    assert found[1:] == [(0, []), (0, [])]
    if breaking in (replaced, a_file):  # whoever runs as root may read what nobody may
        assert (run.code, found[0]) == (1, BROKEN)


def test_a_memory_that_cannot_be_replaced_is_said_at_every_tick_that_tells_something(stores, omen):
    export(stores).write_text("nonsense\n")
    (stores.data / "run.json").mkdir()
    for now in (CALI_DUE, *QUARTERS):
        run = omen("run", "-q", now=now)
        assert run.code == 1
        assert run.err.count("what was told cannot be remembered, and is told at every tick: ") == 1
        assert "/data/run.json cannot be written (" in run.err
        assert "a folder stands where omen keeps a file: move it away" in run.err
    (stores.data / "run.json").rmdir()
    assert "cannot be remembered" not in omen("run", "-q", now=QUARTERS[1]).err
    assert omen("run", "-q", now=QUARTERS[1]).err == ""
