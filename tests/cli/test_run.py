"""`omen run` makes what is due and missing, sends the newest of each timeframe once, and is silent when all is well."""

import json

import pytest

from tests.cli.postbox import mail_to, states
from tests.cli.processes import holding, run_at_once
from tests.cli.scheduled import CALI, CALI_DUE, CALI_OWNER, NJ, NJ_DUE, NJ_OWNER, WEEK, periods, schedule
from tests.cli.stores import configure, whole_tree


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


def test_each_store_is_due_in_its_own_zone_and_not_a_second_before(stores, omen, postbox):
    for now, made in (
        (NJ_DUE, [NJ]),
        ("2026-01-19T15:59:59+00:00", [NJ]),
        (CALI_DUE, [NJ, CALI]),
    ):
        assert omen("run", now=now).code == 0
        assert [store for store in (NJ, CALI) if periods(stores, store)[-1:] == [WEEK]] == made
    assert sorted(set(postbox.recipients)) == [CALI_OWNER, NJ_OWNER]


def test_a_new_store_begins_with_the_newest_period_that_is_due(stores, omen, postbox):
    assert omen("run", now="2026-01-19T12:59:59+00:00").code == 0
    assert periods(stores) == ["2026-01-11"]
    assert omen("run", now=NJ_DUE).code == 0
    assert periods(stores) == ["2026-01-11", WEEK]


def test_every_further_tick_finds_nothing_and_changes_nothing(stores, omen, postbox):
    omen("run", now=CALI_DUE)
    before, received = whole_tree(stores.data), list(postbox.recipients)
    for now in (CALI_DUE, "2026-01-19T16:15:00+00:00", "2026-01-25T23:00:00+00:00"):
        run = omen("run", now=now)
        assert (run.code, run.out, run.err) == (0, "", "")
    assert (whole_tree(stores.data), postbox.recipients) == (before, received)


def test_quietly_it_prints_nothing_when_all_is_well(stores, omen):
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert states(stores) == {NJ_OWNER: "sent"}


def test_it_says_what_it_did(stores, omen):
    rows = [line.split("\t") for line in omen("run", now=NJ_DUE).out.splitlines()]
    assert [row[:4] for row in rows[1:]] == [
        ["created", NJ, "weekly", WEEK],
        ["created", CALI, "weekly", "2026-01-11"],
        ["sent", NJ, "weekly", WEEK],
        ["sent", CALI, "weekly", "2026-01-11"],
    ]
    data = omen("run", "--json", now=CALI_DUE).data
    assert [(one["storeId"], one["asOfDate"]) for one in data["results"]] == [(CALI, WEEK)]
    assert [(one["storeId"], one["outcome"]) for one in data["deliveries"]] == [(CALI, "sent")]


def test_its_snapshots_say_that_run_made_them(stores, omen):
    omen("run", now=NJ_DUE)
    assert omen("show", "--store", NJ, "--json").data["createdVia"] == "run"


def test_after_an_outage_all_that_is_missing_is_made_and_only_the_newest_is_sent(two_stores, omen, postbox):
    schedule(two_stores, nj='{daily: "07:00", weekly: MON 08:00}', cali="")
    mail_to(two_stores, postbox.url)
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 0}\nstores:\n")
    omen("run", now="2026-01-10T15:00:00+00:00")
    postbox.received.clear()
    assert omen("run", now="2026-01-19T15:00:00+00:00").code == 0
    assert periods(two_stores, timeframe="daily") == [f"2026-01-{day:02d}" for day in range(9, 19)]
    assert periods(two_stores) == ["2026-01-04", "2026-01-11", WEEK]
    assert postbox.recipients == [NJ_OWNER] * 2  # of ten days one, and of two weeks one
    assert {path.parent.name.split("_")[2] for path in two_stores.archive(NJ).glob("deliveries/*/*.eml")} >= {WEEK}


def test_catching_up_ends_at_its_limit(two_stores, omen, postbox):
    schedule(two_stores, nj='{daily: "07:00"}', cali="")
    configure(two_stores, "stores:\n", "limits: {catch_up: 3}\nstores:\n")
    omen("run", now="2026-01-10T15:00:00+00:00")
    omen("run", now="2026-01-19T15:00:00+00:00")
    assert periods(two_stores, timeframe="daily") == ["2026-01-09", "2026-01-16", "2026-01-17", WEEK]


def test_what_exceeds_the_limit_of_the_hour_is_left_to_a_later_tick_without_failure(two_stores, omen, postbox):
    schedule(two_stores, nj='{daily: "07:00"}', cali="{weekly: MON 08:00}")
    mail_to(two_stores, postbox.url)
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 2}\nstores:\n")
    omen("run", now="2026-01-14T15:00:00+00:00")
    postbox.received.clear()
    run = omen("run", "-q", now="2026-01-19T16:00:00+00:00")
    assert (run.code, run.err) == (0, "")
    assert periods(two_stores, timeframe="daily") == ["2026-01-13", WEEK]  # what is to be sent goes first
    assert sorted(postbox.recipients) == [CALI_OWNER, NJ_OWNER]  # and no other store waits for it
    for now, count in (
        ("16:30", 2),
        ("17:00", 3),
        ("17:45", 3),
        ("18:00", 4),
        ("19:00", 5),
        ("20:00", 6),
        ("21:00", 6),
    ):
        assert omen("run", "-q", now=f"2026-01-19T{now}:00+00:00").code == 0
        assert len(periods(two_stores, timeframe="daily")) == count


def test_what_is_due_next_does_not_wait_for_what_was_missed(two_stores, omen):
    schedule(two_stores, nj='{daily: "07:00"}', cali="")
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 3}\nstores:\n")
    omen("run", now="2026-01-10T15:00:00+00:00")
    assert omen("run", "-q", now="2026-01-19T11:45:00+00:00").code == 0
    assert periods(two_stores, timeframe="daily") == ["2026-01-09", "2026-01-10", "2026-01-17"]
    assert omen("run", "-q", now="2026-01-19T12:00:00+00:00").code == 0
    assert periods(two_stores, timeframe="daily") == ["2026-01-09", "2026-01-10", "2026-01-17", WEEK]


def test_a_gap_is_filled_and_not_sent(stores, omen, postbox):
    for as_of in ("2026-01-04", WEEK):
        stores.generate(NJ, as_of)
    omen("run", now=NJ_DUE)
    assert periods(stores) == ["2026-01-04", "2026-01-11", WEEK]
    assert postbox.recipients.count(NJ_OWNER) == 1


def test_what_was_pruned_is_not_made_again(stores, omen):
    for as_of in ("2026-01-04", "2026-01-11", WEEK):
        stores.generate(NJ, as_of)
    assert omen("prune", "--store", NJ, "--keep-last", "1", "--yes").code == 0
    assert periods(stores) == [WEEK]
    stores.generate(NJ, "2025-12-28")  # an older one: what lies between is a gap
    omen("run", now=NJ_DUE)
    assert periods(stores) == ["2025-12-28", WEEK]


def test_what_a_person_made_and_sent_is_neither_made_nor_sent_again(stores, omen, postbox):
    stores.generate(NJ, WEEK)
    omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK)
    omen("run", now=NJ_DUE)
    assert periods(stores) == [WEEK]
    assert postbox.recipients.count(NJ_OWNER) == 1


def test_what_a_person_made_and_did_not_send_is_sent(stores, omen, postbox):
    stores.generate(NJ, WEEK)
    omen("run", now=NJ_DUE)
    assert postbox.recipients.count(NJ_OWNER) == 1


def test_a_provisional_snapshot_is_never_sent_and_gives_way_when_its_day_has_ended(stores, omen, postbox):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-18T20:00:00+00:00")
    omen("run", now="2026-01-19T04:00:00+00:00")  # Sunday evening there
    assert postbox.recipients.count(NJ_OWNER) == 1  # the week before, which is due
    omen("run", now=NJ_DUE)
    assert periods(stores) == ["2026-01-11", WEEK, WEEK]
    assert postbox.recipients.count(NJ_OWNER) == 2
    assert omen("show", "--store", NJ, "--json").data["version"] == 2
    assert omen("history", "--store", NJ, "--emailed", "--json").data[0]["version"] == 2


def test_a_corrected_version_goes_only_by_send(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    omen("generate", "--store", NJ, "--as-of", WEEK, "--force", "--reason", "mended the export")
    omen("run", "-q", now="2026-01-19T14:00:00+00:00")
    assert postbox.recipients.count(NJ_OWNER) == 1
    assert omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK).code == 0
    assert postbox.recipients.count(NJ_OWNER) == 2


def test_a_store_without_a_schedule_is_left_alone(two_stores, omen):
    schedule(two_stores, cali="")
    assert omen("run", now=CALI_DUE).code == 0
    assert not two_stores.archive(CALI).exists()


def test_without_any_schedule_it_says_that_nothing_is_ever_due(two_stores, omen):
    run = omen("run", now=CALI_DUE)
    assert (run.code, run.out, "nothing is ever due" in run.err) == (0, "", True)
    assert omen("run", "-q", now=CALI_DUE).err == ""


def test_a_store_without_recipients_gets_its_snapshots(stores, omen, postbox):
    configure(stores, f"recipients: [{NJ_OWNER}]\n", "recipients: []\n")
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, run.err) == (0, "")
    assert periods(stores) == [WEEK]
    assert postbox.recipients == [CALI_OWNER]


def test_two_at_once_the_second_says_so_and_exits_0(stores, omen, postbox):
    stores.data.mkdir(mode=0o700)
    lock = stores.data / ".run.lock"
    lock.touch(0o600)
    with holding(lock):
        run = omen("run", now=NJ_DUE)
        assert (run.code, run.out) == (0, "")
        assert run.err == "omen: another omen run is under way; this one does nothing\n"
        quiet = omen("run", "-q", now=NJ_DUE)
        assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert not stores.archive(NJ).exists()
    assert omen("run", "-q", now=NJ_DUE).code == 0


def test_eight_processes_at_once_make_and_send_each_once(stores, postbox):
    answers = run_at_once(stores.config.parent, [("run", "--json")] * 8)
    assert [code for code, _, _ in answers] == [0] * 8
    documents = [json.loads(out)["data"] for _, out, _ in answers]
    assert sum(len(one.get("results", ())) for one in documents) == 2
    assert sorted(postbox.recipients) == [CALI_OWNER, NJ_OWNER]
    assert len(list(stores.data.glob("snapshots/*/snapshot_*.json"))) == 2


def test_an_archive_that_another_omen_works_on_is_passed_by_without_a_word(stores, omen, postbox):
    omen("run", now="2026-01-12T17:00:00+00:00")
    postbox.received.clear()
    with holding(stores.archive(NJ) / ".lock"):
        run = omen("run", "--lock-wait", "0", "-q", now=CALI_DUE)
    assert (run.code, run.err) == (0, "")
    assert postbox.recipients == [CALI_OWNER]
    assert omen("run", "-q", now="2026-01-19T16:15:00+00:00").code == 0
    assert sorted(postbox.recipients) == [CALI_OWNER, NJ_OWNER]


@pytest.mark.parametrize("lock", [".send.lock", "locks/weekly.lock"])
def test_so_is_one_from_which_another_sends_or_for_which_another_computes(stores, omen, postbox, lock):
    omen("run", now="2026-01-12T17:00:00+00:00")
    with holding(stores.archive(NJ) / lock):
        assert omen("run", "--lock-wait", "0", "-q", now=CALI_DUE).code == 0
    assert omen("run", "-q", now="2026-01-19T16:15:00+00:00").code == 0
    assert sorted(postbox.recipients[2:]) == [CALI_OWNER, NJ_OWNER]


def test_a_dry_run_says_what_would_be_done_and_when_the_next_is_due_and_does_nothing(stores, omen, postbox):
    run = omen("run", "--dry-run", now=NJ_DUE)
    assert run.code == 0
    rows = [line.split("\t") for line in run.out.splitlines()]
    assert rows == [
        ["store", "timeframe", "would make", "would send to", "next due", "of"],
        [NJ, "weekly", WEEK, NJ_OWNER, "2026-01-26 08:00-05:00", "2026-01-25"],
        [CALI, "weekly", "2026-01-11", CALI_OWNER, "2026-01-19 08:00-08:00", WEEK],
    ]
    assert not stores.data.exists()
    omen("run", now=NJ_DUE)
    data = omen("run", "--dry-run", "--json", now=NJ_DUE).data
    assert [(one["generates"], one["sendsTo"]) for one in data] == [([], []), ([], [])]


def test_an_old_archive_that_was_not_migrated_is_exit_7_and_nothing_is_written(stores, omen):
    (stores.data / "snapshots").mkdir(parents=True)
    for folder in (stores.data, stores.data / "snapshots"):
        folder.chmod(0o700)
    (stores.data / "snapshots" / "index.json").write_text("[]")
    before = whole_tree(stores.data)
    run = omen("run", now=NJ_DUE)
    assert (run.code, whole_tree(stores.data)) == (7, before)
    assert "omen migrate" in run.err
