"""What an e-mail address and a sender look like: the one rule, for settings and for headers."""

import re
from typing import NamedTuple

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")
_SENDER = re.compile(r'(?:(?P<name>[^<>"(),:;@\[\]\\]*)|"(?P<quoted>[^"\\<>]*)" *)<(?P<address>[^<>]*)>')
_MAX_ADDRESS = 254
_MAX_LOCAL = 64
_MAX_SENDER = 354


class Mailbox(NamedTuple):
    """Whose post it is: a name to show, empty without one, and an address."""

    name: str
    address: str


def is_address(text: str) -> bool:
    """Tell whether `text` is an ASCII addr-spec that cannot break out of a mail header."""
    if len(text) > _MAX_ADDRESS or "=?" in text:
        return False
    match = _ADDRESS.fullmatch(text)
    return match is not None and len(match["local"]) <= _MAX_LOCAL


def mailbox(sender: str) -> Mailbox | None:
    """Return what `OMEN <reports@example.com>` or a plain address says; None when it is neither, or not harmless."""
    if len(sender) > _MAX_SENDER or not sender.isprintable() or "=?" in sender:
        return None
    match = _SENDER.fullmatch(sender)
    if match is None:
        return Mailbox("", sender) if is_address(sender) else None
    name = match["name"] or match["quoted"] or ""
    return Mailbox(" ".join(name.split()), match["address"]) if is_address(match["address"]) else None
