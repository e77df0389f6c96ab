"""A connection on which nothing lasts for ever: bytes with deadlines, and an eye for what came unasked."""

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Any, NamedTuple

MAX_LINE_BYTES = 4096
_CHUNK_BYTES = 16 * 1024  # no more than one TLS record, so that one deadline bounds each send
_MAX_ADDRESSES = 8
Address = tuple[int, Any]  # the family, and what `connect` takes


class Tls(NamedTuple):
    """What a handshake agreed on: `TLSv1.3`, the certificate's subject, and when it expires."""

    version: str
    subject: str
    expires: datetime


class Wire:
    """One TCP connection to the address `peer`; methods let OSErrors out, a timeout among them."""

    def __init__(self, connected: socket.socket, peer: str) -> None:
        self.peer = peer
        self._socket = connected
        self._held = b""

    def read_line(self, deadline: float) -> bytes:
        """Return the next line with its line feed; without one when the other side hung up, or when it is too long.

        Args:
            deadline: on the monotonic clock, for all of the line.
        """
        while b"\n" not in self._held[:MAX_LINE_BYTES] and len(self._held) < MAX_LINE_BYTES:
            self._socket.settimeout(max(deadline - monotonic(), 0.001))
            more = self._socket.recv(MAX_LINE_BYTES)
            if not more:
                break
            self._held += more
        end = self._held.find(b"\n", 0, MAX_LINE_BYTES) + 1 or MAX_LINE_BYTES
        line, self._held = self._held[:end], self._held[end:]
        return line

    def unasked(self) -> bytes | None:
        """Return what has come and was not read, b"" for nothing; None when the other side hung up. It never waits."""
        if len(self._held) < MAX_LINE_BYTES:
            try:
                self._socket.settimeout(0)
                more = self._socket.recv(MAX_LINE_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return self._held
            except OSError:
                more = b""
            if not more:
                return self._held or None
            self._held += more
        return self._held

    def send(self, raw: bytes, stall_s: float, whole_s: float) -> None:
        """Send all of `raw` within `whole_s` seconds, with no pause as long as `stall_s`."""
        deadline = monotonic() + whole_s
        for at in range(0, len(raw), _CHUNK_BYTES):
            self._socket.settimeout(max(min(stall_s, deadline - monotonic()), 0.001))
            self._socket.sendall(raw[at : at + _CHUNK_BYTES])

    def start_tls(self, context: ssl.SSLContext, host: str, wait_s: float) -> None:
        """Go on under TLS, with a server whose certificate is good for `host`."""
        self._socket.settimeout(wait_s)
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def tls(self) -> Tls | None:
        """Return what the handshake agreed on; None in the clear."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return None
        certificate: dict[str, Any] = dict(self._socket.getpeercert() or {})
        names = dict(pair for part in certificate.get("subject", ()) for pair in part)
        others = ", ".join(name for _, name in certificate.get("subjectAltName", ()))
        expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
        return Tls(self._socket.version() or "?", str(names.get("commonName") or others or "without a name"), expires)

    def close(self) -> None:
        """Hang up, whatever the other side thinks of it."""
        with suppress(OSError):
            self._socket.close()


def resolved(host: str, port: int) -> tuple[Address, ...]:
    """Return the addresses of a host, the system's favourite first.

    Raises:
        OSError: it has none, or nobody could be asked.
        UnicodeError: it can be no name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple((family, address) for family, _, _, _, address in found)


def connected(addresses: Sequence[Address], wait_s: float) -> Wire:
    """Return a connection to the first address that takes one; each has `wait_s` seconds.

    Raises:
        OSError: none did; the last one's trouble.
    """
    for at, (family, address) in enumerate(addresses := addresses[:_MAX_ADDRESSES], start=1):
        attempt = socket.socket(family, socket.SOCK_STREAM)
        try:
            attempt.settimeout(wait_s)
            attempt.connect(address)
            attempt.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        except BaseException as error:
            attempt.close()
            if not isinstance(error, OSError) or at == len(addresses):
                raise
        else:
            return Wire(attempt, str(address[0]))
    raise ValueError("there was no address to connect to")
