"""`omen run` goes forward only: what is older than what there is already is neither made nor sent by it."""

import pytest

from tests.cli.postbox import mail_to
from tests.cli.scheduled import CALI, NJ, NJ_DUE, NJ_OWNER, WEEK, periods, schedule
from tests.cli.stores import configure

SECOND = "second@njweedwizard.example"
BEFORE = "2026-01-11"


@pytest.fixture
def stores(two_stores, postbox):
    """One store, due on Monday 08:00, with a server that takes everything."""
    schedule(two_stores, cali="")
    mail_to(two_stores, postbox.url)
    return two_stores


def test_after_a_change_of_the_schedule_no_older_week_is_made_or_sent(stores, omen, postbox):
    omen("run", now="2026-01-12T13:05:00+00:00")
    assert (periods(stores), postbox.recipients) == ([BEFORE], [NJ_OWNER])
    configure(stores, "schedule: {weekly: MON 08:00}", "schedule: {weekly: FRI 08:00}")
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{NJ_OWNER}, {SECOND}]")
    run = omen("run", now="2026-01-13T16:05:00+00:00")
    assert (run.code, run.out, run.err) == (0, "", "")
    assert (periods(stores), postbox.recipients) == ([BEFORE], [NJ_OWNER])
    omen("run", now="2026-01-16T13:00:00+00:00")  # Friday 08:00: it is due, and the second has none
    assert (periods(stores), postbox.recipients) == ([BEFORE], [NJ_OWNER, SECOND])


def test_what_a_person_made_and_sent_before_it_was_due_is_not_followed_by_the_week_before(stores, omen, postbox):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-19T10:00:00+00:00")
    omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK, now="2026-01-19T10:05:00+00:00")
    for now in ("2026-01-19T10:15:00+00:00", NJ_DUE):
        assert omen("run", now=now).out == ""
    assert (periods(stores), postbox.recipients) == ([WEEK], [NJ_OWNER])


def test_the_dry_run_says_the_same(stores, omen):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-19T10:00:00+00:00")
    (row,) = omen("run", "--dry-run", "--json", now="2026-01-19T10:15:00+00:00").data
    assert (row["generates"], row["sendsTo"]) == ([], [])


def test_a_gap_before_it_is_filled_and_not_sent(stores, omen, postbox):
    stores.generate(NJ, "2026-01-04")
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-19T10:00:00+00:00")
    (row,) = omen("run", "--dry-run", "--json", now="2026-01-19T10:15:00+00:00").data
    assert (row["generates"], row["sendsTo"]) == ([BEFORE], [])
    assert omen("run", "-q", now="2026-01-19T10:15:00+00:00").code == 0
    assert (periods(stores), postbox.recipients) == (["2026-01-04", BEFORE, WEEK], [])


def test_one_of_a_week_that_has_not_ended_overtakes_nothing(stores, omen, postbox):
    omen("generate", "--store", NJ, "--as-of", "2026-01-14", now="2026-01-15T15:00:00+00:00")
    omen("run", now="2026-01-15T15:05:00+00:00")
    assert (periods(stores), postbox.recipients) == ([BEFORE, "2026-01-14"], [NJ_OWNER])


def test_what_a_dead_command_left_is_finished_without_making_an_older_week(stores, omen):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-19T10:00:00+00:00")
    (made,) = stores.archive(NJ).glob("snapshot_*.json")
    (stores.archive(NJ) / ".pending").write_bytes(made.read_bytes())
    (stores.archive(NJ) / ".pending").chmod(0o600)
    assert omen("run", "-q", now="2026-01-19T10:15:00+00:00").code == 0
    assert not (stores.archive(NJ) / ".pending").exists()
    assert periods(stores) == [WEEK]


def test_a_damaged_archive_is_its_own_stores_trouble_in_a_dry_run_too(two_stores, omen, postbox):
    schedule(two_stores)
    omen("run", now="2026-01-12T17:00:00+00:00")
    two_stores.archive(NJ).chmod(0o777)
    run = omen("run", "--dry-run", now=NJ_DUE)
    rows = [line.split("\t") for line in run.out.splitlines()]
    assert run.code == 1
    assert [row[:4] for row in rows[1:]] == [
        [NJ, "weekly", "not known", "not known"],
        [CALI, "weekly", "nothing", "nobody"],
    ]
    assert f"of 1 store nothing can be told ({NJ})" in run.err
    error = omen("run", "--dry-run", "--json", now=NJ_DUE).json["error"]
    assert [(one["storeId"], one["code"]) for one in error["failures"]] == [(NJ, "archive_damaged")]
    assert [(one["storeId"], len(one["troubles"])) for one in error["results"]] == [(NJ, 1), (CALI, 0)]


def test_a_data_folder_that_is_not_ours_ends_a_dry_run_as_it_ends_a_tick(two_stores, omen):
    schedule(two_stores)
    omen("run", now="2026-01-12T17:00:00+00:00")
    two_stores.data.chmod(0o777)
    assert [omen("run", *more, now=NJ_DUE).code for more in ((), ("--dry-run",))] == [7, 7]


@pytest.mark.parametrize(("count", "code"), [(1000, 0), (1001, 3), (100_000, 3)])
def test_catching_up_has_a_bound_and_a_clear_word(stores, omen, count, code):
    configure(stores, "stores:\n", f"limits: {{catch_up: {count}}}\nstores:\n")
    run = omen("run", "--dry-run", now=NJ_DUE)
    assert (run.code, "limits.catch_up: " in run.err, "more than 1000 periods" in run.err) == (
        code,
        bool(code),
        bool(code),
    )
