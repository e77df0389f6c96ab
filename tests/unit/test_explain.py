"""What an explanation says is so: its arithmetic gives the number of the snapshot, for every KPI, item and rule."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import get_args

import pytest

from omen_cli.cli.output import write_blocks
from omen_cli.config.load import load_settings
from omen_cli.errors import InvalidArgument
from omen_cli.intelligence.sales import SALES_UNITS
from omen_cli.intelligence.stock_kpis import inventory_kpis, rate_kpis
from omen_cli.model.content import Action, DataNote
from omen_cli.model.facts import SoldSku
from omen_cli.model.thresholds import Thresholds
from omen_cli.report.explain.blocks import explained_blocks
from omen_cli.report.explain.explain import explain
from omen_cli.report.explain.formula import read_formula
from omen_cli.report.explain.item import explain_item
from omen_cli.report.explain.item_scope import item_scope
from omen_cli.report.explain.item_table import RULE_ROWS
from omen_cli.report.explain.kpi import explain_kpi
from omen_cli.report.explain.kpi_table import KPI_ROWS
from omen_cli.report.explain.names import LABELS
from omen_cli.report.explain.tree import value_of
from omen_cli.report.explain.unlisted import explain_unlisted, unlisted_skus
from omen_cli.report.labels import SIGNAL_LABELS
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Request
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.guards import REPO
from tests.unit.made_snapshots import CENTS, made_snapshot, snapshot_of
from tests.unit.recalculated import HALF, ROUNDED, bounds, recalculate, written

KPIS = {*SALES_UNITS, *rate_kpis(None, ()), *inventory_kpis((), has_orders=False)}
DAYS = [("weekly", "2026-01-11"), ("daily", "2026-01-10"), ("monthly", "2026-01-14"), ("weekly", "2025-10-02")]


def workings(snapshot):
    """Every working of every explanation of a snapshot, with where it stands."""
    for name in snapshot.content.kpis:
        found = explain_kpi(snapshot.content, name)
        yield from ((name, one) for one in (found.working, *found.also, *found.comparison))
    for one in snapshot.content.items:
        found = explain_item(snapshot, one)
        yield from ((one.sku, working) for working in found.workings)
        for advice in found.advice:
            yield from ((f"{one.sku} {advice.recommendation.action}", of) for of in (advice.condition, advice.stake))
    for sku, one in unlisted_skus(snapshot.content).items():
        yield from ((sku, working) for working in explain_unlisted(snapshot.content, one).workings)


def assert_works_out(snapshot):
    """The printed arithmetic gives the printed result, and that the value, but for the rounding of the inputs."""
    for where, working in workings(snapshot):
        about = f"{where} {working.name}: {working.plain()}"
        if working.value is None:
            assert working.why_null, about
            assert working.plain()["arithmetic"] is None, about
        elif working.tree is not None:
            plain = working.plain()
            if plain["arithmetic"] is None:  # something below half a cent, which a snapshot has as 0.00
                assert bounds(working.tree) is None, about
                continue
            assert written(recalculate(plain["arithmetic"]), working.unit) == working.result, about
            assert plain["exact"] == (working.result == working.value), about
            assert_within_rounding(working, about)


def assert_within_rounding(working, about):
    found = bounds(working.tree)
    if found is None or working.is_exact:
        return
    low, high = found
    if working.unit == "flag":
        assert working.value in (low, high), about
        return
    off = HALF if working.unit in ROUNDED else 0
    assert low - off <= Decimal(working.value) <= high + off, about


@pytest.mark.parametrize("seed", range(40))
def test_the_arithmetic_of_a_made_up_store_gives_its_numbers(seed):
    assert_works_out(made_snapshot(seed))


@pytest.mark.parametrize("seed", range(6))
def test_without_orders_it_says_why_or_gives_the_numbers(seed):
    assert_works_out(made_snapshot(seed, has_orders=False))


@pytest.mark.parametrize("seed", range(20))
def test_in_cents_and_whole_units_every_kpi_and_item_is_exact(seed):
    snapshot = made_snapshot(seed, prices=CENTS)

    for name in KPIS - {"averageMarginPct"}:  # of a sum that the snapshot has with two decimals
        found = explain_kpi(snapshot.content, name)
        assert all(one.is_exact for one in (found.working, *found.also) if one.value is not None), found.working.plain()
    for one in snapshot.content.items:
        found = [working for working in explain_item(snapshot, one).workings if working.tree is not None]
        assert all(working.is_exact for working in found if working.value is not None)


@pytest.mark.parametrize("store", ["NJWeedWizard", "CaliCannabis"])
@pytest.mark.parametrize(("timeframe", "as_of"), DAYS)
def test_the_arithmetic_of_the_samples_gives_their_numbers(store, timeframe, as_of):
    settings = load_settings(REPO / "stores.yaml", {}).store(store)
    content = compute(Request(settings, timeframe, date.fromisoformat(as_of)), threads=2).content
    snapshot = snapshot_of(content, settings.thresholds)

    assert_works_out(snapshot)
    assert all(explain_kpi(content, name).working.is_exact for name in KPIS if content.kpis[name].value is not None)


def test_every_kpi_has_an_explanation_and_a_label():
    assert set(KPI_ROWS) == KPIS == set(LABELS)
    assert set(made_snapshot(1).content.kpis) == KPIS


def test_every_action_has_its_condition():
    assert set(RULE_ROWS) == set(get_args(Action))


@pytest.mark.parametrize("seed", range(40))
def test_a_condition_holds_where_the_rule_spoke_and_nowhere_else(seed):
    snapshot = made_snapshot(seed)
    advised = {(one.sku, one.action) for one in snapshot.content.recommendations}
    for one in snapshot.content.items:
        scope = item_scope(snapshot, one)
        for action, row in RULE_ROWS.items():
            tree = read_formula(row.condition, scope)
            low, high = bounds(tree) if value_of(tree) is not None else (False, False)
            assert ((one.sku, action) in advised) in (low, high), (one, action)


def test_at_its_threshold_a_condition_holds_where_the_rule_spoke_and_nowhere_else():
    kinds = [
        (margin, on_hand, units, last)
        for margin in (39, 40, 45, 50, 65, 70, 71)
        for on_hand in (0, 1, 3, 3.5, 5, 6, 10, 20, 25, 26, 50, 51)
        for units, last in ((0, AS_OF), (14, AS_OF), (13, AS_OF), (0, None))
    ]
    named = {f"S-{number}": kind for number, kind in enumerate(kinds)}
    items = [
        item(sku, on_hand=str(of[1]), unit_price="10", unit_cost=str(10 - of[0] / 10)) for sku, of in named.items()
    ]
    items.append(item("CAPITAL", on_hand="10", unit_cost="10", unit_price="15"))
    content = concluded(*items, orders=orders(*(sold(sku, of[2], last=of[3]) for sku, of in sorted(named.items()))))
    snapshot = snapshot_of(content, Thresholds())

    said = {
        (one.sku, action)
        for one in content.items
        for scope in [item_scope(snapshot, one)]
        for action, row in RULE_ROWS.items()
        if value_of(read_formula(row.condition, scope))
    }

    assert said == {(one.sku, one.action) for one in content.recommendations}


def test_the_made_up_stores_have_something_of_every_kind():
    made = [made_snapshot(seed) for seed in range(40)]
    contents = [one.content for one in made]
    assert {one.action for content in contents for one in content.recommendations} == set(get_args(Action))
    assert {content.stock.basis for content in contents} == {"dated", "estimated", "current"}
    assert any(content.forecasts.stock_outs for content in contents)
    assert any(content.anomalies for content in contents)
    assert {one.name for made_one in made for _, one in workings(made_one) if one.value is not None} >= {
        "trailingAverage",
        "againstTrailingPct",
        "ordersEffect",
        "basketEffect",
        "lostSales",
        "perDay",
        "suggestedOrder",
        "runsOutOn",
    }


def test_a_categorys_own_threshold_is_the_one_that_is_filled_in():
    content = concluded(
        item("A", on_hand="12", category=" VAPE "),
        orders=orders(sold("A", last=AS_OF)),
        categories={"Vape": {"low_stock_max": 12}},
    )
    snapshot = snapshot_of(content, Thresholds.model_validate({"categories": {"Vape": {"low_stock_max": 12}}}))

    (advice,) = explain(snapshot, "A").about.advice

    assert advice.condition.plain()["arithmetic"] == "1 <= 12 <= 12 and true and true"


def text(snapshot, name, locale="en_US", most=None):
    out = StringIO()
    write_blocks(out, explained_blocks(explain(snapshot, name, most), locale), is_tty=False, width=100)
    return out.getvalue()


def a_snapshot(*items, **more):
    return snapshot_of(concluded(*items, orders=orders(), **more), Thresholds.model_validate(more))


def test_of_many_items_the_greatest_are_shown_and_the_others_together():
    of = a_snapshot(*(item(f"S-{number}", on_hand=number, unit_price="10") for number in range(1, 7)))

    shown = text(of, "inventoryRetailValue", most=2)

    assert "6 × $10.00 + 5 × $10.00 + $100.00 = $210.00" in shown
    assert "4 others together\t$100.00" in shown
    assert len(explain(of, "inventoryRetailValue").about.working.operands) == 12


def test_numbers_are_those_of_the_stores_people():
    of = a_snapshot(item("A", on_hand="1000"))

    assert "1.000 × 100,00 $ = 100.000,00 $" in text(of, "inventoryRetailValue", "de_DE")


def test_what_rounded_inputs_do_not_give_to_the_cent_is_said():
    of = a_snapshot(item("A", on_hand="60", unit_cost="30.333"))

    assert "60 × $30.33 ≈ $1,819.98 (of rounded inputs: $1,819.80)" in text(of, "inventoryCostValue")


def test_a_negative_stock_counts_as_none_in_the_arithmetic():
    of = a_snapshot(item("A", on_hand="-3"))

    (order,) = [one for one in explain(of, "A").about.workings if one.name == "suggestedOrder"]

    assert order.plain()["arithmetic"] == "ceil(max(0 / 28 * (7 + 7) - max((-3), 0), 0))"
    assert "max((-3), 0)" in text(of, "A")


def test_what_is_unknown_says_why():
    of = a_snapshot(item("A", on_hand=None, unit_price=None))

    assert "Unknown: no item has both a price and a cost" in text(of, "averageMarginPct")
    reasons = {one.name: one.why_null for one in explain(of, "A").about.workings if one.value is None}
    assert reasons["marginPct"] == "no price above 0"
    assert reasons["daysOfSupply"] == "in stock, but not counted"


def test_without_orders_no_days_are_counted_and_dead_stock_is_not_ruled_out():
    of = snapshot_of(concluded(item("A", on_hand="2", unit_price=None)), Thresholds())

    shown = text(of, "A")

    assert "Units sold a day\t–\tunits sold in the velocity days ÷ the velocity days\tno orders are known" in shown
    assert "1 ≤ 2 ≤ 5 and not to be reordered now and not known to be dead stock" in shown
    assert "- at stake: unknown: velocity, unit price" in shown.splitlines()
    assert "Dead stock\t–\ton hand > 0 and last sale < the first of the days without a sale\tno orders" in shown
    assert not re.search(r"\b0 days", shown)


def test_dead_stock_that_is_ruled_out_is_a_fact():
    of = a_snapshot(item("A", on_hand="2", first_seen=AS_OF))

    assert "1 ≤ 2 ≤ 5 and not to be reordered now and no dead stock" in text(of, "A")


def test_one_day_and_one_period_are_singular():
    before = window(days_before_end(14), gross="70", units=1, orders=1)
    content = concluded(
        item("A"),
        orders=orders(
            sold("A", 1, last=AS_OF, gross="80", units=1),
            observed=window(days_before_end(7), gross="80", units=1, orders=1),
            before=(before, None, None, None),
            first=AS_OF,
            velocity_units=1,
        ),
    )
    of = snapshot_of(content, Thresholds())

    assert "this week ÷ average of 1 week before × 100 − 100\tneeds 2 periods before, there is 1" in text(
        of, "netSales"
    )
    assert "units sold in 1 day ÷ days" in text(of, "A")


def test_without_a_period_before_none_is_counted():
    assert "this week ÷ average of the weeks before × 100" in text(a_snapshot(item("A")), "netSales")


def test_a_single_item_beyond_the_greatest_is_one_other():
    of = a_snapshot(*(item(f"S-{number}", on_hand=number, unit_price="10") for number in range(1, 4)))

    assert "1 other\t$10.00" in text(of, "inventoryRetailValue", most=2)


def test_an_item_stands_under_its_signals_in_words_and_in_json_by_their_codes():
    of = a_snapshot(item("A", on_hand="60", unit_cost="40"))

    assert explain(of, "A").plain()["signals"] == ("UNDER_PROMOTED", "SLOW_STOCK")
    shown = text(of, "A")
    assert "Counted under: what earns well and hardly sells; stock that hardly moves" in shown.splitlines()
    assert not [code for code in SIGNAL_LABELS if code in shown]


def test_another_version_of_the_definitions_is_said():
    of = a_snapshot(item("A"))
    old = of.model_copy(update={"content": of.content.model_copy(update={"kpi_version": 0})})

    assert "Made with KPI definitions version 0: the formulas may differ" in text(old, "items")
    assert "definitions" not in text(of, "items")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("netSales", "netSales"),
        ("NETSALES", "netSales"),
        ("net sales", "netSales"),
        ("  Net   Sales ", "netSales"),
        ("units", "units"),
        ("UNITS", "UNITS"),  # exactly so it is an item's
        ("velocity", "velocity"),
        ("bd-8", "BD-8"),
        ("dead stock, capital", "deadStockCapital"),
    ],
)
def test_it_is_found_by_name_label_or_sku(asked, name):
    of = a_snapshot(item("BD-8"), item("UNITS"), item("net sales "))

    assert explain(of, asked).plain()["name"] == name


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("nteSales", "netSales"),
        ("BD8", "BD-8"),
        ("blue dreem", "BD-8"),
        ("TOTE1", "TOTE-1"),
        ("gros margin", "grossMarginPct"),
    ],
)
def test_an_unknown_name_is_answered_with_the_likeliest(asked, first):
    of = concluded(
        item("BD-8", name="Blue Dream"),
        item("GG-4"),
        orders=orders(unlisted=(SoldSku(sku="TOTE-1", gross=Decimal(50)),)),
    )
    of = snapshot_of(of, Thresholds())

    with pytest.raises(InvalidArgument) as caught:
        explain(of, asked)

    assert caught.value.hint.startswith(f"known names: {first}, ")


TOTE = (
    "It sold in this period, but it is not in the inventory.",
    "It sold in this period without a known cost: it is not in gross profit and margin.",
)


def with_a_tote(*, is_known_before=True, **more):
    """The week of a store that sold, beside an item, a tote that its inventory does not have."""
    before = window(days_before_end(14), gross="300", units=3, orders=3) if is_known_before else None
    of = orders(
        sold("A", 1, last=AS_OF, gross="100", units=1, before={"gross": "100", "units": 1}),
        by_other=(sold("TOTE-1", last=AS_OF, gross="50", units=1, before={"gross": "200", "units": 2}),),
        observed=window(days_before_end(7), gross="150", units=2, orders=2, known_gross="100"),
        before=(before, None, None, None),
        **more,
    )
    return snapshot_of(concluded(item("A"), orders=of), Thresholds())


def test_a_mover_that_is_not_in_the_inventory_is_its_net_sales_as_arithmetic():
    of = with_a_tote()

    assert explain(of, "tote-1").plain()["kind"] == "unlisted"
    shown = text(of, "tote-1").splitlines()
    assert shown[:3] == ["TOTE-1", "It is not in the inventory.", "Beside this only its net sales are known."]
    for line in (
        "Net sales\t$50.00\t\t",
        "Net sales of the week before\t$200.00\t\t",
        "Change\t-$150.00\tnet sales − net sales of the week before\t$50.00 − $200.00 = -$150.00",
        "Part of the change\t100.00 %\tchange ÷ change of the store's net sales × 100"
        "\t(-$150.00) ÷ (-$150.00) × 100 = 100.00 %",
    ):
        assert line in shown
    assert any("($50.00 − $200.00) ÷ $200.00 × 100 = -75.00 %" in line for line in shown)


def test_a_sku_that_only_the_data_notes_name_is_told_that_only_this_is_known():
    tote = (SoldSku(sku="TOTE-1", gross=Decimal(50)),)
    of = with_a_tote(is_known_before=False, uncosted=tote, unlisted=tote)

    found = explain(of, "TOTE-1").plain()

    assert found["remarks"] == (*TOTE, "Only this is known of it.")
    assert found["numbers"] == []
    assert text(of, "TOTE-1").splitlines()[:4] == ["TOTE-1", *TOTE, "Only this is known of it."]


def test_a_note_that_this_omen_does_not_know_is_told_as_it_is():
    of = with_a_tote(is_known_before=False)
    note = DataNote(code="new", text="1 SKU {so}", skus=("TOTE-1",))
    of = of.model_copy(update={"content": of.content.model_copy(update={"data_notes": (note,)})})

    assert "In the data notes: 1 SKU {so}" in text(of, "TOTE-1").splitlines()


@pytest.mark.parametrize("timeframe", ["weekly", "monthly"])
def test_every_sku_that_a_sample_snapshot_names_is_explained(timeframe):
    settings = load_settings(REPO / "stores.yaml", {}).store("NJWeedWizard")
    content = compute(Request(settings, timeframe, AS_OF), threads=2).content
    snapshot = snapshot_of(content, settings.thresholds)
    named = {sku for one in (*content.signals, *content.data_notes) for sku in one.skus}
    named |= {one.sku for one in (*content.movers.up, *content.movers.down, *content.anomalies)}
    assert named - {one.sku for one in content.items}

    assert_works_out(snapshot)
    for sku in named:
        assert explain(snapshot, sku).plain()["name"] == sku
        assert sku in text(snapshot, sku)


def test_a_sku_is_found_by_what_the_screen_shows_of_it():
    of = a_snapshot(item("BLUE\tNERDZ\u200b-7G"))

    assert explain(of, "Blue Nerdz\N{REPLACEMENT CHARACTER}-7g").plain()["name"] == "BLUE\tNERDZ\u200b-7G"


def test_two_skus_that_differ_in_case_are_asked_for_exactly():
    of = a_snapshot(item("bd-8"), item("BD-8"))

    assert explain(of, "bd-8").plain()["name"] == "bd-8"
    with pytest.raises(InvalidArgument, match="more than one SKU"):
        explain(of, "Bd-8")


@pytest.mark.parametrize("formula", ["netSales ** 2", "[1]", "lambda: 1"])
def test_a_formula_has_nothing_but_what_formulas_have(formula):
    of = a_snapshot(item("A"))

    with pytest.raises((ValueError, KeyError)):
        read_formula(formula, item_scope(of, of.content.items[0]))
