"""The text of an old index, taken apart into its values, whatever is broken between and inside them."""

import json
import re
from collections.abc import Iterator

MOST_OF_AN_ENTRY = 1024 * 1024
_USUALLY = 16 * 1024
_OPENS = re.compile(r"\s*\[?")
_BETWEEN = re.compile(r"[\s,]*+")
_BEGINS = re.compile(r'\{\s*"(?:id|timeframe|requestId|store)"\s*:\s*"')
_FIELD = re.compile(r'[\s,]*+"([^"\\]{1,200})"\s*+:\s*+')
_LISTS = re.compile(r"\[\s*+\{")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def parts_of(text: str) -> Iterator[str]:
    """Yield the text of each value of the array; where one is broken, of everything up to the next that begins.

    The array may stand in an object, when it is the only one there that holds objects.
    """
    text = _listed(text)
    decoder, at, last = json.JSONDecoder(), _end_of(_OPENS, text, 0), len(text.rstrip()) - 1
    while (at := _end_of(_BETWEEN, text, at)) < len(text):
        if at == last and text[at] == "]":
            return
        end = _value_at(decoder, text, at)
        if end is None:
            found = _BEGINS.search(text, at + 1)
            end = found.start() if found else len(text)
        yield text[at:end].rstrip(", \t\r\n")
        at = end


def _value_at(decoder: json.JSONDecoder, text: str, at: int) -> int | None:
    """Return where the value ends that stands there; None where it is broken, or too large for an entry.

    It is read out of a piece of the text: an error counts the lines of all that it was given.
    """
    for room in (_USUALLY, MOST_OF_AN_ENTRY):
        piece = text[at : at + room]
        try:
            _, length = decoder.raw_decode(piece)
        except (ValueError, RecursionError):
            length = 0
        if length and (length < room or at + length == len(text)):
            return at + length
        if at + room >= len(text):
            break
    return None


def _listed(text: str) -> str:
    """Return the text of the array: all of it, or what stands in an object that holds one array of objects."""
    decoder, at = json.JSONDecoder(), _end_of(_BETWEEN, text, 0)
    if not text.startswith("{", at):
        return text
    found: list[str] = []
    at += 1
    while field := _FIELD.match(text, at):
        if field[1] == "id":  # an entry of its own
            return text
        start = field.end()
        at = _closing(text, start) if text[start : start + 1] in ("[", "{") else _value_at(decoder, text, start) or 0
        found += [text[start : at or len(text)]] if _LISTS.match(text, start) else []
        if not at:
            break
    return found[0] if len(found) == 1 else text


def _closing(text: str, start: int) -> int:
    """Return where what opens there is closed again; 0 where it never is."""
    depth = 0
    for one in _TOKEN.finditer(text, start):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(one[0], 0)
        if depth == 0:
            return one.end()
    return 0


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
