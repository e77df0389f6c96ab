"""What became of one attempt to hand one message to one recipient's server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Outcome = Literal["sent", "failed", "queued", "unknown"]
BeforeData = Callable[[], None]
KEPT = "folder"  # the phase of a message that was only put into a folder


@dataclass(frozen=True)
class Verdict:
    """The state that a delivery gets, and why.

    `sent`: accepted, by the reply to the final dot. `failed`: refused for good (5xx) at MAIL, RCPT, DATA or the dot.
    `queued`: certainly not accepted, and worth another try. `unknown`: the final dot was offered, and no clear reply
    came. `phase` is where it ended (connect, banner, ehlo, starttls, auth, mail, rcpt, data, body, dot; or folder),
    `reply` the server's words or the trouble, on one line and harmless to print. `is_retryable` tells whether another
    try within a minute may help: not after a refused login or certificate.
    """

    outcome: Outcome
    phase: str
    reply: str
    is_retryable: bool = False


class Transport(Protocol):
    """Takes one message for one recipient."""

    leaves_machine: bool

    def send(self, message: bytes, sender: str, recipient: str, name: str, before_data: BeforeData) -> Verdict:
        """Offer the message once.

        Args:
            message: the frozen bytes, CRLF lines.
            sender: the envelope's sender, an address.
            recipient: the envelope's only recipient, an address.
            name: what a folder calls the message, a safe file name without suffix.
            before_data: called once, after the recipient was accepted and before any byte of the message is offered;
                what it raises ends the attempt (nothing was offered) and leaves `send` as it is.
        """
