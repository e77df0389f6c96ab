"""The isolation of the first review, as commands: no store sees, sends or is sent what is another's."""

import pytest

from tests.cli.postbox import mail_to, states
from tests.cli.sending import has_it, sending
from tests.cli.stores import CALI, DAY, NJ, whole_tree

OWNERS = {NJ: "owner@njweedwizard.example", CALI: "owner@calicannabis.example"}


def test_a_store_without_snapshots_sees_none_of_the_others(two_stores, omen):
    two_stores.generate(NJ, DAY)
    assert omen("history", "--store", CALI, "--json").data == []
    assert omen("deliveries", "--store", CALI, "--json").data == []
    assert omen("send", "--store", CALI, "--timeframe", "weekly", "--as-of", DAY).code == 5
    assert omen("send", "--store", CALI, "--latest").code == 5


@pytest.mark.parametrize(
    "more", [(), ("--force", "--reason", "mine"), ("--dry-run",), ("--preview", "x.html"), ("--to", "me@example.com")]
)
def test_another_stores_snapshot_is_forbidden_and_audited_in_both(week, postbox, omen, more):
    mail_to(week.stores, postbox.url)
    run = omen("send", "--store", NJ, "--snapshot", week.theirs, *more, "--json")

    error = run.json["error"]
    assert (run.code, error["code"], error["status"]) == (10, "forbidden", 403)
    assert error["message"] == f"{week.theirs}: not a snapshot of {NJ}"
    assert "California" not in run.out + run.err
    assert postbox.connections == 0
    for store in (NJ, CALI):
        event = week.stores.audit(store)[-1]
        assert (event["event"], event["requestedFor"], event["snapshotId"]) == ("access.denied", NJ, week.theirs)
        assert states(week.stores, store) == {}
    assert not (week.stores.config.parent / "x.html").exists()


def test_each_store_is_sent_its_own_to_its_own_recipients(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    for store in (CALI, NJ):
        assert omen("send", "--store", store, "--timeframe", "weekly", "--as-of", DAY).code == 0
    assert postbox.recipients == [OWNERS[CALI], OWNERS[NJ]]
    cali, nj = (one.raw for one in postbox.received)
    assert b"Blue Dream" not in cali
    assert b"Pineapple" not in nj
    assert states(week.stores, NJ) == {OWNERS[NJ]: "sent"}
    assert states(week.stores, CALI) == {OWNERS[CALI]: "sent"}


def test_sending_one_stores_snapshot_changes_no_byte_of_the_others(week, omen):
    before = whole_tree(week.stores.archive(CALI))
    omen(*week.named)
    assert whole_tree(week.stores.archive(CALI)) == before


def test_weekly_stays_weekly_after_a_daily_was_made(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    daily = week.stores.generate(NJ, DAY, "daily").id
    run = omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY, "--json")
    assert (run.data["snapshotId"], run.data["entry"]["timeframe"]) == (week.id, "weekly")
    assert b"Weekly" in postbox.received[0].raw.partition(b"\r\n\r\n")[0]

    run = omen("send", "--store", NJ, "--timeframe", "daily", "--as-of", DAY, "--json")
    assert run.data["snapshotId"] == daily
    assert b"Daily" in postbox.received[1].raw.partition(b"\r\n\r\n")[0]


def test_an_earlier_week_stays_that_week_after_a_later_one_was_made(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    week.stores.generate(NJ, "2026-01-18")
    run = omen("send", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY, "--json")
    assert run.data["snapshotId"] == week.id


def test_a_slow_mail_server_of_one_store_does_not_delay_another(week, misbehaving, postbox, omen):
    """While NJ's message hangs at its server, CaliCannabis sends, each with its own stores.yaml."""
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then hang")
    with sending(week, has_it(misbehaving)):
        mail_to(week.stores, postbox.url)
        assert omen("send", "--store", CALI, "--snapshot", week.theirs, "--lock-wait", "0").code == 0
    assert postbox.recipients == [OWNERS[CALI]]


def test_marking_answers_the_entry_and_never_a_boolean(week, omen):
    result = omen(*week.named, "--json").data
    assert result["results"][0]["mark"] == {"success": True, "error": None, "message": ""}
    assert result["entry"]["id"] == week.id


def test_the_same_day_of_two_stores_is_two_snapshots(week, omen):
    again = [omen("generate", "--store", store, "--as-of", DAY, "--json") for store in (NJ, CALI)]
    assert [run.id for run in again] == [week.id, week.theirs]
