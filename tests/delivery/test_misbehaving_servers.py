"""Whatever a server does: `sent` when it accepted the message, never `queued` or `failed` when it did.

What is left is `unknown`: the dot was offered, and no clear reply came. A person decides then.
"""

import time
from collections import Counter
from itertools import count

import pytest

from omen_cli.delivery.server import Timeouts
from tests.delivery.messages import message, send
from tests.delivery.misbehaving import BEHAVIOURS, PHASES

HASTY_S = 0.1  # for a reply that never comes
NUMBERS = count(100_000)  # no other test uses these
BEFORE_DATA = PHASES[: PHASES.index("data")]
SILENT = ("hang", "accept then hang", "drip")


def cells(security: str) -> list[tuple[str, str]]:
    """Return the phases with their behaviours; the one that can be no cell is a reply before the dot was sent."""
    phases = [phase for phase in PHASES if phase != "starttls" or security == "starttls"]
    return [(phase, how) for phase in phases for how in BEHAVIOURS if (phase, how) != ("body", "early")]


def expected(phase: str, behaviour: str) -> set[str]:  # one ladder, from the last phase to the first
    """Return what may be said of a message; more than one only where the network's timing decides."""
    if phase == "quit":
        return {"sent"}
    if phase == "dot":
        known = {"421": "queued", "451": "queued", "550": "failed", "double": "sent", "early": "sent"}
        return {known.get(behaviour, "unknown")}
    if phase == "body":
        seen_late = {"421": "queued", "451": "queued", "550": "failed", "double": "sent"}
        return {"queued", seen_late.get(behaviour, "unknown")}
    if phase == "data" and behaviour == "accept then hang":
        return {"unknown"}
    if phase == "data" and behaviour == "accept then drop":
        return {"queued", "unknown"}
    return {"failed"} if behaviour == "550" and phase in ("mail", "rcpt", "data") else {"queued"}


def timeouts(phase: str, behaviour: str) -> Timeouts:
    """Return deadlines that are short only where the wait is for nothing, so that a busy machine changes no verdict."""
    is_silent = behaviour in SILENT and phase != "quit"  # nobody waits for that
    waits_for_dot = phase in ("body", "dot") or (phase, behaviour) == ("data", "accept then hang")
    reply_s = HASTY_S if is_silent and not waits_for_dot else 20
    connect_s = HASTY_S if (phase, behaviour) == ("starttls", "accept then hang") else 20
    return Timeouts(connect_s, reply_s, body_s=20, dot_s=HASTY_S if is_silent and waits_for_dot else 20)


def attempt(server, ca, security: str, phase: str, behaviour: str):
    """Send a message of its own to the server that behaves so; return the verdict and how often it was accepted."""
    number = next(NUMBERS)
    scheme = {"plain": "smtp", "starttls": "smtp+starttls", "tls": "smtps"}[security]
    server.plan(phase, behaviour, security)
    url = f"{scheme}://user:secret@127.0.0.1:{server.port}"
    verdict = send(url, message(number), ca_file=ca.ca_file, timeouts=timeouts(phase, behaviour))
    server.settle()
    return verdict, server.accepted[f"<{number}@omen.example>"]


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_verdict_never_contradicts_the_server(misbehaving, ca, security, phase):
    for found, behaviour in (cell for cell in cells(security) if cell[0] == phase):
        verdict, accepted = attempt(misbehaving, ca, security, found, behaviour)

        cell = (security, phase, behaviour, verdict, accepted)
        assert verdict.outcome in expected(phase, behaviour), cell
        assert accepted == 1 if verdict.outcome == "sent" else accepted <= 1, cell
        assert accepted == 0 or verdict.outcome in ("sent", "unknown"), cell
        assert verdict.reply, cell
        assert verdict.reply.isprintable(), cell
        assert len(verdict.reply) <= 300, cell
        assert not verdict.is_retryable or verdict.outcome == "queued", cell


def test_a_server_that_behaves_takes_the_message_once(misbehaving, ca):
    for security in ("plain", "starttls", "tls"):
        verdict, accepted = attempt(misbehaving, ca, security, "quit", "good")
        assert (verdict.outcome, verdict.phase, verdict.reply, accepted) == ("sent", "dot", "250 2.0.0 accepted", 1)


def test_what_ends_unknown_is_counted_and_is_nothing_but_silence_after_the_dot():
    """The price of never sending twice: of the cells whose outcome is certain, those that ask a person."""
    certain = [(phase, how) for phase, how in cells("starttls") if len(expected(phase, how)) == 1]
    unknown = [cell for cell in certain if expected(*cell) == {"unknown"}]

    assert Counter(phase for phase, _ in unknown) == {"dot": 10, "data": 1}
    assert len(cells("starttls")) == 149


@pytest.mark.parametrize("security", ["plain", "starttls"])
@pytest.mark.parametrize("phase", ["ehlo", "dot"])
def test_a_deadline_is_for_the_whole_reply_however_it_trickles_in(misbehaving, ca, security, phase):
    misbehaving.plan(phase, "drip", security)
    scheme = "smtp" if security == "plain" else "smtp+starttls"
    hasty = Timeouts(connect_s=20, reply_s=20 if phase == "dot" else 1, body_s=20, dot_s=0.3)

    began = time.monotonic()
    verdict = send(f"{scheme}://127.0.0.1:{misbehaving.port}", timeouts=hasty, ca_file=ca.ca_file)

    assert (verdict.phase, verdict.reply) == (phase, "no answer in time")
    assert 0.3 <= time.monotonic() - began < 15


def test_a_server_that_takes_nothing_of_a_message_does_not_hold_it_for_ever(misbehaving):
    misbehaving.plan("data", "accept then stop reading", "plain")
    hasty = Timeouts(connect_s=20, reply_s=1, body_s=20, dot_s=20)
    raw = message(text="x" * 70 + "\n") + (b"y" * 76 + b"\r\n") * 120_000

    began = time.monotonic()
    verdict = send(f"smtp://127.0.0.1:{misbehaving.port}", raw, timeouts=hasty)

    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "body", True)
    assert time.monotonic() - began < 7  # before the server hangs up


@pytest.mark.parametrize(
    ("phase", "behaviour", "is_retryable"),
    [("banner", "550", False), ("ehlo", "550", False), ("auth", "550", False), ("starttls", "451", False),
     ("banner", "421", True), ("auth", "451", True), ("rcpt", "451", True), ("dot", "451", True), ("mail", "hang", True)],
)  # fmt: skip
def test_another_try_is_for_what_mends_itself(misbehaving, ca, phase, behaviour, is_retryable):
    verdict, _ = attempt(misbehaving, ca, "starttls", phase, behaviour)
    assert (verdict.outcome, verdict.is_retryable) == ("queued", is_retryable)


@pytest.mark.parametrize("phase", [*BEFORE_DATA, "data"])
def test_before_data_is_called_once_and_only_when_the_recipient_was_accepted(misbehaving, ca, phase):
    calls = []
    misbehaving.plan(phase, "550", "starttls")
    url = f"smtp+starttls://user:secret@127.0.0.1:{misbehaving.port}"
    send(url, before_data=lambda: calls.append(1), ca_file=ca.ca_file)
    assert len(calls) == (phase == "data")


def test_what_before_data_raises_leaves_as_it_is_with_nothing_offered(misbehaving):
    misbehaving.plan("quit", "good")
    misbehaving.commands.clear()

    def fail() -> None:
        raise KeyError("the disk is full")

    with pytest.raises(KeyError, match="the disk is full"):
        send(f"smtp://127.0.0.1:{misbehaving.port}", message(77_001), before_data=fail)

    misbehaving.settle()
    assert [line.split()[0].upper() for line in misbehaving.commands] == [b"EHLO", b"MAIL", b"RCPT", b"QUIT"]
    assert misbehaving.accepted["<77001@omen.example>"] == 0


def test_before_data_comes_after_rcpt_and_before_data(misbehaving):
    misbehaving.plan("quit", "good")
    misbehaving.commands.clear()
    seen = []
    send(f"smtp://127.0.0.1:{misbehaving.port}", before_data=lambda: seen.extend(misbehaving.commands))
    assert [line.split()[0].upper() for line in seen] == [b"EHLO", b"MAIL", b"RCPT"]


def test_who_gives_up_within_a_message_says_nothing_more(misbehaving):
    """What were said then would be a line of the message."""
    misbehaving.plan("data", "early")
    misbehaving.commands.clear()
    misbehaving.unfinished.clear()
    verdict = send(f"smtp://127.0.0.1:{misbehaving.port}", message(88_001))
    misbehaving.settle()
    assert (verdict.outcome, verdict.phase) == ("queued", "body")
    assert verdict.reply == "the server spoke out of turn: 250 2.0.0 early"
    assert [line.split()[0].upper() for line in misbehaving.commands] == [b"EHLO", b"MAIL", b"RCPT", b"DATA"]
    assert misbehaving.unfinished == [message(88_001)]
