"""One delivery that is damaged, foreign or half lost keeps nobody else from getting their message, nor sends it twice."""

import shutil

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to, states, unreachable
from tests.cli.stores import NJ

SECOND, THIRD = "second@njweedwizard.example", "third@njweedwizard.example"
UNKNOWN_ID = "snapshot_weekly_2025-12-21_1768834800000_0a1b2c3d"


def messages(week):
    return week.stores.archive(NJ) / "deliveries"


def test_messages_of_a_snapshot_that_nobody_knows_block_no_send_and_are_found(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    folder = messages(week) / UNKNOWN_ID
    folder.mkdir(mode=0o700)
    (folder / f"{'0' * 32}.sending.eml").write_bytes(b"From: a@b.example\r\n\r\nfrom elsewhere\r\n")

    assert omen(*week.named).code == 0
    assert postbox.recipients == [OWNER]
    assert "messages of a snapshot that nobody knows" in omen("verify", "--store", NJ).out
    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert not folder.exists()


@pytest.mark.parametrize("raw", [b"", b"no message at all"])
def test_a_damaged_message_of_a_dead_sender_blocks_no_other_send(week, misbehaving, postbox, omen, raw):
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("rcpt", "451")
    assert omen(*week.named).code == 8
    (path,) = messages(week).glob("*/*.eml")
    path.write_bytes(raw)
    path.rename(path.with_name(path.name.replace("queued", "sending")))

    mail_to(week.stores, postbox.url)
    assert omen(*week.named, "--to", SECOND).code == 0
    assert postbox.recipients == [SECOND]


def test_only_failed_is_for_everybody_who_missed_it_the_store_s_or_not(week, postbox, omen):
    mail_to(week.stores, unreachable())
    assert omen(*week.named, "--to", SECOND, "--to", THIRD).code == 8
    mail_to(week.stores, postbox.url)
    assert omen(*week.named, "--only-failed").code == 0
    assert sorted(postbox.recipients) == [SECOND, THIRD]


def test_an_index_and_messages_that_are_gone_do_not_make_a_second_message(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    shard = week.stores.archive(NJ) / "index" / "2026-01.json"
    before = shard.read_bytes()
    assert omen(*week.named).code == 0
    shutil.rmtree(messages(week) / week.id)
    shard.write_bytes(before)

    run = omen(*week.named, "--json")

    assert [one["outcome"] for one in run.data["results"]] == ["already_sent"]
    assert postbox.recipients == [OWNER]


@pytest.fixture
def gone(week, misbehaving, omen):
    """A delivery of which nobody knows whether it arrived, and whose message is gone, too."""
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then drop")
    assert omen(*week.named).code == 8
    misbehaving.settle()
    (path,) = messages(week).glob("*/*.eml")
    path.unlink()
    (one,) = omen("deliveries", "--store", NJ, "--json").data
    assert one["state"] == "unknown"
    return one["key"]


def test_what_is_unknown_can_be_settled_without_its_message(week, gone, omen):
    run = omen("deliveries", "resolve", gone, "--store", NJ, "--sent", "--reason", "she has it", "--json")
    assert [one["outcome"] for one in run.data["results"]] == ["sent"]
    assert states(week.stores) == {OWNER: "sent"} or frozen(week.stores) == {}
    assert omen("deliveries", "--store", NJ, "--json").data[0]["state"] == "sent"
    assert omen("verify", "--store", NJ, "--deep").code == 0
    assert omen(*week.named, "--json").data["results"][0]["outcome"] == "already_sent"


def test_without_its_message_it_is_sent_again_as_a_new_one_only(week, gone, postbox, omen):
    run = omen("deliveries", "resolve", gone, "--store", NJ, "--resend")
    assert run.code == 2
    assert "--resend --reason TEXT" in run.err
    mail_to(week.stores, postbox.url)
    assert omen(*week.named, "--resend", "--reason", "she has it not").code == 0
    assert postbox.recipients == [OWNER]


def test_a_resolution_that_sends_says_what_to_whom_before_it_does(week, misbehaving, omen):
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "drop")
    assert omen(*week.named).code == 8
    misbehaving.plan("quit", "good")
    (one,) = omen("deliveries", "--store", NJ, "--json").data
    run = omen("deliveries", "resolve", one["key"], "--store", NJ, "--resend")
    assert run.code == 0
    assert f"NJ Weed Wizard ({NJ})" in run.err
    assert f"{OWNER} (again)" in run.err


def test_what_is_wrong_with_the_settings_is_said_before_anything_is_announced(week, omen):
    mail_to(week.stores, "smtps://user@mail.example:465")
    run = omen(*week.named)
    assert run.code == 3
    assert "sending" not in run.err


def test_a_message_that_was_changed_keeps_only_its_own_recipient_from_getting_one(week, postbox, omen):
    mail_to(week.stores, unreachable())
    assert omen(*week.named, "--to", SECOND).code == 8
    (path,) = messages(week).glob("*/*.eml")
    path.write_bytes(path.read_bytes().replace(b"NJ Weed Wizard", b"XX Weed Wizard"))

    mail_to(week.stores, postbox.url)
    run = omen(*week.named, "--to", OWNER, "--to", SECOND, "--to", THIRD)

    assert run.code == 7
    assert postbox.recipients == [OWNER, THIRD]
    assert f"sent to {OWNER}, {THIRD}" in run.err
