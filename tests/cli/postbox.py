"""A real mail server on this machine that keeps what it is given, and refuses whom it is told to refuse."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtpd.controller import Controller

from tests.conftest import TwoStores


@dataclass(frozen=True)
class Received:
    """One transaction: its envelope, and the message as it came."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Postbox:
    """A mail server for the time of a `with`: `received` in the order of arrival; `refused` maps addresses to replies."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: dict[str, str] = {}
        self.connections = 0
        self.on_message: Callable[[], object] = lambda: None
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> "Postbox":
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The `mail.url` of this server."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def recipients(self) -> list[str]:
        """To whom messages came, in their order; a transaction of several would show."""
        return [" ".join(one.recipients) for one in self.received]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802  the name is aiosmtpd's
        """Count who begins a dialogue."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        """Refuse whom it is told to refuse."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Keep the message, and do what is to be done before anybody hears that it was accepted."""
        self.received.append(Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        self.on_message()
        return "250 2.0.0 accepted"


class _AnyPort(Controller):
    """A controller that listens on a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def mail_to(stores: TwoStores, url: str, *more: str) -> None:
    """Let the stores mail to this URL: `mail:` of stores.yaml, in the place of one that is there."""
    lines = [line for line in stores.config.read_text("utf-8").splitlines(keepends=True) if "mail: {" not in line]
    settings = ", ".join((f'url: "{url}"', '"from": "OMEN <reports@example.com>"', *more))
    stores.config.write_text("".join((lines[0], f"mail: {{{settings}}}\n", *lines[1:])), "utf-8")


def frozen(stores: TwoStores, store: str = "NJWeedWizard") -> dict[str, bytes]:
    """Return the messages of a store's archive, by `<key>.<state>.eml`."""
    return {path.name: path.read_bytes() for path in sorted(stores.archive(store).glob("deliveries/*/*.eml"))}


def states(stores: TwoStores, store: str = "NJWeedWizard", *more: object) -> dict[str, str]:
    """Return the state of each recipient, as `omen deliveries` says it."""
    found = stores.omen("deliveries", "--store", store, *more, "--json").data
    return {one["recipient"]: one["state"] for one in found}


def unreachable() -> str:
    """Return the URL of a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"smtp://127.0.0.1:{server.getsockname()[1]}"
