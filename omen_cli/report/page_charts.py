"""The charts of a page: which there are, the message of each in words, and its numbers as a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from omen_cli.model.content import Content
from omen_cli.report.chart_bars import bars_spec
from omen_cli.report.chart_content import category_rows, cover_rows, day_bars, supplied, trend_bars
from omen_cli.report.chart_messages import categories_message, cover_message, days_message, trend_message
from omen_cli.report.chart_rows import Row, rows_spec
from omen_cli.report.chart_svg import chart_svg
from omen_cli.report.charts import Spec
from omen_cli.report.labels import PERIOD_WORDS, SIGNAL_LABELS
from omen_cli.report.numbers import Numbers
from omen_cli.report.page_moves import category_table, days_table, trend_table
from omen_cli.report.page_stock import cover_table
from omen_cli.report.page_table import PageTable
from omen_cli.report.trend_periods import periods, trend_title

WIDE, NARROW = 500, 320
_SEVERAL = 2


@dataclass(frozen=True)
class Drawing:
    """One chart, drawn twice: for a wide page and for a narrow one. Markup of our own."""

    wide: str
    narrow: str


class Key(NamedTuple):
    """What a colour stands for; `colour` is now, before or alarm."""

    colour: str
    text: str


class Figure(NamedTuple):
    """One chart; `legend` is empty where one colour says nothing that the title does not."""

    key: str
    title: str
    message: str
    legend: tuple[Key, ...]
    drawing: Drawing
    table: PageTable


def figures(content: Content, numbers: Numbers) -> Iterator[Figure]:
    """Yield the charts that there is something to draw in."""
    word = PERIOD_WORDS[content.period.timeframe]
    both = (Key("now", f"this {word}"), Key("before", f"the {word} before"))
    if len(content.days) >= _SEVERAL:
        legend = both if content.days_before else ()
        bars = day_bars(content, numbers)
        drawing = _drawn("days", lambda width: bars_spec(bars, numbers, width))
        yield Figure("days", "Net sales by day", days_message(content, numbers), legend, drawing,
                     days_table(content, numbers))  # fmt: skip
    if periods(content):
        course = trend_bars(content, numbers)
        drawing = _drawn("trend", lambda width: bars_spec(course, numbers, width))
        yield Figure("trend", trend_title(content), trend_message(content, numbers), (), drawing,
                     trend_table(content, numbers))  # fmt: skip
    yield from _rankings(content, numbers, both)


def _rankings(content: Content, numbers: Numbers, both: tuple[Key, ...]) -> Iterator[Figure]:
    if len(content.categories) >= _SEVERAL:
        legend = both if content.period.before is not None else ()
        sold = category_rows(content, numbers)
        drawing = _drawn("by-category", lambda width: rows_spec(sold, width))
        yield Figure("by-category", "Net sales by category", categories_message(content, numbers), legend, drawing,
                     category_table(content, numbers))  # fmt: skip
    if supplied(content):
        cover = cover_rows(content, numbers)
        drawing = _drawn("cover", lambda width: rows_spec(cover, width))
        yield Figure("cover", "Days of supply", cover_message(content, numbers), tuple(_of_cover(cover)), drawing,
                     cover_table(supplied(content), numbers))  # fmt: skip


def _of_cover(rows: Sequence[Row]) -> Iterator[Key]:
    """Yield what the colours of the supply mean, where any of it is urgent."""
    if any(row.is_alarming for row in rows):
        yield Key("alarm", SIGNAL_LABELS["STOCKOUT_IMMINENT"])
        if not all(row.is_alarming for row in rows):
            yield Key("now", "all others")


def _drawn(key: str, spec: Callable[[int], Spec]) -> Drawing:
    return Drawing(
        chart_svg(spec(WIDE), f"{key}-wide", "chart wide"), chart_svg(spec(NARROW), f"{key}-narrow", "chart narrow")
    )
