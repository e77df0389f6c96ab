"""`omen check` tells a monitor, in one line, whether every store is fresh, delivered and sound; it takes no lock."""

import pytest

from tests.cli.postbox import mail_to
from tests.cli.processes import holding
from tests.cli.scheduled import CALI, CALI_DUE, CALI_OWNER, NJ, NJ_DUE, NJ_OWNER, WEEK, schedule
from tests.cli.stores import configure, many_items, whole_tree, write_inventory

SOON = "2026-01-19T17:30:00+00:00"  # more than an hour after both were due


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


def test_all_is_well_in_one_line_with_its_numbers(stores, omen):
    omen("run", now=CALI_DUE)
    run = omen("check", now=SOON)
    assert (run.code, run.err) == (0, "")
    assert (
        run.out == "OMEN OK: 2 of 2 stores fresh, delivered and sound | stores=2;;;0 problems=0;;0;0 oldest=5400s;;;0\n"
    )


def test_it_takes_no_lock_and_changes_nothing(stores, omen):
    omen("run", now=CALI_DUE)
    before = whole_tree(stores.data)
    with holding(stores.archive(NJ) / ".lock"), holding(stores.data / ".run.lock"):
        assert omen("check", now=SOON).code == 0
    assert whole_tree(stores.data) == before


def test_what_was_due_an_hour_ago_must_be_there(stores, omen):
    assert omen("check", "--store", NJ, now="2026-01-19T13:59:59+00:00").code == 1  # nothing was ever made
    omen("run", now="2026-01-12T17:00:00+00:00")
    assert omen("check", now="2026-01-19T13:59:59+00:00").code == 0
    run = omen("check", now="2026-01-19T14:00:00+00:00")
    assert run.code == 1
    assert run.out.startswith(
        f"OMEN CRITICAL: 1 of 2 stores: {NJ} weekly {WEEK}: missing, was due 2026-01-19 08:00-05:00 | "
    )


def test_a_snapshot_of_the_middle_of_a_later_week_does_not_stand_for_the_week_that_was_due(stores, omen):
    for as_of in ("2026-01-04", "2026-01-14"):
        omen("generate", "--store", NJ, "--as-of", as_of, now="2026-01-15T15:00:00+00:00")
    run = omen("check", "--store", NJ, now="2026-01-15T15:00:00+00:00")
    assert f"{NJ} weekly 2026-01-11: missing, was due 2026-01-12 08:00-05:00" in run.out


def test_max_age_is_asked_instead_of_the_schedule(stores, omen):
    omen("run", now=CALI_DUE)
    assert omen("check", "--max-age", "26h", now="2026-01-20T18:00:00+00:00").code == 0
    run = omen("check", "--max-age", "26h", now="2026-01-20T18:00:01+00:00")
    assert (run.code, run.out.partition(" | ")[0]) == (
        1,
        f"OMEN CRITICAL: 2 of 2 stores: {NJ} weekly {WEEK}: older than 26 h; {CALI} weekly {WEEK}: older than 26 h",
    )


def test_max_age_is_of_the_newest_of_whichever_timeframe_is_the_newest(two_stores, omen, postbox):
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00, monthly: 1 09:00}', cali="")
    mail_to(two_stores, postbox.url)
    for now in ("2026-01-21T12:00:00+00:00", "2026-01-22T12:00:00+00:00"):
        assert omen("run", now=now).code == 0
    asked = ("check", "--store", NJ, "--max-age", "26h")
    assert (
        omen(*asked, now="2026-01-23T11:59:59+00:00").code == 0
    )  # the weekly one is five days old, the monthly three weeks
    run = omen(*asked, now="2026-01-23T14:00:01+00:00")
    assert run.out.startswith(f"OMEN CRITICAL: 1 of 1 stores: {NJ} daily 2026-01-21: older than 26 h | ")


def test_with_max_age_each_timeframe_of_the_schedule_must_be_delivered_and_sound(two_stores, omen, postbox):
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00}', cali="")
    mail_to(two_stores, postbox.url)
    omen("run", now=NJ_DUE)
    (file,) = two_stores.archive(NJ).glob("snapshot_weekly_*.json")
    file.write_bytes(file.read_bytes()[:-20])
    run = omen("check", "--store", NJ, "--max-age", "26h", now=SOON)
    assert (run.code, f"{NJ} weekly {WEEK}: " in run.out) == (1, True)


@pytest.mark.parametrize("age", ["26", "h", "0h", "-1h", "1.5h", "26 h", ""])
def test_an_age_that_is_none_is_refused(stores, omen, age):
    assert omen("check", "--max-age", age).code == 2


def test_a_store_without_a_schedule_is_asked_for_nothing_but_its_age(two_stores, omen):
    schedule(two_stores, cali="")
    omen("run", now=NJ_DUE)
    assert omen("check", "--json", now=NJ_DUE).data["stores"] == [{"storeId": NJ, "ageS": 0, "problems": []}]
    assert f"{CALI} no snapshot" in omen("check", "--max-age", "26h", now=NJ_DUE).out


def test_no_schedule_and_no_age_is_no_question(two_stores, omen):
    run = omen("check")
    assert (run.code, "no store has a schedule" in run.err) == (2, True)


def test_what_was_not_delivered_within_the_hour_is_wrong(stores, omen, postbox):
    postbox.refused[NJ_OWNER] = "450 later"
    omen("run", now=CALI_DUE)
    assert omen("check", now="2026-01-19T16:30:00+00:00").code == 0
    run = omen("check", now=SOON)
    assert (run.code, f"{NJ} weekly {WEEK}: {NJ_OWNER} queued" in run.out, CALI_OWNER in run.out) == (1, True, False)


def test_a_snapshot_that_nobody_sent_is_wrong(stores, omen):
    omen("generate", "--all", now=CALI_DUE)
    assert f"{NJ} weekly {WEEK}: {NJ_OWNER} not sent" in omen("check", now=SOON).out


def test_whoever_has_an_earlier_version_has_it(stores, omen):
    omen("run", now=CALI_DUE)
    omen("generate", "--store", NJ, "--as-of", WEEK, "--force", "--reason", "mended", now=CALI_DUE)
    assert omen("check", now=SOON).code == 0


def test_a_held_snapshot_is_wrong(stores, omen):
    write_inventory(stores, [*many_items(), *(f"b-{at},B,each,F,1,-1,-2,true,2025-06-01" for at in range(9))])
    omen("run", now=CALI_DUE)
    assert f"{NJ} weekly {WEEK}: held" in omen("check", now=SOON).out


def test_a_damaged_snapshot_is_wrong_and_the_bar_is_kept_for_the_numbers(stores, omen):
    omen("run", now=CALI_DUE)
    (file,) = stores.archive(NJ).glob("snapshot_*.json")
    file.write_bytes(file.read_bytes()[:-20])
    run = omen("check", now=SOON)
    assert (run.code, run.out.count("|"), run.out.count("\n")) == (1, 1, 1)
    assert f"1 of 2 stores: {NJ} weekly {WEEK}: " in run.out


def test_an_archive_that_cannot_be_read_is_a_problem_of_its_store_only(stores, omen):
    omen("run", now=CALI_DUE)
    stores.archive(NJ).chmod(0o777)
    error = omen("check", "--json", now=SOON).json["error"]
    assert [(one["storeId"], bool(one["problems"])) for one in error["stores"]] == [(NJ, True), (CALI, False)]


@pytest.mark.parametrize("epoch_ms", ["253370764799999", "253402300800000", "999999999999999"])
@pytest.mark.parametrize("frame", ["daily", "weekly", "monthly"])
def test_a_file_whose_name_tells_an_impossible_time_stops_nobody(stores, omen, epoch_ms, frame):
    omen("run", now=CALI_DUE)
    (stores.archive(NJ) / f"snapshot_{frame}_{WEEK}_{epoch_ms}_abcdef12.json").touch(0o600)
    assert omen("check", "--store", CALI, now=SOON).code == 0
    run = omen("check", "--json", now=SOON)
    stores_of = (run.json.get("data") or run.json["error"])["stores"]
    assert [(one["storeId"], one["problems"]) for one in stores_of[1:]] == [(CALI, [])]
    for command in (("run", "--dry-run"), ("metrics",), ("doctor",), ("run",), ("verify", "--all")):
        assert omen(*command, now=SOON).code in (0, 1)


def test_json_says_the_same(stores, omen):
    omen("run", now=CALI_DUE)
    data = omen("check", "--json", now=SOON).data
    assert (data["isOk"], [one["ageS"] for one in data["stores"]]) == (True, [5400, 5400])
    run = omen("check", "--json", now="2026-01-26T17:30:00+00:00")
    assert (run.code, run.json["error"]["code"], run.json["error"]["isOk"]) == (1, "check_failed", False)


def test_quietly_it_says_nothing_when_all_is_well(stores, omen):
    omen("run", now=CALI_DUE)
    run = omen("check", "-q", now=SOON)
    assert (run.code, run.out, run.err) == (0, "", "")


def test_an_unknown_store_is_not_found(stores, omen):
    assert omen("check", "--store", "Nobody").code == 5


def test_settings_that_are_wrong_are_exit_3(stores, omen):
    configure(stores, "MON 08:00", "MON 8:00")
    assert omen("check").code == 3
