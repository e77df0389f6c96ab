"""Totals are the sum of their parts, changes are too, and what comes back never sells."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.content import Content
from omen_cli.model.facts import Sales
from tests.oracle.periods import DAY
from tests.unit.made_stores import MadeStore
from tests.unit.property_stores import LISTED, UNLISTED, content_of, examples, facts_of, stores

HALF_CENT = Decimal("0.005")


def total(values: object) -> Decimal:
    return sum(values, Decimal(0))  # type: ignore[call-overload, no-any-return]


def unlisted(content: Content, name: str) -> Decimal:
    """Return what the SKUs that match no item come to, for which the items have no row."""
    return total(getattr(one, name) or 0 for one in content.categories if not one.is_listed)


@given(stores(decimals=4))
@examples(15)
def test_unrounded_totals_are_the_sum_over_skus_and_over_days_field_by_field(tmp_path, made):
    orders = facts_of(made, tmp_path).orders
    assert orders is not None
    skus = (*orders.by_item, *orders.by_other)
    days = [day for day in orders.by_day if day.day >= orders.observed.span.start]

    for name in Sales.model_fields:
        whole = getattr(orders.observed, name)
        assert total(getattr(sku.observed, name) for sku in skus) == whole
        assert total(getattr(day, name) for day in days) == whole
        if orders.before[0] is not None:
            assert total(getattr(sku.before, name) for sku in skus) == getattr(orders.before[0], name)


@given(stores())
@examples(20)
def test_totals_are_the_sum_over_skus_over_categories_and_over_days(tmp_path, made):
    content = content_of(made, tmp_path)
    net, units = content.kpis["netSales"], content.kpis["units"]
    if net.value is None:
        assert (content.days, content.categories, content.movers) == ((), (), None)
        return

    assert total(day.net_sales for day in content.days) == net.value
    assert total(one.net_sales for one in content.categories) == net.value
    assert total(item.net_sales for item in content.items) + unlisted(content, "net_sales") == net.value
    assert total(day.units for day in content.days) == units.value
    assert total(one.units_sold for one in content.categories) == units.value
    assert total(item.units_sold for item in content.items) + unlisted(content, "units_sold") == units.value
    assert content.trend[-1].net_sales == net.value
    if net.before is not None:
        assert total(day.net_sales for day in content.days_before) == net.before
        assert total(day.units for day in content.days_before) == units.before
        assert total(one.before for one in content.categories) == net.before
        assert total(item.net_sales_before for item in content.items) + unlisted(content, "before") == net.before


@given(stores(decimals=4))
@examples(20)
def test_the_parts_of_a_change_add_up_to_it_even_where_cents_were_rounded(tmp_path, made):
    content = content_of(made, tmp_path)
    whole, movers = content.net_sales_change, content.movers
    assert (whole is None) == (movers is None) == (content.period.before is None)
    if whole is None or movers is None:
        return

    assert whole.change == content.kpis["netSales"].change
    if whole.orders_effect is not None:
        assert whole.orders_effect + whole.basket_effect == whole.change
    assert total(one.change for one in (*movers.up, *movers.down)) + movers.rest == whole.change
    assert [one.change for one in movers.up] == sorted((one.change for one in movers.up), reverse=True)
    assert [one.change for one in movers.down] == sorted(one.change for one in movers.down)
    assert all(one.change > 0 for one in movers.up)
    assert all(one.change < 0 for one in movers.down)
    rounded = HALF_CENT * (
        len(content.categories) + 1
    )  # each of the rows is half a cent off at most, and so is the sum
    assert abs(total(one.change for one in content.categories) - whole.change) <= rounded
    parts = [one.part_pct for one in content.categories]
    if None not in parts:
        assert abs(total(parts) - 100) <= HALF_CENT * len(parts)


@given(stores())
@examples(15)
def test_category_changes_of_whole_cents_add_up_exactly(tmp_path, made):
    content = content_of(made, tmp_path)
    if content.net_sales_change is not None:
        assert total(one.change for one in content.categories) == content.net_sales_change.change


@given(stores(), st.data())
@examples(15)
def test_a_return_more_never_raises_net_sales_of_the_store_a_day_a_category_or_an_item(tmp_path, made, data):
    sku, back = data.draw(st.sampled_from((*LISTED, *UNLISTED))), data.draw(st.integers(-2, 40))
    quantity, price = data.draw(st.integers(1, 9)), data.draw(st.integers(0, 20_000))
    back_again = {
        "order_id": "R-1",
        "ordered_at": f"{made.as_of - back * DAY}T12:00:00",
        "sku": sku,
        "quantity": str(-quantity),
        "unit_price": f"{Decimal(price) / 100:f}",
        "discount": f"{Decimal(data.draw(st.integers(0, price * quantity))) / 100:f}",
    }
    sold = [*made.files["orders-1.csv"], back_again]

    without = content_of(made, tmp_path)
    with_it = content_of(
        MadeStore(made.zone, made.timeframe, made.as_of, made.files | {"orders-1.csv": sold}), tmp_path
    )

    if without.kpis["netSales"].value is None:
        assert with_it.kpis["netSales"].value is None
        return
    assert with_it.kpis["netSales"].value <= without.kpis["netSales"].value
    assert with_it.kpis["grossSales"] == without.kpis["grossSales"]
    assert with_it.kpis["orders"] == without.kpis["orders"]
    for more, less in zip(with_it.days, without.days, strict=True):
        assert more.net_sales <= less.net_sales
    for more, less in zip(with_it.items, without.items, strict=True):
        assert more.net_sales <= less.net_sales
    before = {(one.category, one.is_listed): one.net_sales for one in without.categories}
    assert all(one.net_sales <= before.get((one.category, one.is_listed), 0) for one in with_it.categories)
