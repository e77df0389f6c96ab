"""The one picture of a letter: net sales of the last periods, and the same in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from omen_cli.model.content import Content
from omen_cli.model.moves import TrendContent
from omen_cli.report.charts import Spec
from omen_cli.report.labels import PERIOD_WORDS
from omen_cli.report.numbers import Numbers

WIDTH = 552
_PADDING = 8
_HEIGHT = 158
MOST = 8
_NEEDED = 2
_LETTERS = 15  # half the size remains on a telephone
_LATIN = "\u024f"
_SIGNS = "–…€₤₪"
_FONT = "Liberation Sans"  # the library brings it along: no picture depends on the fonts of a machine
_INK, _MUTED, _NOW, _PAST, _PAPER = "#1f2937", "#5b6472", "#0f766e", "#b9c6d3", "#ffffff"


def periods(content: Content) -> Sequence[TrendContent]:
    """Return the periods that are drawn, the oldest first; none where there are too few to compare."""
    return content.trend[-MOST:] if len(content.trend) >= _NEEDED else ()


def trend_title(content: Content) -> str:
    """Return the title of the picture."""
    return f"Net sales, the last {len(periods(content))} {PERIOD_WORDS[content.period.timeframe]}s"


def trend_words(content: Content, numbers: Numbers) -> str:
    """Return what the picture shows, in words: where it is not seen, nothing is missed."""
    shown = periods(content)
    word = PERIOD_WORDS[content.period.timeframe]
    past = ", ".join(f"{_day(one, content, numbers)} {_money(one, numbers)}" for one in shown[:-1])
    so_far = "" if shown[-1].complete else " so far"
    now = f"this {word} {_money(shown[-1], numbers)}{so_far}"
    return f"Net sales by {word}, each by its first day: {past}; {now}."


def trend_spec(content: Content, numbers: Numbers) -> Spec:
    """Return the picture as a Vega-Lite specification: a calm bar a period, this one in colour, each with its value."""
    values = list(_values(content, numbers))
    x = {"field": "at", "type": "ordinal", "axis": _axis(), "scale": {"paddingInner": 0.34, "paddingOuter": 0.12}}
    y = {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True, "nice": False}}
    fill = {"condition": {"test": "datum.isNow", "value": _NOW}, "value": _PAST}
    value = {"x": x, "y": {**y, "field": "top"}, "text": {"field": "money"}}
    text = {"type": "text", "baseline": "bottom", "dy": -5, "fontSize": _LETTERS}
    past = {**text, "color": _MUTED}
    now = {**text, "color": _INK, "fontWeight": "bold"}
    bar = {"type": "bar", "cornerRadiusEnd": 3}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH - 2 * _PADDING,
        "height": _HEIGHT,
        "padding": {"left": _PADDING, "right": _PADDING, "top": 12, "bottom": 8},
        "background": _PAPER,
        "data": {"values": values},
        "layer": [
            {"mark": bar, "encoding": {"x": x, "y": y, "color": fill}},
            {"transform": [{"filter": "!datum.isNow"}], "mark": past, "encoding": value},
            {"transform": [{"filter": "datum.isNow"}], "mark": now, "encoding": value},
        ],
        "config": {"font": _FONT, "view": {"stroke": None}},
    }


def _axis() -> dict[str, Any]:
    return {
        "title": None,
        "labelExpr": "slice(split(datum.value, '|'), 1)",
        "labelAngle": 0,
        "labelFontSize": _LETTERS,
        "labelColor": _MUTED,
        "labelPadding": 6,
        "labelLimit": 90,
        "ticks": False,
        "domainColor": "#d5dbe3",
    }


def _values(content: Content, numbers: Numbers) -> Iterator[dict[str, Any]]:
    shown = periods(content)
    for at, one in enumerate(shown):
        yield {
            "at": f"{at:02}|{_label(one, content, numbers)}{'' if one.complete else '|so far'}",
            "value": float(one.net_sales),
            "top": max(float(one.net_sales), 0.0),
            "money": _drawn(numbers.round_money(one.net_sales), f"{one.net_sales:,.0f}"),
            "isNow": at == len(shown) - 1,
        }


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
