"""The contrast of every text of a page with what is behind it, light and dark (WCAG 2.1, 1.4.3)."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

Colour = str
LEAST = 4.5
_BLOCK = re.compile(r"@media \(prefers-color-scheme: ?dark\) ?\{((?:[^{}]*\{[^{}]*\})*)", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


class Rule(NamedTuple):
    path: tuple[str, ...]
    colours: dict[str, Colour]


def ratio(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colours(style: str) -> dict[str, Colour]:
    return dict(re.findall(r"(?:^|;)\s*(color|background-color)\s*:\s*(#[0-9a-fA-F]{3,6})", style))


class _Walk(HTMLParser):
    def __init__(self, html: str, rules: list[Rule]) -> None:
        super().__init__()
        self.rules = rules
        self.stack: list[tuple[set[str], Colour, Colour]] = [(set(), "#000000", "#ffffff")]
        self.texts: set[tuple[Colour, Colour, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in ("meta", "img", "br"):
            return
        values = dict(attributes)
        marks = {tag, *(f".{name}" for name in (values.get("class") or "").split())}
        _, ink, paper = self.stack[-1]
        own = _colours(values.get("style") or "")
        for rule in self.rules:
            if self._matches(rule.path, marks):
                own |= rule.colours
        self.stack.append((marks, own.get("color", ink), own.get("background-color", paper)))

    def handle_endtag(self, tag):
        self.stack.pop()

    def handle_data(self, data):
        marks, ink, paper = self.stack[-1]
        if data.strip("\xa0 \n") and not marks & {"style", "title", ".hidden"}:
            self.texts.add((ink, paper, data.strip()[:30]))

    def _matches(self, path: tuple[str, ...], marks: set[str]) -> bool:
        above = [one for one, *_ in self.stack]
        return path[-1] in marks and all(any(part in one for one in above) for part in path[:-1])


def dark_rules(html: str) -> list[Rule]:
    """The rules of the page's dark scheme, in order."""
    (block,) = _BLOCK.findall(html)
    return [
        Rule(tuple(path.split()), _colours(body.replace(" !important", "").replace("!important", "")))
        for paths, body in _RULE.findall(block)
        for path in paths.split(",")
    ]


def texts_too_faint(html: str, rules: list[Rule]) -> list[str]:
    """Every text that is not 4.5 : 1 against what is behind it."""
    texts = _Walk(html, rules).texts
    assert len(texts) > 10
    return [f"{ink} on {paper}: {text}" for ink, paper, text in sorted(texts) if ratio(ink, paper) < LEAST]
