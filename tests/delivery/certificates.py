"""A certificate authority of the tests' own, and certificates that are right, for another host, or expired."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """The authority; `ca_file` holds its certificate."""

    made: trustme.CA
    ca_file: Path

    def context(self, *names: str, expires: datetime | None = None) -> ssl.SSLContext:
        """Return a server's context with a certificate for the names, 127.0.0.1 without any; in force, if not told."""
        expires = expires or datetime.now(UTC) + timedelta(days=80, hours=1)
        certificate = self.made.issue_cert(
            *(names or (HOST,)), not_after=expires, not_before=datetime(2020, 1, 1, tzinfo=UTC)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context


def authority(folder: Path) -> Authority:
    """Make an authority whose certificate is kept in the folder."""
    made = trustme.CA()
    path = folder / "ca.pem"
    made.cert_pem.write_to_path(path)
    return Authority(made, path)
