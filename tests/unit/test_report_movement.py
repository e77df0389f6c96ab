"""What moved, as an owner reads it: items, categories, and what is unusual."""

from decimal import Decimal

from omen_cli.model.blocks import Heading, Table
from omen_cli.report.movement import MOST, movement
from omen_cli.report.numbers import Numbers
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.unit.reports import lines, rows


def moved(sku, now, before=0, **more):
    return sold(sku, last=AS_OF, gross=now, before={"gross": before, "units": more.pop("units_before", 0)}, **more)


def blocks(*items, by_item=(), by_other=(), has_before=True, timeframe="weekly", **more):
    every = (*by_item, *by_other)
    past = window(days_before_end(14), gross=sum((one.before.net for one in every), Decimal(0)), orders=1)
    of = orders(
        *by_item,
        by_other=by_other,
        observed=window(days_before_end(7), gross=sum((one.observed.net for one in every), Decimal(0)), orders=1),
        before=(past if has_before else None, None, None, None),
    )
    return tuple(movement(concluded(*items, orders=of, timeframe=timeframe, **more), Numbers("en_US", "USD")))


def test_movers_are_named_and_what_is_not_in_the_inventory_says_so():
    found = blocks(
        item("A", name="Blue Dream", unit="gram"), by_item=(moved("A", 30, 10),), by_other=(moved("Z", 0, 40),)
    )
    assert rows(found, "item") == [
        ("Z (not in the inventory)", "$0.00", "$40.00", "-$40.00", "200.00 %"),
        ("Blue Dream gram", "$30.00", "$10.00", "+$20.00", "-100.00 %"),
    ]


def test_where_net_sales_rose_the_rises_come_first_and_where_they_fell_the_falls():
    items = item("UP"), item("DOWN")
    rose = blocks(*items, by_item=(moved("UP", 30), moved("DOWN", 0, 10)))
    fell = blocks(*items, by_item=(moved("UP", 10), moved("DOWN", 0, 30)))
    assert [row[0] for row in rows(rose, "item")] == ["UP", "DOWN"]
    assert [row[0] for row in rows(fell, "item")] == ["DOWN", "UP"]


def test_more_movers_than_are_shown_stand_together_in_one_row():
    items = [item(f"I-{number}") for number in range(1, 8)]
    found = blocks(*items, by_item=tuple(moved(f"I-{number}", number) for number in range(1, 8)))
    assert rows(found, "item")[-1] == ("2 more", "", "", "+$3.00", "")


def test_where_nothing_moved_nothing_is_said():
    assert blocks(item("A"), by_item=(moved("A", 10, 10),)) == ()
    assert tuple(movement(concluded(item(category="Flower"), item("B")), Numbers("en_US", "USD"))) == ()


def test_one_category_says_nothing_that_the_store_does_not():
    found = blocks(item("A", category="Flower"), item("B", category="Flower"), by_item=(moved("A", 10),))
    assert "Categories" not in lines(found)


def test_categories_say_what_they_sold_and_have_and_those_without_a_name_are_named():
    items = item("A", category="Flower", on_hand="2", unit_price="10"), item("B", on_hand=None)
    found = blocks(*items, by_item=(moved("A", 30, 10, units="2.5"), moved("B", 5)), by_other=(moved("Z", 2),))
    assert rows(found, "category") == [
        ("Flower", "$30.00", "$10.00", "+$20.00", "74.07 %", "2.5", "$20.00"),
        ("no category", "$5.00", "$0.00", "+$5.00", "18.52 %", "0", "–"),
        ("not in the inventory", "$2.00", "$0.00", "+$2.00", "7.41 %", "0", "–"),
    ]


def test_without_a_period_before_the_categories_have_no_columns_of_dashes():
    found = blocks(item("A", category="Flower"), item("B"), by_item=(moved("A", 30, units=3),), has_before=False)
    (table,) = [block for block in found if isinstance(block, Table)]
    assert table.columns == ("category", "this week", "units", "stock at retail")
    assert set(table.first) == set(table.columns)
    assert table.right == {"this week", "units", "stock at retail"}
    assert table.rows[0] == ("Flower", "$30.00", "3", "$3,000.00")
    assert [block.text for block in found if isinstance(block, Heading)] == ["Categories"]


def test_the_columns_are_named_after_the_period():
    found = blocks(item("A"), by_item=(moved("A", 30),), timeframe="daily")
    (table,) = [block for block in found if isinstance(block, Table)]
    assert table.columns == ("item", "this day", "day before", "change", "part of it")


def unusual(*counts, timeframe="weekly"):
    items = [item(f"I-{at}", name=f"Item {at}") for at in range(len(counts))]
    by_item = tuple(moved(f"I-{at}", 1, 1, units=now, units_before=then) for at, (now, then) in enumerate(counts))
    return [
        line
        for line in lines(blocks(*items, by_item=by_item, timeframe=timeframe))
        if line not in ("What moved", "Categories")
    ]


def test_what_doubled_and_what_halved_are_two_sentences():
    assert unusual((10, 5), (2, 8)) == [
        "Unusual",
        "Sold at least twice as fast as in the week before: Item 0 (10, 5 before).",
        "Sold at most half as fast as in the week before: Item 1 (2, 8 before).",
    ]
    assert unusual((2, 8)) == ["Unusual", "Sold at most half as fast as in the week before: Item 0 (2, 8 before)."]
    assert unusual((9, 8)) == []
    assert unusual((70, 5), timeframe="daily")[1].startswith("Sold at least twice as fast as on the day before: ")


def test_of_many_unusual_items_the_first_are_named():
    _, sentence = unusual(*((30 - at, 5) for at in range(MOST)))
    assert "more" not in sentence
    _, sentence = unusual(*((30 - at, 5) for at in range(MOST + 2)))
    assert sentence.endswith("; Item 5 (25, 5 before); and 2 more.")
