"""What differs between two snapshots, as a person reads it: golden texts, what is not recorded, what is unknown."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import get_args

import pytest

from omen_cli.cli.output import write_blocks
from omen_cli.intelligence.diff import diff
from omen_cli.model.blocks import Table
from omen_cli.model.content import StockContent
from omen_cli.model.outlook import SignalName
from omen_cli.model.snapshot import Hold
from omen_cli.report.difference import difference
from omen_cli.report.labels import SIGNAL_LABELS
from tests.facts import AS_OF, concluded, days_before_end, item, orders, sold, window
from tests.snapshots import entered, file, snapshot_of


def text(before, now, locale="en_US", *, shows_all=False, is_tty=False, width=100):
    out = StringIO()
    write_blocks(out, difference(diff(before, now), locale, shows_all=shows_all), is_tty=is_tty, width=width)
    return out.getvalue()


def rows(before, now, column):
    """The one table that has this column, as rows of cells by column."""
    (found,) = [
        one for one in difference(diff(before, now), "en_US") if isinstance(one, Table) and column in one.columns
    ]
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def week_of(net, *, blue_dream=30, price="35", more=()):
    """A week with three items, of which two sold."""
    items = (
        item("BD-8", name="Blue Dream", unit="eighth", category="Flower", on_hand=str(blue_dream), unit_price=price, unit_cost="15"),
        item("GM-10", name="Gummies", unit="pack", category="Edible", on_hand=None, unit_price="22", unit_cost=None),
    )  # fmt: skip
    of = orders(
        sold("BD-8", 28, last=AS_OF, units=14, gross=net),
        sold("GM-10", 4, last=days_before_end(2), units=1, gross="22"),
        observed=window(days_before_end(7), gross=str(Decimal(net) + 22), units=15, orders=9, known_gross=net),
        velocity_units=32,
    )
    return concluded(*items, *more, orders=of)


def two_versions():
    before = snapshot_of(
        week_of("490", more=(item("SD-1", name="Sour Diesel", unit="gram", on_hand="2"),)),
        inputs=(file(rows=3), file("orders-2026-01.csv", "b", "orders")),
    )
    now = snapshot_of(
        week_of("420", blue_dream=6, price="30", more=(item("HZ-1", name="Haze", unit="gram", on_hand=None),)),
        version=2,
        inputs=(file(sha256="c", bytes=1234567, rows=3), file("orders-2026-01.csv", "b", "orders"), file("o2.csv", "d", "orders")),
        settings=entered(lowStockMax=Decimal(12)),
        hold=Hold(held=True, reasons=("6 % of the inventory's rows were set aside",)),
        omen_version="1",
    )  # fmt: skip
    return before, now


def test_two_versions_in_a_pipe(golden):
    golden("difference_versions.txt", text(*two_versions()))


def test_two_versions_in_german(golden):
    golden("difference_versions_de_DE.txt", text(*two_versions(), "de_DE"))


def test_the_causes_that_are_recorded_are_said():
    said = text(*two_versions())

    for line in (
        "program: made by omen 1, before by omen 0",
        "files: 1 changed, 1 appeared",
        "settings: 1 changed",
        "HELD now, not to be sent: 6 % of the inventory's rows were set aside",
    ):
        assert line in said.splitlines()


def test_each_side_of_a_file_has_its_own_row():
    assert [(row["file"], row["snapshot"], row["bytes"], row["sha256"]) for row in rows(*two_versions(), "sha256")] == [
        ("inventory.csv", "before", "100", "a" * 12),
        ("inventory.csv", "now", "1,234,567", "c" * 12),
        ("o2.csv", "now", "100", "d" * 12),
    ]


def test_a_difference_without_a_recorded_cause_says_what_is_not_recorded():
    before, now = snapshot_of(week_of("490")), snapshot_of(week_of("420"))

    assert "Nothing that snapshots record" in text(before, now)
    assert "`columns` and the `format`" in text(before, now)


def test_other_definitions_of_kpis_are_a_cause():
    before = snapshot_of(week_of("490"))
    now = snapshot_of(week_of("490").model_copy(update={"kpi_version": 99}))

    assert "program: KPI definitions version 99, before version " in text(before, now)


@pytest.mark.parametrize(
    ("stock", "words"),
    [
        (StockContent(basis="current", date=None, units_added_back=None), "as in an undated inventory"),
        (StockContent(basis="dated", date=AS_OF, units_added_back=None), "as in the inventory of 2026-01-11"),
        (
            StockContent(basis="estimated", date=date(2026, 1, 15), units_added_back=Decimal(3)),
            "estimated from the inventory of 2026-01-15 and what sold since",
        ),
    ],
)
def test_stock_that_is_known_in_another_way_is_a_cause(stock, words):
    content, other = week_of("490"), StockContent(basis="dated", date=date(2025, 12, 1), units_added_back=None)
    before, now = (snapshot_of(content.model_copy(update={"stock": one})) for one in (other, stock))

    assert f"stock: {words}; before, as in the inventory of 2025-12-01" in text(before, now)


def test_stock_that_is_estimated_from_one_inventory_says_how_many_were_added_back_in_each():
    content = week_of("490")
    before, now = (
        snapshot_of(
            content.model_copy(update={"stock": StockContent(basis="estimated", date=None, units_added_back=of)})
        )
        for of in (Decimal(1932), Decimal("433.5"))
    )

    of_both = "stock: estimated from an undated inventory and what sold since"
    assert f"{of_both}: 433.5 added back; before, 1,932\n" in text(before, now)


@pytest.mark.parametrize(
    ("was", "is_now", "words"),
    [
        (
            ("weekly", date(2026, 1, 9)),
            ("weekly", AS_OF),
            "period: as of 2026-01-11, before as of 2026-01-09; "
            "7 of 7 days, before 5 of 7 days: sums are not comparable like for like",
        ),
        (("weekly", date(2026, 1, 4)), ("weekly", AS_OF), "period: as of 2026-01-11, before as of 2026-01-04"),
        (
            ("weekly", date(2026, 1, 2)),
            ("weekly", date(2026, 1, 9)),
            "period: as of 2026-01-09, before as of 2026-01-02",
        ),
        (
            ("weekly", AS_OF),
            ("daily", AS_OF),
            "period: 1 of 1 day, before 7 of 7 days: sums are not comparable like for like",
        ),
    ],
)
def test_sums_of_other_numbers_of_days_are_said_not_to_be_comparable(was, is_now, words):
    before, now = (
        snapshot_of(concluded(item(), timeframe=timeframe, as_of=as_of)) for timeframe, as_of in (was, is_now)
    )

    assert words in text(before, now).splitlines()


def saying(content, signal, runner_up=None):
    """The snapshot of a content whose verdict is another, with what its signals say."""
    of = content.signals[0]
    signals = tuple(
        of.model_copy(update={"name": name, "action": f"act on {name[:5]}"}) for name in (signal, runner_up) if name
    )
    verdict = content.verdict.model_copy(update={"signal": signal, "runner_up": runner_up})
    return snapshot_of(content.model_copy(update={"verdict": verdict, "signals": signals}))


def test_a_verdict_with_another_runner_up_is_the_same_verdict():
    before, now = (saying(week_of("490"), "SALES_DECLINE", then) for then in (None, "SLOW_STOCK"))

    lines = text(before, now).splitlines()

    assert "Do first, as before: act on SALES" in lines
    assert "Then: act on SLOW_. Before: nothing else" in lines


def test_verdicts_are_said_in_the_words_of_their_signals_without_codes():
    before, now = (saying(week_of("490"), signal) for signal in ("SLOW_STOCK", "STOCKOUT_IMMINENT"))

    said = text(before, now)

    assert re.search(r"^Do first: act on STOCK: ", said, re.MULTILINE)
    assert re.search(r"^Before: act on SLOW_: ", said, re.MULTILINE)
    assert "Verdict" not in said
    assert set(get_args(SignalName)) == set(SIGNAL_LABELS)
    assert not [code for code in SIGNAL_LABELS if code in said]


def test_a_signal_that_says_nothing_is_said_by_its_label():
    before, now = saying(week_of("490"), "SALES_DECLINE"), saying(week_of("490"), "SLOW_STOCK")
    now = now.model_copy(update={"content": now.content.model_copy(update={"signals": ()})})

    assert "Do first: stock that hardly moves" in text(before, now).splitlines()


def test_where_nothing_presses_there_is_nothing_to_do_first():
    before, now = saying(week_of("490"), "SLOW_STOCK"), saying(week_of("490"), "STABLE")

    assert "\nNow: act on STABL: " in text(before, now)
    assert "Do first" not in text(before, now)


def test_money_of_two_currencies_keeps_its_signs_and_has_no_change():
    before = snapshot_of(concluded(item(), currency="EUR"))
    now = snapshot_of(concluded(item(unit_price="110"), currency="USD"))

    (price,) = rows(before, now, "moved")
    assert price["price"] == "€100.00 → $110.00"
    value = next(row for row in rows(before, now, "KPI") if row["KPI"] == "Inventory at retail")
    assert (value["before"], value["change"], value["change %"]) == ("€3,000.00", "–", "–")


def test_a_change_in_percent_is_in_points_and_what_is_undefined_is_a_dash():
    before, now = snapshot_of(week_of("490")), snapshot_of(concluded(item("BD-8", unit_price="35", unit_cost="15")))

    by_name = {row["KPI"]: row for row in rows(before, now, "KPI")}

    assert (by_name["Net sales"]["now"], by_name["Net sales"]["change"], by_name["Net sales"]["change %"]) == ("–",) * 3
    assert all(
        row["change"].endswith(" points") or row["change"] == "–" for name, row in by_name.items() if "margin" in name
    )


def test_every_kpi_has_a_label_and_stands_in_reading_order():
    before, now = two_versions()

    labels = [line.split("\t")[0] for line in text(before, now, shows_all=True).split("KPI\t")[1].splitlines()[1:24]]

    assert labels[0] == "Net sales"
    assert labels[-1] == "Dead stock, capital"
    assert len(labels) == len(now.content.kpis)
    assert set(labels).isdisjoint(now.content.kpis)


def test_a_kpi_that_only_another_omen_knew_is_shown_by_its_name():
    before, now = two_versions()
    kpis = before.content.kpis | {"oldNumber": before.content.kpis["netSales"]}
    before = before.model_copy(update={"content": before.content.model_copy(update={"kpis": kpis})})

    (row,) = [row for row in rows(before, now, "KPI") if row["KPI"] == "oldNumber"]
    assert (row["before"], row["now"], row["change"]) == ("$512.00", "–", "–")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_both_ids_are_whole_on_a_terminal(width):
    before, now = two_versions()

    said = text(before, now, is_tty=True, width=width)

    assert before.id in said
    assert now.id in said
