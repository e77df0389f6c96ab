"""How every chart looks: few colours, no frame, and an axis whose numbers are written by us.

A page recolours a chart by these very colours, so nothing is drawn in another.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import floor, log10
from typing import Any

NOW = "#1d5fa8"
BEFORE = "#8194a9"
PALE = "#d5dde6"
ALARM = "#b0471c"
INK = "#1c2530"
MUTED = "#56616e"
GRID = "#dfe4ea"
COLOURS = (NOW, BEFORE, PALE, ALARM, INK, MUTED, GRID)
FONT = "system-ui, sans-serif"
FONT_SIZE = 12
_INTERVALS = 3
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def framed(width: int, height: int, values: Sequence[Mapping[str, object]], layers: Sequence[object]) -> dict[str, Any]:
    """Return a specification of layers over the same values, as wide as told with all that it has around it."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 1, "right": 1, "top": 8, "bottom": 2},
        "background": None,
        "data": {"values": list(values)},
        "layer": list(layers),
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "text": {"font": FONT, "fontSize": FONT_SIZE, "color": INK},
            "axis": {
                "labelFont": FONT,
                "labelFontSize": FONT_SIZE,
                "labelColor": MUTED,
                "gridColor": GRID,
                "domainColor": BEFORE,
                "title": None,
                "ticks": False,
                "labelPadding": 8,
            },
        },
    }


def ticks(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return round numbers from at most the least to at least the greatest of the values and 0, about four."""
    low, high = min((*values, Decimal(0))), max((*values, Decimal(0)))
    step = _step((high - low) / _INTERVALS or Decimal(1))
    first, last = floor(low / step), -floor(-high / step)
    return tuple(step * at for at in range(first, max(last, first + 1) + 1))


def _step(at_least: Decimal) -> Decimal:
    power = Decimal(10) ** floor(log10(at_least))
    return next(nice * power for nice in _NICE if nice * power >= at_least)


def labelled(at: Sequence[float], labels: Sequence[str]) -> dict[str, object]:
    """Return the part of an axis that writes each label at its value."""
    words, places = (json.dumps(list(part), ensure_ascii=False) for part in (labels, at))
    return {"values": list(at), "labelExpr": f"{words}[indexof({places}, datum.value)]"}


def spread(count: int, width: float, label_width: float) -> Iterator[int]:
    """Yield which of `count` places in a row have room for a label, the last one always."""
    every = max(1, -floor(-count * label_width / max(width, 1)))
    return (at for at in range(count) if (count - 1 - at) % every == 0)
