"""What a snapshot's charts draw: content in, bars and rows out, all text in them harmless."""

from itertools import zip_longest

from omen_cli.model.content import Content, ItemContent
from omen_cli.model.item_name import item_name
from omen_cli.model.moves import DayContent, TrendContent
from omen_cli.report.chart_bars import Bar
from omen_cli.report.chart_rows import Row
from omen_cli.report.letter_limits import cut
from omen_cli.report.movement import category_name
from omen_cli.report.numbers import Numbers
from omen_cli.report.trend_periods import periods

MOST_ROWS = 8
_MOST_LETTERS = 80


def day_bars(content: Content, numbers: Numbers) -> tuple[Bar, ...]:
    """Return the days of the observed window, each beside the day in its place of the window before."""
    is_week = content.period.timeframe == "weekly"

    def label(day: DayContent) -> str:
        return numbers.weekday(day.date) if is_week else f"{day.date.day}"

    return tuple(
        Bar(label(now or before), now.net_sales if now else None, before.net_sales if before else None)
        for now, before in zip_longest(content.days, content.days_before)
    )


def trend_bars(content: Content, numbers: Numbers) -> tuple[Bar, ...]:
    """Return the periods of the trend, the last one dark."""
    shown = periods(content)
    last = len(shown) - 1
    return tuple(
        Bar(_period(one, content, numbers), *((one.net_sales, None) if at == last else (None, one.net_sales)))
        for at, one in enumerate(shown)
    )


def _period(one: TrendContent, content: Content, numbers: Numbers) -> str:
    return numbers.short_month(one.start) if content.period.timeframe == "monthly" else numbers.short_day(one.start)


def category_rows(content: Content, numbers: Numbers) -> tuple[Row, ...]:
    """Return the categories that sold the most, each beside the period before."""
    return tuple(
        Row(_name(category_name(one)), numbers.amount(one.net_sales, "money"), one.net_sales, one.before)
        for one in content.categories[:MOST_ROWS]
    )


def supplied(content: Content) -> tuple[ItemContent, ...]:
    """Return the items that run out first; of those that hardly sell, or are not counted, nobody knows when."""
    known = [(one.runs_out_on, one.days_of_supply, one.sku, one) for one in content.items if one.runs_out_on]
    return tuple(one for *_, one in sorted(known, key=lambda of: of[:3])[:MOST_ROWS])


def cover_rows(content: Content, numbers: Numbers) -> tuple[Row, ...]:
    """Return how long the stock of each of those items lasts; what the verdict wants reordered stands out."""
    urgent = {sku for signal in content.signals if signal.name == "STOCKOUT_IMMINENT" for sku in signal.skus}
    return tuple(
        Row(
            _name(item_name(one.sku, one.name, one.unit)),
            days_left(one, numbers),
            one.days_of_supply,
            is_alarming=one.sku in urgent,
        )
        for one in supplied(content)
        if one.days_of_supply is not None
    )


def days_left(one: ItemContent, numbers: Numbers) -> str:
    """Return how long an item's stock lasts."""
    if one.on_hand is not None and one.on_hand <= 0:
        return "out"
    return "" if one.days_of_supply is None else f"{numbers.two_decimals(one.days_of_supply)} days"


def _name(text: str) -> str:
    return cut(text, _MOST_LETTERS)
