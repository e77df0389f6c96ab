"""TLS is verified or nothing is sent, and a login never crosses a line that others can read."""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from omen_cli.delivery.opening import opening
from omen_cli.delivery.server import Timeouts, server_of
from omen_cli.delivery.smtp import Conversation
from omen_cli.delivery.wire import Wire
from tests.delivery.messages import PATIENT, message, send
from tests.delivery.servers import PASSWORD, USER, smtp_server

LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
EXPIRED = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_message_goes_under_tls_after_a_login(ca, way):
    raw = message(1, ".\n..\nfin\n")
    with smtp_server(**{way: ca.context()}, has_login=True) as server:
        scheme = {"tls": "smtps", "starttls": "smtp+starttls"}[way]
        verdict = send(f"{scheme}://{LOGIN}@127.0.0.1:{server.port}", raw, ca_file=ca.ca_file)

    assert (verdict.outcome, verdict.reply) == ("sent", "250 2.0.0 taken")
    assert (server.messages, server.logins) == ([raw], ["PLAIN"])


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize(
    ("names", "expires", "is_known", "why"),
    [
        (("mail.other.example",), None, True, "mismatch"),
        ((), EXPIRED, True, "certificate has expired"),
        ((), None, False, "unable to get local issuer certificate"),
    ],
    ids=["another host", "expired", "unknown authority"],
)
def test_a_certificate_that_is_not_right_ends_it_before_the_login(ca, scheme, names, expires, is_known, why):
    context = ca.context(*names, expires=expires)
    with smtp_server(**{"tls" if scheme == "smtps" else "starttls": context}, has_login=True) as server:
        url = f"{scheme}://{LOGIN}@127.0.0.1:{server.port}"
        verdict = send(url, ca_file=ca.ca_file if is_known else None)

    assert (verdict.outcome, verdict.is_retryable) == ("queued", False)
    assert verdict.phase == ("connect" if scheme == "smtps" else "starttls")
    assert why in verdict.reply
    assert "mail.ca_file" in verdict.reply
    assert (server.messages, server.logins) == ([], [])


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(ca):
    with smtp_server(has_login=True) as server:
        verdict = send(f"smtp+starttls://{LOGIN}@127.0.0.1:{server.port}", ca_file=ca.ca_file)

    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "starttls", False)
    assert "does not offer STARTTLS" in verdict.reply
    assert (server.messages, server.logins) == ([], [])


def test_what_was_said_before_tls_is_not_heard_after_it(misbehaving, ca):
    misbehaving.plan("starttls", "early", "starttls")
    misbehaving.commands.clear()
    verdict = send(f"smtp+starttls://{LOGIN}@127.0.0.1:{misbehaving.port}", ca_file=ca.ca_file)

    misbehaving.settle()
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "starttls", False)
    assert "the server spoke out of turn: 235 2.7.0 welcome" in verdict.reply
    assert [line.split()[0].upper() for line in misbehaving.commands] == [b"EHLO", b"STARTTLS"]


def test_a_server_that_speaks_no_tls_on_its_port_is_told_from_one_that_is_away(misbehaving):
    misbehaving.plan("quit", "good", "plain")
    verdict = send(f"smtps://127.0.0.1:{misbehaving.port}")
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "connect", False)
    assert "is this the port, and the scheme, of the server?" in verdict.reply


def test_an_authority_that_cannot_be_read_is_said(misbehaving, tmp_path):
    misbehaving.plan("quit", "good", "tls")
    (tmp_path / "empty.pem").write_text("")
    for name, why in (("missing.pem", "No such file or directory"), ("empty.pem", "no certificate")):
        verdict = send(f"smtps://127.0.0.1:{misbehaving.port}", ca_file=tmp_path / name)
        assert (verdict.outcome, verdict.is_retryable) == ("queued", False)
        assert verdict.reply.startswith("mail.ca_file: ")
        assert why in verdict.reply


@pytest.mark.parametrize(
    ("without", "way"), [((), "PLAIN"), (("PLAIN",), "LOGIN"), (("PLAIN", "LOGIN"), "CRAM-MD5")]
)  # fmt: skip
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_each_way_to_log_in_tells_the_right_password_from_a_wrong_one(ca, without, way, is_right):
    login = LOGIN if is_right else f"{quote(USER, safe='')}:wr0ng-p4ss"
    with smtp_server(starttls=ca.context(), has_login=True, without=without) as server:
        verdict = send(f"smtp+starttls://{login}@127.0.0.1:{server.port}", ca_file=ca.ca_file)

    assert server.logins == [way]
    assert (verdict.outcome, verdict.is_retryable) == ("sent" if is_right else "queued", False)
    if not is_right:
        assert verdict.phase == "auth"
        assert verdict.reply.startswith("535 5.7.8")
        assert verdict.reply.endswith("check the user in mail.url and the password")


def test_a_password_that_the_server_echoes_is_masked(ca):
    with smtp_server(starttls=ca.context(), has_login=True) as server:
        server.is_echoing = True
        verdict = send(
            f"smtp+starttls://someone:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}", ca_file=ca.ca_file
        )

    assert verdict.reply.startswith("535 5.7.8 no such login: someone *** ***")
    assert PASSWORD not in verdict.reply
    assert b64encode(PASSWORD.encode()).decode() not in verdict.reply


def test_a_password_that_the_server_announces_is_masked_and_so_is_its_base64(ca):
    told = b64encode(PASSWORD.encode()).decode()
    with smtp_server(starttls=ca.context(), has_login=True, without=("PLAIN", "LOGIN", "CRAM-MD5")) as server:
        server.announces = f"X-HEARD {PASSWORD} {told}"
        verdict = send(f"smtp+starttls://{LOGIN}@127.0.0.1:{server.port}", ca_file=ca.ca_file)

    assert verdict.phase == "auth"
    assert "the server offers X-HEARD *** ***" in verdict.reply
    assert all(form not in verdict.reply.lower() for form in ("c4n4ry", told.lower()))


def test_a_user_where_no_login_is_offered_is_said(ca):
    with smtp_server(tls=ca.context()) as server:
        verdict = send(f"smtps://{LOGIN}@127.0.0.1:{server.port}", ca_file=ca.ca_file)
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "auth", False)
    assert "the server offers no login" in verdict.reply


def test_no_login_where_one_is_asked_for_is_ours_to_mend_and_no_failure_of_the_message(ca):
    with smtp_server(tls=ca.context(), has_login=True) as server:
        verdict = send(f"smtps://127.0.0.1:{server.port}", ca_file=ca.ca_file)
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "mail", False)
    assert verdict.reply.startswith("530 5.7.0")
    assert "mail.password_file" in verdict.reply


class Elsewhere:
    """A socket to another machine, as far as a login can tell."""

    def __init__(self) -> None:
        self.sent = b""

    def settimeout(self, wait_s: float) -> None:
        pass

    def recv(self, most: int) -> bytes:
        if b"AUTH" not in self.sent:
            raise BlockingIOError
        return b"235 2.7.0 welcome\r\n"

    def sendall(self, raw: bytes) -> None:
        self.sent += raw


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False), ("192.0.2.25", False), ("fe80::1", False)],
)  # fmt: skip
def test_a_password_goes_in_the_clear_to_this_machine_only(address, is_here):
    server = server_of(SecretStr(f"smtp://{LOGIN}@localhost"), None, None, "omen.example", PATIENT)
    conversation, line = Conversation(server), Elsewhere()
    conversation.wire = Wire(line, address)
    conversation.esmtp_features = {"auth": "PLAIN LOGIN"}

    stop = dict(opening(server))["auth"](conversation)

    assert (b"AUTH PLAIN" in line.sent) is is_here
    assert (stop is None) is is_here
    if stop is not None:
        assert (stop.verdict.outcome, stop.verdict.phase, stop.verdict.is_retryable) == ("queued", "auth", False)
        assert "in the clear" in stop.verdict.reply


@pytest.mark.parametrize("host", ["127.0.0.1%nowhere", "localhost"])
def test_a_server_that_is_not_there_is_tried_again(host):
    verdict = send(f"smtp://{host}:1", timeouts=Timeouts(connect_s=2))
    assert (verdict.outcome, verdict.phase, verdict.is_retryable) == ("queued", "connect", True)
    assert verdict.reply.startswith(host)


def test_user_and_password_stand_percent_encoded_in_a_url():
    server = server_of(SecretStr(f"smtps://{LOGIN}@mail.example"), None, None, "omen.example", PATIENT)
    assert (server.user, server.port) == (USER, 465)
    assert server.password is not None
    assert server.password.get_secret_value() == PASSWORD
    assert PASSWORD not in repr(server)


@pytest.mark.parametrize(("scheme", "port"), [("smtps", 465), ("smtp+starttls", 587), ("smtp", 25)])
def test_each_scheme_has_its_port(scheme, port):
    for url, expected in ((f"{scheme}://mail.example", port), (f"{scheme}://mail.example:2525", 2525)):
        assert server_of(SecretStr(url), None, None, "omen.example", PATIENT).port == expected
