"""Data notes, each when it applies and not otherwise; the hold, above five percent and not at it."""

from datetime import datetime

import pytest

from omen_cli.intelligence.hold import decide_hold
from omen_cli.model.facts import SoldSku
from tests.facts import AS_OF, concluded, days_before_end, facts, item, orders, sold, week, window

QUIET = orders(sold(last=AS_OF), before=(window(),) * 4)


def notes(*items, of=QUIET, **thresholds):
    return {note.code: note for note in concluded(*items, orders=of, **thresholds).data_notes}


def two_items(**second):
    """Two items with different prices and margins, so that no pricing note speaks."""
    return item("A", unit_price="90", unit_cost="10"), item("B", **second)


def test_a_store_in_order_has_no_notes():
    assert notes(*two_items()) == {}


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("items_without_cost", {"unit_cost": None}, "no known cost, so no margin: 1 of 3 items"),
        ("items_without_price", {"unit_price": None}, "no price above 0: 1 of 3 items"),
        ("items_without_price", {"unit_price": "0"}, "no price above 0: 1 of 3 items"),
        ("items_not_counted", {"on_hand": None}, "in stock but not counted: 1 of 3 items"),
        ("negative_on_hand", {"on_hand": "-0.5"}, "less than 0 on hand, to be counted again: 1 of 3 items"),
    ],
)
def test_a_note_names_the_items_it_is_about(code, values, text):
    found = notes(*two_items(), item("C", unit_price="31", unit_cost="20"), of=QUIET)
    assert code not in found
    found = notes(*two_items(), item("C", **{"unit_price": "31", "unit_cost": "20", **values}), of=QUIET)
    assert (found[code].text, found[code].skus) == (text, ("C",))


def priced(*pairs):
    return [item(f"I-{number:02}", unit_price=price, unit_cost=cost) for number, (price, cost) in enumerate(pairs)]


@pytest.mark.parametrize(("distinct", "speaks"), [(3, True), (4, False)])
def test_few_prices_at_thirty_percent(distinct, speaks):
    items = priced(*((str(10 + min(number, distinct - 1)), str(number)) for number in range(10)))
    found = notes(*items)
    assert ("few_prices" in found) is speaks
    if speaks:
        assert found["few_prices"].text == "pricing diversity is limited: 3 distinct prices over 10 items"


@pytest.mark.parametrize(("same", "speaks"), [(7, True), (6, False)])
def test_one_margin_at_seventy_percent(same, speaks):
    items = priced(*((str(100 + number), str(50 + number // 2 if number < same else number)) for number in range(10)))
    found = notes(*items)
    assert ("one_margin" in found) is speaks
    if speaks:
        assert found["one_margin"].text == "pricing diversity is limited: a margin of 50 % at 7 of 10 items"


def test_margins_are_compared_rounded_half_up_to_a_whole_percent():
    halves = priced(("1000", "495"), ("2000", "980"))  # 50.5 and 51
    assert notes(*halves)["one_margin"].text.startswith("pricing diversity is limited: a margin of 51 % at 2 of 2")


def test_items_without_price_or_cost_say_nothing_of_pricing():
    assert notes(*(item(f"I-{number}", unit_cost=None) for number in range(9)), of=QUIET).keys() == {
        "items_without_cost"
    }


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_no_orders(of):
    found = notes(*two_items(), of=of)
    assert found.keys() == {"no_orders"}
    assert "silent" in found["no_orders"].text


def test_no_orders_in_the_period_names_the_newest():
    of = orders(sold(last=AS_OF), observed=window(), before=(window(),), newest_order=datetime(2026, 1, 2, 23, 59))  # noqa: DTZ001
    assert notes(*two_items(), of=of)["no_orders_in_period"].text == (
        "no orders in the period: the newest one is of 2026-01-02"
    )


@pytest.mark.parametrize(
    ("days", "codes"),
    [(27, {"short_velocity", "short_history"}), (28, {"short_history"}), (89, {"short_history"}), (90, set())],
)
def test_short_histories(days, codes):
    of = orders(sold(last=AS_OF), first=days_before_end(days), before=(window(),))
    assert notes(*two_items(), of=of).keys() == codes


def test_a_history_of_one_day_is_one_day():
    of = orders(sold(last=AS_OF), first=AS_OF, before=(window(),))
    found = notes(*two_items(), of=of)
    assert found["short_velocity"].text == "velocities rest on 1 day, not 28"
    assert found["short_history"].text == "orders reach back 1 day: dead stock (90 days) is unknown"


def test_dead_stock_is_called_unknown_only_where_it_is():
    of = orders(sold("BD-8", last=AS_OF), first=days_before_end(40), before=(window(),))
    assert notes(item("BD-8"), of=of)["short_history"].text == "orders reach back 40 days"


def test_the_length_of_the_history_follows_the_threshold():
    of = orders(sold(last=AS_OF), first=days_before_end(40), before=(window(),))
    assert "short_history" not in notes(*two_items(), of=of, dead_stock_days=40)


def test_no_period_before():
    assert notes(*two_items(), of=orders(sold(last=AS_OF))).keys() == {"no_period_before"}


def test_what_sold_without_cost_or_item_is_named_in_the_order_of_its_sales():
    lost = (SoldSku(sku="Z", gross=9), SoldSku(sku="A", gross=1))
    found = notes(*two_items(), of=orders(sold(last=AS_OF), before=(window(),), uncosted=lost, unlisted=lost[:1]))
    assert found["sold_without_cost"].skus == ("Z", "A")
    assert found["sold_without_cost"].text.startswith("2 SKUs sold")
    assert found["sold_not_in_inventory"].text == "1 SKU sold that the inventory does not have"


def test_the_order_of_the_notes_is_fixed():
    of = orders(first=days_before_end(5), observed=window(), uncosted=(SoldSku(sku="Z", gross=9),))
    found = notes(item("A", unit_cost=None), item("B", on_hand=None), of=of)
    assert list(found) == [
        "items_without_cost",
        "items_not_counted",
        "one_margin",
        "no_orders_in_period",
        "short_velocity",
        "short_history",
        "no_period_before",
        "sold_without_cost",
    ]


# --- holds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "aside", "is_held"),
    [(100, 5, False), (100, 6, True), (20, 1, False), (19, 1, True), (1, 1, True), (0, 0, False), (100, 0, False)],
)
def test_held_above_five_percent_and_not_at_it(read, aside, is_held):
    found = decide_hold(facts(rows={"inventory": (read, aside)}), week())
    assert (found.held, len(found.reasons)) == (is_held, int(is_held))


def test_each_table_is_judged_by_itself_and_named():
    found = decide_hold(facts(rows={"inventory": (1000, 0), "orders": (10, 1), "costs": (10, 2)}), week())
    assert found.reasons == (
        "1 of 10 rows of orders was set aside, more than 5 %",
        "2 of 10 rows of costs were set aside, more than 5 %",
    )
