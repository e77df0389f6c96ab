"""Canonical JSON, both ways: the same value gives the same bytes, and nothing hostile is read back.

Keys sorted by code point, no blanks, UTF-8, Decimals in plain notation with the decimals they carry, dates and times
in RFC 3339. Floats are refused: money and percentages are Decimals. (RFC 8785 knows doubles only, hence our own.)
"""

# size: both directions of one form, side by side

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from omen_cli.model.foreign import MAX_NUMBER_LENGTH, foreign_float, foreign_int, without_halves

MAX_DEPTH = 40
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # also one without an end: else each quote is tried
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKET = re.compile(r"[\[\]{}]")


class NotStrictJson(ValueError):
    """The text is not JSON as omen writes it: the message says what is wrong."""


def dump_canonical(value: object) -> bytes:
    """Return `value` as canonical JSON.

    Args:
        value: dicts with str keys, sequences, str, int, bool, Decimal, date, aware datetime, None.

    Raises:
        ValueError: a float, a NaN, a naive datetime or any other type.
    """
    return canonical_text(value).encode("utf-8")


def canonical_sha256(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in lower-case hex."""
    return sha256(dump_canonical(value)).hexdigest()


def canonical_text(value: object) -> str:
    """Return the text of `dump_canonical`."""
    return _WRITERS[type(value)](value)


class _Writers(dict[type, Callable[[Any], str]]):
    """What writes a value, by its type: a look by the type is the quickest there is, and snapshots are large."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """Return what writes a string, a number, … by inheritance."""
        for known, write in self.items():
            if issubclass(kind, known):
                return write
        raise ValueError(f"canonical JSON has no {kind.__name__}")


def _object(value: dict[str, object]) -> str:
    pairs = [f"{encode_basestring(key)}:{_WRITERS[type(value[key])](value[key])}" for key in sorted(value)]
    return "{" + ",".join(pairs) + "}"


def _array(value: list[object] | tuple[object, ...]) -> str:
    return "[" + ",".join([_WRITERS[type(item)](item) for item in value]) + "]"


def _date(value: date) -> str:
    return encode_basestring(rfc3339(value))


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("canonical JSON has no NaN and no Infinity")
    return format(value if value else abs(value), "f")


_WRITERS = _Writers(
    {
        str: encode_basestring,
        bool: lambda value: "true" if value else "false",  # before int, which it is, too
        int: int.__repr__,
        Decimal: _decimal,
        type(None): lambda _: "null",
        dict: _object,
        list: _array,
        tuple: _array,
        date: _date,
    }
)


def rfc3339(value: date) -> str:
    """Return a date as `YYYY-MM-DD`, an aware time as RFC 3339 to the millisecond with its offset."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise ValueError("a time without an offset")
    return value.isoformat(timespec="milliseconds")


def load_strict(raw: bytes, *, is_foreign: bool = False) -> object:
    """Return the JSON document in `raw`, numbers with a point as Decimal.

    Args:
        raw: the document.
        is_foreign: read what other programs write, too: `1e-7`, and as text a number out of bounds and half a pair.

    Raises:
        NotStrictJson: not UTF-8, not JSON, duplicate keys, half of a surrogate pair, NaN or Infinity, a number over 60
            characters, or nesting over 40 levels.
    """
    try:
        text = raw.decode("utf-8-sig")
        if _depth(text) > MAX_DEPTH:
            raise NotStrictJson(f"nested deeper than {MAX_DEPTH} levels")
        document: object = (_FOREIGN if is_foreign else _OWN).decode(text)
        if is_foreign and _SURROGATE.search(text):
            return without_halves(document)
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False, default=str).encode("utf-8")
        return document
    except UnicodeEncodeError as error:
        raise NotStrictJson("half of a surrogate pair, which no UTF-8 can say") from error
    except UnicodeDecodeError as error:
        raise NotStrictJson(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise NotStrictJson(f"{error.msg} at line {error.lineno} column {error.colno}") from error


def _depth(text: str) -> int:
    """Return how deep the brackets nest, at the most; those inside strings are passed over, where it matters."""
    most = text.count("[") + text.count("{")
    if most <= MAX_DEPTH:
        return most
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _parse_decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER_LENGTH or "e" in text or "E" in text:
        raise NotStrictJson(f"a number in a form that omen never writes: {text[:20]}")
    return Decimal(text)


def _parse_int(text: str) -> int:
    if len(text) > MAX_NUMBER_LENGTH:
        raise NotStrictJson(f"a number of {len(text)} digits")
    return int(text)


def _refuse_constant(text: str) -> object:
    raise NotStrictJson(f"{text} is not a JSON number")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise NotStrictJson(f"the key {twice!r} stands twice")
    return found


_OWN = json.JSONDecoder(
    parse_float=_parse_decimal,
    parse_int=_parse_int,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique_keys,
)
_FOREIGN = json.JSONDecoder(
    parse_float=foreign_float,
    parse_int=foreign_int,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique_keys,
)
