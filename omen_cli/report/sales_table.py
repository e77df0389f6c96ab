"""The sales of a snapshot beside the periods before."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Content, Kpi
from omen_cli.report.labels import PERIOD_WORDS, SALES_LABELS
from omen_cli.report.numbers import UNKNOWN, Numbers

_NEEDED = 2


def sales(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield the sales with their heading, and how their change splits; nothing when there are none to speak of.

    Columns that would hold nothing are left out: those of the period before a store's first, and an average of fewer
    than two.
    """
    if content.kpis["netSales"].value is None:
        return
    yield Heading(_scope(content, numbers))
    word = PERIOD_WORDS[content.period.timeframe]
    shown = [(label, content.kpis[name]) for name, label in SALES_LABELS.items()]
    most = max(kpi.trailing_periods for _, kpi in shown)
    columns: tuple[str, ...] = ("", f"this {word}")
    if content.period.before is not None:
        columns += (f"{word} before", "change")
    if most >= _NEEDED:
        columns += (f"average of {most} {word}s before", "against it")
    rows = tuple(_row(label, kpi, most, numbers)[: len(columns)] for label, kpi in shown)
    yield Table(columns, rows, right=frozenset(columns[1:]))
    yield from _split(content, numbers)


def _scope(content: Content, numbers: Numbers) -> str:
    period = content.period
    observed = numbers.span(period.start, period.observed_end)
    scope = f"Sales, {observed}" if period.complete else f"Sales, {observed} so far ({_days(content)})"
    if period.before is None:
        return scope
    before = numbers.span(period.before.start, period.before.end)
    days = "" if period.complete else f" ({period.before_days} {'day' if period.before_days == 1 else 'days'})"
    return f"{scope}, against {before}{days}"


def _days(content: Content) -> str:
    return f"{content.period.observed_days} of {content.period.days} days"


def _row(label: str, kpi: Kpi, most: int, numbers: Numbers) -> tuple[str, ...]:
    is_percent = kpi.unit == "percent"
    average = numbers.amount(kpi.trailing_average, kpi.unit)
    fewer = kpi.trailing_average is not None and kpi.trailing_periods < most
    return (
        label,
        numbers.amount(kpi.value, kpi.unit),
        numbers.amount(kpi.before, kpi.unit),
        numbers.change(kpi.change, "points") if is_percent else numbers.change(kpi.change_pct, "%"),
        f"{average} (of {kpi.trailing_periods})" if fewer else average,
        _points(kpi, numbers) if is_percent else numbers.change(kpi.against_trailing_pct, "%"),
    )


def _points(kpi: Kpi, numbers: Numbers) -> str:
    if kpi.value is None or kpi.trailing_average is None:
        return UNKNOWN
    return numbers.change(kpi.value - kpi.trailing_average, "points")


def _split(content: Content, numbers: Numbers) -> Iterator[Block]:
    change = content.net_sales_change
    if change is not None and change.orders_effect is not None and change.basket_effect is not None:
        yield Paragraph(
            f"Net sales changed by {numbers.signed_money(change.change)}: "
            f"{numbers.signed_money(change.orders_effect)} by the number of orders, "
            f"{numbers.signed_money(change.basket_effect)} by their average size."
        )
