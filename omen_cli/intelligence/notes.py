"""Data notes: what a reader must know about the data before trusting the numbers.

Source: docs/kpis.md, "data notes".
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from omen_cli.intelligence.rounding import ratio
from omen_cli.intelligence.sales import NO_ORDERS
from omen_cli.intelligence.stock import ItemMetrics
from omen_cli.model.content import DataNote
from omen_cli.model.facts import Facts, OrderFacts, SoldSku
from omen_cli.model.period import VELOCITY_DAYS

_FEW_PRICES = Decimal("0.30")
_ONE_MARGIN = Decimal("0.70")


def data_notes(facts: Facts, items: Sequence[ItemMetrics], dead_stock_days: int) -> tuple[DataNote, ...]:
    """Return the notes that follow from the accepted rows, in a fixed order of kinds."""
    return (*_inventory_notes(items), *_pricing_notes(items), *_order_notes(facts.orders, items, dead_stock_days))


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
        text = f"pricing diversity is limited: {_prices(prices)} over {len(priced)} items"
        yield DataNote(code="few_prices", text=text)
    if (ratio(Decimal(same), count) or 0) >= _ONE_MARGIN:
        text = f"pricing diversity is limited: a margin of {margin or 0} % at {same} of {len(priced)} items"
        yield DataNote(code="one_margin", text=text)


def _order_notes(orders: OrderFacts | None, items: Sequence[ItemMetrics], dead_stock_days: int) -> Iterator[DataNote]:
    if orders is None or orders.first_order is None:
        text = f"{NO_ORDERS}: sales, velocity and dead stock are unknown, and the rules that need them are silent"
        yield DataNote(code="no_orders", text=text)
        return
    if not orders.observed.orders and orders.newest_order is not None:
        text = f"no orders in the period: the newest one is of {orders.newest_order.date()}"
        yield DataNote(code="no_orders_in_period", text=text)
    days = (orders.velocity.span.end - orders.first_order).days
    reach = "1 day" if days == 1 else f"{days} days"
    if days < VELOCITY_DAYS:
        yield DataNote(code="short_velocity", text=f"velocities rest on {reach}, not {VELOCITY_DAYS}")
    if days < dead_stock_days:
        is_unknown = any(m.item.on_hand is not None and m.is_dead_stock is None for m in items)
        text = f"orders reach back {reach}" + (
            f": dead stock ({dead_stock_days} days) is unknown" if is_unknown else ""
        )
        yield DataNote(code="short_history", text=text)
    if orders.before and orders.before[0] is None:
        yield DataNote(code="no_period_before", text="there is no period before: the orders begin later")
    yield from _sold_notes(orders)


def _sold_notes(orders: OrderFacts) -> Iterator[DataNote]:
    if orders.uncosted:
        text = f"{_skus(orders.uncosted)} sold without a known cost: not in gross profit and margin"
        yield DataNote(code="sold_without_cost", text=text, skus=tuple(sold.sku for sold in orders.uncosted))
    if orders.unlisted:
        text = f"{_skus(orders.unlisted)} sold that the inventory does not have"
        yield DataNote(code="sold_not_in_inventory", text=text, skus=tuple(sold.sku for sold in orders.unlisted))


def _prices(count: int) -> str:
    return "1 price" if count == 1 else f"{count} distinct prices"


def _skus(sold: Sequence[SoldSku]) -> str:
    return "1 SKU" if len(sold) == 1 else f"{len(sold)} SKUs"
