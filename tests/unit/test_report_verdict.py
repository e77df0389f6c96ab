"""The verdict as an owner reads it first: sentences that read well at one and at several, and money behind them."""

import pytest

from omen_cli.model.blocks import Heading
from omen_cli.report.numbers import Numbers
from omen_cli.report.verdict import verdict
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.unit.reports import lines, snapshot, text

DOLLARS = Numbers("en_US", "USD")


def said(*items, of=None, **thresholds):
    return lines(tuple(verdict(concluded(*items, orders=of, **thresholds), DOLLARS)))


def falling(net=600, orders_now=6, *of_skus, **more):
    past = window(days_before_end(14), gross=1000, orders=10)
    now = window(days_before_end(7), gross=net, orders=orders_now)
    return orders(*of_skus, observed=now, before=(past, None, None, None), **more)


def test_what_to_do_first_why_what_it_costs_not_to_and_what_then():
    items = (
        item("A", name="Blue Dream", unit="eighth", on_hand="2", unit_cost="60"),
        item("B", name="OG Kush", unit="gram", on_hand="30", unit_cost="10", unit_price="20"),
    )
    assert said(*items, of=orders(sold("A", 28, last=AS_OF), sold("B", 7, last=AS_OF))) == [
        "Do first: Reorder Blue Dream eighth",
        "Why: 1 item sells well and runs out within 7 days.",
        "If not: $700.00, what it sells in 7 days.",
        "Then: Promote OG Kush gram. 1 item earns well and hardly sells: $300.00, profit that stays on the shelf.",
    ]


def test_without_a_runner_up_nothing_follows():
    assert said(item(unit_cost="60"), of=falling(600, 6, sold(velocity_units=28, last=AS_OF))) == [
        "Do first: Find out why fewer orders came in",
        "Why: net sales a day are 40.00 % under those of the period before.",
        "It cost: $400.00, by which sales fell short of the rate of the period before.",
    ]


def test_a_stake_of_nothing_or_that_nobody_knows_is_not_said():
    found = said(item(on_hand="1", unit_price=None), of=orders(sold(velocity_units=28, last=AS_OF)))
    assert [line.split(":")[0] for line in found] == ["Do first", "Why"]
    found = said(item(on_hand="1", unit_price="0"), of=orders(sold(velocity_units=28, last=AS_OF)))
    assert [line.split(":")[0] for line in found] == ["Do first", "Why"]


def test_a_runner_up_can_be_a_fall_of_sales_or_of_the_margin():
    items = (item("A", on_hand="2", unit_cost="60"),)
    of = falling(600, 10, sold("A", 28, last=AS_OF))
    assert said(*items, of=of)[-1] == (
        "Then: Find out why the orders are smaller. Net sales a day are 40.00 % under those of the period before: "
        "$400.00, by which sales fell short of the rate of the period before."
    )
    past = window(days_before_end(14), gross=1000, orders=10, known_cost=500)
    now = window(days_before_end(7), gross=1000, orders=10, known_cost=600)
    of = orders(sold("A", 28, last=AS_OF), observed=now, before=(past, None, None, None))
    assert said(*items, of=of)[-1] == (
        "Then: Look at discounts and costs. The gross margin fell by 10.00 points, to 40.00 %: "
        "$100.00, profit that the margin of the period before would have left."
    )


def test_where_nothing_presses_nothing_is_to_be_done_first():
    quiet = item(unit_cost="60")
    assert said(quiet, of=falling(1000, 10, sold(velocity_units=28, last=AS_OF))) == [
        "Nothing presses",
        "No item that sells well is about to run out, and neither sales nor margin fell far.",
    ]
    assert said(quiet, of=orders(sold(velocity_units=28, last=AS_OF)))[1] == (
        "No item that sells well is about to run out; there is no period before to compare with."
    )


def test_a_store_without_orders_is_told_to_connect_them():
    assert said(item()) == [
        "Connect the orders",
        "Without orders nobody can say what sells and what runs out.",
    ]


def test_the_verdict_stands_before_every_number_but_the_headline():
    content = concluded(item(on_hand="1"), orders=orders(sold(velocity_units=28, last=AS_OF)))
    shown = text(snapshot(content)).splitlines()
    at = shown.index("Do first: Reorder BD-8")
    assert shown[at - 2].startswith("Net sales ")
    assert shown[at - 1] == ""
    assert next(line for line in shown[at:] if line.startswith("Sales, "))


def test_money_is_written_as_the_store_writes_it():
    content = concluded(item(on_hand="1"), orders=orders(sold(velocity_units=56, last=AS_OF)))
    found = lines(tuple(verdict(content, Numbers("de_DE", "EUR"))))
    assert found[2] == "If not: 1.400,00 €, what it sells in 7 days."


@pytest.mark.parametrize("name", ["[/red]", "A.", "a\nb", "%s {0}"])
def test_a_hostile_name_is_only_text(name):
    content = concluded(item(name=name, on_hand="1"), orders=orders(sold(velocity_units=28, last=AS_OF)))
    first = next(iter(verdict(content, DOLLARS)))
    assert first == Heading(f"Do first: Reorder {name}")
    assert "Do first: Reorder" in text(snapshot(content), is_tty=True, width=80)
