"""What the log and `omen metrics` say of `omen run`: what stands is not forgotten, and what did nothing is no success."""

import json
from datetime import datetime

import pytest

from tests.cli.postbox import mail_to
from tests.cli.processes import holding
from tests.cli.scheduled import CALI, CALI_DUE, NJ, NJ_OWNER, schedule
from tests.cli.stores import configure, export
from tests.cli.test_metrics import at, values

LATER = "2026-01-19T16:15:00+00:00"
SUCCESS = "omen_command_last_success_timestamp_seconds"


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def newest_line(stores):
    lines = [line for path in sorted((stores.data / "log").iterdir()) for line in path.read_text("utf-8").splitlines()]
    return json.loads(lines[-1])


def test_what_was_told_before_and_stands_is_in_the_line_of_every_tick(stores, omen):
    export(stores, CALI).unlink()
    assert omen("run", "-q", now=CALI_DUE).code == 1
    assert newest_line(stores)["errors"] == {CALI: {"source_invalid": 1}}
    assert omen("run", "-q", now=LATER).code == 0
    line = newest_line(stores)
    assert (line["errors"], line["errorCode"], line["exitStatus"]) == ({CALI: {"source_invalid": 1}}, None, 0)


def test_a_store_of_which_something_stands_has_not_succeeded_and_its_error_does_not_end(stores, omen):
    export(stores, CALI).unlink()
    for now in (CALI_DUE, LATER, "2026-01-21T16:00:00+00:00"):
        omen("run", "-q", now=now)
    found = values(omen, now="2026-01-21T16:05:00+00:00")

    assert at(found, SUCCESS, command="run", store=CALI) is None
    assert at(found, SUCCESS, command="run", store=NJ) == seconds("2026-01-21T16:00:00+00:00")
    assert at(found, SUCCESS, command="run", store="") == seconds("2026-01-21T16:00:00+00:00")
    assert at(found, "omen_errors_in_last_day", store=CALI, code="source_invalid") == 1


def test_damage_stands_in_the_errors_of_the_last_day_for_as_long_as_it_stands(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    stores.archive(NJ).chmod(0o777)
    for now in (LATER, "2026-01-22T16:00:00+00:00"):
        omen("run", "-q", now=now)
    found = values(omen, now="2026-01-22T16:05:00+00:00")
    assert at(found, "omen_errors_in_last_day", store=NJ, code="archive_damaged") == 1


def test_a_run_that_finds_another_under_way_is_about_no_store_and_no_success(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    with holding(stores.data / ".run.lock"):
        assert omen("run", "-q", now=LATER).code == 0
    line = newest_line(stores)
    assert (line["stores"], line["outcomes"], line["errorCode"]) == ([], {"": {"under_way": 1}}, None)
    found = values(omen, now=LATER)
    assert {at(found, SUCCESS, command="run", store=store) for store in ("", NJ, CALI)} == {seconds(CALI_DUE)}
    assert at(found, "omen_results_in_last_day", command="run", store="", outcome="under_way") == 1


def test_the_doctor_does_not_take_a_run_that_did_nothing_for_one(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    with holding(stores.data / ".run.lock"):
        omen("run", "-q", now="2026-01-19T20:00:00+00:00")
        run = omen("doctor", "--json", now="2026-01-19T20:00:00+00:00")
    parts = (run.json.get("data") or run.json["error"])["parts"]
    (check,) = [one for part in parts for one in part["checks"] if one["step"] == "omen run"]
    assert (check["outcome"], "16:00 UTC" in json.dumps(check)) == ("warning", True)


def test_a_dry_run_is_no_success(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    assert omen("run", "--dry-run", now=LATER).code == 0
    found = values(omen, now=LATER)
    assert {at(found, SUCCESS, command="run", store=store) for store in ("", NJ, CALI)} == {seconds(CALI_DUE)}


def test_a_store_that_was_passed_by_has_not_succeeded(stores, omen):
    omen("run", "-q", now="2026-01-12T17:00:00+00:00")
    with holding(stores.archive(NJ) / "locks" / "weekly.lock"):
        assert omen("run", "-q", "--lock-wait", "0", now=CALI_DUE).code == 0
    assert newest_line(stores)["outcomes"] == {CALI: {"created": 1, "sent": 1}, NJ: {"passed_by": 1}}
    found = values(omen, now=CALI_DUE)
    assert at(found, SUCCESS, command="run", store=NJ) == seconds("2026-01-12T17:00:00+00:00")
    assert at(found, SUCCESS, command="run", store=CALI) == seconds(CALI_DUE)


def test_a_store_without_a_schedule_is_not_what_run_is_about(two_stores, omen):
    schedule(two_stores, cali="")
    omen("run", "-q", now=CALI_DUE)
    assert newest_line(two_stores)["stores"] == [NJ]


def test_omen_metrics_itself_does_not_make_a_run_look_alive(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    values(omen, now="2026-01-19T18:00:00+00:00")
    found = values(omen, now="2026-01-19T18:05:00+00:00")
    assert at(found, SUCCESS, command="run", store="") == seconds(CALI_DUE)
    assert at(found, "omen_log_newest_timestamp_seconds") == seconds("2026-01-19T18:00:00+00:00")


# --- deliveries that wait ---------------------------------------------------------------------------------------------


def counts(omen, now):
    found = values(omen, now=now)
    return [int(at(found, "omen_deliveries", store=NJ, state=state)) for state in ("queued", "given_up", "sent")]


def test_a_message_that_run_gave_up_is_no_longer_counted_as_waiting(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    assert counts(omen, CALI_DUE) == [0, 0, 0]
    for now in (CALI_DUE, "2026-01-19T20:00:00+00:00"):
        omen("run", "-q", now=now)
    assert counts(omen, "2026-01-19T21:00:00+00:00") == [1, 0, 0]
    for now in ("2026-01-22T17:00:00+00:00", "2026-01-22T22:00:00+00:00"):  # more than three days later
        omen("run", "-q", now=now)
    assert counts(omen, "2026-01-22T22:15:00+00:00") == [0, 1, 0]


def test_what_is_queued_for_somebody_who_was_taken_out_is_offered_to_nobody(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    omen("run", "-q", now=CALI_DUE)
    configure(stores, NJ_OWNER, "new@njweedwizard.example")
    assert counts(omen, LATER) == [0, 1, 0]


def test_what_is_queued_for_somebody_whom_a_person_named_waits(stores, omen, postbox):
    omen("run", "-q", now=CALI_DUE)
    postbox.refused["friend@elsewhere.example"] = "450 4.2.0 later"
    asked = (
        "send",
        "--store",
        NJ,
        "--timeframe",
        "weekly",
        "--as-of",
        "2026-01-18",
        "--to",
        "friend@elsewhere.example",
    )
    assert omen(*asked, now=LATER).code == 8
    assert counts(omen, LATER) == [1, 0, 1]


def test_what_is_queued_of_a_superseded_snapshot_is_not_offered(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = "450 4.2.0 later"
    omen("run", "-q", now=CALI_DUE)
    assert counts(omen, LATER) == [1, 0, 0]
    omen("generate", "--store", NJ, "--as-of", "2026-01-18", "--force", "--reason", "mended", now=LATER)
    assert counts(omen, LATER) == [0, 1, 0]


def test_what_a_server_took_is_sent_and_nothing_else(stores, omen):
    omen("run", "-q", now=CALI_DUE)
    assert counts(omen, LATER) == [0, 0, 1]
