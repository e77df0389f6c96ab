"""One message to one recipient, in a conversation that is open: MAIL, RCPT, DATA, the message, the dot."""

import re
from typing import TYPE_CHECKING

from omen_cli.delivery.refusal import Stop, again, refused
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
    stop = offer_sender(conversation, sender, len(message)) or _offer_recipient(conversation, recipient)
    if stop is None:
        before_data()
        stop = _begin(conversation) or _give_body(conversation, body)
    return stop.verdict if stop else _give_dot(conversation)


def offer_sender(conversation: "Conversation", sender: str, size: int) -> Stop | None:
    """Say from whom a message comes, and its bytes where the server announced SIZE; 0 when they are not known."""
    limit = conversation.esmtp_features.get("size", "")
    if re.fullmatch(r"[0-9]{1,18}", limit) and 0 < int(limit) < size:
        return Stop("failed", "mail", f"the message has {size} bytes, and the server takes {int(limit)}")
    declared = f" SIZE={size}" if size and conversation.has_extn("size") else ""
    reply = conversation.ask("MAIL", f"FROM:<{sender}>{declared}")
    return None if reply.kind == 2 else refused("mail", reply)


def _offer_recipient(conversation: "Conversation", recipient: str) -> Stop | None:
    reply = conversation.ask("RCPT", f"TO:<{recipient}>")
    return None if reply.kind == 2 else refused("rcpt", reply)


def _begin(conversation: "Conversation") -> Stop | None:
    reply = conversation.ask("DATA")
    conversation.is_in_message = reply.code == 354
    return None if conversation.is_in_message else refused("data", reply)


def stuffed(message: bytes) -> bytes:
    """Return the message as it crosses the wire before the final dot: a dot that begins a line is doubled.

    Raises:
        ValueError: it is not what a composer makes; a lone CR or LF could end it early, and begin another.
    """
    if _NOT_MAIL.search(message):
        raise ValueError("a message must be ASCII, its lines ended by CRLF")
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    return _DOT_FIRST.sub(b"..", whole)


def _give_body(conversation: "Conversation", body: bytes) -> Stop | None:
    """Send all but the final dot: until that is sent, nobody can have accepted the message."""
    wire, timeouts = conversation.wire, conversation.server.timeouts
    problem = "there is no connection"
    if wire is not None:
        try:
            wire.send(body, timeouts.reply_s, timeouts.body_s)
            problem = conversation.unasked()
        except OSError as error:
            problem = trouble(error)
    return again("body", problem) if problem else None


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
    conversation.is_in_message = not reply.kind
    more = wire.unasked()
    if reply.kind and more and not _agree(reply.kind, more):
        return Verdict("unknown", "dot", cut(f"{reply.words}, and more that contradicts it"))
    if reply.kind == 4:
        return Verdict("queued", "dot", reply.words, is_retryable=True)
    return Verdict("sent" if reply.kind == 2 else "failed" if reply.kind == 5 else "unknown", "dot", reply.words)


def _agree(kind: int, more: bytes) -> bool:
    """Tell whether everything that came behind a reply is a reply of the same kind."""
    return re.fullmatch(rb"(%d[0-9][0-9][ -][^\r\n]*\r?\n)+" % kind, more) is not None
