"""A mail server in a process of its own, told by its parent how to misbehave: it outlives every sender, and counts."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import SecretStr

from omen_cli.delivery.server import Server, Timeouts
from omen_cli.delivery.smtp import SmtpTransport
from tests.delivery.certificates import HOST, authority
from tests.delivery.misbehaving import GOOD, Misbehaving

HASTY = Timeouts(connect_s=0.2, reply_s=0.05, body_s=0.2, dot_s=0.05)
PATIENT = Timeouts(connect_s=20, reply_s=20, body_s=20, dot_s=20)
_TAKEN = "taken"


class MailServer:
    """The server, as seen from its parent: what it is to do, and what it accepted since it was last told anew."""

    def __init__(self, pipe: Connection, port: int, ca_file: Path) -> None:
        self._pipe, self._port, self._ca_file = pipe, port, ca_file

    def behave(self, phase: str = "quit", behaviour: str = GOOD, security: str = "plain", *, is_new: bool) -> None:
        """Let every connection from now on go so; a new count begins when `is_new`."""
        self._pipe.send((phase, behaviour, security, is_new))
        self._pipe.recv()

    def taken(self) -> Counter[str]:
        """Return how often each Message-ID was accepted, when every connection has ended."""
        self._pipe.send(_TAKEN)
        return Counter(self._pipe.recv())

    def transport(self, security: str, timeouts: Timeouts) -> SmtpTransport:
        """Return what hands messages to this server, after a login."""
        scheme = "smtp+starttls" if security == "starttls" else "smtp"
        login = ("omen", SecretStr("a secret"))
        return SmtpTransport(Server(scheme, HOST, self._port, "omen.example", *login, self._ca_file, timeouts))


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Run a server for the time of the block; the certificate of its authority is kept in `folder`."""
    here, there = get_context("fork").Pipe()
    child = get_context("fork").Process(target=_serve, args=(here, there, folder), daemon=True)
    child.start()
    there.close()
    try:
        yield MailServer(here, here.recv(), folder / "ca.pem")
    finally:
        here.close()
        child.join(20)


def _serve(parents: Connection, pipe: Connection, folder: Path) -> None:
    parents.close()  # or this never hears that the parent closed it
    with Misbehaving(authority(folder).context()) as server:
        pipe.send(server.port)
        while True:
            try:
                asked = pipe.recv()
            except EOFError:
                return
            server.settle()
            if asked != _TAKEN:
                *script, is_new = asked
                server.plan(*script)
                if is_new:
                    server.accepted.clear()
            pipe.send(dict(server.accepted))
