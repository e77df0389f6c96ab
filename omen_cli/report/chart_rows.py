"""A ranking as lying bars: above each its name and its value as text, so that no name needs a margin of its own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from omen_cli.report.chart_style import ALARM, BEFORE, MUTED, NOW, PALE, framed
from omen_cli.report.chart_text import cut_to_width, text_width
from omen_cli.report.charts import Spec

_ROW = 40
_GAP = 16


class Row(NamedTuple):
    """One place of a ranking; `text` is the value as it is read."""

    name: str
    text: str
    now: Decimal
    before: Decimal | None = None
    is_alarming: bool = False


def rows_spec(rows: Sequence[Row], width: int) -> Spec:
    """Return the specification of a ranking, `width` pixels wide."""
    values = [
        {
            "at": at,
            "name": cut_to_width(row.name, width - _GAP - text_width(row.text)),
            "text": row.text,
            "now": float(row.now),
            "alarms": row.is_alarming,
        }
        | ({} if row.before is None else {"before": float(row.before)})
        for at, row in enumerate(rows)
    ]
    every = [part for row in rows for part in (row.now, row.before or Decimal(0))]
    domain = [float(min((*every, Decimal(0)))), float(max((*every, Decimal(0)))) or 1.0]
    layers = [
        _text("name", {"align": "left"}, {"value": 0}),
        _text("text", {"align": "right", "color": MUTED}, {"value": "width"}),
        _bars("now", {"color": NOW, "height": 8, "yOffset": 4}, domain, "datum.alarms == false"),
        _bars("now", {"color": ALARM, "height": 8, "yOffset": 4}, domain, "datum.alarms == true"),
        _bars("before", {"color": PALE, "stroke": BEFORE, "height": 5, "yOffset": 12}, domain, "isValid(datum.before)"),
    ]
    return framed(width, _ROW * len(rows), values, layers)


def _place(offset: int) -> dict[str, object]:
    scale = {"paddingInner": 0, "paddingOuter": 0}
    return {"field": "at", "type": "ordinal", "axis": None, "scale": scale, "bandPosition": 0.5, "offset": offset}


def _text(field: str, mark: dict[str, object], x: dict[str, object]) -> dict[str, object]:
    encoding = {"y": _place(0), "x": x, "text": {"field": field, "type": "nominal"}}
    return {"mark": {"type": "text", "baseline": "middle", "dy": -9, **mark}, "encoding": encoding}


def _bars(field: str, mark: dict[str, object], domain: list[float], only: str) -> dict[str, object]:
    x = {"field": field, "type": "quantitative", "axis": None, "scale": {"domain": domain, "nice": False}}
    encoding = {"x": x, "y": _place(0)}
    return {"transform": [{"filter": only}], "mark": {"type": "bar", **mark}, "encoding": encoding}
