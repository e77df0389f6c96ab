"""The series that the alert rules need: there before anything went wrong, and true to each timeframe's own schedule."""

import json
from datetime import datetime

import pytest

from omen_cli.workflows.metrics_of_audit import KINDS
from tests.cli.scheduled import CALI, NJ, NJ_DUE, schedule
from tests.cli.stores import DAY, remove_exports
from tests.cli.test_metrics import at, values

OVERDUE = "omen_snapshot_overdue_seconds"
SUCCESS = "omen_command_last_success_timestamp_seconds"
HOUR, DAY_S = 3600, 86400


@pytest.fixture
def stores(two_stores):
    """NJ with all three timeframes in its schedule, of which `timeframes:` has one; Cali without a schedule."""
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00, monthly: 1 09:00}', cali="")
    return two_stores


def overdue(omen, now, *frames):
    found = values(omen, now=now)
    return [at(found, OVERDUE, store=NJ, timeframe=frame) for frame in frames]


def test_a_store_that_never_got_a_snapshot_is_overdue_since_its_newest_was_due(stores, omen):
    assert overdue(omen, "2026-01-19T15:00:00+00:00", "daily", "weekly", "monthly") == [
        3 * HOUR,
        2 * HOUR,
        18 * DAY_S + HOUR,
    ]


def test_what_is_there_is_not_overdue_however_old_it_is(stores, omen):
    omen("run", "-q", now=NJ_DUE)
    assert overdue(omen, "2026-01-31T15:00:00+00:00", "monthly") == [0]
    assert overdue(omen, "2026-01-20T11:59:59+00:00", "daily", "weekly", "monthly") == [0, 0, 0]
    assert overdue(omen, "2026-01-20T12:00:01+00:00", "daily", "weekly") == [1, 0]


def test_what_is_missing_is_overdue_since_the_first_that_is_missing(stores, omen):
    omen("run", "-q", now=NJ_DUE)
    assert overdue(omen, "2026-01-22T13:00:00+00:00", "daily") == [2 * DAY_S + HOUR]
    remove_exports(stores)
    omen("run", "-q", now="2026-01-22T13:00:00+00:00")
    assert overdue(omen, "2026-01-22T14:00:00+00:00", "daily") == [2 * DAY_S + 2 * HOUR]


def test_a_snapshot_of_the_middle_of_a_week_is_not_that_of_the_week(two_stores, omen):
    schedule(two_stores, cali="")
    two_stores.generate(NJ, DAY)
    assert overdue(omen, "2026-01-12T14:00:00+00:00", "weekly") == [HOUR]
    two_stores.generate(NJ, "2026-01-14")  # nor does one of the next week stand for it
    assert overdue(omen, "2026-01-16T13:00:00+00:00", "weekly") == [4 * DAY_S]
    two_stores.generate(NJ, "2026-01-18")
    assert overdue(omen, "2026-01-19T12:00:00+00:00", "weekly") == [0]


def test_a_provisional_snapshot_is_not_what_was_due(two_stores, omen):
    schedule(two_stores, nj='{daily: "07:00"}', cali="")
    omen("run", "-q", now=NJ_DUE)
    assert omen("generate", "--store", NJ, "--timeframe", "daily", "--as-of", "2026-01-19", now=NJ_DUE).code == 0
    assert overdue(omen, "2026-01-20T13:00:00+00:00", "daily") == [HOUR]


def test_what_a_clock_that_was_wrong_made_of_later_days_is_not_what_was_due(two_stores, omen):
    schedule(two_stores, cali="")
    omen("run", "-q", now="2026-01-12T14:00:00+00:00")
    omen("run", "-q", now="2027-01-12T14:00:00+00:00")
    assert overdue(omen, "2026-01-19T14:00:00+00:00", "weekly") == [HOUR]


def test_a_store_without_a_schedule_is_never_overdue(stores, omen):
    assert {dict(labels)["store"] for name, labels in values(omen) if name == OVERDUE} == {NJ}


def test_the_series_of_timeframes_that_only_the_schedule_has_begin_at_0(stores, omen):
    found = values(omen)
    for frame in ("daily", "weekly", "monthly"):
        assert at(found, "omen_snapshots", store=NJ, timeframe=frame, status="held") == 0
        assert at(found, "omen_snapshots_created_total", store=NJ, timeframe=frame) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("store", ["", NJ, CALI])
def test_every_kind_of_refusal_begins_at_0(stores, omen, store, kind):
    assert at(values(omen), "omen_refusals_total", store=store, kind=kind) == 0


# --- verify -----------------------------------------------------------------------------------------------------------


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def test_verify_has_succeeded_as_a_whole_only_with_all(two_stores, omen):
    two_stores.generate(NJ, DAY)
    assert omen("verify", "--store", NJ).code == 0
    found = values(omen)
    assert at(found, SUCCESS, command="verify", store=NJ) == seconds("2026-01-19T15:00:00+00:00")
    assert at(found, SUCCESS, command="verify", store="") is None
    assert omen("verify", "--all").code == 0
    assert at(values(omen), SUCCESS, command="verify", store="") == seconds("2026-01-19T15:00:00+00:00")


def test_making_one_snapshot_again_is_not_looking_through_the_archive(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    assert omen("verify", "--store", NJ, "--recompute", made.id).code == 0
    assert at(values(omen), SUCCESS, command="verify", store=NJ) is None


def test_what_verify_found_stands_until_it_looks_again_and_finds_it_no_more(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    file = two_stores.archive(NJ) / f"{made.id}.json"
    raw = file.read_bytes()
    file.unlink()
    assert omen("verify", "--all", now="2026-01-19T15:00:00+00:00").code == 7
    later = "2026-01-29T15:00:00+00:00"
    found = values(omen, now=later)
    assert at(found, "omen_verify_errors", store=NJ, code="data_lost") == 1
    assert at(found, "omen_errors_in_last_day", store=NJ, code="data_lost") is None

    assert omen("verify", "--store", CALI, now=later).code == 0
    assert omen("verify", "--store", "Nobody", now=later).code == 5
    assert at(values(omen, now=later), "omen_verify_errors", store=NJ, code="data_lost") == 1

    file.write_bytes(raw)
    assert omen("verify", "--store", NJ, now=later).code == 0
    assert at(values(omen, now=later), "omen_verify_errors", store=NJ, code="data_lost") == 0


def test_an_archive_that_verify_could_not_read_stands_too(two_stores, omen):
    two_stores.generate(NJ, DAY)
    two_stores.archive(NJ).chmod(0o777)
    assert omen("verify", "--store", NJ).code == 7
    assert at(values(omen), "omen_verify_errors", store=NJ, code="archive_damaged") == 1


# --- which stores a command was about ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "about"),
    [
        (("check",), [NJ, CALI]),
        (("check", "--store", CALI), [CALI]),
        (("doctor", "--mail"), [NJ, CALI]),
        (("doctor", "--store", NJ), [NJ]),
        (("stores",), [NJ, CALI]),
        (("schedule",), [NJ]),
        (("schedule", "--format", "cron"), [NJ]),
        (("run", "--dry-run"), [NJ]),
        (("token", "create", "--role", "owner", "--store", CALI, "--email", "o@calicannabis.example"), [CALI]),
        (("config",), []),
    ],
)
def test_the_log_tells_which_stores_a_command_was_about(stores, omen, argv, about):
    stores.generate(NJ, DAY)
    omen(*argv)
    (file,) = (stores.data / "log").iterdir()
    line = json.loads(file.read_text("utf-8").splitlines()[-1])
    assert (line["command"].split()[0], line["stores"]) == (argv[0], about)


def test_of_a_check_that_found_something_each_store_has_its_own_end(two_stores, omen):
    schedule(two_stores)
    omen("run", "-q", "--lock-wait", "0", now=NJ_DUE)
    two_stores.archive(NJ).chmod(0o777)
    now = "2026-01-19T13:30:00+00:00"
    assert omen("check", now=now).code == 1
    found = values(omen, now=now)
    assert at(found, SUCCESS, command="check", store=CALI) == seconds(now)
    assert at(found, SUCCESS, command="check", store=NJ) is None
    assert at(found, "omen_errors_in_last_day", store=NJ, code="check_failed") == 1
