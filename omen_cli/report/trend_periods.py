"""Which periods the trend is of, and its title: the same in a letter and on a page."""

from collections.abc import Sequence

from omen_cli.model.content import Content
from omen_cli.model.moves import TrendContent
from omen_cli.report.labels import PERIOD_WORDS

MOST = 9
_NEEDED = 2


def periods(content: Content) -> Sequence[TrendContent]:
    """Return the periods that are drawn, the oldest first; none where there are too few to compare."""
    return content.trend[-MOST:] if len(content.trend) >= _NEEDED else ()


def trend_title(content: Content) -> str:
    """Return the title of the picture, such as `Net sales, this week and the 8 before`."""
    before, word = len(periods(content)) - 1, PERIOD_WORDS[content.period.timeframe]
    return f"Net sales, this {word} and the {'one' if before == 1 else before} before"
