"""JSON exports end to end: an array, JSON Lines, objects one after another; and omen-json, the old system's own."""

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.exports import Exports, order, set_aside, where


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


LINES = [order(), order(order_id="2", quantity="2", sku="B", unit_price="$1,012.50", discount=None), order(sku=" ")]
FORMS = {
    "array": json.dumps(LINES),
    "array on many lines": "\n\n" + json.dumps(LINES, indent=2) + "\n\n",
    "array with a BOM": "\ufeff" + json.dumps(LINES),
    "one object a line": "\n".join(json.dumps(line) for line in LINES),
    "one object a line with blank lines": "\n\n".join(json.dumps(line) for line in LINES) + "\n\n",
    "objects one after another": "\n".join(json.dumps(line, indent=2) for line in LINES),
    "objects with a BOM": "\ufeff" + "\r\n".join(json.dumps(line) for line in LINES),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["o.json", "o.jsonl.gz"])
def test_every_form_of_json_gives_the_same_orders_whatever_its_ending(exports: Exports, name, form):
    exports.write(name, FORMS[form])
    facts = exports.facts(None, name)
    assert facts.orders
    assert (facts.orders.observed.gross, facts.orders.observed.orders) == (2035, 2)
    assert set_aside(facts) == [("no SKU", 1, [(name, 3, "1")])]


def test_a_key_that_only_some_objects_have_is_a_column(exports: Exports):
    exports.write_json("o.json", [order(), order(order_id=2, discount=1), order(order_id=3, status="VOID")])
    facts = exports.facts(None, "o.json")
    assert facts.orders
    assert (facts.orders.observed.discounts, facts.orders.observed.lines) == (1, 2)


def test_keys_may_hold_anything_that_json_allows(exports: Exports):
    line = {"Order No.": 1, "Date": "2026-01-09", 'sk"u\\': "A", "q.t[y]": 2, "prïce $*": 5}
    exports.write_json("o.json", [line])
    facts = exports.facts(None, "o.json", columns={"sku": 'sk"u\\', "quantity": "q.t[y]", "unit_price": "prïce $*"})
    assert facts.orders
    assert facts.orders.observed.gross == 10


def test_values_are_read_whatever_their_json_type(exports: Exports):
    exports.write("i.json", '[{"sku": 1001, "name": true, "unit_price": "5", "on_hand": 1.5, "visible": false}]')
    (item,) = exports.facts("i.json").items
    assert (item.sku, item.name, item.unit_price, item.on_hand, item.visible) == (
        "1001",
        "true",
        5,
        Decimal("1.5"),
        False,
    )


def test_what_is_no_number_in_json_is_set_aside_with_its_row(exports: Exports):
    values = [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        '"1e400"',
        '"NaN"',
        "[1]",
        '{"a": 1}',
        '"0x10"',
        '"1_000"',
        "true",
    ]
    lines = [json.dumps(order()).replace("10}", value + "}") for value in values]
    exports.write("o.json", "[" + ",\n".join([json.dumps(order()), *lines]) + "]")
    assert set_aside(exports.facts(None, "o.json")) == [
        (
            "the unit price is not a number",
            len(values),
            [("o.json", 2, "NaN"), ("o.json", 3, "Infinity"), ("o.json", 4, "-Infinity")],
        )
    ]


def test_array_entries_that_are_no_objects_are_rows_that_cannot_be_used(exports: Exports):
    exports.write_json("o.json", [order(), 5, None, "x", []])
    facts = exports.facts(None, "o.json")
    assert (facts.rows["orders"].read, where(facts)) == (5, {"no order id": (2, "")})


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("o.json", "[1, 2]", "it holds no objects"),
        ("o.json", "5", "it holds no objects"),
        ("o.json", '{"orders": [{}]}', "no column for order_id, ordered_at, sku, quantity, unit_price; it has: orders"),
        ("o.json", '[{"sku": 1, "SKU": 2}]', "'SKU' and 'sku' could both be sku; say which under columns:"),
        ("o.json", '[\n{"sku": 1},\n{"sku": oops}\n]', "not JSON: Expecting value at line 3"),
        ("o.json", '[\n{"sku": 1},\n{"sku": 1}', "not JSON: Expecting ',' delimiter at line 3"),
        ("o.json", '[\n{"sku": 1},\n]', "not JSON: Expecting value at line 3"),
        ("o.json", '[{"sku": 1}]\n\n[{"sku": 1}]', "not JSON: more text behind the array at line 3"),
        ("o.jsonl", '{"sku": 1}\n\n{"sku": oops}\n', "not JSON: Expecting value at line 3 in the object that begins at line 3"),
        ("o.jsonl", '{"sku": 1}\n{"sku": \n{"sku": 1}\n', "not JSON: Expecting ',' delimiter at line 4 in the object that begins at line 2"),
        ("o.jsonl.gz", '{"sku": 1}\n{"sku": 1\n', "not JSON: Expecting ',' delimiter at line 3 in the object that begins at line 2"),
        ("o.jsonl", '{"sku": 1}\nnull\n5\n', "not JSON: not an object at line 2"),
        ("o.jsonl", "{'sku': 1}", "not JSON: Expecting property name enclosed in double quotes at line 1 in the object that begins at line 1"),
        ("o.json", "\ufeff \n", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_not_json_or_not_rows_is_refused_with_its_line(exports: Exports, name, text, problem):
    exports.write(name, text)
    assert exports.refusal(None, name) == f"{name}: {problem}"


def test_what_only_the_database_refuses_is_told_under_the_files_own_name(exports: Exports):
    exports.write("o.json", '[{"sku": "\\ud800"}]')
    message = exports.refusal(None, "o.json")
    assert message.startswith("o.json: cannot be read: ")
    assert "/tmp" not in message


def test_malformed_json_in_one_file_of_many_names_that_file(exports: Exports):
    exports.write_json("o-1.json", [order()])
    exports.write("o-2.json", "[{]")
    assert exports.refusal(None, "o-*.json").startswith("o-2.json: not JSON: ")


def test_an_empty_array_is_no_orders_and_no_inventory(exports: Exports):
    exports.write("empty.json", "[]")
    exports.write_json("o.json", [order()])

    facts = exports.facts(None, "empty.json")
    assert facts.orders
    assert (facts.orders.observed.lines, facts.rows["orders"].read) == (0, 0)

    both = exports.facts(None, "*o*.json")  # o.json
    assert both.orders
    assert both.orders.observed.gross == 10
    assert exports.refusal("empty.json") == "empty.json: the inventory has no rows"


def test_a_json_array_may_be_one_line_of_many_megabytes(exports: Exports):
    exports.write_json("o.json", [order(status="x" * 3_000_000), order(order_id=2)])
    facts = exports.facts(None, "o.json")
    assert facts.orders
    assert facts.orders.observed.orders == 2


def test_rows_of_json_are_numbered_in_the_order_of_the_file_on_any_number_of_threads(exports: Exports):
    lines = [order(order_id=number, sku=None if number % 4000 == 3999 else "A") for number in range(13_000)]
    exports.write("o.jsonl", "\n".join(json.dumps(line) for line in lines))
    expected = [("no SKU", 3, [("o.jsonl", row, str(row - 1)) for row in (4000, 8000, 12000)])]
    for threads in (1, 8):
        assert set_aside(exports.facts(None, "o.jsonl", threads=threads)) == expected


# --- omen-json -------------------------------------------------------------------------------------------------------

OLD = {
    "store": "Shop",
    "updated_at": "2026-01-08T22:15:00-05:00",
    "inventory": [
        {"strain": "Blue Dream", "quality": "Top", "unit": "3.5g", "quantity": 12, "grams": 42, "pricing": {"cost": 15.5, "retail": 35, "sale": 30}},
        {"strain": "Papers", "quality": None, "unit": None, "quantity": 3, "pricing": None},
        {"strain": " ", "unit": "oz", "quantity": 1, "pricing": None},
        {"strain": "Bad", "unit": "oz", "quantity": -1, "pricing": {"cost": -1}},
        7,
    ],
}  # fmt: skip


def old(exports: Exports, name: str = "inventory.json", **changes: object) -> str:
    exports.write(name, json.dumps({**OLD, **changes}, indent=1))
    return name


@pytest.mark.parametrize("name", ["inventory.json", "inventory.json.gz"])
def test_omen_json_is_read_with_its_own_names_date_and_unusable_rows(exports: Exports, name):
    facts = exports.facts(old(exports, name), source_format="omen-json")

    blue, papers = facts.items
    assert (blue.sku, blue.name, blue.unit, blue.category) == ("Blue Dream|3.5g", "Blue Dream (3.5g)", "3.5g", "Top")
    assert (blue.on_hand, blue.unit_cost, blue.unit_price) == (12, Decimal("15.5"), 35)
    assert (papers.sku, papers.name, papers.unit, papers.unit_cost) == ("Papers", "Papers", None, None)
    assert (facts.inputs[0].date, facts.inputs[0].rows) == (date(2026, 1, 8), 5)
    assert set_aside(facts) == [
        ("no SKU", 2, [(name, 3, ""), (name, 5, "")]),
        ("a negative unit cost", 1, [(name, 4, "-1")]),
    ]


def test_the_date_in_its_name_goes_before_the_one_inside(exports: Exports):
    old(exports, "inventory-2026-01-05.json")
    facts = exports.facts("inventory-{date}.json", source_format="omen-json")
    assert facts.inputs[0].date == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"store": "Other"}, "its `store` is 'Other', not Shop"),
        ({"store": "shop"}, "its `store` is 'shop', not Shop"),
        ({"store": None}, "its `store` is 'None', not Shop"),
        ({"store": "x\x1b[2J"}, "its `store` is 'x\N{REPLACEMENT CHARACTER}[2J', not Shop"),
        ({"inventory": {}}, "no `inventory` list: not an omen-json inventory"),
        ({"inventory": []}, "the inventory has no rows"),
        ({"updated_at": "yesterday"}, "its `updated_at` is not a time: yesterday"),
    ],
)
def test_an_omen_json_of_another_store_or_shape_is_refused(exports: Exports, changes, problem):
    assert exports.refusal(old(exports, **changes), source_format="omen-json") == f"inventory.json: {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "no `inventory` list: not an omen-json inventory"),
        ('{"store": "Shop",\n "inventory": [}', "not JSON: Expecting value at line 2 column 16"),
        ('{"store": "Other", "store": "Shop", "inventory": [{}]}', "not JSON: the key 'store' stands twice"),
        ("{" * 3, "not JSON: Expecting property name enclosed in double quotes at line 1 column 2"),
        ("[" * 5000, "not JSON: nested deeper than 40 levels"),
    ],
)
def test_an_omen_json_that_is_not_strict_json_is_refused(exports: Exports, text, problem):
    exports.write("inventory.json", text)
    assert exports.refusal("inventory.json", source_format="omen-json") == f"inventory.json: {problem}"


def test_an_omen_json_without_a_date_has_none(exports: Exports):
    assert exports.facts(old(exports, updated_at=None), source_format="omen-json").inputs[0].date is None


@pytest.mark.parametrize(
    ("name", "source_format"), [("i.csv", "omen-json"), ("i.json", "wix"), ("i.jsonl", "omen-json")]
)
def test_a_format_in_a_file_of_another_kind_is_refused(exports: Exports, name, source_format):
    exports.write(name, "{}")
    assert exports.refusal(name, source_format=source_format).startswith(f"{name}: format {source_format} reads .")


def test_a_gzip_bomb_of_an_omen_json_is_refused(exports: Exports):
    exports.write("i.json.gz", gzip.compress(b'{"store": "' + b"x" * (70 << 20), 1))
    assert exports.refusal("i.json.gz", source_format="omen-json") == "i.json.gz: larger than 64 MiB"
