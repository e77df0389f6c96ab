"""What an old snapshot says of its store, in the words and numbers of the old system, for people to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from omen_cli.model.canonical import load_strict
from omen_cli.model.legacy import LegacySnapshot, raw_of

Fields = Mapping[str, object]
OLD_NUMBERS: Mapping[str, str] = {
    "itemCount": "items",
    "itemsWithPricing": "items with a price",
    "recommendationCount": "recommendations",
    "averageMargin": "average margin, %",
    "totalRevenue": "total revenue",
    "totalCost": "total cost",
    "totalProfit": "total profit",
}
_SAYS_WHAT = ("timeframe", "asOfDate", "requestId", "metrics")
_OURS = ("format", "event")  # of a document of omen, and of a line of its audit
_MOST_OF_A_TEXT = 300
_GROUPS = ("promotions", "pricing", "inventory")


@dataclass(frozen=True)
class OldAdvice:
    """One recommendation of the old system."""

    group: str
    action: str
    name: str
    reason: str


@dataclass(frozen=True)
class OldContent:
    """The numbers, by the old system's names, and the advice; what it does not say is left out."""

    numbers: Mapping[str, Decimal]
    advice: tuple[OldAdvice, ...]


def fields_of(value: object) -> dict[str, object]:
    """Return an object's fields; none where it is no object."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def load_old(raw: bytes) -> object:
    """Return an old JSON document; one that is not UTF-8 is read as Latin-1, so that what it is can be told.

    Raises:
        NotStrictJson, RecursionError: it is none.
    """
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = raw.decode("latin-1").encode("utf-8")
    return load_strict(raw, is_foreign=True)


def snapshot_in(wrapper: dict[str, object]) -> tuple[dict[str, object] | None, bool]:
    """Return the snapshot in an old document, None without, and whether it stands in the place of the date."""
    for is_mistaken, name in ((False, "snapshot"), (True, "asOfDate")):
        if inner := fields_of(wrapper.get(name)):
            return (inner if _is_snapshot(inner) else None), is_mistaken
    is_ours = any(name in wrapper for name in _OURS)
    return (wrapper if _is_snapshot(wrapper) and not is_ours else None), False


def old_content(snapshot: LegacySnapshot) -> OldContent:
    """Return what an old snapshot says: its file, and where that says nothing its entry."""
    entry = _document((snapshot.old_entry or "").encode("utf-8"))
    payload = snapshot_in(_document(raw_of(snapshot.payload)))[0] or {} if snapshot.payload else {}
    metrics = fields_of(payload.get("metrics"))
    told = {
        **_numbers(fields_of(entry.get("diffMetadata"))),
        **_numbers(fields_of(entry.get("summary"))),
        **_numbers({"itemCount": metrics.get("totalItems", payload.get("itemCount"))}),
        **_numbers(metrics),
    }
    return OldContent(told, tuple(_advice(fields_of(payload.get("recommendations")))))


def _is_snapshot(fields: Fields) -> bool:
    return sum(name in fields for name in _SAYS_WHAT) > 1


def _document(raw: bytes) -> dict[str, object]:
    try:
        return fields_of(load_old(raw))
    except (ValueError, RecursionError):
        return {}


def _numbers(fields: Fields) -> dict[str, Decimal]:
    found = {name: fields.get(name) for name in OLD_NUMBERS}
    return {
        name: Decimal(value)
        for name, value in found.items()
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
    }


def _advice(groups: Fields) -> Iterator[OldAdvice]:
    for group in _GROUPS:
        listed = groups.get(group)
        for one in map(fields_of, listed if isinstance(listed, list) else ()):
            action, name, reason = (_text(one.get(key)) for key in ("action", "name", "reason"))
            if action or reason:
                yield OldAdvice(group, action, name or _text(one.get("sku")), reason)


def _text(value: object) -> str:
    return " ".join(value.split())[:_MOST_OF_A_TEXT] if isinstance(value, str) else ""
