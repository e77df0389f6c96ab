"""The sentences that an owner reads first."""

from decimal import Decimal

from omen_cli.model.content import Content
from omen_cli.report.numbers import Numbers


def headline(content: Content, numbers: Numbers, reorder_days: Decimal | None) -> str:
    """Return the net sales with their change, then what is most urgent to do.

    Args:
        content: what the snapshot says.
        numbers: the store's number forms.
        reorder_days: the threshold under which an item is to be reordered now; None when it is not known.
    """
    has_sales = content.kpis["netSales"].value is not None
    parts = (
        _sales(content, numbers) if has_sales else _stock(content, numbers),
        _urgent(content, numbers, reorder_days),
    )
    return " ".join(part for part in parts if part)


def _stock(content: Content, numbers: Numbers) -> str:
    value = content.kpis["inventoryRetailValue"].value
    worth = "" if value is None else f", worth {numbers.amount(value, 'money')} at retail"
    return f"{_counted(len(content.items), 'item', numbers)} in the inventory{worth}."


def _sales(content: Content, numbers: Numbers) -> str:
    net, orders = content.kpis["netSales"], content.kpis["orders"].value or Decimal(0)
    so_far = "" if content.period.complete else " so far"
    text = f"Net sales {numbers.amount(net.value, 'money')}{so_far}"
    if net.change_pct is not None:
        way = "up" if net.change_pct > 0 else "down"
        moved = f", {way} {numbers.amount(abs(net.change_pct), 'percent')} from {numbers.amount(net.before, 'money')}"
        text += moved if net.change_pct else ", unchanged"
    if not orders:
        return f"{text}; no orders.{_newest(content)}"
    average = numbers.amount(content.kpis["averageOrderValue"].value, "money")
    return f"{text}; {_counted(orders, 'order', numbers)} of {average}{' on average' if orders > 1 else ''}."


def _newest(content: Content) -> str:
    """Return when the store last sold, where nothing sold in the period: the export may be an old one."""
    notes = [note.text for note in content.data_notes if note.code == "no_orders_in_period"]
    return f" Is the export up to date? {notes[0].capitalize()}." if notes else ""


def _urgent(content: Content, numbers: Numbers, reorder_days: Decimal | None) -> str:
    now = [one for one in content.recommendations if one.action == "REORDER_NOW"]
    if not now:
        soon = sum(one.action == "REORDER_SOON" for one in content.recommendations)
        return f"{_counted(soon, 'item', numbers)} {'is' if soon == 1 else 'are'} nearly gone." if soon else ""
    when = "soon" if reorder_days is None else f"within {_counted(reorder_days, 'day', numbers)}"
    out = sum((one.triggering_metrics.get("quantity") or Decimal(0)) <= 0 for one in now)
    already = f", {numbers.amount(Decimal(out), 'count')} of them already out" if out else ""
    stake = sum((one.money_at_stake or Decimal(0) for one in now), Decimal(0))
    at_stake = f": {numbers.amount(stake, 'money')} of sales at stake" if stake else ""
    return f"{_counted(len(now), 'item', numbers)} {'runs' if len(now) == 1 else 'run'} out {when}{already}{at_stake}."


def _counted(count: Decimal | int, noun: str, numbers: Numbers) -> str:
    return f"{numbers.amount(Decimal(count), 'count')} {noun}{'' if count == 1 else 's'}"
