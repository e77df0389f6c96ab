"""What a person has to send says so, once; what a person queued goes on; what only a folder has goes out by a server."""

import pytest

from tests.alerted import alert, alert_server
from tests.cli.postbox import mail_to, states
from tests.cli.scheduled import CALI_DUE, NJ, NJ_DUE, NJ_OWNER, WEEK, periods, schedule
from tests.cli.stores import configure, many_items, write_inventory
from tests.cli.test_run_troubles import PUT_OFF, ticks

ACCOUNTANT = "acc@books.example"
SECOND = "second@njweedwizard.example"
QUARTERS = [f"2026-01-19T{hour}:{minute}:00+00:00" for hour in (17, 18) for minute in ("00", "15", "30", "45")]
NEWLY = ("--store", NJ, "--as-of", WEEK, "--force", "--reason", "mended the export")
SEND = ("send", "--store", NJ, "--timeframe", "weekly", "--as-of", WEEK)
TOLD = (1, [(NJ, "delivery_failed")])


@pytest.fixture
def stores(two_stores, postbox):
    """One store, due on Monday 08:00, with a server that takes everything."""
    schedule(two_stores, cali="")
    mail_to(two_stores, postbox.url)
    return two_stores


def hold(stores):
    """Let the inventory look wrong."""
    faulty = (*("x,,,,,,,," for _ in range(3)), *(f"b-{at},B,each,F,1,-1,-2,true,2025-06-01" for at in range(9)))
    write_inventory(stores, [*many_items(), *faulty])


# --- corrected versions ----------------------------------------------------------------------------------------------


def test_a_corrected_version_that_a_person_must_send_is_told_once_until_it_is_sent(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    omen("generate", *NEWLY, now=QUARTERS[0])
    run = omen("run", "-q", now=QUARTERS[0])
    snapshot_id = omen("show", "--store", NJ, "--json").data["id"]
    assert run.code == 1
    assert f"{snapshot_id}: made anew and not sent: 1 recipient without it" in run.err
    assert f"omen send --store {NJ} --snapshot {snapshot_id} sends it" in run.err
    assert ticks(omen, QUARTERS[1], QUARTERS[2]) == [(0, []), (0, [])]
    assert omen(*SEND, now=QUARTERS[2]).code == 0
    assert ticks(omen, QUARTERS[3]) == [(0, [])]
    assert postbox.recipients == [NJ_OWNER] * 2
    assert snapshot_id not in (stores.data / "run.json").read_text()


def test_it_is_told_of_the_next_version_again_and_not_of_one_that_was_superseded(stores, omen):
    omen("run", now=NJ_DUE)
    for quarter in (0, 2):
        omen("generate", *NEWLY, now=QUARTERS[quarter])
        assert ticks(omen, QUARTERS[quarter], QUARTERS[quarter + 1]) == [TOLD, (0, [])]
    assert (stores.data / "run.json").read_text().count("not sent") == 1


def test_who_is_added_after_a_correction_was_sent_is_told_of(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    omen("generate", *NEWLY, now=QUARTERS[0])
    omen(*SEND, now=QUARTERS[0])
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{NJ_OWNER}, {SECOND}]")
    assert ticks(omen, QUARTERS[1]) == [TOLD]
    assert SECOND not in postbox.recipients


def test_what_takes_the_place_of_a_held_one_that_nobody_has_is_sent_by_itself(stores, omen, postbox):
    hold(stores)
    first = omen("run", "-q", now=NJ_DUE)
    assert first.code == 1
    assert f"omen generate --store {NJ} --timeframe weekly --as-of {WEEK} --force --reason TEXT" in first.err
    assert "omen send --store" in first.err
    write_inventory(stores, many_items())
    omen("generate", *NEWLY, now=QUARTERS[0])
    assert ticks(omen, QUARTERS[0], QUARTERS[1]) == [(0, []), (0, [])]
    assert postbox.recipients == [NJ_OWNER]
    assert omen("history", "--store", NJ, "--emailed", "--json").data[0]["version"] == 2


def test_what_takes_the_place_of_a_held_one_that_somebody_has_is_told_and_not_sent(stores, omen, postbox):
    hold(stores)
    omen("run", "-q", now=NJ_DUE)
    omen(*SEND, "--allow-held", "--reason", "asked for", now=QUARTERS[0])
    write_inventory(stores, many_items())
    omen("generate", *NEWLY, now=QUARTERS[0])
    assert ticks(omen, QUARTERS[0], QUARTERS[1]) == [TOLD, (0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_a_provisional_one_that_a_person_sent_gives_way_to_one_that_a_person_must_send(stores, omen, postbox):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-18T20:00:00+00:00")
    omen(*SEND, now="2026-01-18T20:05:00+00:00")
    (row,) = omen("run", "--dry-run", "--json", now=NJ_DUE).data
    assert (row["generates"], row["sendsTo"]) == ([WEEK], [])
    assert ["would be made anew and not sent" in text for text in row["troubles"]] == [True]
    assert ticks(omen, NJ_DUE, "2026-01-19T13:15:00+00:00") == [TOLD, (0, [])]
    assert periods(stores) == [WEEK, WEEK]
    assert postbox.recipients == [NJ_OWNER]


def test_a_provisional_one_that_nobody_has_gives_way_to_one_that_is_sent_and_the_dry_run_says_so(stores, omen, postbox):
    omen("generate", "--store", NJ, "--as-of", WEEK, now="2026-01-18T20:00:00+00:00")
    (row,) = omen("run", "--dry-run", "--json", now=NJ_DUE).data
    assert (row["sendsTo"], row["troubles"]) == ([NJ_OWNER], [])
    assert ticks(omen, NJ_DUE) == [(0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_the_alert_of_one_that_waits_says_how_to_send_it(stores, omen):
    with alert_server() as server:
        alert(stores, server.url)
        omen("run", now=NJ_DUE)
        omen("generate", *NEWLY, now=QUARTERS[0])
        ticks(omen, QUARTERS[0], QUARTERS[1])
    ((_, body),) = server.got
    snapshot_id = omen("show", "--store", NJ, "--json").data["id"]
    assert body.startswith(f"UNDELIVERED: {snapshot_id} was made anew, and is not sent by itself")
    assert body.endswith(f"To do: omen send --store {NJ} --snapshot {snapshot_id}")


# --- what a person queued --------------------------------------------------------------------------------------------


def test_whom_a_person_named_is_tried_again_by_itself(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    postbox.refused[ACCOUNTANT] = PUT_OFF
    omen(*SEND, "--to", ACCOUNTANT, now=QUARTERS[0])
    assert states(stores) == {ACCOUNTANT: "queued", NJ_OWNER: "sent"}
    postbox.refused.clear()
    assert ticks(omen, QUARTERS[1], QUARTERS[2]) == [(0, []), (0, [])]
    assert postbox.recipients == [NJ_OWNER, ACCOUNTANT]
    assert states(stores) == {ACCOUNTANT: "sent", NJ_OWNER: "sent"}


def test_whom_a_person_sends_it_again_is_tried_again_by_itself_though_taken_out(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{SECOND}]")
    omen("run", now=QUARTERS[0])
    postbox.refused[NJ_OWNER] = PUT_OFF
    omen(*SEND, "--to", NJ_OWNER, "--resend", "--reason", "lost it", now=QUARTERS[1])
    assert states(stores) == {NJ_OWNER: "queued", SECOND: "sent"}
    postbox.refused.clear()
    assert ticks(omen, QUARTERS[2], QUARTERS[3]) == [(0, []), (0, [])]
    assert postbox.recipients == [NJ_OWNER, SECOND, NJ_OWNER]


def test_who_was_not_named_and_was_taken_out_gets_nothing_though_a_person_sent(stores, omen, postbox):
    stores.generate(NJ, WEEK)
    postbox.refused[NJ_OWNER] = PUT_OFF
    omen(*SEND, now=QUARTERS[0])
    postbox.refused.clear()
    configure(stores, f"recipients: [{NJ_OWNER}]", f"recipients: [{SECOND}]")
    assert ticks(omen, QUARTERS[1], QUARTERS[2]) == [(0, []), (0, [])]
    assert postbox.recipients == [SECOND]


def test_the_story_of_one_that_was_named_says_that_it_is_offered_again(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    postbox.refused[ACCOUNTANT] = PUT_OFF
    omen(*SEND, "--to", ACCOUNTANT, now=QUARTERS[0])
    run = omen("doctor", "--store", NJ, "--as-of", WEEK, "--json", now=QUARTERS[0])
    (found,) = [one for one in run.json["error"]["checks"] if one["step"] == f"to {ACCOUNTANT}"]
    assert "offers it again" in found["fix"]


# --- from a folder to a server ---------------------------------------------------------------------------------------


def test_what_only_went_into_a_folder_is_sent_once_there_is_a_server(two_stores, omen, postbox):
    schedule(two_stores, cali="")
    two_stores.generate(NJ, "2026-01-04")  # so that an older one is there, too
    for now in ("2026-01-12T17:00:00+00:00", NJ_DUE):
        omen("run", now=now)
    assert states(two_stores) == {NJ_OWNER: "sent"}
    assert omen("check", now=QUARTERS[0]).code == 0
    mail_to(two_stores, postbox.url)
    run = omen("check", now=QUARTERS[0])
    assert (run.code, f"{NJ} weekly {WEEK}: {NJ_OWNER} only in a folder" in run.out) == (1, True)
    (row,) = omen("run", "--dry-run", "--json", now=QUARTERS[0]).data
    assert row["sendsTo"] == [NJ_OWNER]
    assert ticks(omen, QUARTERS[0], QUARTERS[1], QUARTERS[2]) == [(0, [])] * 3
    assert postbox.recipients == [NJ_OWNER]  # of the newest alone, and once
    assert omen("check", now=QUARTERS[3]).code == 0


def test_and_a_correction_that_only_went_into_a_folder_is_still_a_persons(two_stores, omen, postbox):
    schedule(two_stores, cali="")
    omen("run", now=NJ_DUE)
    omen("generate", *NEWLY, now=QUARTERS[0])
    omen(*SEND, now=QUARTERS[0])
    mail_to(two_stores, postbox.url)
    assert ticks(omen, QUARTERS[1], QUARTERS[2]) == [TOLD, (0, [])]
    assert omen(*SEND, now=QUARTERS[2]).code == 0
    assert ticks(omen, QUARTERS[3]) == [(0, [])]
    assert postbox.recipients == [NJ_OWNER]


def test_of_what_a_server_took_nothing_is_sent_again_when_the_mail_went_into_a_folder_since(stores, omen, postbox):
    omen("run", now=NJ_DUE)
    url = postbox.url
    mail_to(stores, "file:outbox")
    assert ticks(omen, CALI_DUE) == [(0, [])]
    mail_to(stores, url)
    assert ticks(omen, QUARTERS[0]) == [(0, [])]
    assert postbox.recipients == [NJ_OWNER]
