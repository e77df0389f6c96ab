"""CSV exports end to end: delimiters, line ends, quotes, blank lines, column names, and no row lost unseen."""

import random
from pathlib import Path

import pytest

from omen_cli.errors import SourceInvalid
from tests.unit.exports import Exports, set_aside, where


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


TWO = [("A", "Apple, red"), ("B", "Ba\nna\r\nna")]
CSV = 'sku,name,unit_price\nA,"Apple, red",5\nB,"Ba\nna\r\nna",6\n'


def items(facts) -> list[tuple[str, str | None]]:
    return [(item.sku, item.name) for item in facts.items]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_parts_the_header(exports: Exports, delimiter):
    text = f'sku,name,unit_price\nA,"Apple{delimiter} red",5\n'.replace(",", delimiter).replace('"Apple"', '"Apple')
    (item,) = exports.of_inventory(text).items
    assert (item.sku, item.name, item.unit_price) == ("A", f"Apple{delimiter} red", 5)


def test_a_delimiter_within_a_quoted_name_parts_nothing(exports: Exports):
    (item,) = exports.of_inventory('sku;"name, or title, or both";unit_price\nA;x,y;5\n').items
    assert (item.sku, item.unit_price) == ("A", 5)


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        "\ufeff" + CSV,
        "\ufeff" + CSV.replace("sku,name,unit_price", '"sku","name","unit_price"'),
        CSV.removesuffix("\n"),
        CSV + "\n\n",
        CSV + "   \n",
        "\n\n" + CSV,
        "   \n" + CSV,
        ",,\n" + CSV,
        "\ufeff\r\n" + CSV,
        CSV.replace("unit_price", "unit_price,,").replace(",5", ",5,,").replace(",6", ",6,,"),
        CSV.replace(",5", ",5,"),
        CSV.replace('A,"', 'A, "'),
        CSV.replace("sku,", "  SKU ,"),
        CSV.replace("name", '"na\nme"'),
    ],
)
@pytest.mark.parametrize("name", ["i.csv", "i.csv.gz"])
def test_the_same_table_written_differently_gives_the_same_items(exports: Exports, name, text):
    assert items(exports.of_inventory(text, name)) == TWO


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_parts_rows_and_lines_are_counted_by_it(exports: Exports, end):
    facts = exports.of_inventory(end.join(["sku,name,unit_price", "A,x,5", ",y,6", "B,z,7", ""]))
    assert items(facts) == [("A", "x"), ("B", "z")]
    assert where(facts) == {"no SKU": (3, "y")}


def test_line_ends_may_be_mixed(exports: Exports):
    facts = exports.of_inventory("sku,name\r\nA,x\n,y\r\nB,z\n")
    assert (items(facts), where(facts)) == ([("A", "x"), ("B", "z")], {"no SKU": (3, "y")})


def test_quotes_within_an_unquoted_field_are_plain_and_doubled_ones_in_a_quoted_field_are_one(exports: Exports):
    facts = exports.of_inventory('sku,name\nA,5" pipe\nB,"5"" pipe"\nC,"a, ""b"""\n')
    assert items(facts) == [("A", '5" pipe'), ("B", '5" pipe'), ("C", 'a, "b"')]


def test_separators_that_are_no_line_ends_stay_in_their_field(exports: Exports):
    facts = exports.of_inventory("sku,name\nA,x\u2028y\x0bz\x85\n,last\n")
    assert items(facts) == [("A", "x\u2028y\x0bz\x85")]
    assert where(facts) == {"no SKU": (3, "last")}


def test_text_is_trimmed_of_blanks_and_no_break_spaces(exports: Exports):
    facts = exports.of_inventory("sku,name\n A\t,\u00a0x \nB,   \n")
    assert items(facts) == [("A", "x"), ("B", None)]


# --- structure -------------------------------------------------------------------------------------------------------


def test_rows_with_too_many_or_too_few_fields_are_set_aside_with_their_line(exports: Exports):
    facts = exports.of_inventory('sku,name,unit_price\nA,"x\n\ny",5\nR\n\n,no sku,6\nR2,a,5,6\nB,z,-7\nC,z,7\n')

    assert [item.sku for item in facts.items] == ["A", "C"]
    assert (facts.rows["inventory"].read, facts.rows["inventory"].set_aside, facts.inputs[0].rows) == (6, 4, 6)
    assert set_aside(facts) == [
        ("too many or too few fields", 2, [("stock.csv", 5, "1 fields"), ("stock.csv", 8, "4 fields")]),
        ("a negative unit price", 1, [("stock.csv", 9, "-7")]),
        ("no SKU", 1, [("stock.csv", 7, "no sku")]),
    ]


def test_ragged_rows_of_one_file_leave_the_lines_of_the_others_right(exports: Exports):
    exports.write("i-1.csv", "sku,name\nA,x\n,y\n")
    exports.write("i-2.csv.gz", '\n;\nsku;name\nB\n"C";"z\nz"\n;w\n')
    exports.write("i-3.csv", "sku,name\nD,x\n\n,y\n")

    facts = exports.facts("i-*")

    assert items(facts) == [("A", "x"), ("C", "z\nz"), ("D", "x")]
    assert set_aside(facts) == [
        ("no SKU", 3, [("i-1.csv", 3, "y"), ("i-2.csv.gz", 7, "w"), ("i-3.csv", 4, "y")]),
        ("too many or too few fields", 1, [("i-2.csv.gz", 4, "1 fields")]),
    ]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('A,x,5\nB,"oops,6\nC,z,7\n', 3),
        ('A,x,5\n\nB,"oops,6\nC,z,7\n', 4),
        ('A,"x\ny",5\nB,"oops,6\nC,"z",7\n', 4),
        ('A,x,5\nB,"oops"x,6\n', 3),
        ('A,"x\\"y",5\n', 2),
        ('A,x,5\nB,5" pipe,6\nC,"oops,7\n', 4),
        ('A,x,5\nB,"a\nb"\nC,x,6\n', 3),
        ('A,x,5\n"', 3),
    ],
)
@pytest.mark.parametrize("name", ["i.csv", "i.csv.gz"])
def test_quotes_that_do_not_match_are_refused_with_the_line_and_never_swallow_rows(exports: Exports, name, rows, line):
    exports.write(name, "sku,name,unit_price\n" + rows)
    assert exports.refusal(name).startswith(f"{name}: the quotes do not match from line {line} on: ")


def test_a_quote_that_nobody_closes_in_one_file_of_many_names_that_file(exports: Exports):
    exports.write("o-1.csv", "order_id,ordered_at,sku,quantity,unit_price\n1,2026-01-09,A,1,10\n")
    exports.write("o-2.csv", 'order_id,ordered_at,sku,quantity,unit_price\n1,2026-01-09,A,1,10\n"2,2026-01-09,A,1,10\n')
    assert exports.refusal(None, "o-*.csv").startswith("o-2.csv: the quotes do not match from line 3 on")


def test_what_follows_a_broken_row_is_never_lost(exports: Exports):
    """Whatever stands before them, the last rows are items, or the file is refused for its quotes.

    A quoted field may hold line ends, and so may swallow rows by right: such files are left out.
    """
    rng = random.Random(20260109)
    pieces = ["a", ",", "\n", "\r\n", " ", "\n\n", '"x"', '"y\nz"', 'n"', "é", "'"]
    for _ in range(25):
        text = "sku,name\n" + "".join(rng.choices(pieces, k=rng.randint(1, 10))) + "\nM1,n\nM2,n\nM3,n\n"
        exports.write("i.csv", text)
        try:
            found = {item.sku for item in exports.facts("i.csv", threads=1).items}
        except SourceInvalid as error:
            found = {"M1", "M2", "M3"} if "quotes do not match" in error.message else set()
        assert {"M1", "M2", "M3"} <= found, text


# --- columns ---------------------------------------------------------------------------------------------------------


def test_synonyms_are_known_whatever_their_case_and_punctuation(exports: Exports):
    exports.write("i.csv", "Product Code,Product Name,U.O.M.,Department,Qty On Hand,Wholesale Cost,List-Price,Is Active,Created At\n"
                  "A,Apple,g,Fruit,3,1.5,4,yes,2025-12-31\n")  # fmt: skip
    exports.write(
        "o.csv", "Order Number;Order Date;Item SKU;Qty;Price;Discount Amount;Order Status\n1;2026-01-09;A;2;4;1;paid\n"
    )

    facts = exports.facts("i.csv", "o.csv")

    assert facts.items[0].model_dump(mode="json") == {
        "sku": "A", "name": "Apple", "unit": "g", "category": "Fruit", "on_hand": "3.0000", "unit_cost": "1.5000",
        "unit_price": "4.0000", "visible": True, "first_seen": "2025-12-31",
    }  # fmt: skip
    assert facts.orders
    assert (facts.orders.observed.gross, facts.orders.observed.discounts) == (8, 1)


def test_a_mapped_column_goes_before_any_synonym_and_before_the_name_itself(exports: Exports):
    text = "sku,name,Theirs,price,unit_price\nA,x,B,5,6\n"
    (item,) = exports.of_inventory(text, columns={"sku": "theirs ", "unit_price": "PRICE"}).items
    assert (item.sku, item.unit_price) == ("B", 5)


def test_a_mapped_column_is_matched_to_the_letter_before_its_case_is_dropped(exports: Exports):
    (item,) = exports.of_inventory("SKU,sku,name\nA,B,x\n", columns={"sku": "sku"}).items
    assert item.sku == "B"


@pytest.mark.parametrize(
    ("header", "columns", "problem"),
    [
        ("name,price", {}, "no column for sku; it has: name, price"),
        ("sku,price,list price", {}, "'price' and 'list price' could both be unit_price; say which under columns:"),
        ("SKU,sku", {}, "'SKU' and 'sku' could both be sku; say which under columns:"),
        ("SKU,sKu", {"sku": "sku"}, "'SKU' and 'sKu' could both be sku; say which under columns:"),
        ("sku,price", {"unit_price": "Retail"}, "columns: maps unit_price to 'Retail', which the file does not have"),
        ("sku\x1b[2J,price", {"sku": "x\x07"}, "columns: maps sku to 'x\N{REPLACEMENT CHARACTER}', which the file does not have"),
    ],
)  # fmt: skip
def test_columns_that_are_missing_or_could_be_two_are_refused(exports: Exports, header, columns, problem):
    exports.write("i.csv", f"{header}\nA,1\n")
    assert exports.refusal("i.csv", columns=columns) == f"i.csv: {problem}"


def test_a_header_of_thousands_of_names_is_listed_only_as_far_as_it_helps(exports: Exports):
    exports.write("i.csv", ",".join(f"column{number}" for number in range(5000)) + "\n")
    message = exports.refusal("i.csv")
    assert message.startswith("i.csv: no column for sku; it has: column0, column1, ")
    assert len(message) < 500


def test_files_of_one_source_may_have_their_columns_in_any_order_and_under_other_names(exports: Exports):
    exports.write("i-1.csv", "sku,name,unit_price\nA,x,5\n")
    exports.write("i-2.csv", "Price;Item code\n6;B\n")
    assert [(item.sku, item.name, item.unit_price) for item in exports.facts("i-*.csv").items] == [
        ("A", "x", 5),
        ("B", None, 6),
    ]


@pytest.mark.parametrize(
    "name", ["i *[1]?.csv", 'it\'s "here".csv', "ünï ☃.csv", "a;b|c,d.csv", "%41$HOME.csv", "x.csv.csv"]
)
def test_a_file_may_be_called_anything(exports: Exports, name):
    exports.write(name, "sku,name\nA,x\n,y\n")
    facts = exports.facts(name)
    assert (facts.inputs[0].name, set_aside(facts)[0][2]) == (name, [(name, 3, "y")])


# --- nothing in it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["sku,name\n", "sku,name", "\ufeffsku,name\r\n\r\n"])
def test_an_inventory_without_rows_is_a_broken_export(exports: Exports, text):
    exports.write("i.csv", text)
    assert exports.refusal("i.csv") == "i.csv: the inventory has no rows"


def test_an_empty_file_among_others_is_no_fault(exports: Exports):
    exports.write("i-1.csv", "sku,name\n")
    exports.write("i-2.csv", "sku,name\nA,x\n")
    facts = exports.facts("i-*.csv")
    assert [(entered.name, entered.rows) for entered in facts.inputs] == [("i-1.csv", 0), ("i-2.csv", 1)]


def test_an_inventory_of_which_every_row_is_set_aside_is_shown_and_not_refused(exports: Exports):
    facts = exports.of_inventory("sku,name\n,x\n,y\n")
    assert (facts.items, facts.rows["inventory"].set_aside) == ((), 2)


def test_orders_and_costs_may_have_none_in_a_new_store(exports: Exports):
    exports.write("costs.csv", "sku,unit_cost\n")
    exports.write("orders.csv", "order_id,ordered_at,sku,quantity,unit_price\n")

    facts = exports.facts(None, "orders.csv", "costs.csv")

    assert facts.orders
    assert (facts.orders.first_order, facts.orders.newest_order) == (None, None)
    assert facts.orders.observed.lines == 0
    assert facts.orders.before == (None, None, None, None)


def test_rows_of_nothing_but_delimiters_have_no_sku(exports: Exports):
    assert set_aside(exports.of_inventory("sku,name\nA,x\n,\n,\n")) == [
        ("no SKU", 2, [("stock.csv", 3, ""), ("stock.csv", 4, "")])
    ]
