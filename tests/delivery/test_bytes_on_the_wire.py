"""What is a reply and what is a message, to the last byte."""

import socket

import pytest
from pydantic import SecretStr

from omen_cli.delivery.server import server_of
from omen_cli.delivery.smtp import Conversation
from omen_cli.delivery.transaction import deliver, stuffed
from omen_cli.delivery.wire import Wire
from tests.delivery.messages import PATIENT, message, send


@pytest.fixture
def said():
    """`said(raw)`: what a conversation makes of these bytes from a server that then hangs up."""

    def hear(raw: bytes, url: str = "smtp://127.0.0.1"):
        ours, theirs = socket.socketpair()
        with ours:
            theirs.sendall(raw)
            theirs.close()
            conversation = Conversation(server_of(SecretStr(url), None, None, "omen.example", PATIENT))
            conversation.wire = Wire(ours, "127.0.0.1")
            return conversation.hear(5)

    return hear


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b"250 ok\r\n", 250, "250 ok"),
        (b"250\r\n", 250, "250"),
        (b"250 \r\n", 250, "250"),
        (b"250 ok\n", 250, "250 ok"),
        (b"250-one\r\n250-two\r\n250 three\r\n", 250, "250 one two three"),
        (b"451-4.3.0 one\r\n451\r\n", 451, "451 4.3.0 one"),
        (b"550 caf\xc3\xa9 \xff\x1b[2J\xe2\x80\xae\r\n", 550, "550 café \ufffd\ufffd[2J\ufffd"),
    ],
)
def test_a_reply_is_a_code_and_one_harmless_line(said, raw, code, words):
    reply = said(raw)
    assert (reply.code, reply.words) == (code, words)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"250", b"250 ok", b"250-ok\r\n", b"250-ok\r\n250-", b"\r\n", b"25 ok\r\n", b"2500 ok\r\n", b"250ok\r\n", b"150 x\r\n",
        b"650 x\r\n", b"-250 ok\r\n", b" 250 ok\r\n", b"+50 ok\r\n", b"2_0 ok\r\n", b"250\tok\r\n", b"250 a\rb\r\n", b"ok 250\r\n",
        b"250-one\r\n251 two\r\n", b"250-one\r\n550 two\r\n", "２５０ ok\r\n".encode(), b"250 " + b"x" * 5000 + b"\r\n",
        b"250-and on\r\n" * 101 + b"250 end\r\n",
    ],
)  # fmt: skip
def test_what_is_no_reply_has_no_code_and_is_told(said, raw):
    reply = said(raw)
    assert (reply.code, reply.kind) == (-1, 0)
    assert reply.words.startswith("the server ")
    assert reply.words.isprintable()
    assert len(reply.words) <= 300


def test_a_long_reply_is_cut_at_300_characters(said):
    words = said(b"550 " + b"no " * 1000 + b"\r\n").words
    assert len(words) == 300
    assert words.endswith("…")


def test_a_password_is_masked_before_a_reply_is_cut(said):
    for padding in range(270, 301):
        raw = b"535 " + b"x" * padding + b" hunter22 cHVudGVyMjI=\r\n"
        assert "hunt" not in said(raw, "smtp://user:hunter22@127.0.0.1").words


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        (b"one\r\n", b"one\r\n"),
        (b"one", b"one\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"..\r\n.a\r\nb.\r\n", b"...\r\n..a\r\nb.\r\n"),
        (b"a\r\n\r\n.", b"a\r\n\r\n..\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_a_dot_that_begins_a_line_is_doubled(raw, wire):
    assert stuffed(raw) == wire


@pytest.mark.parametrize(
    "raw", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nb\r\n", b"a\r\n.\rb\r\n", b"\n", b"caf\xc3\xa9\r\n", b"a\0\r\n", b"a\r"]
)
def test_what_could_end_a_message_early_or_is_not_ascii_is_a_bug_and_is_not_offered(misbehaving, raw):
    misbehaving.plan("quit", "good")
    misbehaving.commands.clear()
    with pytest.raises(ValueError, match="ASCII, its lines ended by CRLF"):
        send(f"smtp://127.0.0.1:{misbehaving.port}", raw)
    misbehaving.settle()
    assert [line.split()[0].upper() for line in misbehaving.commands] == [b"EHLO", b"QUIT"]


def test_sender_recipient_and_size_are_said_as_the_server_asked(misbehaving):
    misbehaving.plan("quit", "good")
    misbehaving.commands.clear()
    raw = message()
    send(f"smtp://localhost:{misbehaving.port}", raw, recipient="o'neil+omen@store.example")
    misbehaving.settle()
    said = misbehaving.commands
    assert said[0] == b"ehlo omen.example\r\n"
    assert said[1] == b"MAIL FROM:<reports@omen.example> SIZE=%d\r\n" % len(raw)
    assert said[2:] == [b"RCPT TO:<o'neil+omen@store.example>\r\n", b"DATA\r\n", b"QUIT\r\n"]


def test_a_message_larger_than_the_server_announced_is_not_offered(misbehaving):
    misbehaving.plan("quit", "good")
    misbehaving.commands.clear()
    verdict = send(f"smtp://127.0.0.1:{misbehaving.port}", b"y" * 10_240_000 + b"\r\n")
    misbehaving.settle()
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("failed", "mail", False)
    assert verdict.reply == "the message has 10240002 bytes, and the server takes 10240000"
    assert [line.split()[0].upper() for line in misbehaving.commands] == [b"EHLO", b"QUIT"]


class Line:
    """A line to a server that answers DATA as told, and breaks when the final dot is sent."""

    def __init__(self, to_data: bytes = b"354 go on\r\n", trouble: OSError | None = None) -> None:
        self.to_data = to_data
        self.trouble = trouble
        self.replies = b""
        self.sent: list[bytes] = []

    def settimeout(self, wait_s: float) -> None:
        pass

    def close(self) -> None:
        pass

    def recv(self, most: int) -> bytes:
        replies, self.replies = self.replies, b""
        if not replies:
            raise BlockingIOError
        return replies

    def sendall(self, raw: bytes) -> None:
        self.sent.append(raw[:4])
        if self.trouble is not None and raw == b".\r\n":
            raise self.trouble
        known = {b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n", b"DATA": self.to_data}
        self.replies = known.get(raw[:4], b"")


def deliver_over(line: Line):
    """Return the verdict on a message that goes over this line."""
    conversation = Conversation(server_of(SecretStr("smtp://127.0.0.1"), None, None, "omen.example", PATIENT))
    conversation.wire = Wire(line, "127.0.0.1")
    return deliver(conversation, message(), "reports@omen.example", "owner@store.example", lambda: None)


@pytest.mark.parametrize("trouble", [ConnectionResetError(104, "Connection reset by peer"), TimeoutError("timed out")])
def test_a_dot_that_may_have_left_makes_the_outcome_unknown(trouble):
    verdict = deliver_over(Line(trouble=trouble))
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("unknown", "dot", False)


@pytest.mark.parametrize("reply", [b"250 ok\r\n", b"220 hello\r\n", b"334 \r\n", b"355 go on\r\n"])
def test_only_354_asks_for_a_message(reply):
    """Another good reply is the answer to something else: its server is a step behind."""
    line = Line(to_data=reply)
    verdict = deliver_over(line)
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "data", True)
    assert line.sent == [b"MAIL", b"RCPT", b"DATA"]


def test_an_address_that_is_closed_is_no_obstacle_when_the_next_is_open(misbehaving):
    """`localhost` is ::1 first on many machines, and the server listens on 127.0.0.1 alone."""
    from omen_cli.delivery.wire import connected

    misbehaving.plan("quit", "good")
    open_one = (socket.AF_INET, ("127.0.0.1", misbehaving.port))
    wire = connected([(socket.AF_INET, ("127.0.0.1", 1)), open_one], 5)
    wire.close()
    misbehaving.settle()
    with pytest.raises(ConnectionRefusedError):
        connected([(socket.AF_INET, ("127.0.0.1", 1))] * 2, 5)
