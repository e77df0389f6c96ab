"""A course in time as upright bars: this one dark, what it is compared with pale and wide behind it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from omen_cli.report.chart_style import BEFORE, GRID, NOW, PALE, framed, labelled, spread, ticks
from omen_cli.report.chart_text import text_width
from omen_cli.report.charts import Spec
from omen_cli.report.numbers import Numbers

_GAP = 8
_HEIGHT = 220


class Bar(NamedTuple):
    """One place of a course in time: two bars, of which either may be missing."""

    label: str
    now: Decimal | None
    before: Decimal | None


def bars_spec(bars: Sequence[Bar], numbers: Numbers, width: int) -> Spec:
    """Return the specification of a chart of money by time, `width` pixels wide."""
    marks = ticks([value for bar in bars for value in (bar.now, bar.before) if value is not None])
    y = _money(marks, numbers)
    x = _time(bars, width - y["axis"]["minExtent"])
    values = [{"at": at, "now": _float(bar.now), "before": _float(bar.before)} for at, bar in enumerate(bars)]
    is_paired = any(bar.now is not None and bar.before is not None for bar in bars)
    before: dict[str, object] = {"color": PALE, "stroke": BEFORE, "width": {"band": 0.84 if is_paired else 0.7}}
    now: dict[str, object] = {"color": NOW, "width": {"band": 0.46 if is_paired else 0.7}}
    return framed(width, _HEIGHT, values, [_layer(x, y, "before", before), _layer(x, y, "now", now)])


def _money(marks: Sequence[Decimal], numbers: Numbers) -> dict[str, Any]:
    labels, at = [numbers.axis_money(mark) for mark in marks], [float(mark) for mark in marks]
    extent = _GAP + max(map(text_width, labels))
    grid = {"condition": {"test": "datum.value === 0", "value": BEFORE}, "value": GRID}
    axis = {"domain": False, "gridColor": grid, "minExtent": extent, "maxExtent": extent, **labelled(at, labels)}
    return {"type": "quantitative", "scale": {"domain": [at[0], at[-1]], "nice": False}, "axis": axis}


def _time(bars: Sequence[Bar], width: float) -> dict[str, object]:
    label_width = _GAP + max((text_width(bar.label) for bar in bars), default=0)
    shown = [*spread(len(bars), width, label_width)]
    axis = {"labelAngle": 0, "grid": False, "domain": False, **labelled(shown, [bars[at].label for at in shown])}
    scale = {"paddingInner": 0.1, "paddingOuter": 0.1}
    return {"field": "at", "type": "ordinal", "scale": scale, "axis": axis}


def _layer(x: object, y: dict[str, Any], field: str, mark: dict[str, object]) -> dict[str, object]:
    return {
        "transform": [{"filter": f"isValid(datum.{field})"}],
        "mark": {"type": "bar", **mark},
        "encoding": {"x": x, "y": {**y, "field": field}},
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
