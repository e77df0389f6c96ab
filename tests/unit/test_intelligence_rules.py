"""The recommendation rules, each at its exact boundaries, with the money that hangs on it."""

from decimal import Decimal

import pytest

from omen_cli.intelligence.rules import RULES
from omen_cli.model.content import Action
from tests.facts import AS_OF, advice, concluded, days_before_end, item, orders, sold

SELLING = orders(sold(velocity_units=28, units=7, last=AS_OF))  # one a day


def actions(of=SELLING, thresholds=None, **values):
    return set(advice(item(**values), of=of, **(thresholds or {})))


def at_margin(margin):
    """The price and the cost of an item with exactly this margin."""
    return {"unit_price": "1000", "unit_cost": str(1000 - 10 * Decimal(margin))}


def selling(velocity_units, **observed):
    return orders(sold("BD-8", velocity_units, last=AS_OF, **observed))


# --- promotions and pricing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "margin", "speaks"),
    [
        ("20", "55", True),
        ("19.9999", "55", False),
        ("20", "45", True),
        ("20", "44.999", False),
        ("20", "65", True),
        ("20", "65.001", False),
        (None, "55", False),
    ],
)
def test_feature(on_hand, margin, speaks):
    assert ("PROMOTE_AS_FEATURED" in actions(on_hand=on_hand, **at_margin(margin))) is speaks


@pytest.mark.parametrize(
    ("on_hand", "margin", "speaks"),
    [
        ("10", "65.001", True),
        ("10", "65", False),
        ("9.9999", "66", False),
        ("25", "66", True),
        ("25.0001", "66", False),
        (None, "66", False),
    ],
)
def test_bundle(on_hand, margin, speaks):
    assert ("CREATE_BUNDLE" in actions(on_hand=on_hand, **at_margin(margin))) is speaks


@pytest.mark.parametrize(
    ("on_hand", "margin", "units", "speaks"),
    [
        ("10", "50", 13, True),
        ("10", "50", 0, True),
        ("10", "50", 14, False),
        ("10", "50", "13.9999", True),
        ("10", "49.999", 13, False),
        ("9.9999", "50", 13, False),
        (None, "50", 13, False),
    ],
)
def test_slow_mover(on_hand, margin, units, speaks):
    assert ("PROMOTE_SLOW_MOVER" in actions(selling(units), on_hand=on_hand, **at_margin(margin))) is speaks


@pytest.mark.parametrize(("margin", "speaks"), [("39.999", True), ("40", False), ("-10", True)])
def test_review_pricing(margin, speaks):
    assert ("REVIEW_PRICING" in actions(on_hand=None, **at_margin(margin))) is speaks


@pytest.mark.parametrize(("margin", "speaks"), [("70", False), ("70.001", True), ("100", True)])
def test_protect_pricing(margin, speaks):
    assert ("PROTECT_PRICING" in actions(on_hand=None, **at_margin(margin))) is speaks


@pytest.mark.parametrize("values", [{"unit_cost": None}, {"unit_price": None}, {"unit_price": "0"}])
def test_promotions_and_pricing_are_silent_about_items_without_price_and_cost(values):
    assert actions(on_hand="30", **values) == set()


# --- inventory --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "units", "speaks"),
    [
        ("10", 40, True),
        ("10.0001", 40, False),
        ("10", "39.9999", False),
        ("3", 14, True),
        ("3", "13.9999", False),
        ("0", 14, True),
        ("-4", 14, True),
        (None, 40, False),
        ("0", 0, False),
    ],
)
def test_reorder_now(on_hand, units, speaks):
    assert ("REORDER_NOW" in actions(selling(units), on_hand=on_hand)) is speaks


@pytest.mark.parametrize(
    ("on_hand", "speaks"),
    [("1", True), ("0.9999", False), ("5", True), ("5.0001", False), ("0", False), ("-1", False), (None, False)],
)
def test_reorder_soon(on_hand, speaks):
    assert ("REORDER_SOON" in actions(selling(1), on_hand=on_hand)) is speaks


@pytest.mark.parametrize(("on_hand", "speaks"), [("50", False), ("50.0001", True), (None, False)])
def test_consider_discount(on_hand, speaks):
    found = actions(on_hand=on_hand, unit_price=None, unit_cost=None)
    assert ("CONSIDER_DISCOUNT" in found) is speaks


@pytest.mark.parametrize(
    ("on_hand", "cost", "last", "speaks"),
    [
        ("10", "10", None, True),
        ("10", "9.9999", None, False),
        ("10", None, None, False),
        ("10", "10", AS_OF, False),
        ("10", "10", days_before_end(91), True),
        (None, "10", None, False),
    ],
)
def test_clear_dead_stock(on_hand, cost, last, speaks):
    found = actions(orders(sold(last=last)), on_hand=on_hand, unit_cost=cost)
    assert ("CLEAR_DEAD_STOCK" in found) is speaks


def test_an_item_that_is_not_counted_gets_no_inventory_advice_whatever_the_thresholds():
    lowest = dict.fromkeys(("low_stock_min", "overstock_on_hand_min", "dead_stock_capital_min"), 0)
    found = actions(selling(400), {**lowest, "low_stock_max": 9}, on_hand=None, **at_margin("55"))
    assert found == set()


# --- exclusions -------------------------------------------------------------------------------------------------------


def test_a_sold_out_item_is_reordered_now_and_not_soon():
    assert actions(selling(40), on_hand="3", **at_margin("55")) == {"REORDER_NOW"}


ALL_LOW = {
    "feature_on_hand_min": 1,
    "bundle_on_hand_min": 1,
    "slow_mover_on_hand_min": 1,
    "overstock_on_hand_min": 1,
    "feature_margin_max": 100,
    "slow_mover_velocity_max": 99,
}
DISCOUNTING = {"PROMOTE_AS_FEATURED", "CREATE_BUNDLE", "PROMOTE_SLOW_MOVER", "CONSIDER_DISCOUNT", "CLEAR_DEAD_STOCK"}


@pytest.mark.parametrize(("units", "action"), [(60, "REORDER_NOW"), (1, "REORDER_SOON")])
def test_an_item_to_reorder_is_never_promoted_or_discounted(units, action):
    assert actions(selling(units), ALL_LOW, on_hand="5", **at_margin("66")) == {action}
    assert actions(selling(1), ALL_LOW, on_hand="6", **at_margin("66")) >= DISCOUNTING - {"CLEAR_DEAD_STOCK"}


def test_few_left_of_dead_stock_are_cleared_not_bought_again():
    assert actions(orders(sold()), on_hand="5", **at_margin("55")) == {"CLEAR_DEAD_STOCK"}


def test_fast_items_without_a_sale_of_late_are_reordered_not_cleared():
    of = orders(sold(velocity_units=60, last=days_before_end(10)))
    assert actions(of, {"dead_stock_days": 7}, on_hand="6") == {"REORDER_NOW"}
    assert "CLEAR_DEAD_STOCK" in actions(of, {"dead_stock_days": 7}, on_hand="60")


def test_without_orders_the_velocity_rules_are_silent():
    content = concluded(item(on_hand="5"), item("B", on_hand="60", **at_margin("55")), orders=None)
    assert {one.action for one in content.recommendations} == {
        "REORDER_SOON",
        "CONSIDER_DISCOUNT",
        "PROMOTE_AS_FEATURED",
    }


# --- money at stake ---------------------------------------------------------------------------------------------------


def stake(action: Action, of=SELLING, thresholds=None, **values):
    return advice(item(**values), of=of, **(thresholds or {}))[action].money_at_stake


@pytest.mark.parametrize(
    ("of", "values", "expected"),
    [
        (selling(56), {"on_hand": "4", "unit_price": "9.99"}, "99.90"),  # 2 a day × 9.99 × (7 − 2)
        (selling(40), {"on_hand": "10"}, "0.00"),
        (selling(40), {"on_hand": "-2"}, "1000.00"),
        (selling(40), {"on_hand": "3", "unit_price": None}, None),
    ],
)
def test_reorder_now_stakes_the_sales_of_the_days_that_are_missing(of, values, expected):
    found = stake("REORDER_NOW", of, **values)
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("of", "values", "expected"),
    [
        (selling(7), {"on_hand": "1"}, "75.00"),
        (selling(7), {"on_hand": "5"}, "0.00"),
        (selling(0), {"on_hand": "5"}, "0.00"),
        (None, {"on_hand": "5"}, None),
        (selling(7), {"on_hand": "5", "unit_price": None}, None),
    ],
)
def test_reorder_soon_stakes_the_same(of, values, expected):
    content = concluded(item(**values), orders=of)
    (found,) = [one for one in content.recommendations if one.action == "REORDER_SOON"]
    assert found.money_at_stake == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("action", "of", "values", "expected"),
    [
        ("PROMOTE_AS_FEATURED", SELLING, {"on_hand": "30", "unit_price": "100", "unit_cost": "45"}, "1650.00"),
        ("CREATE_BUNDLE", SELLING, {"on_hand": "12.5", "unit_price": "100", "unit_cost": "30"}, "875.00"),
        ("PROMOTE_SLOW_MOVER", selling(1), {"on_hand": "10", "unit_price": "8.88", "unit_cost": "1.11"}, "77.70"),
        ("CONSIDER_DISCOUNT", SELLING, {"on_hand": "60", "unit_cost": "1.115"}, "66.90"),
        ("CONSIDER_DISCOUNT", SELLING, {"on_hand": "60", "unit_cost": None}, None),
        ("CLEAR_DEAD_STOCK", orders(sold()), {"on_hand": "30", "unit_cost": "40"}, "1200.00"),
        ("PROTECT_PRICING", SELLING, {"unit_cost": "1"}, None),
    ],
)
def test_stakes_of_stock(action, of, values, expected):
    assert stake(action, of, **values) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("units", "price", "cost", "maximum", "expected"),
    [
        (3, "100", "70", 40, "50.00"),  # 3 × (70 ÷ 0.6 − 100)
        (1, "25", "17", 40, "3.33"),
        (0, "100", "70", 40, "0.00"),
        (-2, "100", "70", 40, "0.00"),
        (3, "100", "70", "55.5", "171.91"),
        (3, "100", "70", 100, None),
        (3, "100", "70", 120, None),
    ],
)
def test_review_pricing_stakes_what_the_price_at_the_target_margin_would_have_brought(
    units, price, cost, maximum, expected
):
    values = {"on_hand": None, "unit_price": price, "unit_cost": cost}
    found = stake("REVIEW_PRICING", selling(28, units=units), {"review_pricing_margin_max": maximum}, **values)
    assert found == (None if expected is None else Decimal(expected))


def test_review_pricing_without_orders_cannot_say_what_is_at_stake():
    content = concluded(item(**at_margin("10")), orders=None)
    assert [one.money_at_stake for one in content.recommendations if one.action == "REVIEW_PRICING"] == [None]


# --- what each carries, and the order ---------------------------------------------------------------------------------


def test_each_carries_the_item_its_numbers_and_a_reason():
    of = orders(sold("SD-1", 28, units=7, last=AS_OF))
    one = advice(item("SD-1", name="Sour Diesel", unit="gram", on_hand="3.50"), of=of)["REORDER_NOW"]
    assert (one.group, one.sku, one.unit, one.name) == ("inventory", "SD-1", "gram", "Sour Diesel")
    assert one.reason == (
        "3.5 left, 1.00 sold a day: 3.50 days of supply; order 11 = 28 sold ÷ 28 × 14 days − 3.5, rounded up"
    )
    assert {name: str(value) for name, value in one.triggering_metrics.items()} == {
        "quantity": "3.5",
        "margin": "60.00",
        "unitPrice": "100.00",
        "unitCost": "40.00",
        "velocity": "1.00",
        "daysOfSupply": "3.50",
        "suggestedOrder": "11",
        "leadTimeDays": "7",
        "reviewDays": "7",
    }


@pytest.mark.parametrize("on_hand", ["0", "-3"])
def test_nothing_left_reads_as_none(on_hand):
    one = advice(item(on_hand=on_hand), of=SELLING)["REORDER_NOW"]
    assert one.reason == "none left, 1.00 sold a day; order 14 = 28 sold ÷ 28 × 14 days"
    assert one.triggering_metrics["quantity"] == Decimal(on_hand)


def test_the_confidence_of_each_rule():
    assert {rule.action: (rule.group, str(rule.confidence)) for rule in RULES} == {
        "PROMOTE_AS_FEATURED": ("promotions", "0.85"),
        "CREATE_BUNDLE": ("promotions", "0.75"),
        "PROMOTE_SLOW_MOVER": ("promotions", "0.75"),
        "REVIEW_PRICING": ("pricing", "0.90"),
        "PROTECT_PRICING": ("pricing", "0.80"),
        "REORDER_NOW": ("inventory", "0.95"),
        "REORDER_SOON": ("inventory", "0.95"),
        "CONSIDER_DISCOUNT": ("inventory", "0.70"),
        "CLEAR_DEAD_STOCK": ("inventory", "0.75"),
    }


def test_sorted_by_confidence_then_stake_then_name_with_the_unknown_last():
    priceless = {"on_hand": "2", "unit_price": None, "unit_cost": None}
    items = [
        item("A", name="Zulu", on_hand="60", **at_margin("55")),
        item("B", name="Yankee", **priceless),
        item("C", name="Alpha", on_hand="2"),
        item("D", name="Bravo", on_hand="2"),
        item("E", name=None, on_hand="2"),
        item("F", name="Delta", on_hand="2"),
        item("G", name="Alpha", **priceless),
    ]
    of = orders(*(sold(one.sku, 28 if one.sku == "F" else 0, last=AS_OF) for one in items))
    found = concluded(*items, orders=of).recommendations
    assert [one.sku for one in found if one.action.startswith("REORDER")] == ["F", "C", "D", "E", "G", "B"]
    assert [one.action for one in found if one.sku == "A"] == [
        "PROMOTE_AS_FEATURED",
        "PROMOTE_SLOW_MOVER",
        "CONSIDER_DISCOUNT",
    ]
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_stakes_that_show_the_same_are_sorted_by_name():
    items = [
        item("A", name="Second", unit_price="100.0001", unit_cost="40.0001"),
        item("B", name="First", unit_price="100.0001", unit_cost="40.0002"),
    ]
    found = concluded(*items, orders=orders(*(sold(one.sku, 28, last=AS_OF) for one in items))).recommendations
    assert [(one.name, one.money_at_stake) for one in found] == [("First", Decimal(1800)), ("Second", Decimal(1800))]


@pytest.mark.parametrize(
    ("thresholds", "values", "units", "action"),
    [
        ({"feature_on_hand_min": 31}, {"on_hand": "30"}, 28, "PROMOTE_AS_FEATURED"),
        ({"feature_margin_min": 61}, {"on_hand": "30"}, 28, "PROMOTE_AS_FEATURED"),
        ({"feature_margin_max": 59}, {"on_hand": "30"}, 28, "PROMOTE_AS_FEATURED"),
        ({"bundle_margin_min": 70}, {"on_hand": "12", "unit_cost": "30"}, 28, "CREATE_BUNDLE"),
        ({"bundle_on_hand_min": 13}, {"on_hand": "12", "unit_cost": "30"}, 28, "CREATE_BUNDLE"),
        ({"bundle_on_hand_max": 11}, {"on_hand": "12", "unit_cost": "30"}, 28, "CREATE_BUNDLE"),
        ({"slow_mover_margin_min": 61}, {"on_hand": "12"}, 1, "PROMOTE_SLOW_MOVER"),
        ({"slow_mover_on_hand_min": 13}, {"on_hand": "12"}, 1, "PROMOTE_SLOW_MOVER"),
        ({"slow_mover_velocity_max": "0.01"}, {"on_hand": "12"}, 1, "PROMOTE_SLOW_MOVER"),
        ({"review_pricing_margin_max": 30}, {"unit_cost": "65"}, 28, "REVIEW_PRICING"),
        ({"protect_pricing_margin_min": 80}, {"unit_cost": "25"}, 28, "PROTECT_PRICING"),
        ({"reorder_velocity_min": "1.01"}, {"on_hand": "7"}, 28, "REORDER_NOW"),
        ({"reorder_days": 6}, {"on_hand": "7"}, 28, "REORDER_NOW"),
        ({"low_stock_min": 3}, {"on_hand": "2"}, 1, "REORDER_SOON"),
        ({"low_stock_max": "1.5"}, {"on_hand": "2"}, 1, "REORDER_SOON"),
        ({"overstock_on_hand_min": 60}, {"on_hand": "60"}, 28, "CONSIDER_DISCOUNT"),
        ({"dead_stock_days": 400}, {"on_hand": "30"}, None, "CLEAR_DEAD_STOCK"),
        ({"dead_stock_capital_min": 1201}, {"on_hand": "30"}, None, "CLEAR_DEAD_STOCK"),
    ],
)
def test_each_threshold_moves_its_rule(thresholds, values, units, action):
    of = orders(sold()) if units is None else selling(units)
    assert action in actions(of, **values)
    assert action not in actions(of, thresholds, **values)
