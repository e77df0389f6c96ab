"""What an old entry says of e-mail: that it was sent, when, and to whom, however it wrote that."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from omen_cli.legacy.texts import Fields, text_of, time_of, version_of
from omen_cli.model.legacy import NOT_KNOWN, NOT_TOLD

_NONE_OF_IT = r"\s<>,;:\"()\[\]|@"
_ODD = r"/\\\\&="  # legal before the @, and as often between two addresses: then both readings are taken
_ADDRESSES = tuple(
    re.compile(rf"(?<![^{none}])([^{none}]++)@([\w.-]+)") for none in (_NONE_OF_IT, f"{_NONE_OF_IT}{_ODD}")
)
_BETWEEN = re.compile(r"[,;|\n]")
_NO = frozenset({"", "false", "no", "0", "null", "none", "undefined", "never"})
_NOT_SENT = re.compile(r'"emailSent"\s*+:\s*+(?:false|null|0|"(?:false|no|0)?")(?![\w.])')
_SENT_AT = re.compile(r'"emailSentAt"\s*+:\s*+(?!null|false|""|0\b|\Z)')
_SAYS = re.compile(r'"emailSent(?:At)?"\s*+:')
_RECIPIENT = re.compile(r'"emailRecipients?"\s*+:(.*)', re.DOTALL)
_ENDS_OF_A_WORD = ' \n\t,;|"<>[]'
_MOST_DEEP = 5
_EPOCH_MS = range(946_684_800_000, 4_102_444_800_000)  # of this century


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
    """Return the marks that an old entry has.

    It was sent where any of them says so, since what was sent is never to be sent again by omen alone: a mark that says
    anything but no, a time of sending however written, or, without a mark, somebody who got it.
    """
    at, recipient = fields.get("emailSentAt"), fields.get("emailRecipient")
    told = tuple(one for name in ("emailRecipient", "emailRecipients") for one in _told(fields.get(name), _MOST_DEEP))
    is_told_by_name = "emailSent" not in fields and bool(told)
    is_sent = not _is_no(fields.get("emailSent")) or not _is_no(at) or is_told_by_name
    found = Marks(is_sent, _time_of(at), text_of(recipient), distinct(told or (NOT_TOLD,)) if is_sent else ())
    return _NONE if found == _NONE else found


def marks_in(text: str) -> Marks:
    """Return what the text of an entry that cannot be read tells: nothing only where it says that it was not sent.

    Cut before it says either, it leaves open whether it was.
    """
    if _NOT_SENT.search(text) and not _SENT_AT.search(text):
        return Marks()
    found = _RECIPIENT.search(text)
    told = distinct(_told_in(found[1]) if found else ())
    return Marks(delivered_to=told or ((NOT_TOLD,) if _SAYS.search(text) else (NOT_KNOWN,)))


def _told_in(text: str) -> Iterator[str]:
    """Yield whom the text of a recipient names; where it is cut, the rest is not told."""
    try:
        json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        yield NOT_TOLD
        text = text[: max(map(text.rfind, _ENDS_OF_A_WORD)) + 1]
    yield from _addresses(text)


def distinct(recipients: Iterable[str]) -> tuple[str, ...]:
    """Return each recipient once, whatever the case of the letters."""
    known: dict[str, str] = {}
    for one in recipients:
        known.setdefault(one.casefold(), one)
    return tuple(known.values())


def _told(value: object, room: int) -> Iterator[str]:
    """Yield whom a recipient names: a text with one address or several, a list of such, an object that holds some."""
    if isinstance(value, str):
        yield from _addresses(value)
        if _names_others(value):
            yield NOT_TOLD
    elif isinstance(value, list) and room:
        for one in value:
            yield from _told(one, room - 1)
    elif isinstance(value, dict) and room:
        held = [told for one in value.values() for told in _told(one, room - 1) if told != NOT_TOLD]
        yield from held or (NOT_TOLD,)
    elif value not in (None, False):
        yield NOT_TOLD


def _addresses(text: str) -> Iterator[str]:
    """Yield the addresses in a text, whatever stands between them."""
    for pattern in _ADDRESSES:
        for local, domain in pattern.findall(text):
            yield _as_omen_writes(f"{local}@{domain}")


def _names_others(text: str) -> bool:
    """Tell whether a text names somebody who is no address, as an alias or a list, or an address that was not read."""
    is_named = any("@" not in part and part.strip() for part in _BETWEEN.split(text)) and "<" not in text
    return is_named or text.count("@") > max(len(one.findall(text)) for one in _ADDRESSES)


def _as_omen_writes(address: str) -> str:
    """Return an address as stores.yaml would have it: its domain in ASCII, and no dot at its end."""
    local, _, domain = address.strip(".'").rpartition("@")
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def _is_no(value: object) -> bool:
    """Tell whether a mark says no, or nothing; what nobody can read says yes."""
    if isinstance(value, str):
        return value.strip().casefold() in _NO
    if isinstance(value, dict):
        return all(map(_is_no, value.values()))
    return not value


def _time_of(value: object) -> datetime | None:
    """Return a time, also one in milliseconds since 1970; None when it is none, or has no offset."""
    whole = version_of(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if whole is not None and whole in _EPOCH_MS:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=whole)
    return time_of(value)
