"""The Wix store-products export end to end: products, variants, media, money and stock as Wix writes them."""

import itertools
from pathlib import Path

import pytest

from tests.unit.exports import Exports, set_aside


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


HEADER = "handle,fieldType,name,plainDescription,visible,brand,price,strikethroughPrice,cost,inventory,sku,productOptionName1,productOptionChoices1,productOptionChoices2\n"
BLUE = 'blue,PRODUCT,Blue Dream,"<p>Smells\nlike ""rain""</p>",TRUE,Brand,35,99,,IN_STOCK,,Weight,,\n'
EIGHTH = 'blue,VARIANT,,,,,$35.00 ,99,"1,015.00",12,BD-8,Weight,3.5g,\n'
QUARTER = "blue,VARIANT,,,false,,60,,NA,OUT_OF_STOCK,BD-4,Weight,7g,\n"
HALF = "blue,VARIANT,,,,,110,,-,IN_STOCK,BD-14,Weight,14g,\n"
NO_SKU = "blue,VARIANT,,,,,200,,,3,,Weight,28g,\n"
MEDIA = "blue,MEDIA,,,,,,,,,,,,\n"
GIFT = "gift,PRODUCT,Gift card,,TRUE,,5,,,,GC,,,\n"
SHIRT = "shirt,PRODUCT,Shirt,,FALSE,,5,,,,SH,,,\nshirt,VARIANT,,,TRUE,,6,,2,,SH-R,Color,Red,Big\n"
ALL = [BLUE, EIGHTH, QUARTER, HALF, MEDIA, GIFT, SHIRT]


def wix(exports: Exports, *files: str, threads: int = 2):
    for number, rows in enumerate(files):
        exports.write(f"wix-{number}.csv", "\ufeff" + HEADER + rows)
    return exports.facts("wix-*.csv", source_format="wix", threads=threads)


def test_products_name_and_categorise_their_variants_and_stand_alone_without_any(exports: Exports):
    facts = wix(exports, "".join(ALL))

    assert [(item.sku, item.name, item.unit, item.category) for item in facts.items] == [
        ("BD-14", "Blue Dream", "14g", "Brand"),
        ("BD-4", "Blue Dream", "7g", "Brand"),
        ("BD-8", "Blue Dream", "3.5g", "Brand"),
        ("GC", "Gift card", None, None),
        ("SH-R", "Shirt – Red Big", None, None),
    ]


def test_money_stock_and_visibility_are_read_as_wix_writes_them(exports: Exports):
    facts = wix(exports, "".join(ALL))

    assert [(item.sku, item.unit_price, item.unit_cost, item.on_hand, item.visible) for item in facts.items] == [
        ("BD-14", 110, None, None, True),
        ("BD-4", 60, None, 0, False),
        ("BD-8", 35, 1015, 12, True),
        ("GC", 5, None, None, True),
        ("SH-R", 6, 2, None, False),
    ]


def test_the_same_rows_in_any_files_and_any_order_give_the_same_items(exports: Exports):
    expected = wix(exports, "".join(ALL)).items
    for rows in itertools.islice(itertools.permutations(ALL), 0, None, 700):
        middle = len(rows) // 2
        assert wix(exports, "".join(rows[:middle]), "".join(rows[middle:]), threads=1).items == expected


def test_variants_without_a_sku_are_set_aside_on_their_physical_line(exports: Exports):
    facts = wix(exports, BLUE + EIGHTH + NO_SKU + BLUE.replace("blue", "x").replace("PRODUCT", "VARIANT"))
    assert set_aside(facts) == [("no SKU", 2, [("wix-0.csv", 5, "Blue Dream"), ("wix-0.csv", 6, "Blue Dream")])]


def test_a_product_that_is_sold_but_has_no_sku_is_set_aside_and_not_forgotten(exports: Exports):
    facts = wix(exports, GIFT + GIFT.replace("gift", "other").replace("GC", " ").replace("Gift card", "Nameless"))
    assert [item.sku for item in facts.items] == ["GC"]
    assert set_aside(facts) == [("no SKU", 1, [("wix-0.csv", 3, "Nameless")])]


@pytest.mark.parametrize("price", ["", "NA", "-", "n/a"])
def test_a_product_without_a_price_and_without_variants_is_no_item(exports: Exports, price):
    facts = wix(exports, EIGHTH + GIFT.replace(",5,", f",{price},"))
    assert ([item.sku for item in facts.items], facts.rejected) == (["BD-8"], ())


def test_two_products_of_one_handle_name_their_variants_the_same_way_whatever_their_order(exports: Exports):
    other = BLUE.replace("Blue Dream", "Azure").replace("TRUE", "FALSE")
    for rows in (BLUE + other + EIGHTH, EIGHTH + other + BLUE):
        (item,) = wix(exports, rows).items
        assert (item.name, item.visible) == ("Azure", False)


def test_variants_without_their_product_keep_what_they_say_themselves(exports: Exports):
    (item,) = wix(exports, EIGHTH.replace("VARIANT,,", "VARIANT,Alone,")).items
    assert (item.name, item.category) == ("Alone", None)


@pytest.mark.parametrize(
    ("option", "choice", "second", "unit", "name"),
    [
        ("Weight", "Small", "", "Small", "Blue Dream"),
        ("SIZE", "XL", "", "XL", "Blue Dream"),
        ("Flavour", "3.5 g", "", "3.5 g", "Blue Dream"),
        ("Flavour", "Mint", "", None, "Blue Dream – Mint"),
        ("Size", "XL", "Red", None, "Blue Dream – XL Red"),
        ("", "", "", None, "Blue Dream"),
    ],
)
def test_a_choice_is_the_unit_where_it_is_a_size_and_part_of_the_name_elsewhere(
    exports: Exports, option, choice, second, unit, name
):
    (item,) = wix(exports, BLUE + f"blue,VARIANT,,,,,5,,,1,S,{option},{choice},{second}\n").items
    assert (item.unit, item.name) == (unit, name)


def test_bad_values_of_a_variant_are_set_aside_like_any_others(exports: Exports):
    rows = (
        BLUE + "blue,VARIANT,,,,,-5,,,1,A,,,\nblue,VARIANT,,,,,5,,,many,B,,,\nblue,VARIANT,,,,,OUT_OF_STOCK,,,1,C,,,\n"
    )
    assert set_aside(wix(exports, rows)) == [
        ("the quantity on hand is not a number", 1, [("wix-0.csv", 5, "many")]),
        ("the unit price is not a number", 1, [("wix-0.csv", 6, "OUT_OF_STOCK")]),
        ("a negative unit price", 1, [("wix-0.csv", 4, "-5")]),
    ]


def test_ragged_rows_and_broken_quotes_are_treated_as_in_any_csv(exports: Exports):
    facts = wix(exports, BLUE + "ragged\n" + EIGHTH + NO_SKU)
    assert set_aside(facts) == [
        ("no SKU", 1, [("wix-0.csv", 6, "Blue Dream")]),
        ("too many or too few fields", 1, [("wix-0.csv", 4, "1 fields")]),
    ]
    exports.write("bad.csv", HEADER + EIGHTH + 'blue,VARIANT,"oops,\n' + HALF)
    assert exports.refusal("bad.csv", source_format="wix").startswith("bad.csv: the quotes do not match from line 3 on")


def test_only_media_is_an_inventory_without_rows(exports: Exports):
    exports.write("m.csv", HEADER + MEDIA)
    assert exports.refusal("m.csv", source_format="wix") == "m.csv: the inventory has no rows"


def test_a_file_that_is_not_such_an_export_is_refused_with_what_it_lacks(exports: Exports):
    exports.write("i.csv", "sku,name,price\nA,x,5\n")
    assert exports.refusal("i.csv", source_format="wix") == (
        "i.csv: no column for handle, field_type, inventory; it has: sku, name, price"
    )
