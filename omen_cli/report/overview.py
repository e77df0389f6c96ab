"""A snapshot as a person reads it in a terminal: headline, numbers, what to do, data notes."""

from collections.abc import Iterator

from omen_cli.model.blocks import Block, Heading, Paragraph, Table
from omen_cli.model.content import Content, Kpi, Recommendation
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.headline import headline
from omen_cli.report.numbers import UNKNOWN, Numbers

PERIOD_WORDS: dict[Timeframe, str] = {"daily": "day", "weekly": "week", "monthly": "month"}
MAX_ADVICE = 20
MAX_SKUS = 6
KPI_LABELS = {
    "netSales": "Net sales",
    "orders": "Orders",
    "averageOrderValue": "Average order value",
    "units": "Units",
    "grossSales": "Gross sales",
    "discounts": "Discounts",
    "discountRatePct": "Discount rate",
    "returns": "Returns",
    "costOfGoods": "Cost of goods",
    "grossProfit": "Gross profit",
    "grossMarginPct": "Gross margin",
    "costCoveragePct": "Cost coverage",
}
STOCK_LABELS = {
    "items": "Items",
    "itemsPriced": "Items with price and cost",
    "averageMarginPct": "Average margin",
    "inventoryRetailValue": "Inventory at retail",
    "inventoryCostValue": "Inventory at cost",
    "potentialProfit": "Potential profit",
    "velocity": "Units sold a day (28 days)",
    "daysOfSupply": "Days of supply",
    "sellThroughPct": "Sell-through",
    "deadStockItems": "Dead stock, items",
    "deadStockCapital": "Dead stock, capital",
}
ACTION_LABELS = {
    "REORDER_NOW": "Reorder now",
    "REORDER_SOON": "Reorder soon",
    "REVIEW_PRICING": "Review the price",
    "PROTECT_PRICING": "Keep the price",
    "PROMOTE_AS_FEATURED": "Feature",
    "PROMOTE_SLOW_MOVER": "Show a slow mover",
    "CREATE_BUNDLE": "Bundle",
    "CONSIDER_DISCOUNT": "Consider a discount",
    "CLEAR_DEAD_STOCK": "Clear dead stock",
}


def overview(snapshot: Snapshot, locale: str) -> tuple[Block, ...]:
    """Return the blocks of a snapshot, in reading order."""
    numbers = Numbers(locale, snapshot.content.currency)
    return (
        *_title(snapshot, numbers),
        *_kpis(snapshot.content, numbers),
        *_stock(snapshot.content, numbers),
        *_advice(snapshot.content.recommendations, numbers),
        *_notes(snapshot),
        Paragraph(f"{snapshot.id} · version {snapshot.version} · content {snapshot.content_sha256[:12]}"),
    )


def _title(snapshot: Snapshot, numbers: Numbers) -> Iterator[Block]:
    period = snapshot.content.period
    yield Heading(f"{snapshot.store_name}: {snapshot.timeframe} snapshot, {numbers.span(period.start, period.end)}")
    if snapshot.hold.held:
        yield Paragraph(f"HELD, not to be sent: {'; '.join(snapshot.hold.reasons)}", is_alarming=True)
    if snapshot.provisional:
        yield Paragraph(f"PROVISIONAL: made before {period.as_of_date} had ended", is_alarming=True)
    if snapshot.supersedes:
        yield Paragraph(f"Supersedes {snapshot.supersedes}: {snapshot.reason}")
    yield Paragraph(headline(snapshot.content, numbers))


def _kpis(content: Content, numbers: Numbers) -> Iterator[Block]:
    period = content.period
    word = PERIOD_WORDS[period.timeframe]
    if content.kpis["netSales"].value is None:
        return
    yield Heading(_scope(content, numbers))
    shown = [(label, content.kpis[name]) for name, label in KPI_LABELS.items()]
    columns = ("", f"this {word}", f"{word} before", "change", f"average of {word}s before", "against it")
    rows = tuple(_kpi_row(label, kpi, numbers) for label, kpi in shown)
    yield Table(columns, rows, right=frozenset(columns[1:]))
    if content.net_sales_change and content.net_sales_change.orders_effect is not None:
        change = content.net_sales_change
        yield Paragraph(
            f"The change in net sales, {numbers.amount(change.change, 'money')}: "
            f"{numbers.amount(change.orders_effect, 'money')} from the number of orders, "
            f"{numbers.amount(change.basket_effect, 'money')} from their size."
        )


def _scope(content: Content, numbers: Numbers) -> str:
    period = content.period
    observed = numbers.span(period.start, period.observed_end)
    so_far = "" if period.complete else f" so far ({period.observed_days} of {period.days} days)"
    if period.before is None:
        return f"Sales, {observed}{so_far}"
    days = "" if period.before_days == period.observed_days else f" ({period.before_days} days)"
    return f"Sales, {observed}{so_far}, against {numbers.span(period.before.start, period.before.end)}{days}"


def _kpi_row(label: str, kpi: Kpi, numbers: Numbers) -> tuple[str, ...]:
    is_percent = kpi.unit == "percent"
    return (
        label,
        numbers.amount(kpi.value, kpi.unit),
        numbers.amount(kpi.before, kpi.unit),
        numbers.change(kpi.change, "points") if is_percent else numbers.change(kpi.change_pct, "%"),
        f"{numbers.amount(kpi.trailing_average, kpi.unit)} ({kpi.trailing_periods})"
        if kpi.trailing_periods
        else UNKNOWN,
        _against_trailing(kpi, numbers),
    )


def _against_trailing(kpi: Kpi, numbers: Numbers) -> str:
    if kpi.unit != "percent":
        return numbers.change(kpi.against_trailing_pct, "%")
    has_both = kpi.value is not None and kpi.trailing_average is not None
    return numbers.change(kpi.value - kpi.trailing_average if has_both else None, "points")  # type: ignore[operator]


def _stock(content: Content, numbers: Numbers) -> Iterator[Block]:
    yield Heading("Stock")
    rows = tuple(
        (label, numbers.amount(content.kpis[name].value, content.kpis[name].unit), content.kpis[name].why_null or "")
        for name, label in STOCK_LABELS.items()
    )
    yield Table(("", "value", "remark"), rows, right=frozenset({"value"}))


def _advice(advice: tuple[Recommendation, ...], numbers: Numbers) -> Iterator[Block]:
    if not advice:
        yield Heading("What to do: nothing stands out")
        return
    cut = f", the first {MAX_ADVICE} of {len(advice)}" if len(advice) > MAX_ADVICE else ""
    yield Heading(f"What to do{cut}")
    rows = tuple(
        (
            ACTION_LABELS[one.action],
            " ".join(part for part in (one.name or one.sku, one.unit) if part),
            one.reason,
            numbers.amount(one.money_at_stake, "money"),
            f"{one.confidence:.2f}",
        )
        for one in advice[:MAX_ADVICE]
    )
    columns = ("action", "item", "why", "at stake", "confidence")
    yield Table(columns, rows, right=frozenset({"at stake", "confidence"}))


def _notes(snapshot: Snapshot) -> Iterator[Block]:
    lines = [_note(note.text, note.skus) for note in snapshot.content.data_notes]
    lines += [_set_aside(snapshot, index) for index in range(len(snapshot.rejected))]
    lines += snapshot.notes
    if lines:
        yield Heading("Data notes")
        yield from (Paragraph(f"- {line}") for line in lines)


def _note(text: str, skus: tuple[str, ...]) -> str:
    if not skus:
        return text
    more = f" and {len(skus) - MAX_SKUS} more" if len(skus) > MAX_SKUS else ""
    return f"{text} ({', '.join(skus[:MAX_SKUS])}{more})"


def _set_aside(snapshot: Snapshot, index: int) -> str:
    rows = snapshot.rejected[index]
    where = "; ".join(f"{one.file} line {one.line}: {one.value!r}" for one in rows.examples)
    return f"set aside, {rows.count} of {rows.role}: {rows.reason} ({where})"
