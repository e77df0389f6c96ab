"""Costs and items of what was sold: by SKU, then by the normalised key, never by containment, never a guess."""

from pathlib import Path

import pytest

from tests.unit.exports import ORDERS, Exports


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def costs_of(exports: Exports, inventory: str, costs: str | None = None) -> dict[str, int | None]:
    exports.write("i.csv", "sku,unit,unit_cost\n" + inventory)
    if costs is not None:
        exports.write("c.csv", "sku,unit_cost\n" + costs)
    facts = exports.facts("i.csv", None, None if costs is None else "c.csv")
    return {item.sku: None if item.unit_cost is None else int(item.unit_cost) for item in facts.items}


def sell(exports: Exports, sold: str, inventory: str, costs: str | None = None):
    """Sell each `sku,unit` of `sold` once, for 10; return the facts of the orders."""
    exports.write("i.csv", "sku,unit,unit_cost\n" + inventory)
    if costs is not None:
        exports.write("c.csv", "sku,unit_cost\n" + costs)
    lines = "".join(f"{number},2026-01-09,{line},1,10\n" for number, line in enumerate(sold.splitlines()))
    exports.write("o.csv", "order_id,ordered_at,sku,unit,quantity,unit_price\n" + lines)
    orders = exports.facts("i.csv", "o.csv", None if costs is None else "c.csv").orders
    assert orders
    return orders


# --- the items' own --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inventory", "costs", "expected"),
    [
        ("A,,5\n", "A,6\n", {"A": 6}),
        ("A,,5\n", "a,6\n", {"A": 5}),
        ("A-1,,\n", "a 1,6\n", {"A-1": 6}),
        ("A,,\n", "B,6\n", {"A": None}),
        ("A,,\n", None, {"A": None}),
        ("A,,0\n", "a,6\n", {"A": 0}),
        ("A,,5\n", "A,0\n", {"A": 0}),
        ("Blue Dream,3.5 g,\n", "BLUE-DREAM eighth,6\n", {"Blue Dream": 6}),
        ("Blue Dream,oz,\n", "Blue Dream 28g,6\n", {"Blue Dream": 6}),
        ("AB,,\n", "A,1\nB,2\nABC,3\n", {"AB": None}),
        ("A,,\n", "a,1\nÁ,2\n a.,1\n", {"A": 1}),
        ("A 1,,\n", "a1,1\na-1,2\n", {"A 1": None}),
        ("---,,\n", "***,5\n", {"---": None}),
    ],
)
def test_an_items_cost_is_the_tables_by_sku_then_its_own_then_the_tables_by_key(
    exports: Exports, inventory, costs, expected
):
    assert costs_of(exports, inventory, costs) == expected


# --- what was sold ---------------------------------------------------------------------------------------------------


def test_a_sold_sku_is_matched_to_its_item_to_the_letter_then_by_key_with_its_unit(exports: Exports):
    orders = sell(
        exports, "A-1,\na 1,\nBlue Dream,eighth\nblue dream,3.5g\nblue-dream,7g\nX,\n", "A-1,,5\nBlue Dream,3.5g,15\n"
    )

    assert [(sold.sku, int(sold.observed.units)) for sold in orders.by_item] == [("A-1", 2), ("Blue Dream", 2)]
    assert [sold.sku for sold in orders.unlisted] == ["X", "blue-dream"]
    assert (orders.observed.gross, orders.observed.known_gross, orders.observed.known_cost) == (60, 40, 40)


@pytest.mark.parametrize(
    ("sold", "inventory", "costs", "known_cost"),
    [
        ("A,", "A,,5\n", "A,7\n", 7),
        ("A,", "B,,5\n", "A,7\n", 7),
        ("a,", "A,,5\n", None, 5),
        ("a,", "B,,5\n", "A,7\n", 7),
        ("AB,", "A,,5\nABC,,6\n", "B,7\n", 0),
        ("a1,", "A-1,,5\nA.1,,6\n", None, 0),
        ("a1,", "A-1,,5\nA.1,,5\n", None, 5),
        ("a1,", "A-1,,5\nA.1,,\n", None, 0),
        ("A-1,", "A-1,,\nA.1,,5\n", None, 0),
        ("A-1,", "A-1,,3\nA.1,,5\n", None, 3),
        ("---,", "***,,5\n", "...,7\n", 0),
    ],
)
def test_a_cost_is_never_guessed_from_a_key_that_stands_for_two(exports: Exports, sold, inventory, costs, known_cost):
    orders = sell(exports, sold, inventory, costs)
    assert orders.observed.known_cost == known_cost
    assert [entry.sku for entry in orders.uncosted] == ([] if known_cost else [sold.rstrip(",")])


def test_an_ambiguous_key_matches_no_item_while_each_item_still_sells_under_its_own_sku(exports: Exports):
    orders = sell(exports, "A-1,\nA.1,\na1,\n", "A-1,,5\nA.1,,6\n")
    assert [(sold.sku, int(sold.observed.units)) for sold in orders.by_item] == [("A-1", 1), ("A.1", 1)]
    assert [sold.sku for sold in orders.unlisted] == ["a1"]


def test_a_cost_of_nothing_is_known(exports: Exports):
    orders = sell(exports, "A,", "A,,0\n")
    assert (orders.observed.known_gross, orders.observed.known_cost, orders.uncosted) == (10, 0, ())


def test_what_sold_without_cost_or_item_is_listed_by_falling_sales_then_sku(exports: Exports):
    exports.write("o.csv", ORDERS + "".join(f"{at},2026-01-09,{sku},1,{price},,,\n" for at, (sku, price) in enumerate([("z", 5), ("b", 9), ("a", 9), ("B", 9)])))  # fmt: skip
    orders = exports.facts(None, "o.csv").orders
    assert orders
    assert [(sold.sku, int(sold.gross)) for sold in orders.unlisted] == [("a", 9), ("b", 9), ("z", 5)]
    assert orders.uncosted == orders.unlisted


def test_returns_take_their_cost_back(exports: Exports):
    exports.write("o.csv", ORDERS + "1,2026-01-09,A,3,10,2,,\n2,2026-01-09,A,-1,10,1,,\n")
    orders = exports.facts(None, "o.csv").orders
    assert orders
    observed = orders.observed
    assert (observed.gross, observed.discounts, observed.returns, observed.units) == (30, 2, 9, 2)
    assert (observed.net, observed.known_net, observed.known_cost, observed.orders) == (19, 19, 10, 1)
