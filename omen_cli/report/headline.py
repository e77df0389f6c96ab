"""The one sentence that an owner reads first."""

from omen_cli.model.content import Content
from omen_cli.report.numbers import Numbers


def headline(content: Content, numbers: Numbers) -> str:
    """Return the net sales with their change, then what is most urgent to do."""
    return " ".join(part for part in (_sales(content, numbers), _urgent(content, numbers)) if part)


def _sales(content: Content, numbers: Numbers) -> str:
    net = content.kpis["netSales"]
    if net.value is None:
        value = content.kpis["inventoryRetailValue"]
        stock = f"{len(content.items)} items"
        return (
            f"{stock}, worth {numbers.amount(value.value, 'money')} at retail."
            if value.value is not None
            else f"{stock}."
        )
    text = f"Net sales {numbers.amount(net.value, 'money')}"
    if net.change_pct is not None:
        way = "up" if net.change_pct > 0 else "down" if net.change_pct < 0 else "unchanged,"
        text += f", {way} {numbers.amount(abs(net.change_pct), 'percent')} from {numbers.amount(net.before, 'money')}"
    orders = content.kpis["orders"]
    if orders.value:
        average = numbers.amount(content.kpis["averageOrderValue"].value, "money")
        text += f"; {numbers.amount(orders.value, 'count')} orders of {average} on average"
    return f"{text}."


def _urgent(content: Content, numbers: Numbers) -> str:
    now = [one for one in content.recommendations if one.action == "REORDER_NOW"]
    soon = [one for one in content.recommendations if one.action == "REORDER_SOON"]
    if now:
        stakes = [one.money_at_stake for one in now if one.money_at_stake is not None]
        items = "1 item runs" if len(now) == 1 else f"{len(now)} items run"
        return (
            f"{items} out within a week: {numbers.amount(sum(stakes, start=stakes[0] * 0), 'money')} of sales at stake."
            if stakes
            else f"{items} out within a week."
        )
    return f"{len(soon)} items are nearly gone." if soon else ""
