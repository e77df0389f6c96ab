"""The content of a snapshot: a pure function of the accepted rows, the settings that entered and the as-of date.

Money and percentages carry two decimals, rounded once, half up; what is unknown is None, with a reason.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from omen_cli.model.base import Value
from omen_cli.model.ids import Timeframe
from omen_cli.model.period import Span

KPI_VERSION = 1
Unit = Literal["money", "percent", "count", "quantity", "quantity_per_day", "days"]
Action = Literal[
    "PROMOTE_AS_FEATURED",
    "CREATE_BUNDLE",
    "PROMOTE_SLOW_MOVER",
    "REVIEW_PRICING",
    "PROTECT_PRICING",
    "REORDER_NOW",
    "REORDER_SOON",
    "CONSIDER_DISCOUNT",
    "CLEAR_DEAD_STOCK",
]
Group = Literal["promotions", "pricing", "inventory"]


class PeriodContent(Value):
    """The period, its observed part, and the part of the period before that it is compared with."""

    timeframe: Timeframe
    as_of_date: date
    timezone: str
    start: date
    end: date
    observed_end: date
    days: int
    observed_days: int
    complete: bool
    before: Span | None
    before_days: int | None


class Kpi(Value):
    """One number with its unit and what it is compared with.

    `why_null` says why `value` is None. `before` is the period before; `change` (points for a percentage) and
    `change_pct` are against it. `trailing_average` is the mean of `trailing_periods` periods before,
    `against_trailing_pct` against that.
    """

    value: Decimal | None
    unit: Unit
    why_null: str | None = None
    before: Decimal | None = None
    change: Decimal | None = None
    change_pct: Decimal | None = None
    trailing_average: Decimal | None = None
    against_trailing_pct: Decimal | None = None
    trailing_periods: int = 0


class NetSalesChange(Value):
    """The change in net sales against the period before, in money; the two effects add up to it.

    Both effects are None when either period has no orders.
    """

    change: Decimal
    orders_effect: Decimal | None
    basket_effect: Decimal | None


class ItemContent(Value):
    """One inventory item with its metrics; sorted by SKU in `content.items`."""

    sku: str
    name: str | None
    unit: str | None
    category: str | None
    visible: bool | None
    on_hand: Decimal | None
    unit_cost: Decimal | None
    unit_price: Decimal | None
    margin_pct: Decimal | None
    units_sold: Decimal | None
    net_sales: Decimal | None
    velocity: Decimal | None
    velocity_days: int | None
    days_of_supply: Decimal | None
    sell_through_pct: Decimal | None
    last_sale: date | None
    dead_stock: bool | None
    dead_stock_capital: Decimal | None


class Recommendation(Value):
    """What to do with one item, and the numbers that say so."""

    group: Group
    action: Action
    sku: str
    unit: str | None
    name: str | None
    reason: str
    confidence: Decimal
    triggering_metrics: dict[str, Decimal | None]
    money_at_stake: Decimal | None


class DataNote(Value):
    """Something that a reader of the numbers must know about the data."""

    code: str
    text: str
    skus: tuple[str, ...] = ()


class Content(Value):
    """Everything that a snapshot says."""

    kpi_version: int = KPI_VERSION
    currency: str
    period: PeriodContent
    kpis: dict[str, Kpi]
    net_sales_change: NetSalesChange | None
    items: tuple[ItemContent, ...]
    recommendations: tuple[Recommendation, ...]
    data_notes: tuple[DataNote, ...]
