"""A table that has lost more than four fifths of its rows since the snapshot before holds the snapshot, end to end."""

import json

import pytest

from tests.cli.stores import NJ, export, many_items, write_inventory
from tests.unit.pictures import HOLD_WORDS


def write_orders(two_stores, count, *, nameless=0):
    """Write so many order lines, the last of them without a SKU."""
    header = "order_id,line_id,ordered_at,sku,unit,quantity,unit_price,discount,status\n"
    rows = [f"{n},1,2026-01-{1 + n % 11:02}T12:00:00-05:00,{{}},each,1,35.00,0.00,paid\n" for n in range(count)]
    text = "".join(row.format("SKU-001" if n < count - nameless else "") for n, row in enumerate(rows))
    for old in export(two_stores).parent.glob("orders-*.csv"):
        old.unlink()
    export(two_stores, NJ, "orders-all.csv").write_text(header + text, "utf-8")


def hold_of(store, run):
    """Return the hold of the one snapshot that was made, as it is stored, and the kinds of its reasons."""
    hold = json.loads((store.archive(NJ) / f"{run.id}.json").read_text("utf-8"))["hold"]
    return hold, [next(kind for word, kind in HOLD_WORDS.items() if word in reason) for reason in hold["reasons"]]


@pytest.fixture
def store(two_stores):
    write_inventory(two_stores, many_items(40))
    write_orders(two_stores, 40)
    return two_stores


@pytest.mark.parametrize(("rows", "kinds"), [(8, []), (7, ["fell"]), (1, ["fell"])])
def test_less_than_a_fifth_of_the_rows_before_holds_and_exactly_a_fifth_does_not(store, rows, kinds):
    before = store.generate(NJ, "2026-01-04")
    write_orders(store, rows)

    hold, found = hold_of(store, store.generate(NJ, "2026-01-11"))

    assert found == kinds
    assert hold["held"] is bool(kinds)
    assert (hold["snapshotBefore"], hold["rowsBefore"]) == (before.id, {"inventory": 40, "orders": 40})


def test_the_first_snapshot_of_a_timeframe_has_nothing_to_fall_from(store):
    store.generate(NJ, "2026-01-04")
    write_orders(store, 1)

    hold, kinds = hold_of(store, store.generate(NJ, "2026-01-11", "daily"))

    assert (kinds, hold["snapshotBefore"], hold["rowsBefore"]) == ([], None, None)


def test_a_later_as_of_date_is_no_snapshot_before(store):
    store.generate(NJ, "2026-01-18")
    write_orders(store, 1)

    assert hold_of(store, store.generate(NJ, "2026-01-11"))[1] == []


def test_the_newest_version_before_is_the_one_that_counts(store):
    store.generate(NJ, "2026-01-04")
    write_orders(store, 5)
    newest = store.generate(NJ, "2026-01-04", "weekly", "--if-exists", "replace", "--reason", "half an export")

    hold, kinds = hold_of(store, store.generate(NJ, "2026-01-11"))

    assert (kinds, hold["snapshotBefore"], hold["rowsBefore"]["orders"]) == ([], newest.id, 5)


def test_a_table_that_fell_stands_before_rows_that_were_set_aside(store):
    store.generate(NJ, "2026-01-04")
    write_orders(store, 6, nameless=3)

    assert hold_of(store, store.generate(NJ, "2026-01-11"))[1] == ["fell", "set aside"]


def test_an_inventory_that_fell_holds_as_orders_do(store):
    store.generate(NJ, "2026-01-04")
    write_inventory(store, many_items(7))

    assert hold_of(store, store.generate(NJ, "2026-01-11"))[1] == ["fell"]
