"""The stock of a snapshot: as of when it is, what it is worth, how fast it sells."""

from collections.abc import Iterator
from decimal import Decimal

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import StockContent
from omen_cli.model.period import VELOCITY_DAYS
from omen_cli.model.snapshot import SettingsEntered, Snapshot
from omen_cli.report.labels import STOCK_LABELS
from omen_cli.report.numbers import Numbers

_COUNTED = ("inventoryRetailValue", "inventoryCostValue", "potentialProfit", "daysOfSupply", "sellThroughPct")


def stock(snapshot: Snapshot, numbers: Numbers) -> Iterator[Block]:
    """Yield the stock KPIs, with the basis in their heading and beside each what must be known of it."""
    yield Heading(f"Stock, {_basis(snapshot.content.stock, numbers)}")
    kpis, remarks = snapshot.content.kpis, _remarks(snapshot)
    rows = tuple(
        (label, numbers.amount(kpis[name].value, kpis[name].unit), kpis[name].why_null or remarks.get(name, ""))
        for name, label in STOCK_LABELS.items()
    )
    yield Table(("", "value", "remark"), rows, right=frozenset({"value"}))
    if snapshot.content.stock.basis == "estimated":
        yield Paragraph("What was delivered since is not known: the stock of then may have been lower.")


def _basis(stock: StockContent, numbers: Numbers) -> str:
    """Return as of when the stock is."""
    if stock.basis == "dated" and stock.date is not None:
        return f"as of the inventory of {numbers.day(stock.date)}"
    if stock.basis == "estimated":
        return f"estimated: the inventory is later{_added_back(stock.units_added_back, numbers)}"
    if stock.date is not None:
        return f"current: the inventory is of {numbers.day(stock.date)}, and nobody knows what sold since the period"
    return "current: as the inventory has it, whatever the period"


def _added_back(units: Decimal | None, numbers: Numbers) -> str:
    """Return what was added to the inventory's stock; less than nothing, where more came back than sold."""
    if not units:
        return ", and nothing that it counts sold since"
    count = numbers.amount(abs(units), "quantity")
    if units < 0:
        return f", and the {count} more that came back than sold since {'is' if units == -1 else 'are'} taken off"
    return f", and the {count} that sold since {'is' if units == 1 else 'are'} added back"


def _remarks(snapshot: Snapshot) -> dict[str, str]:
    """Return what a reader must know of a stock KPI that has a value, by its name."""
    codes = {note.code for note in snapshot.content.data_notes}
    days = dead_stock_days(snapshot.settings)
    remarks = {"velocity": f"over {'fewer than ' if 'short_velocity' in codes else ''}{VELOCITY_DAYS} days"}
    if days:
        remarks["deadStockItems"] = f"none sold in {days}"
    if "items_not_counted" in codes:
        remarks |= dict.fromkeys(_COUNTED, "counted items only")
    return remarks


def dead_stock_days(settings: SettingsEntered) -> str:
    """Return after how many days without a sale stock is dead, of the categories that say so themselves too."""
    everywhere = (settings.thresholds, *settings.category_thresholds.values())
    days = sorted({own["deadStockDays"] for own in everywhere if "deadStockDays" in own})
    if len(days) < 2:
        return "".join(f"{one:f} days" for one in days)
    return f"{days[0]:f} to {days[-1]:f} days, by category"
