"""The one picture of a letter: net sales of the last periods, and the same in words.

A telephone shows it at little more than half its size, so its letters are large and few: the first period, the best and
this one are named, the others are in the words.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from omen_cli.model.content import Content
from omen_cli.model.moves import TrendContent
from omen_cli.report.chart_style import NOW
from omen_cli.report.charts import Spec
from omen_cli.report.labels import PERIOD_WORDS
from omen_cli.report.numbers import Numbers
from omen_cli.report.trend_periods import periods

WIDTH = 534  # beside its frame, in a letter of 600 pixels
_PADDING, _ABOVE, _BELOW, _LINE_HEIGHT = 2, 34, 36, 24
_HEIGHT = 150
_LETTERS = 21
_LETTER_WIDTH = 0.62  # of a bold digit, as a part of its height
_APART = 12
_LATIN = "\u024f"
_SIGNS = "–…€₤₪"
_FONT = "Liberation Sans"  # the library brings it along: no picture depends on the fonts of a machine
_INK, _MUTED, _PAST, _LINE, _PAPER = "#1f2937", "#5b6472", "#b9c6d3", "#8194a9", "#ffffff"


def trend_words(content: Content, numbers: Numbers) -> str:
    """Return what the picture shows, in words: where it is not seen, nothing is missed."""
    shown = periods(content)
    word = PERIOD_WORDS[content.period.timeframe]
    past = ", ".join(f"{_day(one, content, numbers)} {_money(one, numbers)}" for one in shown[:-1])
    so_far = "" if shown[-1].complete else " so far"
    now = f"this {word} {_money(shown[-1], numbers)}{so_far}"
    return f"Net sales by {word}, each by its first day: {past}; {now}."


def trend_spec(content: Content, numbers: Numbers) -> Spec:
    """Return the picture as a Vega-Lite specification: a calm bar a period, this one in colour, a few with a value."""
    x = {"field": "at", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.34, "paddingOuter": 0}}
    y = {"type": "quantitative", "axis": None, "scale": {"zero": True, "nice": False}}
    fill = {"condition": {"test": "datum.isNow", "value": NOW}, "value": _PAST}
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3},
        "encoding": {"x": x, "y": {**y, "field": "value"}, "color": fill},
    }
    zero = {"data": {"values": [{}]}, "mark": {"type": "rule", "color": _LINE}, "encoding": {"y": {**y, "datum": 0}}}
    below = _BELOW if periods(content)[-1].complete else _BELOW + _LINE_HEIGHT
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH - 2 * _PADDING,
        "height": _HEIGHT,
        "autosize": {"type": "none"},
        "padding": {"left": _PADDING, "right": _PADDING, "top": _ABOVE, "bottom": below},
        "background": _PAPER,
        "data": {"values": list(_values(content, numbers))},
        "layer": [bars, zero, *_labels(x, y)],
        "config": {"font": _FONT, "view": {"stroke": None}},
    }


def _labels(x: dict[str, Any], y: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the texts: above a bar its value, under all of them its day; those at an edge grow inwards."""
    for side, band in (("left", 0), ("center", 0.5), ("right", 1)):
        only = [{"filter": f"datum.side === '{side}'"}]
        place = {**x, "bandPosition": band}
        for field, mark, height in (
            ("money", {"baseline": "bottom", "dy": -6}, {**y, "field": "top"}),
            ("day", {"baseline": "top", "dy": 8, "lineBreak": "|"}, {"value": _HEIGHT}),
        ):
            text = {"type": "text", "align": side, "fontSize": _LETTERS, "fontWeight": "bold", **mark}
            ink = {"condition": {"test": "datum.isNow", "value": _INK}, "value": _MUTED}
            encoding = {"x": place, "y": height, "text": {"field": field, "type": "nominal"}, "color": ink}
            yield {"transform": only, "mark": text, "encoding": encoding}


def _values(content: Content, numbers: Numbers) -> Iterator[dict[str, Any]]:
    shown = periods(content)
    money = [_drawn(numbers.round_money(one.net_sales), f"{one.net_sales:,.0f}") for one in shown]
    days = [f"{_label(one, content, numbers)}{'' if one.complete else '|so far'}" for one in shown]
    named = _named([float(one.net_sales) for one in shown], max(map(len, (*money, *days))))
    for at, one in enumerate(shown):
        yield {
            "at": at,
            "value": float(one.net_sales),
            "top": max(float(one.net_sales), 0.0),
            "isNow": at == len(shown) - 1,
            **({"money": money[at], "day": days[at], "side": _side(at, len(shown))} if at in named else {}),
        }


def _named(values: Sequence[float], letters: int) -> tuple[int, ...]:
    """Return which places get a text: the last, the greatest and the first, as far as each has room beside those."""
    apart = ceil((letters * _LETTER_WIDTH * _LETTERS + _APART) / (WIDTH / len(values)))
    named: list[int] = []
    for at in (len(values) - 1, values.index(max(values)), 0):
        if all(abs(at - other) >= apart for other in named):
            named.append(at)
    return tuple(named)


def _side(at: int, count: int) -> str:
    return "left" if at == 0 else "right" if at == count - 1 else "center"


def _label(one: TrendContent, content: Content, numbers: Numbers) -> str:
    if content.period.timeframe == "monthly":
        return _drawn(numbers.short_month(one.start), f"{one.start:%Y-%m}")
    return _drawn(numbers.short_day(one.start), f"{one.start:%m-%d}")


def _drawn(text: str, otherwise: str) -> str:
    """Return the text where the font has its letters."""
    return text if all(letter <= _LATIN or letter in _SIGNS for letter in text) else otherwise


def _day(one: TrendContent, content: Content, numbers: Numbers) -> str:
    is_month = content.period.timeframe == "monthly"
    return numbers.month(one.start) if is_month else numbers.short_day(one.start)


def _money(one: TrendContent, numbers: Numbers) -> str:
    return numbers.amount(one.net_sales, "money")
