"""Many senders at once, and senders that die with the message on its way: one copy, or a person is asked."""

import signal

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to, states
from tests.cli.processes import holding, run_at_once
from tests.cli.sending import DEADLINE_S, has_it, sending
from tests.cli.stores import CALI, NJ, configure

MANY = 10
ORDERS = '\n      orders: {path: "exports/NJWeedWizard/orders-*.csv"}'


@pytest.fixture
def hanging(week, misbehaving):
    """A server that takes the message and then says nothing, and NJ's mail going there."""
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("dot", "accept then hang")
    return misbehaving


def test_ten_senders_at_once_send_one_copy(week, postbox):
    mail_to(week.stores, postbox.url)
    configure(week.stores, ORDERS, "")  # without orders there is no picture, which takes a second of a processor
    made = week.stores.generate(NJ, "2026-01-18").id
    named = ("send", "--store", NJ, "--snapshot", made, "--json")
    answers = run_at_once(week.stores.config.parent, [named] * MANY)
    assert [code for code, _, _ in answers] == [0] * MANY, answers
    assert postbox.recipients == [OWNER]
    outcomes = [outcome for _, out, _ in answers for outcome in ("already_sent", "sent") if f'"{outcome}"' in out]
    assert sorted(set(outcomes)) == ["already_sent", "sent"]
    assert sum('"outcome":"sent"' in out for _, out, _ in answers) == 1
    assert all('"messageId":null' not in out for _, out, _ in answers)
    assert list(frozen(week.stores).values()) == [postbox.received[0].raw]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_sender_that_dies_after_the_dot_leaves_unknown_and_no_second_copy(week, hanging, omen, number):
    with sending(week, has_it(hanging)) as process:
        process.send_signal(number)
        _, err = process.communicate(timeout=DEADLINE_S)
        assert process.returncode == {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[number]
        assert "Traceback" not in err
    hanging.settle()
    hanging.plan("quit", "good")

    run = omen(*week.named)
    assert run.code == 8
    assert f"{OWNER} unknown" in run.err
    assert "omen deliveries resolve " in run.err
    assert sum(hanging.accepted.values()) == 1
    assert states(week.stores) == {OWNER: "unknown"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_sender_that_dies_before_the_message_was_offered_leaves_it_queued(week, misbehaving, omen, number):
    mail_to(week.stores, f"smtp://127.0.0.1:{misbehaving.port}")
    misbehaving.plan("rcpt", "hang")
    with sending(week, lambda: any(line.upper().startswith(b"RCPT") for line in misbehaving.commands)) as process:
        process.send_signal(number)
        process.communicate(timeout=DEADLINE_S)
    misbehaving.settle()
    assert states(week.stores) == {OWNER: "queued"}
    misbehaving.plan("quit", "good")
    assert omen(*week.named).code == 0
    misbehaving.settle()
    assert list(misbehaving.accepted.values()) == [1]


def test_while_a_send_hangs_nobody_else_waits_but_another_send_of_the_store(week, hanging, postbox, omen):
    of_cali = ("send", "--store", CALI, "--snapshot", week.theirs, "--lock-wait", "0")
    with sending(week, has_it(hanging)):
        assert omen("generate", "--store", NJ, "--as-of", "2026-01-18", "--lock-wait", "0").code == 0
        assert omen("history", "--store", NJ).code == 0
        assert states(week.stores) == {OWNER: "sending"}
        mail_to(week.stores, postbox.url)
        assert omen(*of_cali).code == 0
        run = omen(*week.named, "--to", "second@njweedwizard.example", "--lock-wait", "0")
        assert (run.code, run.out) == (6, "")
        assert omen("deliveries", "resolve", "abcdef", "--store", NJ, "--sent", "--lock-wait", "0").code == 6
        dry = omen(*week.named, "--dry-run")
        assert (dry.code, dry.out.splitlines()[1].split("\t")[0]) == (0, "sending")
        same = omen(*week.named, "--lock-wait", "0")
        assert (same.code, same.out) == (6, "")  # not "unknown": somebody is at it
    hanging.settle()


@pytest.mark.parametrize("lock", [".lock", ".send.lock"])
def test_a_lock_that_is_held_is_busy_and_nothing_was_sent(week, postbox, omen, lock):
    mail_to(week.stores, postbox.url)
    with holding(week.stores.archive(NJ) / lock):
        run = omen(*week.named, "--lock-wait", "0.1")
        assert (run.code, run.out, postbox.connections) == (6, "", 0)
        assert "another omen has held this lock" in run.err
    assert omen(*week.named).code == 0
    assert postbox.recipients == [OWNER]


def test_what_was_sent_while_the_archive_was_locked_is_reported_and_never_sent_twice(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    held = holding(week.stores.archive(NJ) / ".lock")
    postbox.on_message = held.__enter__
    run = omen(*week.named, "--lock-wait", "0.1", "--json")
    held.__exit__(None, None, None)

    error = run.json["error"]
    assert (run.code, error["code"]) == (8, "delivery_unknown")
    mark = error["results"][0]["mark"]
    assert (error["results"][0]["outcome"], mark["success"], mark["error"]) == ("sent", False, "busy")
    assert "got it, but that could not be recorded" in error["message"]
    assert "do not send it again" in error["hint"]

    again = omen(*week.named, "--json")
    assert (again.code, again.data["results"][0]["outcome"]) == (0, "already_sent")
    assert again.data["entry"]["emailSent"]
    assert postbox.recipients == [OWNER]
    assert [name.partition(".")[2] for name in frozen(week.stores)] == ["sent.eml"]
