"""What `conclude` says as a whole, and how it is written: exact numbers, no float, every value with its two decimals."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.content import Content
from omen_cli.model.facts import DaySales
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window

TWO_DECIMALS = re.compile(r"-?\d+\.\d\d")
SHORT = re.compile(r"-?\d+(\.\d{0,3}[1-9])?")
AS_QUANTITY = {
    "onHand", "onHandInFile", "unitsSold", "unitsBefore", "velocityUnits", "suggestedOrder", "quantity", "units",
    "unitsAddedBack", "countedOnHand", "countedVelocityUnits", "countedUnits", "leadTimeDays", "reviewDays",
}  # fmt: skip


def written(content: Content) -> str:
    return dump_canonical(content.plain()).decode()


def some_content():
    """A week with something in every part of its content."""
    of = orders(
        sold("A", "14.5", last=AS_OF, units="3.25", gross="99.999", discounts="0.005", before={"units": "9.5", "gross": "70.1"},
             sale_days=2, units_after="0.25"),
        sold("B", "0.1", last=AS_OF, units="0.1"),
        observed=window(gross="99.999", discounts="0.005", returns="1", units="3.25", orders=3, known_cost="33.3333"),
        before=(window(days_before_end(14), gross="70.1", units="1.5", orders=2), window(gross="10", orders=1), None, None),
        velocity=window(days_before_end(28), 28, units="14.5", gross="333.3333"),
        trend=(window(days_before_end(14), gross="70.105", orders=2, known_cost="30"), None),
        month=window(AS_OF.replace(day=1), AS_OF.day, gross="170.0999"),
        by_day=(DaySales(day=AS_OF, gross="99.999", units="3.25", orders=3),),
        by_other=(sold("Z", units="0.5", gross="1.005"),),
        lines_after=1,
    )  # fmt: skip
    items = (
        item("A", category="Flower", on_hand="7.2500", unit_price="12.3456", unit_cost="7.0001"),
        item("B", on_hand="1200", unit_price="10.005", unit_cost="3.335"),
        item("C", on_hand=None, unit_price=None, unit_cost=None),
    )
    return concluded(*items, orders=of)


def numbers(value: object, key: str = "") -> list[tuple[str, Decimal | int]]:
    """Every number of a JSON document with the key that it stands under."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in numbers(inner, name)]
    if isinstance(value, list):
        return [pair for inner in value for pair in numbers(inner, key)]
    return [(key, value)] if isinstance(value, Decimal | int) and not isinstance(value, bool) else []


def test_no_number_is_a_float():
    def walk(value: object) -> None:
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
            walk(inner)

    walk(some_content().plain())


def test_money_and_percentages_have_two_decimals_and_quantities_no_trailing_zeros():
    document = load_strict(written(some_content()).encode())
    for name, kpi in document["kpis"].items():
        form = SHORT if kpi["unit"] in ("count", "quantity") else TWO_DECIMALS
        for part in ("value", "before", "change"):
            assert kpi[part] is None or form.fullmatch(str(kpi[part])), (name, part)
        for part in ("changePct", "trailingAverage", "againstTrailingPct"):
            assert kpi[part] is None or TWO_DECIMALS.fullmatch(str(kpi[part])), (name, part)
    for part in document.keys() - {"kpis", "kpiVersion"}:
        assert document[part], part
        for key, value in numbers(document[part], part):
            form = SHORT if key in AS_QUANTITY or isinstance(value, int) else TWO_DECIMALS
            assert form.fullmatch(str(value)), (part, key, value)
    assert '"onHand":7.5,' in written(some_content())
    assert '"onHand":1200,' in written(some_content())
    assert "-0.00" not in written(some_content())


def test_item_amounts_are_rounded_half_up():
    found = {one.sku: one for one in some_content().items}
    assert (str(found["A"].unit_price), str(found["A"].unit_cost)) == ("12.35", "7.00")
    assert (str(found["B"].unit_price), str(found["B"].unit_cost)) == ("10.01", "3.34")
    assert str(found["A"].net_sales) == "99.99"


def test_content_reads_back_as_it_was_written():
    content = some_content()
    assert written(Content.model_validate(load_strict(written(content).encode()))) == written(content)


def test_items_are_sorted_by_sku_whatever_their_order():
    one, two = item("B"), item("A")
    assert written(concluded(one, two)) == written(concluded(two, one))


@pytest.mark.parametrize(
    ("timeframe", "as_of", "days", "observed_days", "complete"),
    [
        ("weekly", date(2026, 1, 11), 7, 7, True),
        ("weekly", date(2026, 1, 9), 7, 5, False),
        ("daily", date(2026, 1, 10), 1, 1, True),
        ("monthly", date(2026, 2, 14), 28, 14, False),
    ],
)
def test_the_period_says_what_of_it_was_observed(timeframe, as_of, days, observed_days, complete):
    period = concluded(item(), timeframe=timeframe, as_of=as_of).period
    assert (period.days, period.observed_days, period.complete) == (days, observed_days, complete)


def test_an_empty_store_has_content_too():
    content = concluded()
    assert (content.items, content.recommendations) == ((), ())
    assert content.kpis["items"].value == 0
    assert content.kpis["inventoryRetailValue"].value is None


AMOUNT = st.none() | st.decimals(0, 10**9, places=4)
COUNT = st.none() | st.decimals(-(10**9), 10**9, places=4)


@given(COUNT, AMOUNT, AMOUNT, st.decimals(-(10**9), 10**9, places=4))
def test_any_amounts_make_a_content_without_nan_or_negative_zero(on_hand, price, cost, units):
    of = orders(sold("A", units, units=units), velocity_units=units, observed=window(units=units, lines=1))
    text = written(concluded(item("A", on_hand=on_hand, unit_price=price, unit_cost=cost), orders=of))
    assert re.search(r"-0(\.0+)?[,}\]]|NaN|Infinity|E[+-]", text) is None
