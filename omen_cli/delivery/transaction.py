"""One message to one recipient, in a conversation that is open: MAIL, RCPT, DATA, the message, the dot."""

import re
from typing import TYPE_CHECKING

from omen_cli.delivery.refusal import refused
from omen_cli.delivery.verdict import BeforeData, Verdict
from omen_cli.delivery.words import cut, trouble

if TYPE_CHECKING:
    from omen_cli.delivery.smtp import Conversation

_NOT_MAIL = re.compile(rb"[\x00\x80-\xff]|\r(?!\n)|(?<!\r)\n")
_DOT_FIRST = re.compile(rb"^\.", re.MULTILINE)
_DOT = b".\r\n"


def deliver(
    conversation: "Conversation", message: bytes, sender: str, recipient: str, before_data: BeforeData
) -> Verdict:
    """Offer the message once; what `before_data` raises leaves as it is, with nothing offered."""
    body = stuffed(message)
    limit = conversation.esmtp_features.get("size", "")
    size = f" SIZE={len(message)}" if conversation.has_extn("size") else ""
    if re.fullmatch(r"[0-9]{1,18}", limit) and 0 < int(limit) < len(message):
        return Verdict("failed", "mail", f"the message has {len(message)} bytes, and the server takes {int(limit)}")
    for phase, arguments in (("mail", f"FROM:<{sender}>{size}"), ("rcpt", f"TO:<{recipient}>")):
        reply = conversation.ask(phase, arguments)
        if reply.kind != 2:
            return refused(phase, reply)
    before_data()
    reply = conversation.ask("data")
    if reply.code != 354:
        return refused("data", reply)
    return _give_body(conversation, body) or _give_dot(conversation)


def stuffed(message: bytes) -> bytes:
    """Return the message as it crosses the wire before the final dot: a dot that begins a line is doubled.

    Raises:
        ValueError: it is not what a composer makes; a lone CR or LF could end it early, and begin another.
    """
    if _NOT_MAIL.search(message):
        raise ValueError("a message must be ASCII, its lines ended by CRLF")
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    return _DOT_FIRST.sub(b"..", whole)


def _give_body(conversation: "Conversation", body: bytes) -> Verdict | None:
    """Send all but the final dot: until that is sent, nobody can have accepted the message."""
    wire, timeouts = conversation.wire, conversation.server.timeouts
    problem = "there is no connection"
    if wire is not None:
        try:
            wire.send(body, timeouts.reply_s, timeouts.body_s)
            problem = conversation.unasked()
        except OSError as error:
            problem = trouble(error)
    return Verdict("queued", "body", cut(problem), is_retryable=True) if problem else None


def _give_dot(conversation: "Conversation") -> Verdict:
    """Send the final dot and return what its reply means; whatever is not clear from here on is unknown."""
    wire, timeouts = conversation.wire, conversation.server.timeouts
    if wire is None:
        raise ValueError("there is no connection to end a message on")
    try:
        wire.send(_DOT, timeouts.reply_s, timeouts.reply_s)
    except OSError as error:
        return Verdict("unknown", "dot", cut(trouble(error)))
    reply = conversation.hear(timeouts.dot_s)
    more = wire.unasked()
    if more and not _agree(reply.kind, more):
        return Verdict("unknown", "dot", cut(f"{reply.words}, and more that contradicts it"))
    if reply.kind == 4:
        return Verdict("queued", "dot", reply.words, is_retryable=True)
    return Verdict("sent" if reply.kind == 2 else "failed" if reply.kind == 5 else "unknown", "dot", reply.words)


def _agree(kind: int, more: bytes) -> bool:
    """Tell whether everything that came behind a reply is a reply of the same kind."""
    return re.fullmatch(rb"(%d[0-9][0-9][ -][^\r\n]*\r?\n)+" % kind, more) is not None
