"""What runs out and what the month brings, as an owner reads it."""

import pytest

from omen_cli.report.numbers import Numbers
from omen_cli.report.outlook import MOST, outlook
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.unit.reports import lines, rows

MONTH = {
    "velocity": window(days_before_end(28), 28, gross=2800),
    "month": window(AS_OF.replace(day=1), AS_OF.day, gross=1100),
}


def blocks(*items, locale="en_US", as_of=AS_OF, **thresholds):
    of = orders(*(sold(one.sku, 28, last=AS_OF) for one in items), **MONTH)
    return tuple(outlook(concluded(*items, orders=of, as_of=as_of, **thresholds), Numbers(locale, "USD")))


def test_a_stock_out_says_how_many_are_left_when_it_is_out_and_what_to_order():
    found = blocks(
        item("A", name="Blue Dream", unit="gram", on_hand="3", unit_price="10"),
        item("B", name="Lighter", unit="each", on_hand="-1", unit_price=None),
    )
    assert rows(found, "runs out") == [
        ("Lighter", "-1", "1.00", "out", "–", "14"),
        ("Blue Dream gram", "3", "1.00", "Jan 15, 2026", "$110.00", "11"),
    ]
    assert lines(found)[0] == "Runs out within 14 days: 2 items"


def test_one_item_is_one_and_of_many_the_first_are_shown():
    assert lines(blocks(item("A", on_hand="3")))[0] == "Runs out within 14 days: 1 item"
    many = [item(f"I-{number:02}", on_hand="3") for number in range(MOST + 1)]
    assert lines(blocks(*many[:-1]))[0] == f"Runs out within 14 days: {MOST} items"
    found = blocks(*many)
    assert lines(found)[0] == f"Runs out within 14 days: the first {MOST} of {MOST + 1} items"
    assert len(rows(found, "runs out")) == MOST


def test_the_horizon_is_the_stores():
    found = blocks(item("A", on_hand="3", unit_price="10"), stock_out_horizon_days=4)
    assert lines(found)[0] == "Runs out within 4 days: 1 item"
    assert found[1].columns[4] == "lost sales in 4 days"
    assert rows(found, "runs out")[0][4] == "$10.00"


def test_the_month_says_what_is_sold_and_what_is_to_come():
    assert lines(blocks(item(on_hand="99"))) == [
        "Net sales of Jan 1–31, 2026 at the present rate: $3,100.00, $1,100.00 of it so far, "
        "then about $100.00 a day for 20 days."
    ]


@pytest.mark.parametrize(("day", "said"), [(29, "for 2 days."), (30, "for 1 day."), (31, None)])
def test_the_last_days_of_a_month(day, said):
    found = blocks(item(on_hand="99"), as_of=AS_OF.replace(day=day))
    assert [line.rsplit(" a day ")[1] for line in lines(found)] == ([said] if said else [])


def test_without_orders_nothing_is_said_of_what_comes():
    assert tuple(outlook(concluded(item(on_hand="0")), Numbers("en_US", "USD"))) == ()


def test_days_and_money_are_written_as_the_store_writes_them():
    assert rows(blocks(item("A", on_hand="3", unit_price="100"), locale="de_DE"), "runs out")[0][3:5] == (
        "15.01.2026",
        "1.100,00 $",
    )
