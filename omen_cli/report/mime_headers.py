"""The header block of a message: made by hand, then taken apart again and compared with what was meant.

The standard library folds and encodes on its own account, and on Python 3.11.7 an encoded word in a value can become a
line of its own (CVE-2024-6923). So no value may hold one, and the bytes are judged, not the intention.
"""

import re
from collections.abc import Sequence
from email.header import Header, decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses

from omen_cli.errors import InvalidArgument
from omen_cli.model.letter import Envelope
from omen_cli.model.mail_address import Mailbox, is_address, mailbox

CRLF = b"\r\n"
FOLD = "\r\n "
MOST_OF_A_LINE = 998
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._%+-]{1,128}@[A-Za-z0-9.-]{1,253}>")
_LIST_ID = re.compile(r"<[A-Za-z0-9._-]{1,255}>")
_URL = re.compile(r"(?:mailto:|https://)[A-Za-z0-9._~:/?#@!$&'*+,;=%-]{1,800}")
_SUBJECT = re.compile(r"\S.{0,398}\S")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MOST_PLAIN = 60
_MOST_OF_A_SHORT_LINE = 78
_HINT = "correct the addresses and names under `mail` and `recipients` in stores.yaml"

Headers = Sequence[tuple[str, str]]


def headers(subject: str, envelope: Envelope) -> Headers:
    """Return the headers of a message but its Content-Type, with the values that are meant, not yet encoded.

    Raises:
        InvalidArgument: a value would break out of its header, or is not what belongs there.
    """
    sender = mailbox(envelope.sender)
    if sender is None:
        raise _refused("From", envelope.sender)
    if not is_address(envelope.recipient):
        raise _refused("To", envelope.recipient)
    if envelope.date.tzinfo is None:
        raise ValueError("the date of a message has no offset")
    return (
        ("From", f"{sender.name} <{sender.address}>" if sender.name else sender.address),
        ("To", envelope.recipient),
        ("Subject", _checked("Subject", subject, _SUBJECT)),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", _checked("Message-ID", envelope.message_id, _MESSAGE_ID)),
        ("Auto-Submitted", "auto-generated"),
        ("List-Id", _checked("List-Id", envelope.list_id, _LIST_ID)),
        *_unsubscribe(envelope.list_unsubscribe),
        ("MIME-Version", "1.0"),
    )


def _unsubscribe(url: str | None) -> Headers:
    """Return how to be taken off the list; one click only where a server can be asked."""
    if url is None:
        return ()
    found = ("List-Unsubscribe", f"<{_checked('List-Unsubscribe', url, _URL)}>")
    if url.startswith("https://"):
        return (found, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return (found,)


def _checked(name: str, value: str, pattern: re.Pattern[str]) -> str:
    if not value.isprintable() or "=?" in value or pattern.fullmatch(value) is None:
        raise _refused(name, value)
    return value


def _refused(name: str, value: str) -> InvalidArgument:
    return InvalidArgument(f"{name} {value[:80]!a}: cannot stand in the header of a message", hint=_HINT)


def header_block(meant: Headers) -> bytes:
    """Return the headers as bytes, each line ending with CRLF, without the empty line behind them.

    Raises:
        InvalidArgument: read back, they would not be the names and values that are meant.
    """
    block = b"".join(f"{name}: {_encoded(name, value)}".encode("ascii") + CRLF for name, value in meant)
    lines = block.removesuffix(CRLF).split(CRLF)
    firsts = [line.partition(b":")[0].decode() for line in lines if line[:1] not in (b" ", b"\t")]
    whole = b"".join(lines)
    if (
        b"\r" in whole
        or b"\n" in whole
        or max(map(len, lines)) > MOST_OF_A_LINE
        or firsts != [name for name, _ in meant]
    ):
        raise InvalidArgument("the headers of a message: a value holds the end of a line", hint=_HINT)
    parsed = BytesParser(policy=compat32).parsebytes(block, headersonly=True)
    for name, value in meant:
        if [_said(name, raw.replace(FOLD, " ")) for raw in parsed.get_all(name, [])] != [value]:
            raise _refused(name, value)
    return block


def _encoded(name: str, value: str) -> str:
    if name == "From":
        shown, address = _split(value)
        words = _words(name, shown, quote=_ATOMS.fullmatch(shown) is None)
        fits = "\r" not in words and len(f"{name}: {words} <{address}>") <= _MOST_OF_A_SHORT_LINE
        return f"{words}{' ' if fits else FOLD}<{address}>" if shown else address
    if name == "Content-Type":
        return value.replace("; ", f";{FOLD}")
    return _words(name, value) if name == "Subject" else value


def _words(name: str, text: str, *, quote: bool = False) -> str:
    """Return a text as it is where it is short and ASCII, else as encoded words."""
    if text.isascii() and len(text) <= _MOST_PLAIN:
        return f'"{text}"' if quote else text
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _split(sender: str) -> Mailbox:
    """Return the parts of a sender that was judged before."""
    name, _, address = sender.rpartition(" <")
    return Mailbox(name, address.removesuffix(">")) if name else Mailbox("", sender)


def _said(name: str, raw: str) -> str:
    """Return what a header that was read says, as `headers` means it."""
    if name == "From":
        found = [f"{_decoded(shown)} <{address}>" if shown else address for shown, address in getaddresses([raw])]
        return ", ".join(found)
    return _decoded(raw) if name == "Subject" else raw


def _decoded(words: str) -> str:
    return str(make_header(decode_header(words)))
