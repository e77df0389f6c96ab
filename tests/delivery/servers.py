"""A real SMTP server for one test: aiosmtpd, with implicit TLS or STARTTLS, and with a login."""

import ssl
import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from hmac import compare_digest, new

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.mta import free_port

USER, PASSWORD = "operator@omen.example", "c4n4ry pass:wörd/%"


@dataclass
class Server:
    """What a test may ask of the server: where it is, what it took, and who tried to log in, by which way."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    is_echoing: bool = False
    announces: str = ""  # more words behind AUTH in the reply to EHLO

    def authenticate(self, _server, _session, _envelope, mechanism: str, data: object) -> AuthResult:
        """Judge a login; a server that echoes says in its refusal what it was told."""
        self.logins.append(mechanism)
        assert isinstance(data, LoginPassword)
        if (data.login.decode(), data.password.decode()) == (USER, PASSWORD):
            return AuthResult(success=True)
        whole = b64encode(b"\0".join((b"", data.login, data.password)))
        told = f"{data.login.decode()} {data.password.decode()} {b64encode(data.password).decode()} {whole.decode()}"
        words = f"535 5.7.8 no such login{f': {told}' if self.is_echoing else ''}"
        return AuthResult(success=False, handled=False, message=words)

    async def auth_CRAM__MD5(self, server, args):  # noqa: N802  aiosmtpd finds the way by this name
        """Judge a login that proves the password without saying it."""
        self.logins.append("CRAM-MD5")
        answer = await server.challenge_auth("<1896.697170952@mail.example>")
        user, _, proof = answer.decode().rpartition(" ")
        right = new(PASSWORD.encode(), b"<1896.697170952@mail.example>", md5).hexdigest()
        return AuthResult(success=user == USER and compare_digest(proof, right), handled=False)

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        """Announce more than a server should."""
        session.host_name = hostname
        return [responses[0], *([f"250-AUTH {self.announces}"] if self.announces else []), *responses[1:]]

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        """Take a message."""
        self.messages.append(envelope.original_content)
        return "250 2.0.0 taken"


@contextmanager
def smtp_server(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    has_login: bool = False,
    without: tuple[str, ...] = (),
) -> Iterator[Server]:
    """Run a server on a loopback port; with a login it takes no message from others. `without` are ways to log in."""
    server = Server(free_port())
    options: dict[str, object] = {"tls_context": starttls, "auth_exclude_mechanism": without, "decode_data": False}
    if has_login:
        options |= {
            "authenticator": server.authenticate,
            "auth_required": True,
            "auth_require_tls": starttls is not None,
        }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns, at every connection, of what a test wants to see
        controller = Controller(server, "127.0.0.1", server.port, ssl_context=tls, **options)
        controller.start()
        try:
            yield server
        finally:
            controller.stop()
