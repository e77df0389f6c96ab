"""Parquet exports end to end: every type that a column may come in, and files that are none."""

import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.exports import Exports, set_aside, where


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


LINE = {
    "order_id": "'1'",
    "ordered_at": "TIMESTAMP '2026-01-09 23:30:00'",
    "sku": "'A'",
    "quantity": "2",
    "unit_price": "10.5",
    "discount": "NULL",
}
NO_DATE = "not a date such as 2026-01-09 or 2026-01-09T14:30:00-05:00"


def select(**changes: str) -> str:
    """One good line, then one with the changes, so that examples stand in row 2."""
    good = ", ".join(f"{value} AS {name}" for name, value in LINE.items())
    changed = ", ".join(f"{value} AS {name}" for name, value in {**LINE, **changes}.items())
    return (
        f"SELECT * FROM (SELECT 0 AS n, {changed} UNION ALL BY NAME SELECT 0 AS n, {changed})"
        if not good
        else f"SELECT {changed}"
    )


def of_line(exports: Exports, **changes: str):
    exports.parquet("o.parquet", select(**changes))
    return exports.facts(None, "o.parquet")


def test_numbers_are_read_from_any_numeric_or_text_type(exports: Exports):
    quantities = [
        "2", "2::TINYINT", "2::UBIGINT", "2::HUGEINT", "2::DOUBLE", "2::FLOAT", "2.0::DECIMAL(4,1)", "2::DECIMAL(38,20)", "'2'", "' 2.0 '",
        "'2'::ENUM('1','2')",
    ]  # fmt: skip
    prices = ["10.5::DOUBLE", "10.5::DECIMAL(18,4)", "'$10.50'"]
    for at, (quantity, price) in enumerate(itertools.product(quantities, prices)):
        exports.parquet(f"o-{at}.parquet", select(quantity=quantity, unit_price=price))

    facts = exports.facts(None, "o-*.parquet")

    assert facts.orders
    assert (facts.orders.observed.gross, facts.orders.observed.lines, facts.rejected) == (33 * 21, 33, ())


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        ("'nan'::DOUBLE", "the quantity is not a number", "nan"),
        ("'-inf'::DOUBLE", "the quantity is not a number", "-inf"),
        ("1e300::DOUBLE", "the quantity is not a number", "1e+300"),
        ("123456789012345678::BIGINT", "the quantity is not a number", "123456789012345678"),
        ("2e9::DOUBLE", "a quantity beyond a thousand million", "2000000000"),
        ("NULL::DOUBLE", "no quantity", "1"),
        ("[1]", "the quantity is not a number", "[1]"),
        ("DATE '2026-01-09'", "the quantity is not a number", "2026-01-09"),
    ],
)
def test_what_is_no_quantity_is_set_aside_with_its_row(exports: Exports, value, reason, said):
    assert where(of_line(exports, quantity=value)) == {reason: (1, said)}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("TIMESTAMP '2026-01-09 23:30:00'", "2026-01-09 23:30:00"),
        ("TIMESTAMP_S '2026-01-09 23:30:00'", "2026-01-09 23:30:00"),
        ("TIMESTAMP_MS '2026-01-09 23:30:00.5'", "2026-01-09 23:30:00.500000"),
        ("TIMESTAMP_NS '2026-01-09 23:59:59.999999999'", "2026-01-09 23:59:59.999999"),
        ("TIMESTAMPTZ_NS '2026-01-10 04:59:59.999999999+00'", "2026-01-09 23:59:59.999999"),
        ("TIMESTAMPTZ '2026-01-10 04:30:00+00'", "2026-01-09 23:30:00"),
        ("TIMESTAMPTZ '2026-01-09 13:30:00-10'", "2026-01-09 18:30:00"),
        ("DATE '2026-01-09'", "2026-01-09 00:00:00"),
        ("'2026-01-10T04:30:00Z'", "2026-01-09 23:30:00"),
        ("'2026-01-09'", "2026-01-09 00:00:00"),
    ],
)
def test_times_are_read_from_any_type_and_are_local_to_the_store(exports: Exports, value, expected):
    facts = of_line(exports, ordered_at=value)
    assert facts.orders
    assert str(facts.orders.newest_order) == expected


def test_what_is_no_day_of_this_century_is_set_aside_and_never_breaks_the_file(exports: Exports):
    outside = [
        "DATE 'infinity'", "DATE '4000-01-01 (BC)'", "DATE '9999-12-31'", "TIMESTAMP '-infinity'", "TIMESTAMP '1999-12-31 23:59:59'",
        "TIMESTAMP '2101-01-01 00:00:00'", "TIMESTAMPTZ 'infinity'", "TIMESTAMPTZ '294247-01-10 04:00:54+00'",
        "TIMESTAMPTZ '290309-12-22 (BC) 00:00:00+00'",
    ]  # fmt: skip
    no_dates = ["DATE '5881580-07-10'", "20260109", "1767970000000", "TIME '12:00'"]
    for at, value in enumerate(["NULL::TIMESTAMP", *outside, *no_dates]):
        exports.parquet(f"o-{at:02}.parquet", select(ordered_at=value))

    facts = exports.facts(None, "o-*.parquet")

    assert {rows.reason: rows.count for rows in facts.rejected} == {
        "a date out of 2000 to 2100": 9,
        NO_DATE: 4,
        "no date": 1,
    }
    assert [example.value for example in facts.rejected[1].examples] == ["5881580-07-10", "20260109", "1767970000000"]


def test_an_id_is_the_same_text_whatever_its_type(exports: Exports):
    exports.write("i.csv", "sku,name\n1001,x\n")
    for at, sku in enumerate(["1001", "1001::DOUBLE", "1001::FLOAT", "'1001'::BLOB", "' 1001 '", "1001::DECIMAL(8,0)"]):
        exports.parquet(f"o-{at}.parquet", select(sku=sku))
    facts = exports.facts("i.csv", "o-*.parquet")
    assert facts.orders
    assert [(sold.sku, sold.observed.units) for sold in facts.orders.by_item] == [("1001", 12)]


def test_text_stored_as_bytes_is_utf8(exports: Exports):
    exports.parquet("i.parquet", "SELECT encode('café') AS sku, encode('Süß') AS name")
    (item,) = exports.facts("i.parquet").items
    assert (item.sku, item.name) == ("café", "Süß")


def test_an_inventory_comes_from_parquet_with_its_types(exports: Exports):
    exports.parquet(
        "i.parquet",
        "SELECT 'A' AS sku, 3.5::DOUBLE AS on_hand, 0.1::DOUBLE + 0.2::DOUBLE AS unit_cost, 9.99::DECIMAL(9,2) AS price,"
        " true AS visible, DATE '2025-06-01' AS first_seen",
    )
    (item,) = exports.facts("i.parquet").items
    assert (item.on_hand, item.unit_cost, item.unit_price) == (Decimal("3.5"), Decimal("0.3"), Decimal("9.99"))
    assert (item.visible, str(item.first_seen)) == (True, "2025-06-01")


def test_rows_are_counted_from_1_in_the_order_of_the_file(exports: Exports):
    bad = "SELECT i::VARCHAR AS order_id, TIMESTAMP '2026-01-09' AS ordered_at, CASE WHEN i % 9000 <> 8999 THEN 'A' END AS sku, 1 AS quantity, 1 AS unit_price FROM range(40000) t(i)"
    exports.parquet("o.parquet", bad)
    expected = [("no SKU", 4, [("o.parquet", row, str(row - 1)) for row in (9000, 18000, 27000)])]
    for threads in (1, 8):
        assert set_aside(exports.facts(None, "o.parquet", threads=threads)) == expected


def test_a_column_of_the_file_may_have_any_name_even_ours(exports: Exports):
    columns = "1 AS file_row_number, 2 AS row_no, 3 AS file_no, 4 AS reason, 5 AS quantity_text"
    exports.parquet("o.parquet", f'SELECT {columns}, x.* EXCLUDE (sku), NULL::VARCHAR AS "S""K u" FROM ({select()}) x')
    assert where(exports.facts(None, "o.parquet", columns={"sku": 'S"K u'})) == {"no SKU": (1, "1")}


def test_orders_may_be_a_parquet_file_without_rows_and_an_inventory_may_not(exports: Exports):
    exports.parquet("o.parquet", f"SELECT * FROM ({select()}) WHERE false")
    facts = exports.facts(None, "o.parquet")
    assert facts.orders
    assert facts.orders.observed.lines == 0

    exports.parquet("i.parquet", "SELECT 'A' AS sku WHERE false")
    assert exports.refusal("i.parquet") == "i.parquet: the inventory has no rows"


def test_a_missing_column_is_refused_with_those_that_are_there(exports: Exports):
    exports.parquet("o.parquet", "SELECT 1 AS order_id, 2 AS other")
    assert exports.refusal(None, "o.parquet") == (
        "o.parquet: no column for ordered_at, sku, quantity, unit_price; it has: order_id, other"
    )


def test_what_is_not_parquet_is_refused_under_the_files_own_name(exports: Exports):
    whole = exports.parquet("x.parquet", select()).read_bytes()
    for broken in (
        b"PAR1garbagePAR1",
        b"sku,name\n",
        whole[:-9],
        whole[: len(whole) // 2],
        whole[:4] + b"\0" * 60 + whole[64:],
    ):
        exports.write("o.parquet", broken)
        message = exports.refusal(None, "o.parquet")
        assert message.startswith("o.parquet: cannot be read: ")
        assert "SELECT" not in message
        assert "/tmp" not in message
    exports.write("o.parquet", b"")
    assert exports.refusal(None, "o.parquet") == "o.parquet: the file is empty"


def test_formats_may_be_mixed_in_one_source_if_a_glob_matches_them(exports: Exports):
    exports.parquet("o-1.parquet", select())
    exports.write_json(
        "o-2.json", [{"order_id": 2, "ordered_at": "2026-01-09", "sku": "A", "quantity": 1, "unit_price": 1}]
    )
    exports.write("o-3.csv", 'order_id,ordered_at,sku,quantity,unit_price\n3,2026-01-09,"A",1,1\nragged\n')
    facts = exports.facts(None, "o-*")
    assert facts.orders
    assert (facts.orders.observed.gross, facts.orders.observed.orders) == (23, 3)
    assert where(facts) == {"too many or too few fields": (3, "1 fields")}
