"""SKUs that are spelled differently, columns that are named differently, and text that would harm a terminal."""

import re
import sys
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.cli.output import write_blocks, write_csv
from omen_cli.model.blocks import Table
from omen_cli.model.columns import COSTS, INVENTORY, ORDERS, TABLES, WIX, ColumnMismatch, comparable, match_columns
from omen_cli.model.safe_text import safe_text, without_tokens
from omen_cli.model.sku_key import normalised_key

# --- sku_key ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        ["Blue Dream", "BLUE-DREAM", " blue.dream ", "blue_dream", "Bluedream", "blue (dream)"],
        ["X eighth", "X 1/8", "x-3.5g", "X 3.5 G", "X (3.5g)", "x.Eighth"],
        ["X quarter", "X 7g", "x 7 g"],
        ["X half", "X-14g", "X 14 g"],
        ["X oz", "X ounce", "X 28g", "x.28 g"],
        ["Straße", "STRASSE"],
        ["Ä1", "ä-1"],
    ],
)
def test_spellings_of_one_thing_have_one_key(same):
    assert len({normalised_key(sku) for sku in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("X 1.5g", "X 15g"),
        ("X 3.5g", "X 35g"),
        ("X 13.5g", "X 1 eighth"),
        ("X 17g", "X 1 quarter"),
        ("X 128g", "X 1oz"),
        ("X 0.7g", "X 07g"),
        ("X 7g", "X 14g"),
        ("X 7mg", "X 7g"),
        ("AB", "A"),
        ("A1", "A2"),
        ("X 1/8", "X 18"),
        ("Ä", "A"),
        ("X 7.5 g", "X 7 quarter"),
    ],
)
def test_different_things_have_different_keys(one, other):
    assert normalised_key(one) != normalised_key(other)


@pytest.mark.parametrize(
    ("sku", "unit", "same_as"),
    [
        ("Blue Dream", "3.5 g", "Blue Dream eighth"),
        ("Blue Dream eighth", "3.5g", "blue dream 1/8"),
        ("Blue Dream|3.5g", "3.5g", "Blue Dream 3.5g"),
        ("Blue Dream", "", "Blue Dream"),
        ("Blue Dream", None, "Blue Dream"),
        ("Blue Dream", "---", "Blue Dream"),
        ("GLUE-4", "quarter", "glue 4 7g"),
    ],
)
def test_the_unit_is_joined_unless_the_sku_ends_with_it(sku, unit, same_as):
    assert normalised_key(sku, unit) == normalised_key(same_as)


@pytest.mark.parametrize("sku", ["", " ", "---", "!?", "☃"])
def test_of_signs_only_nothing_is_left_whatever_the_unit(sku):
    assert normalised_key(sku, "eighth") == ""


@given(st.text(), st.none() | st.text(max_size=5))
def test_a_key_is_stable_under_case_and_punctuation_around_it(sku, unit):
    key = normalised_key(sku, unit)
    assert normalised_key(f" -{sku}- ", unit) == key
    assert not re.search(r"\s", key)


# --- columns ---------------------------------------------------------------------------------------------------------


def test_synonyms_are_written_as_they_compare_and_none_stands_for_two_columns_of_a_table():
    for name, columns in TABLES.items():
        spellings = [comparable(column.name) for column in columns]
        spellings += [synonym for column in columns for synonym in column.synonyms]
        assert len(spellings) == len(set(spellings)), name
        assert all(comparable(spelling) == spelling for spelling in spellings), name


@pytest.mark.parametrize("columns", [INVENTORY, ORDERS, COSTS, WIX])
def test_the_canonical_names_match_themselves_in_any_case_and_punctuation(columns):
    header = [column.name.upper().replace("_", " ") for column in columns]
    assert match_columns(columns, header, {}) == {
        column.name: theirs for column, theirs in zip(columns, header, strict=True)
    }


def test_the_name_itself_goes_before_a_synonym_and_what_is_absent_is_none():
    matched = match_columns(COSTS, ["cost", "Unit-Cost", "sku code", "SKU"], {})
    assert matched == {"sku": "SKU", "unit_cost": "Unit-Cost"}
    assert match_columns(INVENTORY, ["sku"], {})["name"] is None


def test_all_missing_columns_are_named_at_once():
    with pytest.raises(
        ColumnMismatch, match=r"^no column for order_id, ordered_at, quantity, unit_price; it has: sku, x$"
    ):
        match_columns(ORDERS, ["sku", "x"], {})


def test_a_header_that_is_no_words_matches_nothing():
    with pytest.raises(ColumnMismatch, match="no column for sku"):
        match_columns(INVENTORY, ["", "#", "___", "\u202esku\u202e#x"], {})


def test_a_mapping_may_give_one_column_of_theirs_to_two_of_ours():
    matched = match_columns(INVENTORY, ["Label", "x"], {"sku": "label", "name": " LABEL "})
    assert (matched["sku"], matched["name"]) == ("Label", "Label")


# --- safe_text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "character",
    [
        "\x1b",
        "\x00",
        "\n",
        "\r",
        "\v",
        "\f",
        "\x1c",
        "\x1f",
        "\x85",
        "\x7f",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\u2029",
        "\ud800",
        "\u00ad",
        "\U000e0001",
    ],
)
def test_what_a_terminal_would_obey_is_replaced(character):
    assert safe_text(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    "space", ["\t", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}"]
)
def test_white_space_within_a_line_is_a_plain_space(space):
    assert safe_text(f"Apple Friters {space}(Hybrid)") == "Apple Friters  (Hybrid)"


@pytest.mark.parametrize("space", ["\t", "\N{NO-BREAK SPACE}", "\n", "\N{LINE SEPARATOR}"])
def test_white_space_in_a_cell_splits_no_column_and_hides_no_formula(space):
    table = Table(("name", "units"), ((f"Mango{space}Kush", "2"), (f"{space}=1+1", "3")))
    piped, csv = StringIO(), StringIO()

    write_blocks(piped, [table], is_tty=False, width=80)
    write_csv(csv, table)

    assert [line.count("\t") for line in piped.getvalue().splitlines()] == [1, 1, 1]
    assert [line[:2] for line in csv.getvalue().splitlines()] == ['"n', '"M', "\"'"]
    assert len(csv.getvalue().splitlines()) == 3


@pytest.mark.parametrize("text", ["", "plain", "Süße Äpfel", "日本語", "🌿", "[/red] *x* $(y)", "a  b"])
def test_what_can_be_printed_stays(text):
    assert safe_text(text) == text


def test_no_character_at_all_gets_through_unprintable():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    safe = safe_text(everything)
    assert safe.isprintable()
    assert len(safe) == len(everything)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("an argument (eyJhbGciOiJIUzI1NiJ9.eyJlbWFpbCI6IngifQ.c2ln-_8)", "an argument (***)"),
        ("eyJhbGci.eyJlbWFp. eyJhbGci.eyJlbWFp.c2ln", "*** ***"),
        ("credentials.production.token", "credentials.production.token"),
        ("eyJhbGci.exe.txt", "eyJhbGci.exe.txt"),
    ],
)
def test_a_token_in_a_text_is_hidden_and_nothing_that_only_has_dots(text, shown):
    assert without_tokens(text) == shown
