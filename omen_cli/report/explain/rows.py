"""The rows of a snapshot that formulas may sum over: days, periods, categories, items."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from omen_cli.model.content import Content, ItemContent
from omen_cli.model.item_name import item_name
from omen_cli.model.moves import DayContent
from omen_cli.report.explain.formula import Rows
from omen_cli.report.explain.tree import Known, Operand, ShownUnit
from omen_cli.report.labels import PERIOD_WORDS

Column = tuple[str, ShownUnit, Callable[..., Known | None]]
_DAY_COLUMNS: dict[str, Column] = {
    "netSales": ("net sales", "money", lambda day: day.net_sales),
    "orders": ("orders", "count", lambda day: Decimal(day.orders)),
    "units": ("units", "quantity", lambda day: day.units),
}
_ITEM_COLUMNS: dict[str, Column] = {
    "onHand": ("on hand", "quantity", lambda item: item.on_hand),
    "unitPrice": ("unit price", "money", lambda item: item.unit_price),
    "unitCost": ("unit cost", "money", lambda item: item.unit_cost),
}


def item_label(item: ItemContent) -> str:
    """Return an item's name with its SKU, by which it is found again."""
    name = item_name(item.sku, item.name, item.unit)
    return item.sku if name == item.sku else f"{name} ({item.sku})"


def all_rows(content: Content) -> dict[str, Rows]:
    """Return the rows by the name that formulas give them."""
    valued = [item for item in content.items if item.on_hand is not None and item.margin_pct is not None]
    dead = [item for item in content.items if item.dead_stock]
    costed = [item for item in dead if item.dead_stock_capital is not None]
    capital: dict[str, Column] = {"capital": ("capital", "money", lambda item: item.dead_stock_capital)}
    each: dict[str, Column] = {"one": ("items", "count", lambda _: Decimal(1))}
    word = PERIOD_WORDS[content.period.timeframe]
    of_its_days = "" if content.period.timeframe == "daily" else "the days of "
    return {
        "days": _day_rows("days", f"{of_its_days}this {word}", content.days),
        "daysBefore": _day_rows("daysBefore", f"{of_its_days}the {word} before", content.days_before),
        "categories": _category_rows(content),
        "valued": _item_rows("valued", "the counted items with price and cost", valued, _ITEM_COLUMNS),
        "dead": _item_rows("dead", "the dead stock with a known cost", costed, capital),
        "lying": _item_rows("lying", "the dead stock", dead, each),
        "past": _past_rows(content),
    }


def _day_rows(name: str, over: str, days: Iterable[DayContent]) -> Rows:
    return _rows_of(
        name, over, [(day.date.isoformat(), day.date.isoformat(), day) for day in days], _DAY_COLUMNS, is_series=True
    )


def _item_rows(name: str, over: str, items: Iterable[ItemContent], columns: dict[str, Column]) -> Rows:
    return _rows_of(name, over, [(item.sku, item_label(item), item) for item in items], columns)


def _category_rows(content: Content) -> Rows:
    columns: dict[str, Column] = {
        "netSales": ("net sales", "money", lambda one: one.net_sales),
        "units": ("units", "quantity", lambda one: one.units_sold),
    }
    named = [
        (one.category or "(none)", one.category or "no category", one)
        if one.is_listed
        else ("(unlisted)", "not in the inventory", one)
        for one in content.categories
    ]
    return _rows_of("categories", "the categories", named, columns)


def _past_rows(content: Content) -> Rows:
    """Return the whole periods that a complete period is compared with; of a running one they are not in a snapshot."""
    columns: dict[str, Column] = {
        "netSales": ("net sales", "money", lambda one: one.net_sales),
        "orders": ("orders", "count", lambda one: Decimal(one.orders)),
        "grossMarginPct": ("gross margin", "percent", lambda one: one.gross_margin_pct),
    }
    past = content.trend[-5:-1] if content.period.complete else ()
    word = PERIOD_WORDS[content.period.timeframe]
    named = [(one.start.isoformat(), f"{word} of {one.start.isoformat()}", one) for one in past]
    return _rows_of("past", f"the {word}s before", named, columns, is_series=True)


def _rows_of(
    name: str,
    over: str,
    named: Iterable[tuple[str, str, object]],
    columns: dict[str, Column],
    *,
    is_series: bool = False,
) -> Rows:
    """Return rows of operands: those of the row with key K are named `name.column[K]`."""
    return Rows(
        over,
        {column: Operand(f"{name}.{column}", label, unit, None) for column, (label, unit, _) in columns.items()},
        tuple(
            {
                column: Operand(f"{name}.{column}[{key}]", f"{row}: {label}", unit, get(value), row)
                for column, (label, unit, get) in columns.items()
            }
            for key, row, value in named
        ),
        is_series,
    )
