"""Messages and a way to send them, for the tests of delivery."""

from email.message import EmailMessage
from email.policy import SMTP

from pydantic import SecretStr

from omen_cli.delivery.choose import transport_of
from omen_cli.delivery.server import Timeouts
from omen_cli.delivery.verdict import Verdict

SENDER, RECIPIENT = "reports@omen.example", "owner@store.example"
PATIENT = Timeouts(connect_s=20, reply_s=20, body_s=20, dot_s=20)


def message(number: int = 1, text: str = "All is well.\n") -> bytes:
    """Return a message as a composer makes it: ASCII, CRLF, a Message-ID of its own."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"OMEN <{SENDER}>", RECIPIENT, "Weekly snapshot"
    made["Date"] = "Mon, 12 Jan 2026 08:00:00 -0500"
    made["Message-ID"] = f"<{number}@omen.example>"
    made.set_content(text, cte="quoted-printable")
    return made.as_bytes(policy=SMTP)


def send(url: str, raw: bytes | None = None, *, recipient=RECIPIENT, before_data=lambda: None, **options) -> Verdict:
    """Send one message by the transport of a URL; options are those of `transport_of`."""
    options = {"timeouts": PATIENT, "local_hostname": "omen.example", **options}
    transport = transport_of(SecretStr(url), **options)
    return transport.send(message() if raw is None else raw, SENDER, recipient, "0123abcd", before_data)
