"""Data notes: what a reader must know about the data before trusting the numbers."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from omen_cli.intelligence.kpis import NO_ORDERS
from omen_cli.intelligence.rounding import ratio
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import DataNote
from omen_cli.model.facts import Facts, OrderFacts, SoldSku
from omen_cli.model.period import VELOCITY_DAYS

_FEW_PRICES = Decimal("0.30")
_ONE_MARGIN = Decimal("0.70")


def data_notes(facts: Facts, items: Sequence[ItemMetrics], dead_stock_days: int) -> tuple[DataNote, ...]:
    """Return the notes that follow from the accepted rows, in a fixed order of kinds."""
    return (*_inventory_notes(items), *_pricing_notes(items), *_order_notes(facts.orders, dead_stock_days))


def _inventory_notes(items: Sequence[ItemMetrics]) -> Iterator[DataNote]:
    yield from _listed(items, "items_without_cost", "no known cost, so no margin", lambda m: m.item.unit_cost is None)
    yield from _listed(items, "items_without_price", "no price above 0", lambda m: not m.item.unit_price)
    yield from _listed(items, "items_not_counted", "in stock but not counted", lambda m: m.item.on_hand is None)
    yield from _listed(
        items, "negative_on_hand", "less than 0 on hand, to be counted again", lambda m: (m.item.on_hand or 0) < 0
    )


def _listed(
    items: Sequence[ItemMetrics], code: str, what: str, applies: Callable[[ItemMetrics], bool]
) -> Iterator[DataNote]:
    skus = tuple(metrics.item.sku for metrics in items if applies(metrics))
    if skus:
        yield DataNote(code=code, text=f"{what}: {len(skus)} of {len(items)} items", skus=skus)


def _pricing_notes(items: Sequence[ItemMetrics]) -> Iterator[DataNote]:
    priced = [metrics for metrics in items if metrics.is_priced]
    if not priced:
        return
    count = Decimal(len(priced))
    prices = len({metrics.item.unit_price for metrics in priced})
    margins = Counter((metrics.margin_pct or Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP) for metrics in priced)
    margin, same = max(margins.items(), key=lambda pair: (pair[1], pair[0]))
    if (ratio(Decimal(prices), count) or 0) <= _FEW_PRICES:
        yield DataNote(
            code="few_prices", text=f"pricing diversity is limited: {prices} distinct prices over {len(priced)} items"
        )
    if (ratio(Decimal(same), count) or 0) >= _ONE_MARGIN:
        yield DataNote(
            code="one_margin",
            text=f"pricing diversity is limited: {same} of {len(priced)} items have a {margin} % margin",
        )


def _order_notes(orders: OrderFacts | None, dead_stock_days: int) -> Iterator[DataNote]:
    if orders is None or orders.first_order is None:
        yield DataNote(
            code="no_orders",
            text=f"{NO_ORDERS}: sales, velocity and dead stock are unknown, and the rules that need them are silent",
        )
        return
    if not orders.observed.orders and orders.newest_order is not None:
        newest = orders.newest_order.date()
        yield DataNote(code="no_orders_in_period", text=f"no orders in the period: the newest one is of {newest}")
    days = (orders.velocity.span.end - orders.first_order).days
    if days < VELOCITY_DAYS:
        yield DataNote(code="short_velocity", text=f"velocities rest on {days} days, not {VELOCITY_DAYS}")
    if days < dead_stock_days:
        yield DataNote(
            code="short_history", text=f"orders reach back {days} days: dead stock ({dead_stock_days} days) is unknown"
        )
    if orders.before and orders.before[0] is None:
        yield DataNote(code="no_period_before", text="there is no period before: the orders begin later")
    if orders.uncosted:
        yield DataNote(
            code="sold_without_cost",
            text=f"{_skus(orders.uncosted)} sold without a known cost: not in gross profit and margin",
            skus=tuple(sold.sku for sold in orders.uncosted),
        )
    if orders.unlisted:
        yield DataNote(
            code="sold_not_in_inventory",
            text=f"{_skus(orders.unlisted)} sold that the inventory does not have",
            skus=tuple(sold.sku for sold in orders.unlisted),
        )


def _skus(sold: Sequence[SoldSku]) -> str:
    return "1 SKU" if len(sold) == 1 else f"{len(sold)} SKUs"
