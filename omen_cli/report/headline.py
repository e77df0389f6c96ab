"""The sentence that an owner reads first."""

from decimal import Decimal

from omen_cli.model.content import Content
from omen_cli.report.numbers import Numbers

_LEAST = Decimal("0.01")


def headline(content: Content, numbers: Numbers) -> str:
    """Return the net sales with their change; without any order what the inventory is worth."""
    has_sales = content.kpis["netSales"].value is not None
    return _sales(content, numbers) if has_sales else _stock(content, numbers)


def _stock(content: Content, numbers: Numbers) -> str:
    value = content.kpis["inventoryRetailValue"].value
    worth = "" if value is None else f", worth {numbers.amount(value, 'money')} at retail"
    return f"{_counted(len(content.items), 'item', numbers)} in the inventory{worth}."


def _sales(content: Content, numbers: Numbers) -> str:
    net, orders = content.kpis["netSales"], content.kpis["orders"].value or Decimal(0)
    so_far = "" if content.period.complete else " so far"
    text = f"Net sales {numbers.amount(net.value, 'money')}{so_far}"
    if net.change_pct is not None and net.change is not None:
        text += (
            f", {moved(net.change, net.change_pct, numbers)} from {numbers.amount(net.before, 'money')}"
            if net.change
            else ", unchanged"
        )
    if not orders:
        return f"{text}; no orders.{_newest(content)}"
    average = numbers.amount(content.kpis["averageOrderValue"].value, "money")
    return f"{text}; {_counted(orders, 'order', numbers)} of {average}{' on average' if orders > 1 else ''}."


def moved(change: Decimal, change_pct: Decimal, numbers: Numbers) -> str:
    """Return a change other than none in words, such as `up 11.44 %`."""
    size = (
        numbers.amount(abs(change_pct), "percent") if change_pct else f"less than {numbers.amount(_LEAST, 'percent')}"
    )
    return f"{'up' if change > 0 else 'down'} {size}"


def _newest(content: Content) -> str:
    """Return when the store last sold, where nothing sold in the period: the export may be an old one."""
    notes = [note.text for note in content.data_notes if note.code == "no_orders_in_period"]
    return f" Is the export up to date? {notes[0].capitalize()}." if notes else ""


def _counted(count: Decimal | int, noun: str, numbers: Numbers) -> str:
    return f"{numbers.amount(Decimal(count), 'count')} {noun}{'' if count == 1 else 's'}"
