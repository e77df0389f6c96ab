"""Dates that are read from right to left, such as those of a Hebrew letter, among English words."""

import re

_FSI, _PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # Hebrew and Arabic, with their punctuation
_PART = rf"(?:\d{{1,4}}|[{_RTL}]{{1,20}})"
_RUN = re.compile(rf"(?<![\w#.,])(?:{_PART}[ .–-]{{1,3}}){{1,8}}\d{{4}}(?![\w.,]\d)")
_LETTER = re.compile(rf"[{_RTL}]")


def with_isolated_dates(text: str) -> str:
    """Return the text, each date and each span of dates with a name of a month in such letters kept together.

    Without this `5–11 … 2026` is torn apart: its days stay with the English words before, its year goes to the others.
    """
    return _RUN.sub(_isolate, text)


def _isolate(run: re.Match[str]) -> str:
    return f"{_FSI}{run[0]}{_PDI}" if _LETTER.search(run[0]) else run[0]
