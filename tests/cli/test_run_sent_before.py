"""What went to somebody is not sent by itself again, though its file is gone and its number is in use again."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.cli.postbox import mail_to
from tests.cli.scheduled import NJ, NJ_DUE, NJ_OWNER, WEEK, schedule
from tests.cli.stores import many_items, write_inventory
from tests.cli.test_run_by_hand import NEWLY, QUARTERS, SEND, TOLD, hold
from tests.cli.test_run_troubles import ticks

GENERATE = ("generate", "--store", NJ, "--as-of", WEEK)
PROVISIONAL, SENT_EARLY = "2026-01-18T20:00:00+00:00", "2026-01-18T20:05:00+00:00"
LATER = [f"2026-01-21T{hour}:00:00+00:00" for hour in range(14, 20)]
PRUNE = ("prune", "--store", NJ, "--keep-last", "1", "--keep-superseded", "1d", "--yes")


@pytest.fixture
def stores(two_stores, postbox):
    """One store, due on Monday 08:00, with a server that takes everything."""
    schedule(two_stores, cali="")
    mail_to(two_stores, postbox.url)
    return two_stores


def last(postbox):
    """Return the message that came last."""
    return message_from_bytes(postbox.received[-1].raw, policy=default)


def lose(stores, omen, now):
    """Let the file of the only snapshot be gone, and a person give it up; return its id."""
    (file,) = stores.archive(NJ).glob("snapshot_weekly_*.json")
    file.unlink()
    run = omen("verify", "--store", NJ, "--accept", file.stem, "--reason", "gone", now=now)
    assert "loss.accepted" in [event["event"] for event in stores.audit(NJ)], run.err
    return file.stem


def prune(stores, omen, now, *argv):
    """Remove, and look that something was."""
    run = omen(*(argv or PRUNE), now=now)
    assert run.code == 0, run.err
    assert "snapshot.pruned" in [event["event"] for event in stores.audit(NJ)]


def test_what_was_sent_and_given_up_as_lost_is_told_and_not_sent_again_when_it_is_made_again(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    lost = lose(stores, omen, QUARTERS[0])
    assert omen(*GENERATE, now=QUARTERS[1]).code == 0
    assert omen("show", "--store", NJ, "--json").data["version"] == 1
    assert ticks(omen, QUARTERS[2], QUARTERS[3]) == [TOLD, (0, [])]
    assert postbox.recipients == [NJ_OWNER]
    assert omen(*SEND, now=QUARTERS[4]).code == 0
    message = last(postbox)
    assert "(corrected)" in message["Subject"]
    assert f"Replaces: {lost}" in message.get_body(("plain",)).get_content()


def test_what_was_given_up_as_lost_and_nobody_has_is_sent_when_it_is_made_again(stores, omen, postbox):
    omen(*GENERATE, now="2026-01-19T10:00:00+00:00")
    lose(stores, omen, "2026-01-19T10:05:00+00:00")
    omen(*GENERATE, now="2026-01-19T10:10:00+00:00")
    assert ticks(omen, NJ_DUE, QUARTERS[0]) == [(0, [])] * 2
    assert postbox.recipients == [NJ_OWNER]
    assert "(corrected)" not in last(postbox)["Subject"]


def test_what_was_sent_and_pruned_is_told_and_not_sent_again_when_it_is_made_again(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    omen("generate", "--store", NJ, "--as-of", "2026-01-20", now=LATER[0])
    prune(stores, omen, LATER[1], "prune", "--store", NJ, "--keep-last", "1", "--yes")
    assert omen(*GENERATE, now=LATER[2]).code == 0
    assert ticks(omen, LATER[3], LATER[4]) == [TOLD, (0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_what_takes_the_place_of_a_held_one_is_not_sent_where_the_one_before_it_was_sent_and_pruned(
    stores, omen, postbox
):
    omen("run", now=NJ_DUE)
    hold(stores)
    omen("generate", *NEWLY, now=QUARTERS[0])
    assert omen("show", "--store", NJ, "--json").data["hold"]["held"]
    prune(stores, omen, LATER[0])
    write_inventory(stores, many_items())
    omen("generate", *NEWLY, now=LATER[1])
    assert ticks(omen, LATER[2], LATER[3]) == [TOLD, (0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_what_takes_the_place_of_a_provisional_one_that_was_sent_is_not_sent_once_that_is_pruned(stores, omen, postbox):
    omen(*GENERATE, now=PROVISIONAL)
    omen(*SEND, now=SENT_EARLY)
    assert ticks(omen, NJ_DUE) == [TOLD]
    prune(stores, omen, LATER[0])
    assert ticks(omen, LATER[1]) == [(0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_what_only_a_folder_has_is_no_ones_once_there_is_a_server(two_stores, omen, postbox):
    schedule(two_stores, cali="")
    omen(*GENERATE, now=PROVISIONAL)
    omen(*SEND, now=SENT_EARLY)
    assert ticks(omen, NJ_DUE) == [TOLD]
    mail_to(two_stores, postbox.url)
    assert ticks(omen, QUARTERS[0], QUARTERS[1]) == [(0, []), (0, [])]
    assert postbox.recipients == [NJ_OWNER]
    assert "(corrected)" not in last(postbox)["Subject"]


def test_nor_does_the_dry_run_say_that_somebody_has_it(two_stores, omen, postbox):
    schedule(two_stores, cali="")
    omen(*GENERATE, now=PROVISIONAL)
    omen(*SEND, now=SENT_EARLY)
    mail_to(two_stores, postbox.url)
    (row,) = omen("run", "--dry-run", "--json", now=NJ_DUE).data
    assert (row["sendsTo"], row["troubles"]) == ([NJ_OWNER], [])


def test_the_story_names_what_is_gone_and_that_somebody_may_have_it(stores, omen):
    omen("run", now=NJ_DUE)
    lost = lose(stores, omen, QUARTERS[0])
    omen(*GENERATE, now=QUARTERS[1])
    checks = omen("doctor", "--store", NJ, "--as-of", WEEK, "--json", now=QUARTERS[2]).json["error"]["checks"]
    (gone,) = [one["found"] for one in checks if one["step"] == "removed"]
    assert gone == f"version 1, {lost}, accepted as lost on 2026-01-19 by tester; somebody may have it"
    (missing,) = [one["found"] for one in checks if one["step"] == f"to {NJ_OWNER}"]
    assert "a corrected version is sent only by omen send" in missing
