"""What each chart shows, in a sentence or two: for who cannot see it, and for who has no time to look."""

from omen_cli.model.content import Content
from omen_cli.model.item_name import item_name
from omen_cli.model.moves import DayContent
from omen_cli.report.chart_content import days_left, supplied
from omen_cli.report.labels import PERIOD_WORDS
from omen_cli.report.movement import category_name
from omen_cli.report.numbers import Numbers
from omen_cli.report.trend_periods import periods


def days_message(content: Content, numbers: Numbers) -> str:
    """Return the strongest and the weakest day."""
    best, worst = (pick(content.days, key=lambda day: day.net_sales) for pick in (max, min))
    if best.net_sales == worst.net_sales:
        return f"{numbers.amount(best.net_sales, 'money')} on each day."
    return f"The most on {_sold(best, numbers)}; the least on {_sold(worst, numbers)}."


def trend_message(content: Content, numbers: Numbers) -> str:
    """Return this period, and between what those before it lay."""
    *before, now = periods(content)
    word = PERIOD_WORDS[content.period.timeframe]
    so_far = "" if now.complete else " so far"
    low, high = (numbers.amount(pick(one.net_sales for one in before), "money") for pick in (min, max))
    past = (
        f"the {word} before brought {low}" if len(before) == 1 else f"the {len(before)} {word}s before, {low} to {high}"
    )
    return f"{numbers.amount(now.net_sales, 'money')}{so_far} this {word}; {past}."


def categories_message(content: Content, numbers: Numbers) -> str:
    """Return the category that sold the most."""
    first = content.categories[0]
    if first.net_sales <= 0:
        return "No category sold more than came back."
    sold = numbers.amount(first.net_sales, "money")
    if first.before is None:
        return f"{_sentence(category_name(first))} sold the most: {sold}."
    word, before = PERIOD_WORDS[content.period.timeframe], numbers.amount(first.before, "money")
    return f"{_sentence(category_name(first))} sold the most: {sold}, after {before} the {word} before."


def cover_message(content: Content, numbers: Numbers) -> str:
    """Return what runs out first, and when."""
    first = supplied(content)[0]
    name = item_name(first.sku, first.name, first.unit)
    if first.on_hand is not None and first.on_hand <= 0:
        return f"{name} is out."
    day = "" if first.runs_out_on is None else f", on {numbers.day(first.runs_out_on)}"
    return f"{name} runs out first{day}: {days_left(first, numbers)} of supply."


def _sold(day: DayContent, numbers: Numbers) -> str:
    return f"{numbers.weekday(day.date)}, {numbers.day(day.date)}: {numbers.amount(day.net_sales, 'money')}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
