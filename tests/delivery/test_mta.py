"""Through a real mail server into a mailbox, and back: not a byte differs."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.delivery.messages import message, send
from tests.mta import DEFERRED, REFUSED

HARD = "\n".join([".", "..", ".hidden", "From here", "", "é and ✓", "=20 ", "\ttab", "x" * 2000, ".\n."]) + "\n"


@pytest.fixture(params=["smtp", "smtp+starttls"])
def url(request, mail_server):
    """The server's URL, in the clear and under TLS."""
    return f"{request.param}://{mail_server.host}:{mail_server.port}"


@pytest.mark.parametrize("text", ["All is well.\n", HARD, ".\n" * 50, "\n\n\n"], ids=["plain", "hard", "dots", "empty"])
def test_a_mailbox_holds_the_bytes_that_were_sent(mail_server, url, text):
    raw = message(1, text)

    verdict = send(url, raw, ca_file=mail_server.ca_file)

    assert (verdict.outcome, verdict.phase) == ("sent", "dot")
    assert verdict.reply.startswith("250 2.0.0 Ok: queued as")
    assert mail_server.messages(1) == [raw]


def test_a_large_message_with_an_attachment_arrives_whole(mail_server, url):
    made = message_from_bytes(message(), policy=default)
    made.add_attachment(bytes(range(256)) * 8_000, maintype="application", subtype="octet-stream", filename="items.bin")
    raw = made.as_bytes(policy=default.clone(linesep="\r\n"))

    assert len(raw) > 2_000_000
    assert send(url, raw, ca_file=mail_server.ca_file).outcome == "sent"
    assert mail_server.messages(1) == [raw]


@pytest.mark.parametrize(
    ("recipient", "outcome", "reply"),
    [(REFUSED, "failed", "550 5.1.1"), (DEFERRED, "queued", "450 4.2.0")],
)
def test_a_recipient_that_the_server_refuses_gets_nothing(mail_server, url, recipient, outcome, reply):
    verdict = send(url, recipient=recipient, ca_file=mail_server.ca_file)

    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == (outcome, "rcpt", outcome == "queued")
    assert verdict.reply.startswith(reply)
    assert mail_server.messages(0) == []


def test_a_message_larger_than_the_server_announces_is_refused_before_it_is_offered(mail_server, url):
    raw = message() + b"x" * 70 * 1_000 + b"\r\n" + (b"y" * 76 + b"\r\n") * 140_000

    verdict = send(url, raw, ca_file=mail_server.ca_file)

    assert (verdict.outcome, verdict.phase) == ("failed", "mail")
    assert "the server takes 10240000" in verdict.reply
