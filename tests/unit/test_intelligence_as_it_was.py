"""The stock as it was: of its own date, estimated from what sold since, or current; and what follows from it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from omen_cli.intelligence.as_it_was import stock_as_it_was
from tests.facts import AS_OF, END, concluded, facts, item, orders, sold

LATER = AS_OF + timedelta(days=22)
SINCE = orders(sold("A", last=AS_OF, units_after=4), sold("B", last=AS_OF, units_after="2.5"), lines_after=3)


def as_it_was(*items, of=SINCE, inventory_date=None):
    return stock_as_it_was(facts(*items, orders=of, inventory_date=inventory_date), AS_OF)


def basis(found):
    added = found.content.units_added_back
    return found.content.basis, found.content.date, None if added is None else str(added)


# --- which basis ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [AS_OF, AS_OF - timedelta(days=1), date(2025, 1, 1)])
def test_an_inventory_of_the_as_of_date_or_before_is_dated_and_nothing_is_added_back(day):
    found = as_it_was(item("A", on_hand="10"), inventory_date=day)
    assert basis(found) == ("dated", day, None)
    assert found.items[0].on_hand == 10


def test_to_an_inventory_of_the_day_after_is_added_back_what_sold_since():
    found = as_it_was(item("A", on_hand="10"), item("B", on_hand="1"), inventory_date=END)
    assert basis(found) == ("estimated", END, "6.5")
    assert [one.on_hand for one in found.items] == [14, Decimal("3.5")]


def test_a_later_inventory_is_estimated_also_when_nothing_sold_since():
    found = as_it_was(item("A", on_hand="10"), of=orders(sold("A", last=AS_OF)), inventory_date=LATER)
    assert basis(found) == ("estimated", LATER, "0")
    assert found.items[0].on_hand == 10


def test_an_undated_inventory_is_estimated_when_something_sold_since():
    assert basis(as_it_was(item("A"), item("B"))) == ("estimated", None, "6.5")


def test_an_undated_inventory_is_estimated_though_only_what_it_does_not_list_sold_since():
    of = orders(by_other=(sold("Z", units_after=9),), lines_after=1)
    assert basis(as_it_was(item("A"), of=of)) == ("estimated", None, "0")


def test_an_undated_inventory_is_current_when_nothing_is_known_to_have_sold_since():
    found = as_it_was(item("A", on_hand="10"), of=orders(sold("A", last=AS_OF)))
    assert basis(found) == ("current", None, None)
    assert found.items[0].on_hand == 10


@pytest.mark.parametrize("day", [None, LATER])
def test_without_orders_the_stock_is_current_whatever_its_date(day):
    assert basis(as_it_was(item("A"), of=None, inventory_date=day)) == ("current", day, None)


def test_a_store_whose_first_order_came_after_the_window_is_estimated_too():
    of = orders(sold("A", units_after=4), first=None, lines_after=1)
    found = as_it_was(item("A", on_hand="1"), of=of)
    assert (basis(found), found.items[0].on_hand) == (("estimated", None, "4"), 5)
    assert concluded(item("A", on_hand="1"), orders=of).items[0].on_hand == 5


# --- what is added ----------------------------------------------------------------------------------------------------


def test_an_item_that_is_not_counted_stays_so_and_is_no_part_of_the_sum():
    found = as_it_was(item("A", on_hand=None), item("B", on_hand="1"))
    assert [one.on_hand for one in found.items] == [None, Decimal("3.5")]
    assert basis(found) == ("estimated", None, "2.5")


@pytest.mark.parametrize(("in_file", "after", "was"), [("-3", 5, 2), ("-3", 1, -2), ("0", 4, 4), ("2", -3, -1)])
def test_negative_stock_and_returns_are_added_as_they_are(in_file, after, was):
    found = as_it_was(item("A", on_hand=in_file), of=orders(sold("A", units_after=after), lines_after=1))
    assert found.items[0].on_hand == was
    assert found.content.units_added_back == after


def test_what_the_file_says_stays_beside_what_was():
    content = concluded(item("A", on_hand="10"), item("B", on_hand=None), item("C", on_hand="7.50"), orders=SINCE)
    assert [(one.on_hand, one.on_hand_in_file) for one in content.items] == [
        (14, 10), (None, None), (Decimal("7.5"), Decimal("7.5")),
    ]  # fmt: skip


# --- what follows -----------------------------------------------------------------------------------------------------


def test_every_number_and_rule_looks_at_the_stock_as_it_was():
    of = orders(sold("A", 28, units=7, last=AS_OF, units_after=5), velocity_units=28, lines_after=1)
    content = concluded(item("A", on_hand="2", unit_price="10", unit_cost="6"), orders=of)
    (found,) = content.items

    assert (found.days_of_supply, found.sell_through_pct, found.suggested_order) == (7, 50, 7)
    assert found.runs_out_on == END + timedelta(days=7)
    assert content.kpis["inventoryRetailValue"].value == 70
    assert (content.kpis["daysOfSupply"].value, content.kpis["sellThroughPct"].value) == (7, 50)
    assert content.sums.counted_on_hand == 7
    (stock_out,) = content.forecasts.stock_outs
    assert stock_out.on_hand == 7
    advice = {one.action: one for one in content.recommendations}
    assert advice["REORDER_NOW"].triggering_metrics["quantity"] == 7
    assert advice["REORDER_NOW"].reason.startswith("7 left")


def test_stock_that_was_there_and_is_gone_now_was_not_out():
    of = orders(sold("A", 1, last=AS_OF, units_after=60), lines_after=9)
    content = concluded(item("A", on_hand="0"), orders=of)
    assert "CONSIDER_DISCOUNT" in {one.action for one in content.recommendations}


def test_dead_stock_is_judged_and_valued_as_it_was():
    of = orders(sold("A", units_after=3), lines_after=1)
    (found,) = concluded(item("A", on_hand="0", unit_cost="40"), orders=of).items
    assert (found.dead_stock, found.dead_stock_capital) == (True, 120)


def test_less_than_nothing_on_hand_is_noted_of_the_stock_as_it_was():
    of = orders(sold("A", units_after=3), lines_after=1)
    codes = {note.code for note in concluded(item("A", on_hand="-3"), item("B", on_hand="-1"), orders=of).data_notes}
    assert "negative_on_hand" in codes
    (note,) = [
        note for note in concluded(item("A", on_hand="-3"), item("B", on_hand="-1"), orders=of).data_notes
        if note.code == "negative_on_hand"
    ]  # fmt: skip
    assert note.skus == ("B",)
