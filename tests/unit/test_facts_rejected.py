"""Rows that cannot be used: every reason, with its file and its physical line; and what is not set aside."""

import random
from decimal import Decimal
from pathlib import Path

import pytest

from omen_cli.facts.rejected import REASONS
from omen_cli.model.facts import Facts
from tests.unit.exports import Exports, set_aside, where


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


ORDER_HEAD = "note,order_id,ordered_at,sku,quantity,unit_price,discount\n"
BAD_ORDERS = [
    ("no_order_id", ",2026-01-09,S,1,10,", "S"),
    ("no_sku", "o,2026-01-09, ,1,10,", "o"),
    ("no_date", "o,-,S,1,10,", "o"),
    ("bad_date", "o,01/09/2026,S,1,10,", "01/09/2026"),
    ("date_out_of_range", "o,1999-12-31T23:59:59,S,1,10,", "1999-12-31T23:59:59"),
    ("no_quantity", "o,2026-01-09,S,NA,10,", "o"),
    ("bad_quantity", "o,2026-01-09,S,two,10,", "two"),
    ("quantity_out_of_range", "o,2026-01-09,S,-1000000001,10,", "-1000000001"),
    ("no_unit_price", "o,2026-01-09,S,1,,", "o"),
    ("bad_unit_price", "o,2026-01-09,S,1,1e400,", "1e400"),
    ("negative_unit_price", "o,2026-01-09,S,1,-0.0001,", "-0.0001"),
    ("unit_price_out_of_range", "o,2026-01-09,S,1,1000000000.01,", "1000000000.01"),
    ("bad_discount", "o,2026-01-09,S,1,10,NaN", "NaN"),
    ("negative_discount", "o,2026-01-09,S,1,10,-1", "-1"),
    ("discount_above_line", "o,2026-01-09,S,-2,10,20.01", "20.01"),
]
INVENTORY_HEAD = "note,sku,name,on_hand,unit_cost,unit_price,first_seen\n"
BAD_ITEMS = [
    ("no_sku", ",Name,1,1,1,", "Name"),
    ("bad_on_hand", "S,,MANY,1,1,", "MANY"),
    ("on_hand_out_of_range", "S,,2000000000,1,1,", "2000000000"),
    ("bad_unit_cost", "S,,1,Infinity,1,", "Infinity"),
    ("negative_unit_cost", "S,,1,-$5,1,", "-$5"),
    ("unit_cost_out_of_range", "S,,1,2e9,1,", "2e9"),
    ("bad_unit_price", "S,,1,1,x,", "x"),
    ("negative_unit_price", "S,,1,1,-1,", "-1"),
    ("unit_price_out_of_range", "S,,1,1,99999999999,", "99999999999"),
    ("bad_first_seen", "S,,1,1,1,soon", "soon"),
    ("first_seen_out_of_range", "S,,1,1,1,9999-12-31", "9999-12-31"),
    ("repeated_sku", "TWICE,,1,1,1,\nnote,TWICE,,2,1,1,", "TWICE"),
]
COST_HEAD = "note,sku,unit_cost\n"
BAD_COSTS = [
    ("no_sku", ",5", "5"),
    ("no_unit_cost", "S,-", "S"),
    ("bad_unit_cost", "S,0x10", "0x10"),
    ("negative_unit_cost", "S,-5", "-5"),
    ("unit_cost_out_of_range", "S,1000000001", "1000000001"),
]
TABLES = [("inventory", INVENTORY_HEAD, BAD_ITEMS), ("orders", ORDER_HEAD, BAD_ORDERS), ("costs", COST_HEAD, BAD_COSTS)]


def write_bad(exports: Exports, role: str, head: str, bad: list[tuple[str, str, str]]) -> dict[str, tuple[int, str]]:
    """Write every bad row behind a ragged one, a blank line and a note over two lines; return where each stands."""
    width = head.count(",")
    text = head
    expected = {"too many or too few fields": (2, "1 fields")}
    for reason, row, value in bad:
        text += (
            f'ragged\n\n"ok\r\n,""note"",",SOUND-{reason}{"," * (width - 1)}\n' if role == "inventory" else "ragged\n\n"
        )
        expected[REASONS[reason]] = (text.count("\n") + 1, value)
        text += f'"a\n""note""",{row}\n'
    exports.write(f"{role}.csv", text)
    return expected


@pytest.mark.parametrize(("role", "head", "bad"), TABLES, ids=[role for role, _, _ in TABLES])
def test_every_reason_names_the_physical_line_and_the_value(exports: Exports, role, head, bad):
    expected = write_bad(exports, role, head, bad)

    facts = exports.facts(
        *(
            "inventory.csv" if role == "inventory" else None,
            *(f"{name}.csv" if name == role else None for name in ("orders", "costs")),
        )
    )

    assert where(facts) == expected
    rows = {name: table.set_aside for name, table in facts.rows.items()}
    assert rows[role] == sum(rejected.count for rejected in facts.rejected if rejected.role == role)


def test_every_reason_that_there_is_was_met():
    met = {reason for _, _, bad in TABLES for reason, _, _ in bad}
    assert met | {"wrong_field_count"} == set(REASONS)


def test_reasons_come_by_falling_count_with_three_examples_each(exports: Exports):
    lines = "".join(f"{number},soon,A,1,10,,,\n" for number in range(5)) + "9,2026-01-09,,1,10,,,\n"
    assert set_aside(exports.of_lines(lines)) == [
        (
            "not a date such as 2026-01-09 or 2026-01-09T14:30:00-05:00",
            5,
            [("orders.csv", line, "soon") for line in (2, 3, 4)],
        ),
        ("no SKU", 1, [("orders.csv", 7, "9")]),
    ]


def test_examples_are_taken_from_as_many_files_as_it_needs(exports: Exports):
    for number in range(3):
        exports.write(f"o-{number}.csv", f"order_id,ordered_at,sku,quantity,unit_price\n\n{number},2026-01-09,,1,1\n")
    facts = exports.facts(None, "o-*.csv")
    assert set_aside(facts) == [("no SKU", 3, [(f"o-{number}.csv", 3, str(number)) for number in range(3)])]


def test_a_long_value_is_cut(exports: Exports):
    assert where(exports.of_lines(f"1,{'x' * 500},A,1,10,,,\n")).popitem()[1] == (2, "x" * 60)


def test_lines_that_are_void_cancelled_or_drafts_do_not_count_and_are_not_set_aside(exports: Exports):
    statuses = ["void", "VOIDED", " Cancelled ", "canceled", "Draft"]
    lines = "".join(f"1,2026-01-09,A,1,10,,{status},\n2,garbage,,x,-1,,{status},\n" for status in statuses)
    facts = exports.of_lines(lines + "3,2026-01-09,A,1,10,,paid,\n")
    assert facts.orders
    assert (facts.orders.observed.gross, facts.orders.observed.lines, facts.rejected) == (10, 1, ())
    assert (facts.rows["orders"].read, facts.rows["orders"].set_aside) == (11, 0)


def test_any_other_status_counts(exports: Exports):
    statuses = ["", "paid", "refunded", "completed", "unvoid"]
    facts = exports.of_lines("".join(f"1,2026-01-09,A,1,10,,{status},\n" for status in statuses))
    assert facts.orders
    assert facts.orders.observed.lines == 5


# --- amounts ---------------------------------------------------------------------------------------------------------


AMOUNTS = [
    ("7", 7), ("7.", 7), (".5", "0.5"), ("+5", 5), ("$7 ", 7), ("$ 7", 7), ("1,250.00", 1250), ("$1,234,567.89", "1234567.89"),
    ("1e3", 1000), ("1E-2", "0.01"), ("\u00a07\u00a0", 7), ("0", 0), ("-0", 0),
    ("1.23456", "1.2346"), ("1000000000", 1_000_000_000),
    ("", None), ("NA", None), ("-", None), ("n/a", None), ("null", None), ("None", None), ("  ", None),
]  # fmt: skip
NO_AMOUNTS = [
    "NaN", "Infinity", "-inf", "1e400", "1e15", "123456789012345678", "1,25", "12,34", "1,2345", "1,25.00", "1 250", "1_000", "0x10",
    "(5.00)", "€7", "£7.50", "$-5", "5 USD", "5%", "--", "$", "#N/A", "1.2.3", "١٢", "true", "IN_STOCK", "OUT_OF_STOCK", "−5",
]  # fmt: skip


def column(exports: Exports, name: str, texts: list[str]) -> Facts:
    """Read an inventory of one item for each text, which stands in the named column; SKUs are in their order."""
    return exports.of_inventory(f"sku,{name}\n" + "".join(f'{at:03},"{text}"\n' for at, text in enumerate(texts)))


def test_money_is_read_as_shops_write_it_and_nothing_is_unknown(exports: Exports):
    facts = column(exports, "unit_price", [text for text, _ in AMOUNTS])
    assert [item.unit_price for item in facts.items] == [
        None if amount is None else Decimal(amount) for _, amount in AMOUNTS
    ]


def test_what_is_no_amount_is_set_aside_and_never_guessed(exports: Exports):
    facts = column(exports, "unit_price", NO_AMOUNTS)
    assert facts.items == ()
    assert [(rejected.reason, rejected.count) for rejected in facts.rejected] == [
        ("the unit price is not a number", len(NO_AMOUNTS))
    ]


def test_stock_may_be_said_in_words(exports: Exports):
    facts = column(exports, "on_hand", ["IN_STOCK", "in_stock", "OUT_OF_STOCK", "out_of_stock ", "", "-3"])
    assert [item.on_hand for item in facts.items] == [None, None, 0, 0, None, -3]


def test_flags_are_read_or_unknown(exports: Exports):
    facts = column(exports, "visible", ["TRUE", "y", "1", "No", "f", "0", "", "maybe"])
    assert [item.visible for item in facts.items] == [True, True, True, False, False, False, None, None]


def test_a_discount_as_high_as_its_line_is_none_too_high(exports: Exports):
    facts = exports.of_lines(
        "1,2026-01-09,A,3,3.3333,9.9999,,\n2,2026-01-09,A,-2,10,20,,\n3,2026-01-09,A,3,3.3333,10,,\n"
    )
    assert where(facts) == {"a discount above its line": (4, "10")}
    assert facts.orders
    assert (facts.orders.observed.discounts, facts.orders.observed.returns) == (Decimal("9.9999"), 0)


def test_the_greatest_amounts_multiply_and_add_up_exactly(exports: Exports):
    most = 1_000_000_000
    exports.write("i.csv", f"sku,unit_cost\nA,{most}\n")
    lines = "".join(f"{number},2026-01-09,A,{most},{most},{most},,\n" for number in range(200))
    lines += f"r,2026-01-09,A,-{most},{most},,,\nt,2026-01-09,A,0.001,0.001,,,\n"
    exports.write("o.csv", "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id\n" + lines)

    facts = exports.facts("i.csv", "o.csv")

    assert facts.orders
    observed = facts.orders.observed
    assert facts.rejected == ()
    assert observed.gross == 200 * most**2 + Decimal("0.000001")
    assert (observed.discounts, observed.returns) == (200 * most, most**2)
    assert observed.known_cost == 199 * most**2 + Decimal("0.001") * most
    assert observed.known_net == observed.net == observed.gross - 200 * most - most**2


def test_a_zero_line_counts_as_a_line_but_is_no_order(exports: Exports):
    facts = exports.of_lines("1,2026-01-09,A,0,10,,,\n")
    assert facts.orders
    assert (facts.orders.observed.lines, facts.orders.observed.orders, facts.orders.first_order) == (1, 0, None)


# --- repeated --------------------------------------------------------------------------------------------------------


def test_a_sku_repeated_with_the_same_values_counts_once_whatever_its_writing(exports: Exports):
    facts = exports.of_inventory("sku,name,unit_price\nA,x,5\nB,y,6\n A ,x,$5.00\n")
    assert ([item.sku for item in facts.items], facts.rejected, facts.rows["inventory"].read) == (["A", "B"], (), 3)


def test_a_sku_repeated_with_different_values_has_all_its_rows_set_aside(exports: Exports):
    facts = exports.of_inventory("sku,name,unit_price\nA,x,5\nB,y,6\nA,x,5\nA,x,7\na,x,5\nA,x,bad\n")
    assert [item.sku for item in facts.items] == ["B", "a"]
    assert set_aside(facts) == [
        ("a SKU that stands more than once with different values", 3, [("stock.csv", line, "A") for line in (2, 4, 5)]),
        ("the unit price is not a number", 1, [("stock.csv", 7, "bad")]),
    ]


def test_repeats_are_seen_across_files_and_in_the_costs_table(exports: Exports):
    exports.write("i-1.csv", "sku,name\nA,x\nB,y\n")
    exports.write("i-2.csv", "sku,name\nA,other\nB,y\n")
    exports.write("costs.csv", "sku,cost\nB,1\nB,2\nC,3\nC,3.00\n")
    facts = exports.facts("i-*.csv", None, "costs.csv")
    assert [(item.sku, item.unit_cost) for item in facts.items] == [("B", None)]
    assert [(rows.role, rows.count) for rows in facts.rejected] == [("inventory", 2), ("costs", 2)]


def test_order_id_and_line_id_count_once_over_files_and_within_one(exports: Exports):
    lines = ["1,2026-01-09,A,1,10,,,1", "1,2026-01-09,A,1,10,,,2", "2,2026-01-09,A,1,10,,,1"]
    exports.write(
        "o-1.csv", "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id\n" + "\n".join(lines) + "\n"
    )
    exports.write(
        "o-2.csv",
        "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id\n" + "\n".join([*lines, lines[0]]) + "\n",
    )
    facts = exports.facts(None, "o-*.csv")
    assert facts.orders
    assert (facts.orders.observed.lines, facts.orders.observed.gross, facts.orders.observed.orders) == (3, 30, 2)
    assert facts.overlapping_lines == 0


def test_of_lines_of_one_id_that_differ_the_latest_then_the_greatest_counts(exports: Exports):
    lines = [
        "1,2026-01-08T10:00:00-05:00,A,9,10,,,1\n",
        "1,2026-01-09T10:00:00-05:00,A,1,10,,,1\n",
        "1,2026-01-09T15:00:00Z,A,2,10,5,,1\n",
        "1,2026-01-09T10:00:00,A,2,10,,,1\n",
    ]
    rng = random.Random(1)
    for _ in range(3):
        rng.shuffle(lines)
        facts = exports.of_lines("".join(lines))
        assert facts.orders
        assert (facts.orders.observed.units, facts.orders.observed.discounts, facts.orders.observed.lines) == (2, 5, 1)


@pytest.mark.parametrize("final", ["void", "cancelled"])
def test_a_line_that_any_export_has_as_void_or_cancelled_does_not_count(exports: Exports, final):
    facts = exports.of_lines(
        f"1,2026-01-09,A,1,10,,paid,1\n1,2026-01-09,A,1,10,,{final},1\n1,2026-01-09,B,1,12,,paid,2\n"
    )
    assert facts.orders
    assert (facts.orders.observed.gross, facts.rejected) == (12, ())


def test_a_line_that_was_a_draft_and_was_sold_counts(exports: Exports):
    facts = exports.of_lines("1,2026-01-09,A,1,10,,draft,1\n1,2026-01-09,A,1,10,,paid,1\n")
    assert facts.orders
    assert facts.orders.observed.gross == 10


def test_equal_lines_without_an_id_count_and_are_reported_where_two_files_hold_them(exports: Exports):
    line, other = "1,2026-01-09,A,1,10,,,\n", "2,2026-01-09,A,1,10,,,\n"
    head = "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id\n"
    exports.write("o-1.csv", head + line + line + other)
    exports.write("o-2.csv", head + line + "3,2026-01-09,A,1,10,,,\n" * 2)
    exports.write("o-3.csv", head + line.replace("2026-01-09", "2026-01-09T05:00:00Z"))
    facts = exports.facts(None, "o-*.csv")
    assert facts.orders
    assert (facts.orders.observed.gross, facts.overlapping_lines) == (70, 2)
