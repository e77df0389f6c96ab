"""A mail server as one value: where it is, who we are there, and how long it may take."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

Scheme = Literal["smtps", "smtp+starttls", "smtp"]
PORTS: dict[Scheme, int] = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


@dataclass(frozen=True)
class Timeouts:
    """How many seconds each may take as a whole, however slowly it trickles in.

    `connect_s` is for each address and for the TLS handshake, `reply_s` for every reply but the last, `dot_s` for the
    reply to the final dot (RFC 5321 asks for ten minutes), `body_s` for taking all of the message.
    """

    connect_s: float = 30
    reply_s: float = 60
    body_s: float = 600
    dot_s: float = 600


@dataclass(frozen=True)
class Server:
    """What `mail.url` means; without a user nobody logs in.

    `ca_file` are the certificates of the authorities that are trusted, the system's when it is None; `local_hostname`
    is what EHLO says.
    """

    scheme: Scheme
    host: str
    port: int
    local_hostname: str
    user: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    timeouts: Timeouts = field(default=Timeouts())

    @property
    def name(self) -> str:
        """Return `host:port`, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def server_of(
    url: SecretStr, password: SecretStr | None, ca_file: Path | None, local_hostname: str, timeouts: Timeouts
) -> Server:
    """Return the server that a checked mail URL names; user and password stand in it percent-encoded.

    Args:
        url: SCHEME://[USER[:PASSWORD]@]HOST[:PORT].
        password: the one that a file holds, as it is; None when there is none, or when the URL has it.
        ca_file: as in Server.
        local_hostname: as in Server.
        timeouts: as in Server.
    """
    parts = urlsplit(url.get_secret_value())
    scheme = cast("Scheme", parts.scheme)
    if password is None and parts.password:
        password = SecretStr(unquote(parts.password))
    user = unquote(parts.username) if parts.username else None
    host, port = parts.hostname or "", parts.port or PORTS[scheme]
    return Server(scheme, host, port, local_hostname, user, password, ca_file, timeouts)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that verifies the certificate and its name, always, and speaks TLS 1.2 or newer.

    Raises:
        OSError: the file of authorities cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
