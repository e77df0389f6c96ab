"""What an old file and an old entry say, read without omen: the half of the oracle that looks at one thing at a time."""
# size: what a sound file and a sound entry are, in one place

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tests.factories import STORES
from tests.legacy.old_archives import Row

DEFAULT_STORE = STORES[0]
TIMEFRAMES = ("daily", "weekly", "monthly")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"snapshot_(daily|weekly|monthly)_(\d{4}-\d\d-\d\d)_\d{13}_[0-9a-f]{8}")


@dataclass(frozen=True)
class Reading:
    """What one file says.

    `state` is "whole" when every reader agrees on it, "doubtful" when a tolerant one reads it and a strict one does
    not, "broken" when it is no JSON or holds no snapshot; `payload` is the snapshot in it, empty when there is none.
    `is_mistaken` tells of the payload that was found where the date should be.
    """

    state: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    is_mistaken: bool = False

    @property
    def request(self) -> str | None:
        """The request that made the payload; None when it does not say."""
        return text_of(self.payload.get("requestId"))

    @property
    def key(self) -> tuple[Any, Any]:
        """Timeframe and date as they stand there."""
        return self.payload.get("timeframe"), self.payload.get("asOfDate")

    @property
    def is_dated(self) -> bool:
        """Tell whether timeframe and date are what they should be."""
        return self.key[0] in TIMEFRAMES and bool(_DATE.fullmatch(str(self.key[1])))

    @property
    def is_identified(self) -> bool:
        """Tell whether the payload alone says, beyond doubt, which snapshot of which store it is."""
        known = self.payload
        return (
            self.state == "whole"
            and not self.is_mistaken
            and is_sound_id(known.get("snapshotId"), known)
            and moment(known.get("generatedAt")) is not None
            and known.get("store", DEFAULT_STORE) in STORES
            and self.request is not None
        )


def read(raw: bytes) -> Reading:
    """Return what a file says."""
    try:
        document, is_strict = _parse(raw)
    except (ValueError, RecursionError):
        return Reading("broken" if _is_utf_8(raw) else "doubtful")
    payload, is_mistaken = _payload(document)
    if not payload:
        return Reading("broken")
    return Reading("whole" if is_strict else "doubtful", payload, is_mistaken)


def _payload(document: Any) -> tuple[Mapping[str, Any], bool]:
    if not isinstance(document, dict):
        return {}, False
    if isinstance(document.get("snapshot"), dict):
        return document["snapshot"], False
    if isinstance(document.get("asOfDate"), dict):
        return document["asOfDate"], True
    return (document if "metrics" in document and "timeframe" in document else {}), False


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parse(raw: bytes) -> tuple[Any, bool]:
    """Return the document, and whether it is JSON to the letter."""
    doubts: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            doubts.append("a key twice")
        return dict(pairs)

    def number(text: str) -> Any:
        doubts.append("a number that JSON has not, or that is too long")
        return None

    def integer(text: str) -> Any:
        return int(text) if len(text) < 40 else text

    text = raw.decode("utf-8")
    if text.startswith("\ufeff") or text.count("[") > 100:
        doubts.append("a mark, or too deep")
    document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=once, parse_constant=number, parse_int=integer)
    return document, not doubts


def text_of(value: object) -> str | None:
    """Return a text that says something; None for everything else."""
    return value if isinstance(value, str) and value else None


def moment(value: object) -> datetime | None:
    """Return a time with an offset as UTC; None for everything else."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None


def is_sound_id(value: object, key: Mapping[str, Any]) -> bool:
    """Tell whether this is an id of the old system that says the same timeframe and date as `key`."""
    match = _ID.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[1], match[2]) != (key.get("timeframe"), key.get("asOfDate")):
        return False
    try:
        return bool(date.fromisoformat(match[2]))
    except ValueError:
        return False


def is_plain(value: object) -> bool:
    """Tell whether this is a short printable text."""
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isascii() and value.isprintable()


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "createdAt": lambda value: moment(value) is not None,
    "generatedAt": lambda value: moment(value) is not None,
    "requestId": lambda value: value is None or is_plain(value),
    "store": lambda value: value is None or value in STORES,
    "summary": lambda value: isinstance(value, dict),
    "filePath": lambda value: is_plain(value) and "/" not in value,
    "sizeBytes": lambda value: type(value) is int and 0 <= value < 10**9,
    "version": lambda value: type(value) is int and 0 < value < 10**6,
    "supersedes": lambda value: value is None or (is_plain(value) and bool(_ID.fullmatch(value))),
    "createdBy": is_plain,
    "emailSent": lambda value: isinstance(value, bool),
    "emailSentAt": lambda value: value is None or moment(value) is not None,
    "emailRecipient": lambda value: value is None or is_plain(value),
}
_MAY_BE_GONE = ("requestId", "store")


def is_sound(row: Row) -> bool:
    """Tell whether an entry is as the old system wrote it, so that nothing of it may be lost or doubted."""
    if not isinstance(row, dict) or not is_sound_id(row.get("id"), row):
        return False
    return all(check(row[name]) if name in row else name in _MAY_BE_GONE for name, check in _CHECKS.items())


def store_of(row: Mapping[str, Any]) -> Any:
    """Return the store of an entry or of a payload: the one it names, or, where nothing stands there, the default."""
    return DEFAULT_STORE if row.get("store") in (None, "") else row["store"]


def who_got(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return to whom a sent entry says that it went, in lower case; `(not told)` when it names no address."""
    named = re.findall(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*", json.dumps(row.get("emailRecipient"), ensure_ascii=False))
    return tuple(name.casefold() for name in named) or ("(not told)",)


def was_sent(row: Mapping[str, Any]) -> bool:
    """Tell whether an entry says that its snapshot was e-mailed: whatever is no plain no may be a yes."""
    if _may_be_yes(row.get("emailSent")) or _may_be_yes(row.get("emailSentAt")):
        return True
    return "emailSent" not in row and row.get("emailRecipient") not in (None, "", [], False)


def _may_be_yes(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_may_be_yes, value.values()))
    return bool(value) and str(value).strip().lower() not in (
        "",
        "no",
        "never",
        "false",
        "0",
        "null",
        "none",
        "undefined",
    )
