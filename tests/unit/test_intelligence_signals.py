"""The signals, each at its exact boundaries, their words at one and at several, and the verdict among them."""

from decimal import Decimal

import pytest

from omen_cli.intelligence.signals import SIGNALS, STABLE
from omen_cli.intelligence.verdict import judge
from omen_cli.model.outlook import Signal
from tests.facts import AS_OF, END, concluded, days_before_end, item, orders, sold, window


def signals(*items, of=None, **thresholds):
    return {one.name: one for one in concluded(*items, orders=of or orders(), **thresholds).signals}


def selling(*of_skus, **more):
    """Orders in which each SKU sold so many units in the 28 days of the velocity."""
    return orders(*(sold(sku, units, last=AS_OF) for sku, units in of_skus), **more)


def quiet(sku="BD-8", **values):
    """An item that no signal speaks of: little margin, sold well, much of it there."""
    return item(sku, **{"unit_cost": "55", **values})


# --- STOCKOUT_IMMINENT ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "units", "speaks"),
    [
        ("7", 28, True),
        ("7.0001", 28, False),
        ("3.5", 14, True),
        ("3.5", "13.9999", False),
        ("0", 14, True),
        ("-4", 14, True),
        (None, 280, False),
        ("0", 0, False),
    ],
)
def test_a_stock_out_needs_half_a_unit_a_day_and_at_most_seven_days_of_supply(on_hand, units, speaks):
    found = signals(quiet(on_hand=on_hand), of=selling(("BD-8", units)))
    assert ("STOCKOUT_IMMINENT" in found) is speaks


def test_a_stock_out_stakes_the_sales_of_its_reorder_days_whatever_is_left():
    found = signals(quiet(on_hand="6", unit_price="9.99"), of=selling(("BD-8", 30)))["STOCKOUT_IMMINENT"]
    assert (found.rank, str(found.stake)) == (1, "74.93")  # 30 ÷ 28 × 9.99 × 7


def test_an_unknown_price_is_not_in_the_sum_and_its_item_is_last():
    items = [quiet(sku, on_hand="1", unit_price=price) for sku, price in (("A", None), ("B", "10"), ("C", "20"), ("D", "20"))]  # fmt: skip
    of = selling(*((sku, 28) for sku in "ABCD"))
    found = signals(*items, of=of)["STOCKOUT_IMMINENT"]
    assert (found.stake, found.skus) == (350, ("C", "D", "B", "A"))
    alone = signals(items[0], of=of)["STOCKOUT_IMMINENT"]
    assert (alone.stake, alone.skus) == (None, ("A",))


@pytest.mark.parametrize(
    ("on_hands", "reason", "consequence"),
    [
        (["3"], "1 item sells well and runs out within 7 days", "what it sells in 7 days"),
        (["3", "4"], "2 items sell well and run out within 7 days", "what they sell in 7 days"),
        (["0"], "1 item sells well and is out already", "what it sells in 7 days"),
        (["0", "-2"], "2 items sell well and are out already", "what they sell in 7 days"),
        (
            ["3", "0", "-1"],
            "3 items sell well and run out within 7 days, 2 are out already",
            "what they sell in 7 days",
        ),
    ],
)
def test_a_stock_out_says_how_many_and_what_is_out_already(on_hands, reason, consequence):
    items = [quiet(f"SKU-{at}", on_hand=on_hand) for at, on_hand in enumerate(on_hands)]
    found = signals(*items, of=selling(*((one.sku, 28) for one in items)))["STOCKOUT_IMMINENT"]
    assert (found.reason, found.consequence) == (reason, consequence)


def test_a_category_has_its_own_reorder_days():
    own = {"categories": {"Edible": {"reorder_days": 20}}}
    items = quiet("A", category="Edible", on_hand="15"), quiet("B", on_hand="15")
    found = signals(*items, of=selling(("A", 28), ("B", 28)), **own)["STOCKOUT_IMMINENT"]
    assert (found.skus, found.stake) == (("A",), 2000)
    assert found.reason == "1 item sells well and runs out within 20 days"


# --- UNDER_PROMOTED ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "units", "speaks"),
    [
        ({}, "13.9999", True),
        ({}, 14, False),
        ({"unit_cost": "50"}, 13, True),
        ({"unit_cost": "50.0001"}, 13, False),
        ({"on_hand": "10"}, 13, True),
        ({"on_hand": "9.9999"}, 13, False),
        ({"on_hand": None}, 13, False),
        ({"unit_cost": None}, 13, False),
        ({"unit_price": "0"}, 13, False),
    ],
)
def test_under_promoted_is_what_the_rule_for_slow_movers_speaks_of(values, units, speaks):
    content = concluded(item(**values), orders=selling(("BD-8", units)))
    found = {one.name: one for one in content.signals}
    assert ("UNDER_PROMOTED" in found) is speaks
    assert ("PROMOTE_SLOW_MOVER" in {one.action for one in content.recommendations}) is speaks


def test_under_promoted_stakes_the_profit_on_the_shelf():
    items = (
        item("A", on_hand="12", unit_price="100", unit_cost="40"),
        item("B", on_hand="11.5", unit_price="10", unit_cost="1"),
    )
    found = signals(*items, of=selling(("A", 1), ("B", 1)))["UNDER_PROMOTED"]
    assert (found.rank, str(found.stake), found.skus) == (2, "823.50", ("A", "B"))


def test_what_is_to_be_bought_again_is_not_to_be_promoted():
    low = {"low_stock_max": 12}
    assert "UNDER_PROMOTED" in signals(item(on_hand="12"), of=selling(("BD-8", 1)))
    assert "UNDER_PROMOTED" not in signals(item(on_hand="12"), of=selling(("BD-8", 1)), **low)


# --- SALES_DECLINE ----------------------------------------------------------------------------------------------------


def decline(now, before, *, days=7, days_before=7, **thresholds):
    past = window(days_before_end(14), days_before, **{"orders": 10, **before})
    of = selling(("BD-8", 28), observed=window(days_before_end(7), days, **now), before=(past, None, None, None))
    return signals(quiet(), of=of, **thresholds).get("SALES_DECLINE")


@pytest.mark.parametrize(("now", "speaks"), [("850", False), ("849.9999", True), ("0", True), ("1200", False)])
def test_eighty_five_percent_of_before_exactly_is_no_decline(now, speaks):
    assert (decline({"gross": now, "orders": 9}, {"gross": "1000"}) is not None) is speaks


def test_a_decline_is_measured_by_the_day():
    # March has 31 days, February 28: 941.0714… is 85 % of the rate
    assert decline({"gross": "941.07"}, {"gross": "1000"}, days=31, days_before=28) is not None
    assert decline({"gross": "941.08"}, {"gross": "1000"}, days=31, days_before=28) is None
    assert decline({"gross": "900"}, {"gross": "1000"}, days=28, days_before=31) is None


def test_a_decline_stakes_the_fall_of_the_days_observed():
    found = decline({"gross": "600", "orders": 6}, {"gross": "1000"})
    assert (found.rank, found.stake, found.skus) == (2, 400, ())
    assert found.reason == "net sales a day are 40.00 % under those of the period before"
    longer = decline({"gross": "600", "orders": 6}, {"gross": "1000"}, days=31, days_before=28)
    assert str(longer.stake) == "507.14"  # 1000 ÷ 28 × 31 − 600
    assert longer.reason == "net sales a day are 45.81 % under those of the period before"


@pytest.mark.parametrize("before", [{"gross": "0"}, {"gross": "10", "returns": "10"}, {"gross": "1", "returns": "10"}])
def test_nothing_declines_from_nothing(before):
    assert decline({"gross": "0", "returns": "50"}, before) is None


def test_little_can_decline_too():
    assert decline({"gross": "0.42"}, {"gross": "0.50"}) is not None


def test_without_a_period_before_nothing_declines():
    assert "SALES_DECLINE" not in signals(quiet(), of=selling(("BD-8", 28), observed=window(days_before_end(7))))


@pytest.mark.parametrize(
    ("now", "action"),
    [
        ({"gross": "500", "orders": 5}, "Find out why fewer orders came in"),
        ({"gross": "500", "orders": 10}, "Find out why the orders are smaller"),
        ({"gross": "600", "orders": 8}, "Find out why fewer orders came in"),  # both −200
        ({"gross": "0"}, "Find out why no order came in"),
        ({"gross": "1000", "orders": 10, "returns": "600"}, "Find out why so much came back"),
        ({"gross": "900", "orders": 9, "returns": "99"}, "Find out why fewer orders came in"),
    ],
)
def test_a_decline_says_which_of_the_three_took_most(now, action):
    assert decline(now, {"gross": "1000"}).action == action


def test_a_short_month_alone_has_not_fewer_orders():
    """310 orders of 100 in 31 days, then 261 of 89 in 28: a day 7 % fewer, and each 11 % smaller."""
    found = decline({"gross": "23229", "orders": 261}, {"gross": "31000", "orders": 310}, days=28, days_before=31)
    assert found.action == "Find out why the orders are smaller"


def test_reorder_days_that_differ_by_category_are_not_said_as_one_number():
    of = selling(("A", 28), ("B", 28))
    own = {"Glass": {"reorder_days": "30"}}
    items = (quiet("A", on_hand="3"), quiet("B", on_hand="20", category="Glass"))
    found = signals(*items, of=of, categories=own)["STOCKOUT_IMMINENT"]
    assert found.reason == "2 items sell well and run out within the reorder days of their categories"
    assert found.consequence == "what they sell in the reorder days of their categories"


def test_how_far_sales_may_fall_is_a_threshold():
    assert decline({"gross": "899", "orders": 9}, {"gross": "1000"}, sales_decline_pct="90") is not None
    assert decline({"gross": "801", "orders": 9}, {"gross": "1000"}, sales_decline_pct="80") is None


# --- SLOW_STOCK -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "units", "speaks"),
    [
        ({"on_hand": "5", "unit_cost": "100"}, "5.5999", True),
        ({"on_hand": "5", "unit_cost": "100"}, "5.6", False),  # 0.2 a day
        ({"on_hand": "4.9999", "unit_cost": "200"}, 0, False),
        ({"on_hand": "10", "unit_cost": "50"}, 1, True),  # 500.00 of capital
        ({"on_hand": "10", "unit_cost": "49.9999"}, 1, False),
        ({"on_hand": None, "unit_cost": "500"}, 1, False),
        ({"on_hand": "10", "unit_cost": None}, 1, False),
    ],
)
def test_slow_stock_sells_under_a_fifth_a_day_while_five_lie_there_worth_five_hundred(values, units, speaks):
    found = signals(item(unit_price="200", **values), of=selling(("BD-8", units)), low_stock_max=4)
    assert ("SLOW_STOCK" in found) is speaks


def test_slow_stock_counts_together_and_stakes_the_capital():
    items = (
        item("A", on_hand="8", unit_cost="30"),
        item("B", on_hand="8", unit_cost="32.5"),
        item("C", on_hand="8", unit_cost=None),
    )
    of = selling(*((sku, 1) for sku in "ABC"))
    found = signals(*items, of=of)["SLOW_STOCK"]
    assert (found.rank, found.stake, found.skus) == (3, 500, ("B", "A", "C"))
    assert "SLOW_STOCK" not in signals(*items, of=of, slow_stock_capital_min="500.01")


def test_slow_stock_that_is_to_be_bought_again_is_none():
    one = item(on_hand="5", unit_cost="100", unit_price="200")
    assert "SLOW_STOCK" not in signals(one, of=selling(("BD-8", 1)))  # REORDER_SOON at 5
    assert "SLOW_STOCK" in signals(one, of=orders(sold(last=None)))  # but dead stock is not bought again


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (1, "1 item hardly sells at all and several of it lie there"),
        (2, "2 items hardly sell at all and several of each lie there"),
    ],
)
def test_slow_stock_says_how_many(count, reason):
    items = [item(f"SKU-{at}", on_hand="9", unit_cost="90") for at in range(count)]
    assert signals(*items, of=selling(*((one.sku, 1) for one in items)))["SLOW_STOCK"].reason == reason


# --- MARGIN_COMPRESSION -----------------------------------------------------------------------------------------------


def compression(cost, cost_before, *, net=1000, **thresholds):
    past = window(days_before_end(14), gross=1000, orders=10, known_cost=cost_before)
    of = selling(("BD-8", 28), observed=window(days_before_end(7), gross=net, orders=10, known_cost=cost),
                 before=(past, None, None, None))  # fmt: skip
    return signals(quiet(), of=of, **thresholds).get("MARGIN_COMPRESSION")


@pytest.mark.parametrize(
    ("cost", "speaks"), [("550", False), ("550.0001", True), ("500", False), ("400", False), ("1200", True)]
)
def test_a_margin_that_fell_by_five_points_exactly_is_not_compressed(cost, speaks):
    assert (compression(cost, "500") is not None) is speaks


def test_a_compressed_margin_stakes_what_the_old_one_would_have_left():
    found = compression("660", "500", net=1100)
    assert (found.rank, found.stake, found.skus) == (3, 110, ())
    assert found.reason == "the gross margin fell by 10.00 points, to 40.00 %"


def test_only_sales_of_known_cost_are_at_stake():
    past = window(days_before_end(14), gross=1000, orders=10, known_cost=500)
    now = window(days_before_end(7), gross=1000, orders=10, known_gross=200, known_net=200, known_cost=120)
    of = selling(("BD-8", 28), observed=now, before=(past, None, None, None))
    assert signals(quiet(), of=of)["MARGIN_COMPRESSION"].stake == 20


@pytest.mark.parametrize("unknown", ["observed", "before"])
def test_a_margin_that_is_unknown_is_not_compressed(unknown):
    known = {"gross": 1000, "orders": 10, "known_cost": 900 if unknown == "before" else 100}
    lost = {"gross": 1000, "orders": 10, "known_gross": 0, "known_net": 0}
    now, past = (known, lost) if unknown == "before" else (lost, known)
    of = selling(("BD-8", 28), observed=window(days_before_end(7), **now),
                 before=(window(days_before_end(14), **past), None, None, None))  # fmt: skip
    assert "MARGIN_COMPRESSION" not in signals(quiet(), of=of)


def test_how_far_a_margin_may_fall_is_a_threshold():
    assert compression("541", "500", margin_drop_points=4) is not None
    assert compression("599", "500", margin_drop_points=10) is None


# --- STABLE -----------------------------------------------------------------------------------------------------------


def test_stable_speaks_alone_when_no_other_does():
    past = window(days_before_end(14), gross=10, orders=1)
    of = selling(("BD-8", 28), observed=window(days_before_end(7), gross=10, orders=1), before=(past, None, None, None))
    content = concluded(quiet(), orders=of)
    (found,) = content.signals
    assert (found.name, found.rank, found.stake, found.skus) == ("STABLE", 3, None, ())
    assert (content.verdict.signal, content.verdict.runner_up) == ("STABLE", None)
    assert found.reason == "no item that sells well is about to run out, and neither sales nor margin fell far"


def test_stable_without_a_period_before_does_not_say_that_sales_hold():
    found = signals(quiet(), of=selling(("BD-8", 28)))["STABLE"]
    assert found.reason == "no item that sells well is about to run out; there is no period before to compare with"


@pytest.mark.parametrize(
    ("of", "action"), [(None, "Connect the orders"), (orders(first=None), "No sale is known up to this day")]
)
def test_without_any_order_the_verdict_says_whether_there_is_a_table_of_them(of, action):
    (found,) = concluded(item(on_hand="500"), orders=of).signals
    assert (found.name, found.action, found.stake) == ("STABLE", action, None)


def test_without_a_margin_nothing_is_said_of_it():
    past = window(days_before_end(14), gross=1000, orders=10, known_gross=0, known_net=0)
    now = window(days_before_end(7), gross=1000, orders=10, known_gross=0, known_net=0)
    (found,) = concluded(quiet(unit_cost=None), orders=selling(observed=now, before=(past, None, None, None))).signals
    assert found.reason == "no item that sells well is about to run out, and sales did not fall far"


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "named"),
    [
        ({"name": "Blue Dream", "unit": "eighth"}, "Reorder Blue Dream eighth"),
        ({"name": "Blue Dream (Eighth)", "unit": "eighth"}, "Reorder Blue Dream (Eighth)"),
        ({"name": "Lighter", "unit": "each"}, "Reorder Lighter"),
        ({"name": "Lighter", "unit": "Each"}, "Reorder Lighter"),
        ({"name": "OG Kush", "unit": "g"}, "Reorder OG Kush g"),
        ({"name": "OG Kush 3.5g", "unit": "g"}, "Reorder OG Kush 3.5g"),
        ({"name": None, "unit": None}, "Reorder BD-8"),
        ({"name": None, "unit": "gram"}, "Reorder BD-8 gram"),
        ({"name": "C+ (x", "unit": "(x"}, "Reorder C+ (x"),
    ],
)
def test_one_item_is_named_with_its_unit_once(about, named):
    assert signals(quiet(on_hand="1", **about), of=selling(("BD-8", 28)))["STOCKOUT_IMMINENT"].action == named


def test_of_several_the_one_with_most_at_stake_is_named():
    items = quiet("A", on_hand="1", unit_price="1"), quiet("B", on_hand="1", name="Zkittlez", unit="gram")
    found = signals(*items, of=selling(("A", 28), ("B", 28)))["STOCKOUT_IMMINENT"]
    assert found.action == "Reorder 2 items, Zkittlez gram first"


# --- the verdict ------------------------------------------------------------------------------------------------------


def test_the_ranks_are_those_of_the_kpi_page():
    assert {rule.name: rule.rank for rule in (*SIGNALS, STABLE)} == {
        "STOCKOUT_IMMINENT": 1,
        "UNDER_PROMOTED": 2,
        "SALES_DECLINE": 2,
        "SLOW_STOCK": 3,
        "MARGIN_COMPRESSION": 3,
        "STABLE": 3,
    }


def falling(net, *items, of_skus=(), cost=0, **thresholds):
    past = window(days_before_end(14), gross=1000, orders=10, known_cost=0)
    now = window(days_before_end(7), gross=net, orders=9, known_cost=cost)
    of = selling(*of_skus, observed=now, before=(past, None, None, None))
    return concluded(*items, orders=of, **thresholds)


def test_the_lowest_rank_wins_whatever_is_at_stake():
    content = falling(100, quiet("A", on_hand="1", unit_price="1"), of_skus=[("A", 28)])
    assert [(one.name, one.stake) for one in content.signals] == [("STOCKOUT_IMMINENT", 7), ("SALES_DECLINE", 900)]
    assert (content.verdict.signal, content.verdict.runner_up) == ("STOCKOUT_IMMINENT", "SALES_DECLINE")


@pytest.mark.parametrize(
    ("price", "order"),
    [
        ("120.01", ["UNDER_PROMOTED", "SALES_DECLINE"]),  # 800.10
        ("119.99", ["SALES_DECLINE", "UNDER_PROMOTED"]),
        ("120", ["SALES_DECLINE", "UNDER_PROMOTED"]),  # 800.00 both: by name
        ("120.0004", ["SALES_DECLINE", "UNDER_PROMOTED"]),  # shown as 800.00 too
    ],
)
def test_within_a_rank_the_larger_stake_as_shown_wins_then_the_name(price, order):
    one = item("A", on_hand="10", unit_price=price, unit_cost="40")
    content = falling(200, one, of_skus=[("A", 8)])
    assert [found.name for found in content.signals] == order
    assert content.verdict.model_dump() == {"signal": order[0], "runner_up": order[1]}


def test_the_runner_up_is_the_second_signal_or_none():
    def said(name):
        return Signal(name=name, rank=3, stake=Decimal(0), action="a", reason="r", consequence="c")

    assert judge((said("STABLE"),)).model_dump() == {"signal": "STABLE", "runner_up": None}
    three = said("SLOW_STOCK"), said("MARGIN_COMPRESSION"), said("STABLE")
    assert judge(three).model_dump() == {"signal": "SLOW_STOCK", "runner_up": "MARGIN_COMPRESSION"}


def test_rank_three_is_sorted_by_stake_too():
    slow = item("A", on_hand="20", unit_cost="50")
    content = falling(1000, slow, of_skus=[("A", 1)], cost=100, slow_mover_margin_min=99)
    assert [(one.name, str(one.stake)) for one in content.signals] == [
        ("SLOW_STOCK", "1000.00"),
        ("MARGIN_COMPRESSION", "100.00"),
    ]
    content = falling(1000, slow, of_skus=[("A", 1)], cost=1001, margin_drop_points=99, slow_mover_margin_min=99)
    assert [(one.name, str(one.stake)) for one in content.signals] == [
        ("MARGIN_COMPRESSION", "1001.00"),
        ("SLOW_STOCK", "1000.00"),
    ]


def test_every_signal_stands_in_the_content_in_the_order_of_the_verdict():
    items = (
        quiet("A", on_hand="1"),
        item("B", on_hand="30", unit_cost="40", unit_price="100"),
    )
    content = falling(100, *items, of_skus=[("A", 28), ("B", 1)], cost=50)
    assert [one.name for one in content.signals] == [
        "STOCKOUT_IMMINENT",
        "UNDER_PROMOTED",
        "SALES_DECLINE",
        "SLOW_STOCK",
        "MARGIN_COMPRESSION",
    ]
    for one in content.signals:
        assert one.action
        assert one.reason
        assert one.consequence
        assert not one.reason.endswith((".", "!", "?"))


def test_a_new_item_without_a_velocity_is_nobodys_signal():
    assert signals(item(first_seen=END, on_hand="500")).keys() == {"STABLE"}
