"""What moved the net sales: categories and movers, and that their parts add up to the whole to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.intelligence.moves import SHOWN, categories, movers
from tests.facts import concluded, days_before_end, item, orders, sold, window


def net(text):
    """Sums whose net sales are this much, negative ones by returns."""
    amount = Decimal(str(text))
    return {"gross": max(amount, Decimal(0)), "returns": max(-amount, Decimal(0))}


def moved(sku, now, before=0, **more):
    return sold(sku, before=net(before), **net(now), **more)


def store(*by_item, by_other=(), has_before=True):
    """The facts of orders whose windows hold exactly what these SKUs sold."""
    every = (*by_item, *by_other)
    now, past = (sum((getattr(one, name).net for one in every), Decimal(0)) for name in ("observed", "before"))
    before = window(days_before_end(14), **net(past), orders=3) if has_before else None
    observed = window(days_before_end(7), **net(now), orders=4)
    return orders(*by_item, by_other=by_other, observed=observed, before=(before, None, None, None))


def of_skus(found):
    return [one.sku for one in found]


# --- movers -----------------------------------------------------------------------------------------------------------


def test_the_five_greatest_rises_and_falls_are_shown_and_the_rest_together():
    rises = [moved(f"UP-{number}", 10 * number) for number in range(1, 8)]
    falls = [moved(f"DOWN-{number}", 0, number) for number in range(1, 7)]
    found = movers({}, store(*falls, *rises))

    assert SHOWN == 5
    assert of_skus(found.up) == ["UP-7", "UP-6", "UP-5", "UP-4", "UP-3"]
    assert of_skus(found.down) == ["DOWN-6", "DOWN-5", "DOWN-4", "DOWN-3", "DOWN-2"]
    assert (found.rest, found.rest_count) == (10 + 20 - 1, 3)


def test_equal_changes_are_sorted_by_sku_in_code_points():
    found = movers({}, store(*(moved(sku, 5) for sku in ("b", "a", "B", "é"))))
    assert of_skus(found.up) == ["B", "a", "b", "é"]


def test_what_did_not_move_is_no_mover_and_none_of_the_rest():
    found = movers({}, store(moved("A", 7, 7), moved("B", 8, 7)))
    assert (of_skus(found.up), found.down, found.rest_count, str(found.rest)) == (["B"], (), 0, "0.00")


def test_a_mover_is_named_as_the_inventory_names_it_or_not_listed():
    known = {"A": item("A", name="Blue Dream", unit="gram")}
    found = movers(known, store(moved("A", 9), by_other=(moved("Z", 3),)))
    assert [(one.sku, one.name, one.unit, one.is_listed) for one in found.up] == [
        ("A", "Blue Dream", "gram", True),
        ("Z", None, None, False),
    ]


def test_a_mover_says_its_change_and_the_part_of_the_whole_that_it_explains():
    found = movers({}, store(moved("A", 150, 100), moved("B", 80, 120)))
    (up,), (down,) = found.up, found.down
    assert [str(value) for value in (up.net_sales, up.before, up.change, up.change_pct, up.part_pct)] == [
        "150.00", "100.00", "50.00", "50.00", "500.00",
    ]  # fmt: skip
    assert [str(value) for value in (down.change, down.change_pct, down.part_pct)] == ["-40.00", "-33.33", "-400.00"]


def test_where_the_whole_fell_a_fall_explains_a_positive_part():
    found = movers({}, store(moved("A", 20, 100), moved("B", 40, 0)))
    assert (found.down[0].part_pct, found.up[0].part_pct) == (200, -100)


@pytest.mark.parametrize("change", ["0.01", "0.5", "1", "-0.01", "-1"])
def test_all_of_a_small_change_is_all_of_it_too(change):
    found = movers({}, store(moved("A", 10 + Decimal(change), 10)))
    assert [one.part_pct for one in (*found.up, *found.down)] == [100]


def test_where_the_whole_did_not_change_nothing_is_a_part_of_it():
    found = movers({}, store(moved("A", 20, 10), moved("B", 10, 20)))
    assert [one.part_pct for one in (*found.up, *found.down)] == [None, None]
    assert [one.change for one in (*found.up, *found.down)] == [10, -10]


@pytest.mark.parametrize("before", [0, -5])
def test_a_change_in_percent_needs_something_before(before):
    (found,) = movers({}, store(moved("A", 10, before))).up
    assert (found.before, found.change, found.change_pct) == (before, 10 - before, None)


def test_without_a_period_before_there_are_no_movers():
    assert movers({}, store(moved("A", 10), has_before=False)) is None
    assert concluded(item(), orders=None).movers is None
    assert concluded(item(), orders=orders(first=None)).movers is None


def test_the_rest_takes_what_rounding_took_so_that_the_parts_add_up():
    found = movers({}, store(*(moved(f"SKU-{number}", "0.335") for number in range(8))))
    assert (len(found.up), str(found.up[0].change), found.rest_count) == (5, "0.34", 3)
    assert str(found.rest) == "0.98"  # 2.68 − 5 × 0.34, not 3 × 0.34
    assert sum(one.change for one in found.up) + found.rest == Decimal("2.68")


CHANGES = st.lists(
    st.tuples(st.decimals(-(10**6), 10**6, places=4), st.decimals(-(10**6), 10**6, places=4)), max_size=30
)


@given(CHANGES, st.integers(0, 30))
def test_up_down_and_rest_add_up_to_the_change_in_net_sales_exactly(changes, listed):
    every = [moved(f"SKU-{number:02}", now, before) for number, (now, before) in enumerate(changes)]
    content = concluded(orders=store(*every[:listed], by_other=tuple(every[listed:])))
    found = content.movers
    assert sum((one.change for one in (*found.up, *found.down)), found.rest) == content.net_sales_change.change
    assert all(one.change > 0 for one in found.up)
    assert all(one.change < 0 for one in found.down)


@given(st.permutations([moved("A", 5), moved("B", 5), moved("C", 1, 9), moved("D", 0, 8), moved("E", 7, 7)]))
def test_the_order_of_the_facts_moves_no_mover(shuffled):
    first = movers({}, store(moved("A", 5), moved("B", 5), moved("C", 1, 9), moved("D", 0, 8), moved("E", 7, 7)))
    assert movers({}, store(*shuffled)) == first


# --- categories -------------------------------------------------------------------------------------------------------


def by_category(*items, of):
    return {(one.category, one.is_listed): one for one in categories(items, of)}


def test_a_category_sums_its_items_and_values_its_priced_counted_stock():
    items = (
        item("A", category="Flower", on_hand="3", unit_price="10", unit_cost="4"),
        item("B", category="Flower", on_hand="-1", unit_price="5", unit_cost="1"),
        item("C", category="Flower", on_hand=None, unit_price="500", unit_cost="1"),
        item("D", category="Flower", on_hand="9", unit_price="500", unit_cost=None),
        item("E", category="Flower", on_hand="9", unit_price="0", unit_cost="1"),
    )
    of = store(moved("A", 30, 10, units="3.5"), moved("B", 20, 30, units=-1))
    found = by_category(*items, of=of)["Flower", True]

    assert (found.items, found.net_sales, found.before, found.change) == (5, 50, 40, 10)
    assert (found.change_pct, found.part_pct) == (25, 100)
    assert (str(found.units_sold), str(found.inventory_retail_value)) == ("2.5", "25.00")


def test_every_category_of_the_inventory_appears_whether_it_sold_or_not():
    found = by_category(item("A", category="Flower"), item("B", category="Vape"), of=store(moved("A", 5)))
    assert (found["Vape", True].net_sales, found["Vape", True].units_sold, found["Vape", True].items) == (0, 0, 1)


def test_stock_that_cannot_be_valued_is_null_not_zero():
    found = by_category(item("A", category="Flower", on_hand=None), item("B", category="Vape", on_hand="0"), of=store())
    assert found["Flower", True].inventory_retail_value is None
    assert str(found["Vape", True].inventory_retail_value) == "0.00"


def test_items_without_a_category_and_skus_without_an_item_are_two_rows():
    of = store(moved("A", 5), by_other=(moved("Y", 2, 1, units=2), moved("Z", 4, units=1)))
    found = by_category(item("A"), of=of)
    assert found.keys() == {(None, True), (None, False)}
    unlisted = found[None, False]
    assert (unlisted.items, unlisted.net_sales, unlisted.before, unlisted.units_sold) == (0, 6, 1, 3)
    assert unlisted.inventory_retail_value is None


def test_what_sold_unlisted_only_after_the_period_has_no_row():
    assert by_category(item("A"), of=store(by_other=(sold("Z", units_after=4),))).keys() == {(None, True)}


def test_a_category_is_what_the_inventory_writes_to_the_letter():
    found = by_category(item("A", category="Edible"), item("B", category="edible"), of=store(moved("A", 5)))
    assert [(one.category, one.items, one.net_sales) for one in found.values()] == [("Edible", 1, 5), ("edible", 1, 0)]


def test_categories_are_sorted_by_falling_net_sales_then_name_with_none_last():
    items = [
        item(sku, category=category)
        for sku, category in (("A", "Vape"), ("B", None), ("C", "Edible"), ("D", "Topical"), ("E", "Flower"))
    ]
    of = store(moved("D", 9), moved("E", -1), by_other=(moved("Z", 0, 0, units=1),))
    assert [(one.category, one.is_listed) for one in categories(items, of)] == [
        ("Topical", True),
        ("Edible", True),
        ("Vape", True),
        (None, True),
        (None, False),
        ("Flower", True),
    ]


def test_without_a_period_before_a_category_has_sales_and_no_change():
    found = by_category(item("A", category="Flower"), of=store(moved("A", 5), has_before=False))["Flower", True]
    assert found.net_sales == 5
    assert (found.before, found.change, found.change_pct, found.part_pct) == (None, None, None, None)


def test_without_orders_there_are_no_categories():
    assert concluded(item(category="Flower"), orders=None).categories == ()


def test_the_stock_of_a_category_is_the_stock_as_it_was():
    of = orders(sold("A", units_after=4), lines_after=1)
    (found,) = concluded(item("A", category="Flower", on_hand="1", unit_price="10"), orders=of).categories
    assert found.inventory_retail_value == 50


NAMES = st.sampled_from([None, "Flower", "Vape", "vape", "Edible"])
CENTS = st.decimals(-(10**6), 10**6, places=2)


@given(st.lists(st.tuples(NAMES, st.booleans(), CENTS, CENTS), max_size=12))
def test_the_categories_add_up_to_the_store(every):
    known = [(f"SKU-{at:02}", *one) for at, one in enumerate(every)]
    items = [item(sku, category=name) for sku, name, is_listed, *_ in known if is_listed]
    by_item = [moved(sku, now, before) for sku, _, is_listed, now, before in known if is_listed]
    by_other = tuple(moved(sku, now, before) for sku, _, is_listed, now, before in known if not is_listed)
    of = store(*by_item, by_other=by_other)
    found = categories(items, of)
    assert sum((one.net_sales for one in found), Decimal(0)) == of.observed.net
    assert sum((one.before for one in found), Decimal(0)) == of.before[0].net
