"""`omen show --explain`: how one number of a snapshot came about, for a person and for a program."""

import json
import re

import pytest

from omen_cli.report.labels import SALES_LABELS, STOCK_LABELS
from tests.cli.stores import CALI, DAY, NJ, csv_line, export, many_items, write_inventory
from tests.unit.recalculated import recalculate, written

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def explained(two_stores, omen):
    """`explained(name, …)` after NJWeedWizard's week of 2026-01-09 was made."""
    made = two_stores.generate(NJ, DAY)

    def explain(name, *more, **world):
        return omen("show", "--store", NJ, "--explain", name, *more, **world)

    explain.id = made.id
    return explain


def test_a_kpi_is_its_definition_formula_inputs_and_arithmetic(explained):
    run = explained("net sales")

    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert lines[:7] == [
        "Net sales: $366.00",
        "What customers paid, without tax: gross sales less discounts and returns.",
        "input\tvalue",
        "gross sales\t$389.00",
        "discounts\t$23.00",
        "returns\t$0.00",
        "Net sales = gross sales − discounts − returns",
    ]
    assert lines[7] == "$389.00 − $23.00 − $0.00 = $366.00"
    assert "change in percent\t945.71 %\t(this week − week before) ÷ week before × 100\t" in run.out
    assert "($366.00 − $35.00) ÷ $35.00 × 100 = 945.71 %" in run.out
    assert lines[-1].endswith(explained.id)


def test_an_item_is_all_its_numbers_and_why_it_is_advised_what(explained):
    run = explained("sd-1")

    assert run.code == 0
    assert run.out.startswith("Sour Diesel gram (SD-1)\n")
    for words in (
        "Margin\t25.00 %\t(unit price − unit cost) ÷ unit price × 100\t($12.00 − $9.00) ÷ $12.00 × 100 = 25.00 %",
        "rounded up(max(velocity × (lead_time_days + review_days) − on hand, 0))",
        "Review the price: margin 25.00 %, under 40 %",
        "- when margin < review_pricing_margin_max: 25.00 % < 40.00 %",
        "5 × ($9.00 ÷ (1 − 40.00 % ÷ 100) − $12.00) = $15.00",
    ):
        assert words in run.out, words


def test_with_json_it_is_a_document_that_a_program_can_work_out_again(explained):
    data = explained("grossMarginPct", "--json").data

    assert (data["name"], data["unit"], data["kind"], data["snapshotId"]) == (
        "grossMarginPct",
        "percent",
        "kpi",
        explained.id,
    )
    assert data["formula"] == "grossProfit / netSalesCosted * 100"
    assert [one["name"] for one in data["operands"]] == ["grossProfit", "netSalesCosted"]
    assert written(recalculate(data["arithmetic"]), "percent") == data["value"] == data["result"]
    assert data["exact"] is True
    assert [one["name"] for one in data["comparison"]][:2] == ["change", "changePct"]


def test_with_json_an_item_has_its_numbers_and_recommendations(explained):
    data = explained("SD-1", "--json").data

    numbers = {one["name"]: one for one in data["numbers"]}
    assert (data["kind"], data["name"], data["itemName"]) == ("item", "SD-1", "Sour Diesel")
    assert numbers["marginPct"]["arithmetic"] == "(12.00 - 9.00) / 12.00 * 100"
    assert "REVIEW_PRICING" in [one["action"] for one in data["recommendations"]]


@pytest.mark.parametrize("name", [*SALES_LABELS, *STOCK_LABELS])
def test_every_kpi_is_explained_by_its_name_and_by_its_label(explained, omen, name):
    by_name = explained(name, "--json")
    by_label = explained((SALES_LABELS | STOCK_LABELS)[name].upper(), "--json")

    assert by_name.code == 0
    assert by_name.data == by_label.data
    assert by_name.data["value"] == omen("show", "--store", NJ, "--json").data["content"]["kpis"][name]["value"]


@pytest.mark.parametrize("day", [DAY, "2026-01-11"])
def test_a_sku_that_the_snapshot_prints_is_explained_without_being_an_item(two_stores, omen, day):
    path = export(two_stores)
    kept = [line for line in path.read_text("utf-8").splitlines(keepends=True) if not line.startswith("SD-1,")]
    path.write_text("".join(kept), "utf-8")
    two_stores.generate(NJ, day)
    assert "SD-1" in omen("show", "--store", NJ).out

    run, document = (
        omen("show", "--store", NJ, "--explain", "sd-1"),
        omen("show", "--store", NJ, "--explain", "SD-1", "--json"),
    )

    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("SD-1\nIt sold in this period, but it is not in the inventory.\n")
    assert (document.data["kind"], document.data["name"]) == ("unlisted", "SD-1")


def test_an_unknown_name_is_a_wrong_call_that_names_the_likeliest(explained):
    run, document = explained("net sale"), explained("net sale", "--json")

    assert (run.code, run.out) == (2, "")
    said, hint = run.err.splitlines()
    assert said == "omen: --explain 'net sale': no KPI and no SKU of this snapshot"
    assert hint.startswith("  known names: netSales, ")
    assert (document.code, document.json["error"]["code"]) == (2, "invalid_argument")


@pytest.mark.parametrize("name", ["", "x" * 5000, "\x1b[2J", "-", "a\nb"])
def test_a_hostile_name_is_said_harmlessly(explained, name):
    run = explained(name)

    assert (run.code, run.out) == (2, "")
    assert len(run.err) < 500
    assert not CONTROL.search(run.err)


def test_it_is_of_the_snapshot_that_is_named(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "again")

    run = omen("show", "--store", NJ, "--snapshot", first.id, "--explain", "units")

    assert run.out.splitlines()[-1].endswith(first.id)
    assert "superseded by" in run.err


def test_it_needs_the_snapshot_alone(explained, two_stores):
    before = explained("netSales").out
    export(two_stores).unlink()
    export(two_stores, name="orders-2026-01.csv").unlink()

    assert explained("netSales").out == before


def test_without_orders_a_kpi_says_why_it_is_unknown(two_stores, omen):
    export(two_stores, CALI, "orders-2026-01.csv").write_text("order_id,ordered_at,sku,quantity,unit_price\n", "utf-8")
    two_stores.generate(CALI, DAY)

    run = omen("show", "--store", CALI, "--explain", "netSales")

    assert run.code == 0
    assert "Unknown: no orders are known up to the as-of date" in run.out
    assert "Compared" not in run.out


def test_a_provisional_or_held_snapshot_says_so(two_stores, omen):
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])
    two_stores.generate(NJ, "2026-01-19")

    run = omen("show", "--store", NJ, "--explain", "items")

    assert "HELD" in run.out
    assert "PROVISIONAL" in run.out


def test_quiet_prints_nothing(explained):
    run = explained("netSales", "-q")

    assert (run.code, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("name", ["netSales", "inventoryRetailValue", "BD-8", "SD-1"])
def test_it_fits_the_terminal(explained, name, width):
    lines = STYLE.sub("", explained(name, is_tty=True, width=width).out).splitlines()

    assert max(map(len, lines)) <= width
    assert any("arithmetic" in line for line in lines) or name == "inventoryRetailValue"


def test_hostile_names_of_items_are_harmless(two_stores, omen):
    name = "[/red]\x1b[31m\u202eevil\u200b\t\n=1+1"
    line = csv_line(name, name, name, "Flower", "3", "5.00", "6.00", "true", "2025-06-01")
    write_inventory(two_stores, [*many_items(), line])
    two_stores.generate(NJ, DAY)
    sku = omen("show", "--store", NJ, "--json").data["content"]["items"][-1]["sku"]

    for asked in ("inventoryRetailValue", sku):
        for is_tty in (True, False):
            run = omen("show", "--store", NJ, "--explain", asked, is_tty=is_tty)
            assert run.code == 0
            assert not CONTROL.search(STYLE.sub("", run.out))


def test_json_is_one_line_in_ascii(explained):
    run = explained("netSales", "--json")

    (line,) = run.out.splitlines()
    assert line.isascii()
    assert json.loads(line)["command"] == "show"
