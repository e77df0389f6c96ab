"""How long stock lasts, the day that it runs out, and how many to order: each at its exact boundaries."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.intelligence.supply import days_of_supply, runs_out_on, suggested_order
from omen_cli.model.thresholds import ItemThresholds
from tests.facts import AS_OF, END, concluded, item, orders, sold


def dec(text):
    return None if text is None else Decimal(text)


# --- the day that it runs out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supply", "day"),
    [
        ("0", "2026-01-12"),
        ("0.9999", "2026-01-12"),
        ("1", "2026-01-13"),
        ("2.9999", "2026-01-14"),
        ("3", "2026-01-15"),
        (None, None),
    ],
)
def test_stock_runs_out_on_the_first_day_that_it_cannot_serve_whole(supply, day):
    assert runs_out_on(dec(supply), END) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("end", "supply", "day"),
    [
        (date(2026, 1, 1), "30.5", date(2026, 1, 31)),
        (date(2026, 1, 1), "31", date(2026, 2, 1)),
        (date(2025, 12, 29), "3", date(2026, 1, 1)),
        (date(2024, 2, 28), "1", date(2024, 2, 29)),
        (date(2026, 2, 28), "1", date(2026, 3, 1)),
        (date(2026, 3, 8), "1", date(2026, 3, 9)),  # a day of 23 hours is a day
        (date(9999, 12, 30), "1.5", date(9999, 12, 31)),
        (date(9999, 12, 30), "2", None),
        (date(9999, 12, 31), "0", date(9999, 12, 31)),
        (date(2026, 1, 12), "1e40", None),
    ],
)
def test_the_run_out_day_is_a_calendar_day_and_none_after_the_year_9999(end, supply, day):
    assert runs_out_on(dec(supply), end) == day


def test_three_on_hand_at_one_a_day_serve_three_days():
    found = concluded(item(on_hand="3"), orders=orders(sold(velocity_units=28, last=AS_OF))).items[0]
    assert (str(found.days_of_supply), found.runs_out_on) == ("3.00", date(2026, 1, 15))


def test_the_run_out_day_is_of_the_exact_supply_not_of_the_rounded_one():
    found = concluded(item(on_hand="2.9999"), orders=orders(sold(velocity_units=28, last=AS_OF))).items[0]
    assert (str(found.days_of_supply), found.runs_out_on) == ("3.00", date(2026, 1, 14))


@pytest.mark.parametrize("values", [{"on_hand": None}, {"first_seen": END}])
def test_what_has_no_days_of_supply_runs_out_on_no_day(values):
    found = concluded(item(**values), orders=orders(sold(velocity_units=28, last=AS_OF))).items[0]
    assert (found.days_of_supply, found.runs_out_on) == (None, None)


# --- the suggested order ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_hand", "units", "days", "order"),
    [
        ("0", "28", 28, "14"),
        ("4", "28", 28, "10"),
        ("14", "28", 28, "0"),
        ("13.9999", "28", 28, "1"),
        ("100", "28", 28, "0"),
        ("-3", "28", 28, "14"),
        ("0", "1", 28, "1"),
        ("0.5", "1", 28, "0"),
        ("0.25", "1", 28, "1"),
        ("0", "0", 28, "0"),
        ("0", "2.5", 28, "2"),
        ("1", "1", 3, "4"),  # 14 ÷ 3 − 1 = 3.66…
        ("0", "3", 7, "6"),  # 3 ÷ 7 × 14 is 6 exactly, whatever 0.428571… × 14 is
        (None, "28", 28, None),
        ("4", None, 28, None),
        ("4", "28", None, None),
        ("4", None, None, None),
    ],
)
def test_an_order_covers_lead_time_and_review_days_up_to_a_whole_unit_and_is_never_negative(
    on_hand, units, days, order
):
    found = suggested_order(dec(on_hand), dec(units), days, ItemThresholds())
    assert found == dec(order)
    assert found is None or str(found) == order


@pytest.mark.parametrize(
    ("lead", "review", "order"), [(7, 7, "10"), (0, 0, "0"), (0, 7, "3"), (10, 0, "6"), (3, 30, "29")]
)
def test_lead_time_and_review_days_are_thresholds(lead, review, order):
    thresholds = ItemThresholds(lead_time_days=lead, review_days=review)
    assert suggested_order(Decimal(4), Decimal(28), 28, thresholds) == Decimal(order)


@given(st.decimals(-100, 10**6, places=4), st.decimals(0, 10**6, places=4), st.integers(1, 28))
def test_an_order_is_the_least_whole_number_that_covers_the_days(on_hand, units, days):
    order = suggested_order(on_hand, units, days, ItemThresholds())
    assert order == int(order) >= 0
    stock = max(on_hand, Decimal(0))
    assert (stock + order) * days >= units * 14
    assert order == 0 or (stock + order - 1) * days < units * 14


def test_every_item_says_what_to_order_and_a_category_has_its_own_days():
    of = orders(*(sold(sku, 28, last=AS_OF) for sku in "ABC"))
    items = item("A", on_hand="4"), item("B", on_hand="4", category="Edible"), item("C", on_hand=None)
    content = concluded(*items, orders=of, review_days=14, categories={"edible": {"lead_time_days": 1}})
    assert [one.suggested_order for one in content.items] == [17, 11, None]


@pytest.mark.parametrize("of", [None, orders(first=None)])
def test_without_orders_nobody_can_say_what_to_order(of):
    content = concluded(item(on_hand="2"), orders=of)
    assert content.items[0].suggested_order is None
    (found,) = [one for one in content.recommendations if one.action == "REORDER_SOON"]
    assert found.reason == "only 2 left"
    assert found.triggering_metrics["suggestedOrder"] is None


@pytest.mark.parametrize(
    ("on_hand", "units", "said"),
    [
        ("2", 4, "only 2 left"),
        ("2", 28, "order 12 = 28 sold ÷ 28 × 14 days − 2"),
        ("0", 30, "order 15 = 30 sold ÷ 28 × 14 days"),
        ("-1", 31, "order 16 = 31 sold ÷ 28 × 14 days, rounded up"),
        ("0.5", "29", "order 14 = 29 sold ÷ 28 × 14 days − 0.5"),
        ("1", "10.5", "order 5 = 10.5 sold ÷ 28 × 14 days − 1, rounded up"),
    ],
)
def test_the_formula_is_printed_so_that_it_adds_up(on_hand, units, said):
    content = concluded(item(on_hand=on_hand), orders=orders(sold(velocity_units=units, last=AS_OF)))
    (found,) = [one for one in content.recommendations if one.action.startswith("REORDER")]
    assert found.reason.endswith(said)


# --- days of supply ---------------------------------------------------------------------------------------------------


@given(st.decimals(0, 10**6, places=4), st.decimals("0.0001", 10**6, places=4), st.integers(1, 28))
def test_supply_times_velocity_is_the_stock_again(on_hand, units, days):
    found = days_of_supply(on_hand, units, days)
    assert abs(found * units / days - on_hand) < Decimal("1e-9")
