"""Canonical JSON, both ways: the same value gives the same bytes, and nothing hostile is read back.

Keys sorted by code point, no blanks, UTF-8, Decimals in plain notation with the decimals they carry, dates and times
in RFC 3339. Floats are refused: money and percentages are Decimals. (RFC 8785 knows doubles only, hence our own.)
"""

import json
import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from json.encoder import encode_basestring

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


def canonical_text(value: object) -> str:  # size: one branch a JSON type, in the order of their frequency
    """Return the text of `dump_canonical`; the commonest types are asked for first, since snapshots are large."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        pairs = [f"{encode_basestring(key)}:{canonical_text(value[key])}" for key in sorted(value)]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([canonical_text(item) for item in value]) + "]"
    if isinstance(value, date):
        return encode_basestring(rfc3339(value))
    raise ValueError(f"canonical JSON has no {type(value).__name__}")


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("canonical JSON has no NaN and no Infinity")
    return format(value if value else abs(value), "f")


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
        document = json.loads(
            text,
            parse_float=foreign_float if is_foreign else _parse_decimal,
            parse_int=foreign_int if is_foreign else _parse_int,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
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
    """Return how deep the brackets nest; those inside strings are passed over."""
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
