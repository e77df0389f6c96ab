"""The way to the first message, walked without one: what each step found, and which one stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from omen_cli.delivery.opening import opening
from omen_cli.delivery.refusal import Stop
from omen_cli.delivery.server import Server
from omen_cli.delivery.smtp import Conversation
from omen_cli.delivery.transaction import offer_sender
from omen_cli.delivery.wire import Tls
from omen_cli.delivery.words import cut

_SHOWN_ADDRESSES = 4
_SHOWN_FEATURES = ("size", "auth", "starttls")


@dataclass(frozen=True)
class Probed:
    """One step: what it found, what TLS agreed on where that was the step, and why it stopped; None when it did not.

    `name` is resolve, connect, tls, banner, ehlo, auth or sender; `is_tried` is False behind a step that stopped.
    """

    name: str
    found: str = ""
    tls: Tls | None = None
    stop: Stop | None = None
    is_tried: bool = True


def step_names(server: Server) -> tuple[str, ...]:
    """Return the names of the steps that `probe` takes."""
    return (*(name for name, _ in opening(server)), "sender")


def probe(server: Server, sender: str) -> Iterator[Probed]:
    """Yield the steps in their order, as they are taken; no message is offered."""
    conversation = Conversation(server)

    def offer(conversation: Conversation) -> Stop | None:
        stop = offer_sender(conversation, sender, size=0)
        if stop is None:
            conversation.ask("RSET")
        return stop

    stop: Stop | None = None
    try:
        for name, step in (*opening(server), ("sender", offer)):
            if stop is not None:
                yield Probed(name, is_tried=False)
                continue
            began = monotonic()
            stop = step(conversation)
            took_ms = round((monotonic() - began) * 1000)
            found = "" if stop else _found(name, conversation, took_ms)
            yield Probed(name, found, conversation.tls() if name == "tls" and not stop else None, stop)
    finally:
        conversation.hang_up()


def _found(name: str, conversation: Conversation, took_ms: int) -> str:
    if name == "resolve":
        return ", ".join(dict.fromkeys(str(to[0]) for _, to in conversation.addresses[:_SHOWN_ADDRESSES]))
    if name == "connect" and conversation.wire is not None:
        return f"{conversation.wire.peer} in {took_ms} ms"
    if name == "banner":
        return conversation.banner
    if name == "ehlo" or (name == "tls" and conversation.server.scheme == "smtp+starttls"):
        features = conversation.esmtp_features
        said = [f"{name.upper()} {conversation.announced(name)}" for name in _SHOWN_FEATURES if name in features]
        return cut(", ".join(map(str.strip, said)))
    return ""
