"""The content of a snapshot: a pure function of the accepted rows, the settings that entered and the as-of date.

Money and percentages carry two decimals, rounded once, half up; what is unknown is None, with a reason.
"""

# size: a field a line; what moves and what is meant has its own modules

from datetime import date
from decimal import Decimal
from typing import Literal

from omen_cli.model.base import Value
from omen_cli.model.ids import Timeframe
from omen_cli.model.moves import CategoryContent, DayContent, Movers, NetSalesChange, TrendContent
from omen_cli.model.outlook import Anomaly, Forecasts, Signal, Verdict
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
StockBasis = Literal["dated", "estimated", "current"]


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


class StockContent(Value):
    """As of when the stock is.

    `dated`: the inventory's own date, `date`; `estimated`: the inventory was made later, and what sold since,
    `units_added_back`, was added back; `current`: as the file has it, since nobody dated it, or nothing can be added.
    """

    basis: StockBasis
    date: date | None
    units_added_back: Decimal | None


class SumsContent(Value):
    """What KPIs are made of that is no KPI itself, so that each can be worked out again from the snapshot alone.

    Of the observed window: net and gross sales of the lines whose cost is known. Of the velocity window: all its units
    and net sales, its days, and the units that counted items sold. `margins` is the sum of the item margins in percent.
    """

    net_sales_costed: Decimal
    gross_sales_costed: Decimal
    velocity_days: int | None
    velocity_units: Decimal
    velocity_net_sales: Decimal
    counted_on_hand: Decimal | None
    counted_velocity_units: Decimal
    counted_units: Decimal
    margins: Decimal


class ItemContent(Value):
    """One inventory item with its metrics; sorted by SKU in `content.items`.

    `on_hand` is as of the basis in `content.stock`, `on_hand_in_file` as the inventory says. `velocity` is
    `velocity_units` ÷ `velocity_days`. `runs_out_on` is the first day that the stock cannot serve whole.
    """

    sku: str
    name: str | None
    unit: str | None
    category: str | None
    visible: bool | None
    on_hand: Decimal | None
    on_hand_in_file: Decimal | None
    unit_cost: Decimal | None
    unit_price: Decimal | None
    margin_pct: Decimal | None
    units_sold: Decimal | None
    units_before: Decimal | None
    net_sales: Decimal | None
    net_sales_before: Decimal | None
    velocity: Decimal | None
    velocity_units: Decimal | None
    velocity_days: int | None
    sale_days: int | None
    days_of_supply: Decimal | None
    runs_out_on: date | None
    suggested_order: Decimal | None
    sell_through_pct: Decimal | None
    first_sale: date | None
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
    """Everything that a snapshot says.

    `signals` are in the order of the verdict. `days` are those of the observed window, `days_before` those it is
    compared with, each in order; `trend` are up to eight whole periods before and this one, the oldest first. Without
    any order they are empty, and `sums` and `movers` None. `categories` are by falling net sales, then by name.
    """

    kpi_version: int = KPI_VERSION
    currency: str
    period: PeriodContent
    verdict: Verdict
    signals: tuple[Signal, ...]
    kpis: dict[str, Kpi]
    sums: SumsContent | None
    net_sales_change: NetSalesChange | None
    days: tuple[DayContent, ...]
    days_before: tuple[DayContent, ...]
    trend: tuple[TrendContent, ...]
    categories: tuple[CategoryContent, ...]
    movers: Movers | None
    forecasts: Forecasts
    anomalies: tuple[Anomaly, ...]
    stock: StockContent
    items: tuple[ItemContent, ...]
    recommendations: tuple[Recommendation, ...]
    data_notes: tuple[DataNote, ...]
