"""The comparison of two snapshots: what differs, by how much, in which order, and why."""

from datetime import date
from decimal import Decimal

import pytest

from omen_cli.intelligence.diff import diff
from omen_cli.model.content import Kpi, Recommendation
from omen_cli.model.snapshot import Hold
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.snapshots import entered, file, snapshot_of


def of_items(*items, **more):
    return snapshot_of(concluded(*items, **more))


def with_kpis(**kpis):
    content = concluded(item())
    return snapshot_of(content.model_copy(update={"kpis": {name: Kpi(**kpi) for name, kpi in kpis.items()}}))


def money(value, unit="money"):
    return {"value": None if value is None else Decimal(value), "unit": unit}


def selling(net, sku="BD-8", **more):
    """A week in which one item sold for `net`."""
    of = orders(
        sold(sku, 28, last=AS_OF, units=7, gross=net),
        observed=window(days_before_end(7), gross=net, units=7, orders=3),
        velocity_units=28,
    )
    return of_items(item(sku, **more), orders=of)


def the_item(before, now):
    (found,) = diff(before, now).items
    return found


def numbers_of(one):
    return {number.name: (number.before, number.now, number.change, number.change_pct) for number in one.numbers}


def test_two_of_the_same_content_differ_in_nothing():
    first, second = of_items(item()), of_items(item())

    found = diff(first, second.model_copy(update={"version": 2}))

    assert found.same_content
    assert (found.differs, found.items, found.verdict, found.hold, found.stock) == ((), (), None, None, None)
    assert not any(kpi.differs for kpi in found.kpis)
    assert (found.why.inputs, found.why.settings) == ((), ())
    assert (found.why.is_other_period, found.why.is_other_program) == (False, False)


def test_two_stores_are_never_compared():
    with pytest.raises(ValueError, match="not of one store"):
        diff(of_items(item()), of_items(item()).model_copy(update={"store_id": "CaliCannabis"}))


def test_a_kpi_has_both_values_the_change_and_the_change_in_percent():
    before, now = with_kpis(netSales=money("200.00")), with_kpis(netSales=money("250.50"))

    (kpi,) = diff(before, now).kpis

    assert kpi.differs
    assert (kpi.before, kpi.now, kpi.change, kpi.change_pct) == (
        Decimal("200.00"),
        Decimal("250.50"),
        Decimal("50.50"),
        Decimal("25.25"),
    )


@pytest.mark.parametrize(
    ("before", "now", "change", "pct"),
    [
        ("0.00", "5.00", "5.00", None),
        ("-5.00", "5.00", "10.00", None),
        (None, "5.00", None, None),
        ("5.00", None, None, None),
        ("3.00", "1.00", "-2.00", "-66.67"),
    ],
)
def test_what_is_undefined_is_none_and_never_0(before, now, change, pct):
    (kpi,) = diff(with_kpis(netSales=money(before)), with_kpis(netSales=money(now))).kpis

    assert (kpi.change, kpi.change_pct) == tuple(None if one is None else Decimal(one) for one in (change, pct))
    assert kpi.differs


def test_a_number_written_with_other_decimals_is_the_same():
    (kpi,) = diff(with_kpis(items=money("7", "count")), with_kpis(items=money("7.00", "count"))).kpis

    assert not kpi.differs


def test_a_kpi_of_one_side_or_of_another_unit_has_no_change():
    before = with_kpis(gone=money("1.00"), other=money("1.00"))
    now = with_kpis(new=money("2.00"), other=money("2.00", "percent"))

    kpis = {kpi.name: (kpi.before, kpi.now, kpi.unit, kpi.change) for kpi in diff(before, now).kpis}

    assert kpis == {
        "new": (None, Decimal("2.00"), "money", None),
        "other": (Decimal("1.00"), Decimal("2.00"), "percent", None),
        "gone": (Decimal("1.00"), None, "money", None),
    }


def test_money_in_another_currency_has_no_change_all_else_has():
    before, now = of_items(item(), currency="USD"), of_items(item(unit_price="110", on_hand="31"), currency="EUR")

    found = diff(before, now)

    assert {kpi.change for kpi in found.kpis if kpi.unit == "money"} == {None}
    numbers = numbers_of(found.items[0])
    assert numbers["unitPrice"] == (Decimal("100.00"), Decimal("110.00"), None, None)
    assert numbers["onHand"][2] == Decimal(1)
    assert (found.before.currency, found.now.currency) == ("USD", "EUR")


def test_an_item_tells_each_number_that_differs_and_no_other():
    found = the_item(selling("700"), selling("770", on_hand="20", unit_price="90", unit_cost="45"))

    assert numbers_of(found) == {
        "onHand": (Decimal(30), Decimal(20), Decimal(-10), Decimal("-33.33")),
        "unitPrice": (Decimal("100.00"), Decimal("90.00"), Decimal("-10.00"), Decimal("-10.00")),
        "unitCost": (Decimal("40.00"), Decimal("45.00"), Decimal("5.00"), Decimal("12.50")),
        "netSales": (Decimal("700.00"), Decimal("770.00"), Decimal("70.00"), Decimal("10.00")),
    }
    assert found.labels == ()


def test_an_item_described_otherwise_is_said_with_no_number():
    before = of_items(item(name="Blue Dream", category="Flower", visible=True))
    now = of_items(item(name="Blue Dream", category="Vape", visible=False))

    found = the_item(before, now)

    assert [(label.name, label.before, label.now) for label in found.labels] == [
        ("category", "Flower", "Vape"),
        ("visible", True, False),
    ]
    assert (found.numbers, found.moved) == ((), Decimal("0.00"))


@pytest.mark.parametrize(
    ("now", "moved"),
    [
        ({"on_hand": "20"}, "1000.00"),  # 10 × the price of 100
        ({"unit_price": "103"}, "90.00"),
        ({"unit_cost": "41.5"}, "45.00"),
        ({"unit_price": None}, "3000.00"),  # all that the stock was worth at retail
        ({"on_hand": None}, "3000.00"),
        ({"unit_price": "90", "unit_cost": "60"}, "600.00"),  # the greater of the two
    ],
)
def test_an_item_moved_by_the_greatest_of_its_changes_in_money(now, moved):
    assert the_item(of_items(item()), of_items(item(**now))).moved == Decimal(moved)


def test_an_item_moved_by_its_net_sales():
    assert the_item(selling("700"), selling("651.5")).moved == Decimal("48.50")


def test_items_are_by_falling_move_then_by_sku():
    before = of_items(item("B"), item("A"), item("C"), item("D"))
    now = of_items(item("B", on_hand="29"), item("A", on_hand="31"), item("C", on_hand="2"), item("D"))

    assert [one.sku for one in diff(before, now).items] == ["C", "A", "B"]


def test_items_new_and_gone_are_not_among_those_that_moved():
    found = diff(of_items(item("A"), item("B")), of_items(item("B"), item("C")))

    assert [one.sku for one in found.items_gone] == ["A"]
    assert [one.sku for one in found.items_new] == ["C"]
    assert found.items == ()


def advised(*of):
    """A snapshot with these recommendations, each a SKU, an action and what is at stake."""
    advice = tuple(
        Recommendation(
            group="inventory",
            action=action,
            sku=sku,
            unit=None,
            name=None,
            reason=f"{stake} at stake",
            confidence=Decimal("0.95"),
            triggering_metrics={},
            money_at_stake=Decimal(stake),
        )
        for sku, action, stake in of
    )
    return snapshot_of(concluded(item()).model_copy(update={"recommendations": advice}))


def test_recommendations_come_go_and_stay_by_item_and_action():
    before = advised(("A", "REORDER_NOW", "9"), ("B", "REORDER_NOW", "8"), ("B", "REVIEW_PRICING", "7"))
    now = advised(("C", "REORDER_NOW", "9"), ("B", "REORDER_SOON", "8"), ("B", "REVIEW_PRICING", "1"))

    found = diff(before, now)

    assert [(one.sku, one.action) for one in found.recommendations_gone] == [("A", "REORDER_NOW"), ("B", "REORDER_NOW")]
    assert [(one.sku, one.action) for one in found.recommendations_new] == [("C", "REORDER_NOW"), ("B", "REORDER_SOON")]
    assert found.recommendations_kept == 1


def test_a_verdict_that_changed_comes_with_what_its_signal_says():
    before, now = of_items(item()), selling("700", on_hand="0")

    verdict = diff(before, now).verdict

    assert (verdict.before.signal, verdict.now.signal) == (
        before.content.verdict.signal,
        now.content.verdict.signal,
    )
    (first,) = [one for one in now.content.signals if one.name == "STOCKOUT_IMMINENT"]
    assert (verdict.now.signal, verdict.now.action, verdict.now.reason) == (first.name, first.action, first.reason)


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (Hold(), Hold(), False),
        (Hold(), Hold(snapshot_before="snapshot_weekly_2026-01-04_1_0123abcd", rows_before={"orders": 3}), False),
        (Hold(), Hold(held=True, reasons=("old",)), True),
        (Hold(held=True, reasons=("old",)), Hold(), True),
        (Hold(held=True, reasons=("old",)), Hold(held=True, reasons=("silent",)), True),
        (Hold(held=True, reasons=("old",)), Hold(held=True, reasons=("old",)), False),
    ],
)
def test_a_hold_is_told_when_it_or_its_reasons_changed(before, now, is_told):
    content = concluded(item())

    found = diff(snapshot_of(content, hold=before), snapshot_of(content, hold=now))

    assert (found.hold is not None) == is_told
    assert (found.before.held, found.now.held) == (before.held, now.held)


def inputs_between(before, now):
    content = concluded(item())
    found = diff(snapshot_of(content, inputs=before), snapshot_of(content, inputs=now)).why.inputs
    return [(one.verb, (one.now or one.before).name, one.before, one.now) for one in found]


def test_inputs_that_are_the_same_are_no_cause():
    assert inputs_between((file(), file("o.csv", "b", "orders")), (file("o.csv", "b", "orders"), file())) == []


def test_an_input_changed_appeared_or_vanished():
    before = (file(sha256="a"), file("old.csv", "b", "orders"))
    now = (file(sha256="c", bytes=120, rows=12), file("new.csv", "d", "orders"))

    assert inputs_between(before, now) == [
        ("changed", "inventory.csv", before[0], now[0]),
        ("appeared", "new.csv", None, now[1]),
        ("vanished", "old.csv", before[1], None),
    ]


def test_an_input_of_other_name_and_the_same_bytes_was_renamed():
    before, now = file("inventory-2026-01-04.csv", date=date(2026, 1, 4)), file("stock.csv")

    assert inputs_between((before,), (now,)) == [("renamed", "stock.csv", before, now)]


def test_the_same_bytes_with_other_rows_were_read_otherwise():
    before, now = file(rows=10), file(rows=9)

    assert inputs_between((before,), (now,)) == [("read_otherwise", "inventory.csv", before, now)]


def test_one_file_in_two_tables_is_two_files():
    assert [one[0] for one in inputs_between((file(role="costs"),), (file(role="orders"),))] == ["appeared", "vanished"]


def test_files_of_one_name_in_several_folders_are_told_apart_by_their_bytes():
    before = (file("o.csv", "a", "orders"), file("o.csv", "b", "orders"))
    now = (file("o.csv", "b", "orders"), file("o.csv", "c", "orders"))

    assert inputs_between(before, now) == [("changed", "o.csv", before[0], now[1])]


def test_every_setting_that_differs_is_a_cause():
    content = concluded(item())
    before = snapshot_of(content, settings=entered(own={"Edible": {"lowStockMax": Decimal(12)}}))
    own = {"Edible": {"lowStockMax": Decimal(9)}, "Vape": {"reorderDays": Decimal(3)}}
    now = snapshot_of(content, settings=entered("GBP", "Asia/Tokyo", own, lowStockMax=Decimal(8)))

    assert [(one.name, one.before, one.now) for one in diff(before, now).why.settings] == [
        ("timezone", "UTC", "Asia/Tokyo"),
        ("currency", "USD", "GBP"),
        ("thresholds.lowStockMax", Decimal(5), Decimal(8)),
        ("thresholds.categories.Edible.lowStockMax", Decimal(12), Decimal(9)),
        ("thresholds.categories.Vape.reorderDays", None, Decimal(3)),
    ]


def test_another_period_and_another_program_are_causes():
    week, day = snapshot_of(concluded(item())), snapshot_of(concluded(item(), timeframe="daily"))
    later = snapshot_of(concluded(item(), as_of=date(2026, 1, 18)), omen_version="9")

    assert diff(week, day).why.is_other_period
    assert diff(week, later).why.is_other_period
    assert diff(week, later).why.is_other_program
    assert not diff(week, day).why.is_other_program


def test_the_fields_of_the_content_that_differ_are_named():
    assert diff(selling("700", category="A"), selling("700", category="B")).differs == ("categories", "items")


def test_the_other_way_round_everything_is_mirrored():
    before, now = of_items(item("A"), item("B", on_hand="3")), of_items(item("A", unit_price="90"), item("C"))

    forth, back = diff(before, now), diff(now, before)

    assert (forth.items_new, forth.items_gone) == (back.items_gone, back.items_new)
    assert (forth.recommendations_new, forth.recommendations_gone) == (
        back.recommendations_gone,
        back.recommendations_new,
    )
    assert [one.moved for one in forth.items] == [one.moved for one in back.items] != []
    for kpi, other in zip(forth.kpis, back.kpis, strict=True):
        assert (kpi.before, kpi.now) == (other.now, other.before)
        assert kpi.change is None or kpi.change == -other.change


def test_what_differs_is_plain_values_in_camel_case():
    plain = diff(of_items(item()), of_items(item(on_hand="3"), item("NEW"))).plain()

    assert plain["format"] == "omen.diff/1"
    assert {"sameContent", "recommendationsNew", "itemsGone"} <= set(plain)
    assert plain["items"][0]["numbers"][0]["changePct"] == Decimal("-90.00")
