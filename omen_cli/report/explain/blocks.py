"""An explanation as a person reads it: heading, definition, inputs, arithmetic, comparison."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.report.explain.explain import Explained
from omen_cli.report.explain.item import Advice, ItemExplained
from omen_cli.report.explain.kpi import KpiExplained
from omen_cli.report.explain.rows import item_label
from omen_cli.report.explain.tree import Node, Operand, Total, leaves
from omen_cli.report.explain.unlisted import UnlistedExplained
from omen_cli.report.explain.working import Working
from omen_cli.report.explain.write import shown, with_labels, with_values
from omen_cli.report.labels import ACTION_LABELS, PERIOD_WORDS, SIGNAL_LABELS
from omen_cli.report.numbers import Numbers

_BASIS = {
    "dated": "Stock as of the inventory of {date}",
    "estimated": "Stock estimated: the inventory is later, {date}, and what sold since is added back",
    "current": "Stock as the inventory has it, whatever the period",
}


def explained_blocks(explained: Explained, locale: str) -> tuple[Block, ...]:
    """Return the blocks of an explanation, in reading order."""
    numbers = Numbers(locale, explained.snapshot.content.currency)
    return (*_about(explained, numbers), *_source(explained, numbers))


def _about(explained: Explained, numbers: Numbers) -> Iterator[Block]:
    about = explained.about
    if isinstance(about, KpiExplained):
        return _kpi(about, numbers)
    return _unlisted(about, numbers) if isinstance(about, UnlistedExplained) else _item(explained, about, numbers)


def _kpi(about: KpiExplained, numbers: Numbers) -> Iterator[Block]:
    working = about.working
    yield Heading(f"{working.label}: {shown(working.value, working.unit, numbers)}")
    yield Paragraph(working.definition)
    if about.remark:
        yield Paragraph(about.remark)
    if working.value is None:
        yield Paragraph(f"Unknown: {working.why_null}")
    inputs = () if working.tree is None else tuple(dict.fromkeys(_inputs(working.tree, numbers)))
    yield Table(("input", "value"), inputs, right=frozenset({"value"}))
    yield Paragraph(f"{working.label} = {_formula(working)}")
    if _is_worked_out(working):
        yield Paragraph(_arithmetic(working, numbers))
    for other in about.also:
        yield Paragraph(f"Also {_formula(other)}: {_arithmetic(other, numbers)}")
    if about.comparison:
        yield Heading("Compared")
        yield _table(about.comparison, numbers)


def _inputs(node: Node, numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Yield each operand with its value; those of one row that a sum multiplies on one line."""
    for arg in (node,) if isinstance(node, Operand | Decimal) else node.args:
        found = list(leaves(arg))
        if isinstance(node, Total) and len(found) > 1:
            yield found[0].row, with_values(arg, numbers)
        elif isinstance(arg, Operand):
            yield arg.label, shown(arg.value, arg.unit, numbers)
        elif not isinstance(arg, Decimal):
            yield from _inputs(arg, numbers)


def _item(explained: Explained, about: ItemExplained, numbers: Numbers) -> Iterator[Block]:
    item, stock = about.item, explained.snapshot.content.stock
    yield Heading(item_label(item))
    yield Paragraph(_BASIS[stock.basis].format(date=stock.date or "of no known day"))
    yield _table(about.workings, numbers)
    if about.signals:
        yield Paragraph(f"Counted under: {'; '.join(SIGNAL_LABELS[name] for name in about.signals)}")
    if about.advice:
        yield Heading("What to do, and why")
        for one in about.advice:
            yield from _advice(one, numbers)


def _unlisted(explained: UnlistedExplained, numbers: Numbers) -> Iterator[Block]:
    yield Heading(explained.about.name or explained.about.sku)
    yield from map(Paragraph, explained.remarks)
    if explained.workings:
        yield _table(explained.workings, numbers)


def _advice(one: Advice, numbers: Numbers) -> Iterator[Block]:
    recommendation, stake = one.recommendation, one.stake
    yield Paragraph(f"{ACTION_LABELS[recommendation.action]}: {recommendation.reason}")
    yield Paragraph(f"- when {_formula(one.condition)}: {_met(one.condition, numbers)}")
    if stake.value is None:
        yield Paragraph(f"- at stake: {stake.why_null}")
    else:
        yield Paragraph(f"- at stake {_formula(stake)}: {_arithmetic(stake, numbers)}")


def _met(condition: Working, numbers: Numbers) -> str:
    text = "" if condition.tree is None else with_values(condition.tree, numbers)
    return text if condition.is_exact else f"{text} (the rule compares unrounded numbers)"


def _table(workings: Iterable[Working], numbers: Numbers) -> Table:
    rows = tuple(
        (one.label, shown(one.value, one.unit, numbers), _formula(one), _remark(one, numbers)) for one in workings
    )
    columns, needed = ("", "value", "formula", "arithmetic"), ("", "value", "arithmetic", "formula")
    return Table(columns, rows, right=frozenset({"value"}), first=needed)


def _remark(working: Working, numbers: Numbers) -> str:
    if working.value is None:
        return working.why_null or ""
    return _arithmetic(working, numbers) if _is_worked_out(working) else ""


def _is_worked_out(working: Working) -> bool:
    """Tell whether there is arithmetic to show: more than that one number is another."""
    is_one_number = working.tree is None or (isinstance(working.tree, Operand) and working.is_exact)
    return working.value is not None and not is_one_number


def _formula(working: Working) -> str:
    return "" if working.tree is None else with_labels(working.tree)


def _arithmetic(working: Working, numbers: Numbers) -> str:
    """Return the arithmetic with its result; `≈` where the inputs, rounded in a snapshot, give a little else."""
    if working.tree is None or any(operand.value is None for operand in working.operands):
        return "the snapshot does not hold what it was made of"
    text, value = with_values(working.tree, numbers), shown(working.value, working.unit, numbers)
    if working.result is None:
        return f"{text} ≈ {value} (a divisor is 0 only because it is rounded)"
    if working.is_exact:
        return f"{text} = {value}"
    return f"{text} ≈ {value} (of rounded inputs: {shown(working.result, working.unit, numbers)})"


def _source(explained: Explained, numbers: Numbers) -> Iterator[Block]:
    snapshot, period = explained.snapshot, explained.snapshot.content.period
    span = numbers.span(period.start, period.observed_end)
    if snapshot.hold.held:
        yield Paragraph(f"HELD, not to be sent: {'; '.join(snapshot.hold.reasons)}", is_alarming=True)
    if snapshot.provisional:
        yield Paragraph(f"PROVISIONAL: made before {period.as_of_date} was over", is_alarming=True)
    if not explained.is_of_these_definitions:
        yield Paragraph(f"Made with KPI definitions version {snapshot.content.kpi_version}: the formulas may differ")
    yield Paragraph(f"{snapshot.store_name}, {PERIOD_WORDS[period.timeframe]} of {span} · {snapshot.id}")
