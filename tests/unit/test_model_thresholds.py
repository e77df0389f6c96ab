"""Thresholds enter a snapshot and come back from it; a category has its own, or the store's."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.canonical import dump_canonical, load_strict
from omen_cli.model.snapshot import SettingsEntered
from omen_cli.model.thresholds import ItemThresholds, Thresholds
from tests.facts import concluded, item

QUANTITIES = st.decimals(0, 10**6, places=3)


@given(QUANTITIES, QUANTITIES, st.integers(0, 10**6))
def test_what_a_snapshot_records_comes_back_equal(low, high, days):
    low, high = sorted((low, high))
    thresholds = Thresholds(low_stock_min=low, low_stock_max=high, reorder_days=days)
    entered = SettingsEntered(timezone="UTC", currency="USD", thresholds=thresholds.entered())

    read = SettingsEntered.model_validate(load_strict(dump_canonical(entered.plain())))

    assert Thresholds.of_entered(read.thresholds) == thresholds
    assert Thresholds.of_entered(read.thresholds).entered() == thresholds.entered()


@pytest.mark.parametrize(
    "changes",
    [
        {"luckMin": Decimal(1)},
        {"reorderDays": Decimal("1.5")},
        {"lowStockMax": Decimal(-1)},
        {"lowStockMin": Decimal(9)},
    ],
    ids=str,
)
def test_what_no_store_can_have_does_not(changes):
    with pytest.raises(ValueError, match="validation error"):
        Thresholds.of_entered(Thresholds().entered() | changes)


# --- categories -------------------------------------------------------------------------------------------------------


def thresholds(**values):
    return Thresholds.model_validate(values)


def test_what_a_category_does_not_say_is_the_stores():
    found = thresholds(low_stock_max=7, reorder_days=9, categories={"Edible": {"low_stock_max": 12}}).of("Edible")
    assert (found.low_stock_max, found.reorder_days, found.lead_time_days) == (12, 9, 7)


@pytest.mark.parametrize("category", ["Edible", "edible", "EDIBLE", "  Edible ", "edible\t"])
def test_a_category_is_matched_whatever_its_case_and_outer_spaces(category):
    assert thresholds(categories={"Edible": {"low_stock_max": 12}}).of(category).low_stock_max == 12
    assert thresholds(categories={category: {"low_stock_max": 12}}).of("Edible").low_stock_max == 12


@pytest.mark.parametrize("category", [None, "", "Vape", "Edibles", "Edi ble"])
def test_any_other_category_has_the_stores(category):
    store = thresholds(low_stock_max=7, categories={"Edible": {"low_stock_max": 12}})
    assert store.of(category) is store


def test_a_store_without_categories_has_one_set_for_all():
    store = Thresholds()
    assert store.of("Edible") is store


def test_letters_are_folded_as_people_read_them():
    assert thresholds(categories={"Stra\u00dfe": {"low_stock_max": 12}}).of("STRASSE").low_stock_max == 12


@pytest.mark.parametrize("names", [("Edible", "edible"), ("Edible", " Edible "), ("Pre Roll", "pre  roll")])
def test_two_categories_alike_are_refused(names):
    with pytest.raises(ValueError, match="names a category twice"):
        thresholds(categories={name: {} for name in names})


@pytest.mark.parametrize(
    "own",
    [
        {"low_stock_max": "0.5"},
        {"low_stock_min": 9},
        {"sales_decline_pct": 50},
        {"categories": {}},
        {"luck_min": 1},
        {"lead_time_days": "1.5"},
        {"review_days": -1},
    ],
    ids=str,
)
def test_a_category_obeys_the_rules_of_the_store(own):
    with pytest.raises(ValueError, match="categories"):
        thresholds(categories={"Edible": own})


def test_what_a_category_says_must_fit_what_it_inherits():
    low = {"low_stock_min": 9}
    assert thresholds(low_stock_max=9, categories={"Edible": low}).of("Edible").low_stock_min == 9
    with pytest.raises(ValueError, match="is less than low_stock_min"):
        thresholds(low_stock_max=8, categories={"Edible": low})


def test_a_snapshot_records_of_a_category_only_what_is_its_own_as_it_is_written():
    store = thresholds(
        low_stock_max=7,
        categories={
            "Vape ": {"review_days": 21},
            "Edible": {"low_stock_max": "12.50", "reorder_days": 3},
            "Topical": {"low_stock_max": 7},
            "Flower": {},
        },
    )
    assert store.entered_by_category() == {
        "Edible": {"lowStockMax": Decimal("12.5"), "reorderDays": Decimal(3)},
        "Vape ": {"reviewDays": Decimal(21)},
    }
    assert list(store.entered_by_category()) == ["Edible", "Vape "]
    assert "categories" not in store.entered()


def test_what_a_snapshot_records_of_categories_comes_back_equal():
    store = thresholds(low_stock_max=7, categories={"Edible": {"low_stock_max": "12.5"}, "Vape": {"review_days": 21}})
    entered = SettingsEntered(
        timezone="UTC", currency="USD", thresholds=store.entered(), category_thresholds=store.entered_by_category()
    )
    written = dump_canonical(entered.plain())
    assert b'"categoryThresholds":{"Edible":{"lowStockMax":12.5},"Vape":{"reviewDays":21}}' in written

    read = SettingsEntered.model_validate(load_strict(written))

    assert Thresholds.of_entered(read.thresholds, read.category_thresholds) == store


@given(QUANTITIES, QUANTITIES, st.text(max_size=9).filter(str.strip))
def test_any_category_comes_back_equal(of_store, own, name):
    store = thresholds(overstock_on_hand_min=of_store, categories={name: {"overstock_on_hand_min": own}})
    again = Thresholds.of_entered(store.entered(), store.entered_by_category())
    assert again.of(name).overstock_on_hand_min == own
    assert again.entered_by_category() == store.entered_by_category()


def test_a_snapshot_from_before_there_were_categories_has_none():
    read = SettingsEntered.model_validate({"timezone": "UTC", "currency": "USD", "thresholds": {}})
    assert read.category_thresholds == {}


def test_the_stores_own_thresholds_are_those_of_no_item():
    own = Thresholds.model_fields.keys() - ItemThresholds.model_fields.keys()
    assert own == {
        "sales_decline_pct", "slow_stock_capital_min", "margin_drop_points", "stock_out_horizon_days", "categories",
    }  # fmt: skip


def test_the_rules_look_at_the_thresholds_of_the_items_category():
    items = [
        item(sku, category=category, on_hand="9") for sku, category in (("A", "edible"), ("B", "Vape"), ("C", None))
    ]
    content = concluded(*items, categories={"Edible": {"low_stock_max": 12}})
    assert [one.sku for one in content.recommendations if one.action == "REORDER_SOON"] == ["A"]
