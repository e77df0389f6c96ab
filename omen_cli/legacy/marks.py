"""What an old entry says of e-mail: that it was sent, when, and to whom, however it wrote that."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from omen_cli.legacy.texts import Fields, text_of, time_of
from omen_cli.model.legacy import NOT_KNOWN, NOT_TOLD

_NONE_OF_IT = r"\s<>,;:\"()\[\]|"
_ADDRESS = re.compile(rf"[^{_NONE_OF_IT}@]+@[^{_NONE_OF_IT}@']+")
_BETWEEN = re.compile(r"[,;|\n]")
_YES = frozenset({"true", "yes", "1"})
_NOT_SENT = re.compile(r'"emailSent"\s*:\s*(?:false|null|0)\b')
_SAYS = re.compile(r'"emailSent(?:At)?"\s*:')
_RECIPIENT = re.compile(r'"emailRecipients?"\s*:(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of an entry; the time and the recipient are None where it does not say them.

    `delivered_to` are all who got it as far as the entry tells, and `NOT_TOLD` among them where somebody did whom it
    does not name; empty where it says that nobody did; `NOT_KNOWN` where there is no entry to tell.
    """

    is_sent: bool = False
    sent_at: datetime | None = None
    recipient: str | None = None
    delivered_to: tuple[str, ...] = ()


UNKNOWN_HISTORY = Marks(delivered_to=(NOT_KNOWN,))
_NONE = Marks()  # of most entries: one value for all of them


def marks_of(fields: Fields) -> Marks:
    """Return the marks that an old entry has."""
    is_sent = _is_yes(fields.get("emailSent"))
    recipient, at = fields.get("emailRecipient"), fields.get("emailSentAt")
    has_gone_out = is_sent or time_of(at) is not None
    told = tuple(one for name in ("emailRecipient", "emailRecipients") for one in _told(fields.get(name)))
    found = Marks(is_sent, time_of(at), text_of(recipient), distinct(told or (NOT_TOLD,)) if has_gone_out else ())
    return _NONE if found == _NONE else found


def marks_in(text: str) -> Marks:
    """Return what the text of an entry that cannot be read tells: nothing only where it says that it was not sent.

    Cut before it says either, it leaves open whether it was.
    """
    if _NOT_SENT.search(text):
        return Marks()
    found = _RECIPIENT.search(text)
    told = distinct(map(_as_omen_writes, _ADDRESS.findall(found[1])) if found else ())
    return Marks(delivered_to=told or ((NOT_TOLD,) if _SAYS.search(text) else (NOT_KNOWN,)))


def distinct(recipients: Iterable[str]) -> tuple[str, ...]:
    """Return each recipient once, whatever the case of the letters."""
    known: dict[str, str] = {}
    for one in recipients:
        known.setdefault(one.casefold(), one)
    return tuple(known.values())


def _told(value: object) -> Iterator[str]:
    """Yield whom a recipient names: a text with one address or several, a list of such, an object that holds some."""
    if isinstance(value, str):
        yield from map(_as_omen_writes, _ADDRESS.findall(value))
        if any("@" not in part and part.strip() for part in _BETWEEN.split(value)) and "<" not in value:
            yield NOT_TOLD  # a name that is no address, as of an alias or a list
    elif isinstance(value, list):
        for one in value:
            yield from _told(one)
    elif isinstance(value, dict):
        held = [told for one in value.values() for told in _told(one) if told != NOT_TOLD]
        yield from held or (NOT_TOLD,)
    elif value not in (None, False):
        yield NOT_TOLD


def _as_omen_writes(address: str) -> str:
    """Return an address as stores.yaml would have it: its domain in ASCII, and no dot at its end."""
    local, _, domain = address.strip(".'").rpartition("@")
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def _is_yes(value: object) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.strip().casefold() in _YES)
