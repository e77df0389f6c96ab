"""A server that fails in one phase: what certainly did not arrive is tried again, the same bytes; the rest is unknown."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to, states, unreachable
from tests.cli.stores import NJ, configure, whole_tree

SECOND = "second@njweedwizard.example"


@pytest.fixture
def url(week, misbehaving):
    """The URL of the misbehaving server, which the stores mail to."""
    url = f"smtp://127.0.0.1:{misbehaving.port}"
    mail_to(week.stores, url)
    return url


@pytest.mark.parametrize("reply", ["421", "451"])
@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_what_is_put_off_is_tried_three_times_in_one_call_and_stays_queued(week, url, misbehaving, omen, phase, reply):
    misbehaving.plan(phase, reply)
    run = omen(*week.named, "--json")
    assert (run.code, run.json["error"]["code"], omen.pauses) == (8, "delivery_failed", [2.0, 10.0])
    misbehaving.settle()
    assert [line.upper() for line in misbehaving.commands].count(f"RCPT TO:<{OWNER.upper()}>\r\n".encode()) == 3
    assert states(week.stores) == {OWNER: "queued"}
    assert "the snapshot is safe" in run.json["error"]["hint"]
    assert omen("deliveries", "--store", NJ, "--json").data[0]["tries"] == 3


def test_a_server_that_mends_itself_between_two_tries_gets_it_once(week, url, misbehaving, omen):
    misbehaving.plan("rcpt", "421")
    run = omen(*week.named, "--json", pause=lambda _: misbehaving.plan("quit", "good"))
    assert (run.code, list(misbehaving.accepted.values())) == (0, [1])
    assert states(week.stores) == {OWNER: "sent"}


@pytest.mark.parametrize("phase", ["mail", "rcpt", "dot"])
def test_what_is_refused_for_good_failed_and_is_not_tried_again_in_this_call(week, url, misbehaving, omen, phase):
    misbehaving.plan(phase, "550")
    run = omen(*week.named)
    assert (run.code, omen.pauses) == (8, [])
    assert run.out.splitlines()[1].startswith(f"failed\t{OWNER}\t")
    assert f"{OWNER} failed ({phase}: 550 5.7.1 refused)" in run.err
    assert len(run.err.splitlines()) == 5  # what is sent to whom, in three lines; what went wrong; what to do


@pytest.mark.parametrize("behaviour", ["accept then drop", "garbage", "drop", "reset"])
def test_silence_after_the_dot_is_unknown(week, url, misbehaving, omen, behaviour):
    misbehaving.plan("dot", behaviour)
    run = omen(*week.named)
    assert (run.code, omen.pauses, states(week.stores)) == (8, [], {OWNER: "unknown"})
    assert f"{OWNER} unknown (dot: " in run.err
    assert "omen deliveries resolve " in run.err
    misbehaving.settle()
    assert sum(misbehaving.accepted.values()) <= 1


def test_trouble_after_the_verdict_changes_nothing(week, url, misbehaving, omen):
    misbehaving.plan("quit", "reset")
    assert omen(*week.named).code == 0
    misbehaving.settle()
    assert list(misbehaving.accepted.values()) == [1]


def test_an_unreachable_server_keeps_the_message_and_the_same_bytes_go_out_later(week, postbox, omen):
    mail_to(week.stores, unreachable())
    run = omen(*week.named, "--to", OWNER, "--to", SECOND)
    assert run.code == 8
    assert "2 of 2 not delivered for certain" in run.err
    assert "Connection refused" in run.err
    assert "the snapshot is safe" in run.err
    kept = frozen(week.stores)
    assert [name.split(".")[1] for name in kept] == ["queued", "queued"]

    mail_to(week.stores, postbox.url)
    configure(week.stores, "name: NJ Weed Wizard", "name: Renamed since")
    configure(week.stores, f"[{OWNER}]", f"[{SECOND}, {OWNER}]")
    omen.clock.advance(days=3)
    assert omen(*week.named).code == 0
    assert postbox.recipients == [SECOND, OWNER]
    assert sorted(one.raw for one in postbox.received) == sorted(kept.values())


def test_a_server_that_is_down_is_waited_for_once_not_for_each_recipient(week, omen):
    mail_to(week.stores, unreachable())
    run = omen(*week.named, "--to", OWNER, "--to", SECOND, "--to", "third@example.com")
    assert (run.code, omen.pauses) == (8, [2.0, 10.0])
    assert run.err.count("omen: the server did not take it; another try in 2 s\n") == 1
    assert "3 of 3 not delivered for certain" in run.err
    assert [one["tries"] for one in omen("deliveries", "--store", NJ, "--json").data] == [3, 1, 1]


def test_what_nobody_has_is_made_anew_when_the_sender_is_another_now(week, postbox, omen):
    mail_to(week.stores, unreachable())
    omen(*week.named)
    mail_to(week.stores, postbox.url)
    configure(week.stores, "<reports@example.com>", "<new@example.com>")
    assert omen(*week.named).code == 0
    (message,) = postbox.received
    assert message.sender == "new@example.com"
    assert b"<new@example.com>" in message.raw
    assert list(frozen(week.stores).values()) == [message.raw]
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_a_refused_login_is_said_once_and_not_tried_again(week, postbox, omen):
    mail_to(week.stores, postbox.url.replace("//", "//user:hunter2@"))
    run = omen(*week.named, "--json")
    assert (run.code, omen.pauses) == (8, [])
    assert "hunter2" not in run.out + run.err
    assert b"hunter2" not in b"".join(raw or b"" for raw in whole_tree(week.stores.data).values())


def test_interrupted_between_two_tries_it_stays_queued(week, url, misbehaving, omen):
    def stop(_):
        raise KeyboardInterrupt

    misbehaving.plan("rcpt", "421")
    run = omen(*week.named, pause=stop)
    assert (run.code, states(week.stores)) == (130, {OWNER: "queued"})
    misbehaving.settle()
    misbehaving.plan("quit", "good")
    assert omen(*week.named).code == 0
