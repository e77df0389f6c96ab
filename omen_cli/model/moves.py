"""How the sales of a snapshot moved: by day, by period, by category and by SKU, as its content says it."""

from datetime import date
from decimal import Decimal

from omen_cli.model.base import Value


class NetSalesChange(Value):
    """The change in net sales against the period before, in money; the two effects add up to it.

    Both effects are None when either period has no orders.
    """

    change: Decimal
    orders_effect: Decimal | None
    basket_effect: Decimal | None


class DayContent(Value):
    """The sales of one day."""

    date: date
    net_sales: Decimal
    orders: int
    units: Decimal


class TrendContent(Value):
    """The sales of one period of the trend; the last one may still be running."""

    start: date
    end: date
    complete: bool
    net_sales: Decimal
    orders: int
    gross_margin_pct: Decimal | None


class Moved(Value):
    """Net sales now and before; `part_pct` is the part of the store's whole change that this one explains."""

    net_sales: Decimal
    before: Decimal | None
    change: Decimal | None
    change_pct: Decimal | None
    part_pct: Decimal | None


class CategoryContent(Moved):
    """One category; `category` None for what has none. Its stock is valued at retail over priced, counted items."""

    category: str | None
    is_listed: bool
    items: int
    units_sold: Decimal
    inventory_retail_value: Decimal | None


class Mover(Moved):
    """One SKU whose net sales moved, listed in the inventory or not."""

    sku: str
    name: str | None
    unit: str | None
    is_listed: bool


class Movers(Value):
    """The greatest rises and falls in net sales, the greatest first; `rest` is the change of all others together."""

    up: tuple[Mover, ...]
    down: tuple[Mover, ...]
    rest: Decimal
    rest_count: int
