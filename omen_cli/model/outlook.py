"""What the numbers of a snapshot mean: signals, the verdict, forecasts and anomalies, as its content says them."""

from datetime import date
from decimal import Decimal
from typing import Literal

from omen_cli.model.base import Value

SignalName = Literal[
    "STOCKOUT_IMMINENT", "UNDER_PROMOTED", "SALES_DECLINE", "SLOW_STOCK", "MARGIN_COMPRESSION", "STABLE"
]


class Signal(Value):
    """One thing that the numbers say about the store, and what it costs not to act on it.

    `stake` is money, None when nobody can say. `skus` are the items it is about, by falling stake.
    """

    name: SignalName
    rank: int
    stake: Decimal | None
    action: str
    reason: str
    consequence: str
    skus: tuple[str, ...] = ()


class Verdict(Value):
    """The one signal to act on first, and the next; both stand in `content.signals`."""

    signal: SignalName
    runner_up: SignalName | None


class StockOut(Value):
    """A counted item that runs out within the horizon; `runs_out_on` is the first day that it cannot serve whole."""

    sku: str
    name: str | None
    unit: str | None
    on_hand: Decimal
    velocity: Decimal
    days_of_supply: Decimal
    runs_out_on: date
    lost_sales: Decimal | None
    suggested_order: Decimal | None


class MonthForecast(Value):
    """The month's net sales at the present rate: `to_date` + `days_left` × `per_day`."""

    start: date
    end: date
    to_date: Decimal
    days_left: int
    per_day: Decimal
    net_sales: Decimal


class Forecasts(Value):
    """What comes if nothing changes: stock-outs within `horizon_days`, by day, and the month's net sales."""

    horizon_days: int
    stock_outs: tuple[StockOut, ...]
    month: MonthForecast | None


class Anomaly(Value):
    """An item that sells at least twice as fast as in the period before, or at most half as fast."""

    kind: Literal["doubled", "halved"]
    sku: str
    name: str | None
    unit: str | None
    units: Decimal
    units_before: Decimal
    per_day: Decimal
    per_day_before: Decimal
