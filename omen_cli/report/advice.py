"""What to do: the first of each action, so that fifty items to reorder hide nothing else."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Action, Recommendation
from omen_cli.model.item_name import item_name
from omen_cli.report.labels import ACTION_LABELS
from omen_cli.report.numbers import Numbers

MAX_OF_ACTION = 5


class Chosen(NamedTuple):
    """The advice that is shown, and how many more there are of each action."""

    shown: tuple[Recommendation, ...]
    more: tuple[tuple[Action, int], ...]


def chosen(advice: tuple[Recommendation, ...], most_of_action: int) -> Chosen:
    """Return the first of each action, in their order."""
    counts: Counter[Action] = Counter()
    shown = []
    for one in advice:
        counts[one.action] += 1
        if counts[one.action] <= most_of_action:
            shown.append(one)
    more = ((action, count - most_of_action) for action, count in counts.items() if count > most_of_action)
    return Chosen(tuple(shown), tuple(more))


def advice(
    advice: tuple[Recommendation, ...], numbers: Numbers, most_of_action: int = MAX_OF_ACTION
) -> Iterator[Block]:
    """Yield the advice as a table under its heading, and how many more there are."""
    found = chosen(advice, most_of_action)
    yield Heading(advice_heading(len(advice), found))
    if found.shown:
        columns = ("action", "item", "why", "at stake", "confidence")
        rows = tuple(_row(one, numbers) for one in found.shown)
        yield Table(columns, rows, right=frozenset({"at stake", "confidence"}))
    if found.more:
        yield Paragraph(more_advice(found))


def advice_heading(count: int, found: Chosen) -> str:
    """Return the heading of `count` recommendations of which some are shown."""
    if not count:
        return "What to do: nothing stands out"
    return f"What to do: {len(found.shown)} of {count}, the first of each kind" if found.more else "What to do"


def more_advice(found: Chosen) -> str:
    """Return how many more there are of each action."""
    return f"More of them: {', '.join(f'{ACTION_LABELS[action]} {count}' for action, count in found.more)}"


def _row(one: Recommendation, numbers: Numbers) -> tuple[str, ...]:
    return (
        ACTION_LABELS[one.action],
        item_name(one.sku, one.name, one.unit),
        one.reason,
        numbers.amount(one.money_at_stake, "money"),
        numbers.two_decimals(one.confidence),
    )
