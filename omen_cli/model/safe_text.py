"""What comes from data, or was typed, is shown harmless: used wherever text leaves omen for a terminal."""

import re
from unicodedata import category

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*", re.ASCII)


def safe_text(text: str) -> str:
    """Return `text` on one line, of printable characters, as many as it had.

    White space within a line, such as a tab or a no-break space, becomes a plain space. All else that is unprintable,
    C1, bidi or zero-width, and every line break, becomes U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_safe, text))


def _safe(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character == "\t" or category(character) == "Zs" else REPLACEMENT


def without_tokens(text: str) -> str:
    """Return the text with `***` for every JSON web token in it: one that was typed where no token belongs."""
    return _TOKEN.sub("***", text)
