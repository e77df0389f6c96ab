"""The text of an old index, taken apart into its values, whatever is broken between and inside them."""

import json
import re
from collections.abc import Iterator

_OPENS = re.compile(r"\s*\[?")
_BETWEEN = re.compile(r"(?:[\s,]|\](?=\s*\Z))*")  # the last bracket, too
_BEGINS = re.compile(r'\{\s*"(?:id|timeframe|requestId|store)"\s*:\s*"')


def parts_of(text: str) -> Iterator[str]:
    """Yield the text of each value of the array; where one is broken, of everything up to the next that begins."""
    decoder, at = json.JSONDecoder(), _end_of(_OPENS, text, 0)
    while (at := _end_of(_BETWEEN, text, at)) < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            found = _BEGINS.search(text, at + 1)
            end = found.start() if found else len(text)
        yield text[at:end].rstrip(", \t\r\n")
        at = end


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
