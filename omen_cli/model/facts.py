"""Facts: the small typed aggregates that SQL made of the input tables; every amount exact, in the store's currency."""

from datetime import date, datetime
from decimal import Decimal

from omen_cli.model.base import Value
from omen_cli.model.period import Span
from omen_cli.model.sources import InputFile, RejectedRows


class Item(Value):
    """One row of the inventory, with the cost that was found for it."""

    sku: str
    name: str | None
    unit: str | None
    category: str | None
    on_hand: Decimal | None
    unit_cost: Decimal | None
    unit_price: Decimal | None
    visible: bool | None
    first_seen: date | None


class Sales(Value):
    """Sums over order lines: money unrounded, `units` with returns taken off.

    `known_*` are the same sums over the lines whose unit cost is known; `known_cost` is Σ unit cost × quantity.
    """

    gross: Decimal = Decimal(0)
    discounts: Decimal = Decimal(0)
    returns: Decimal = Decimal(0)
    units: Decimal = Decimal(0)
    known_gross: Decimal = Decimal(0)
    known_net: Decimal = Decimal(0)
    known_cost: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """Return gross sales − discounts − returns."""
        return self.gross - self.discounts - self.returns


class WindowSales(Sales):
    """The sums of one window of days, with its distinct orders (of at least one line of quantity > 0)."""

    span: Span
    orders: int = 0
    lines: int = 0


class DaySales(Sales):
    """The sums of one day, with its distinct orders."""

    day: date
    orders: int = 0


class SkuSales(Value):
    """What one SKU sold: in the observed window, in the first window before it, and in the velocity window.

    `first_sale` and `last_sale` are of the whole history up to the end of the observed window, `sale_days` the days of
    the velocity window with a sale (a line of quantity > 0). `units_after` is what it sold, returns taken off, between
    the end of the observed window and the end of the inventory's own date; without one, all that sold since.
    """

    sku: str
    observed: Sales = Sales()
    before: Sales = Sales()
    velocity_units: Decimal = Decimal(0)
    sale_days: int = 0
    first_sale: date | None = None
    last_sale: date | None = None
    units_after: Decimal = Decimal(0)


class SoldSku(Value):
    """A SKU that sold in the observed window, with its gross sales there."""

    sku: str
    gross: Decimal


class OrderFacts(Value):
    """Everything that the orders tell up to the end of the observed window.

    `before[k]` is the comparison window k + 1 periods back, `trend[k]` that whole period, each None when it ended
    before the store's first order. `month` is the calendar month of the as-of date, up to the end of what was
    observed. `by_day` has a row for each day with a line of the observed window and of `before[0]`, in order. `by_item`
    holds inventory items only, `by_other` the SKUs, as they were sold, that match none; both sorted by SKU, and both
    only what sold up to the end of the observed window or counts in `units_after`. `uncosted` sold without a known
    cost, `unlisted` without an inventory item, in the observed window, both by falling gross sales. `first_order` is a
    day, `newest_order` a time, local to the store. `busy_days` are the days with an order among the 28 that end with
    the newest order's. `lines_after` counts the lines of `units_after`, of whatever SKU.
    """

    first_order: date | None
    newest_order: datetime | None
    observed: WindowSales
    velocity: WindowSales
    before: tuple[WindowSales | None, ...]
    trend: tuple[WindowSales | None, ...]
    month: WindowSales
    by_day: tuple[DaySales, ...]
    by_item: tuple[SkuSales, ...]
    by_other: tuple[SkuSales, ...]
    uncosted: tuple[SoldSku, ...]
    unlisted: tuple[SoldSku, ...]
    busy_days: int = 0
    lines_after: int = 0


class TableRows(Value):
    """How many rows of a table were read, and how many of them were set aside."""

    read: int
    set_aside: int


class Facts(Value):
    """All facts of one store and one period; `items` sorted by SKU, `rows` by role.

    `repeated_lines` counts order lines that repeat an (order_id, line_id) and so do not count again,
    `conflicting_lines` those of them that say something else, `overlapping_lines` lines that stand in two files to the
    letter. They speak of files, so they never enter the content of a snapshot. `inventory_date` is the day as of whose
    end the inventory says that it is; None when it does not say.
    """

    items: tuple[Item, ...]
    orders: OrderFacts | None
    rows: dict[str, TableRows]
    inputs: tuple[InputFile, ...]
    rejected: tuple[RejectedRows, ...]
    overlapping_lines: int = 0
    repeated_lines: int = 0
    conflicting_lines: int = 0
    inventory_date: date | None = None
