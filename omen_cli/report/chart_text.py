"""How wide text is when a browser draws it: judged by its letters, since nobody here knows which font it has."""

from unicodedata import category, east_asian_width

from omen_cli.report.letter_limits import ELLIPSIS, cut

_WIDE, _CAPITAL, _USUAL, _SLIM = 12.0, 9.3, 7.7, 5.0  # of DejaVu Sans, the widest, at 12 pixels
_FOREIGN, _FOREIGN_CAPITAL = 11.0, 13.5  # such as the widest of Cyrillic
_SLIM_LETTERS = frozenset("fijlrtI .,:;'|!()[]/-")
_WIDE_LETTERS = frozenset("mwMW@%&–—…")
_LATIN = "\u024f"


def text_width(text: str) -> float:
    """Return how many pixels a text takes at most, drawn 12 pixels high."""
    return sum(map(_letter_width, text))


def cut_to_width(text: str, most: float) -> str:
    """Return the text harmless and no wider than `most` pixels; of what has no room at all an ellipsis is left."""
    if text_width(text) <= most:
        return cut(text, max(len(text), 1))
    room = most - _letter_width(ELLIPSIS)
    for at, letter in enumerate(text):
        room -= _letter_width(letter)
        if room < 0:
            return cut(text, at + 1)
    return cut(text, len(text))


def _letter_width(letter: str) -> float:
    if letter in _SLIM_LETTERS:
        return _SLIM
    if letter in _WIDE_LETTERS or east_asian_width(letter) in "WF":
        return _WIDE
    if category(letter) in ("Mn", "Me"):
        return 0.0
    if letter > _LATIN:
        return _FOREIGN_CAPITAL if letter.isupper() else _FOREIGN
    return _CAPITAL if letter.isupper() else _USUAL
