"""What to do first, why, and what it costs not to; then what comes next."""

from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph
from omen_cli.model.content import Content
from omen_cli.model.outlook import Signal
from omen_cli.report.numbers import Numbers

PAST = frozenset({"SALES_DECLINE", "MARGIN_COMPRESSION"})  # their money is gone already


def verdict(content: Content, numbers: Numbers) -> Iterator[Block]:
    """Yield the verdict with its reason and its consequence, and the runner-up in a line.

    Where nothing else speaks, STABLE is nothing to do: it is said as it is. A stake of nothing, or that nobody knows,
    is not said.
    """
    by_name = {signal.name: signal for signal in content.signals}
    first = by_name[content.verdict.signal]
    if first.name == "STABLE":
        yield Heading(first.action)
        yield Paragraph(f"{_capital(first.reason)}.")
        return
    yield Heading(f"Do first: {first.action}")
    yield Paragraph(f"Why: {first.reason}.")
    if first.stake:
        yield Paragraph(f"{'It cost' if first.name in PAST else 'If not'}: {_at_stake(first, first.stake, numbers)}.")
    if content.verdict.runner_up is not None:
        runner_up = by_name[content.verdict.runner_up]
        cost = f": {_at_stake(runner_up, runner_up.stake, numbers)}" if runner_up.stake else ""
        yield Paragraph(f"Then: {runner_up.action}. {_capital(runner_up.reason)}{cost}.")


def _at_stake(signal: Signal, stake: Decimal, numbers: Numbers) -> str:
    return f"{numbers.amount(stake, 'money')}, {signal.consequence}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
