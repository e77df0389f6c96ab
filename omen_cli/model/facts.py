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


class ItemSales(Value):
    """What one item sold: in the observed window, in the velocity window, and when first and last (returns apart)."""

    sku: str
    observed: Sales
    velocity_units: Decimal
    first_sale: date | None
    last_sale: date | None


class SoldSku(Value):
    """A SKU that sold in the observed window, with its gross sales there."""

    sku: str
    gross: Decimal


class OrderFacts(Value):
    """Everything that the orders tell up to the end of the observed window.

    `before[k]` is the comparison window k + 1 periods back; None when it ended before the store's first order.
    `by_item` holds inventory items only, sorted by SKU. `uncosted` sold without a known cost, `unlisted` without an
    inventory item, both by falling gross sales. `first_order` is a day, `newest_order` a time, local to the store.
    """

    first_order: date | None
    newest_order: datetime | None
    observed: WindowSales
    velocity: WindowSales
    before: tuple[WindowSales | None, ...]
    by_item: tuple[ItemSales, ...]
    uncosted: tuple[SoldSku, ...]
    unlisted: tuple[SoldSku, ...]


class TableRows(Value):
    """How many rows of a table were read, and how many of them were set aside."""

    read: int
    set_aside: int


class Facts(Value):
    """All facts of one store and one period; `items` sorted by SKU, `rows` by role.

    `repeated_lines` counts order lines that repeat an (order_id, line_id) and so do not count again,
    `conflicting_lines` those of them that say something else, `overlapping_lines` lines that stand in two files to the
    letter. They speak of files, so they never enter the content of a snapshot.
    """

    items: tuple[Item, ...]
    orders: OrderFacts | None
    rows: dict[str, TableRows]
    inputs: tuple[InputFile, ...]
    rejected: tuple[RejectedRows, ...]
    overlapping_lines: int = 0
    repeated_lines: int = 0
    conflicting_lines: int = 0
