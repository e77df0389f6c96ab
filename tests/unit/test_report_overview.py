"""A snapshot as its owner reads it: golden texts, other locales, what is unknown, what is hostile."""

from decimal import Decimal

import pytest

from omen_cli.model.blocks import Heading, Paragraph, Table
from omen_cli.model.facts import SoldSku
from omen_cli.model.snapshot import Hold, SettingsEntered
from omen_cli.model.sources import RejectedExample, RejectedRows
from omen_cli.report.advice import MAX_OF_ACTION
from omen_cli.report.overview import overview
from tests.facts import AS_OF, OLD, concluded, days_before_end, item, orders, sold, window
from tests.unit.reports import snapshot, table, text

HOSTILE = "[/red]<b>\x1b[31m\u202eevil\u200b,=1+1|\t\n‘’ %s {0}"


def busy_week(days=7, **more):
    """A week, or its first days, with something of every kind in it; its parts add up to its sums."""
    items = (
        item("BD-8", name="Blue Dream", unit="eighth", category="Flower", on_hand="9", unit_price="35", unit_cost="20"),
        item("CART", name="Jersey Cart", unit="each", category="Vape", on_hand="0", unit_price="45", unit_cost="18"),
        item("GD-7", name="Granddaddy 7g", unit="7g", category="Flower", on_hand="60", unit_price="75", unit_cost="30"),
        item("OG-1", name="OG Kush", unit="gram", category="Flower", on_hand="2", unit_price="12", unit_cost="9"),
        item("GM-10", name="Gummies", unit="pack", on_hand=None, unit_price="22", unit_cost=None),
    )
    of = orders(
        sold("BD-8", 84, last=AS_OF, units=21, gross="735", discounts="35",
             before={"units": 23, "gross": "805", "discounts": "10"}),
        sold("CART", 42, last=days_before_end(3), units=9, gross="405", before={"units": 2, "gross": "90"}),
        sold("GM-10", 8, last=AS_OF, units=1, gross="44.5", returns="12", before={"units": 1, "gross": "22"}),
        sold("OG-1", 7, last=AS_OF, units=2, gross="24", before={"units": 2, "gross": "24"}),
        observed=window(
            days_before_end(7), days, gross="1208.5", discounts="35", returns="12", units="33", orders=14, lines=40,
            known_gross="1164", known_net="1117", known_cost="600",
        ),
        before=(
            window(days_before_end(14), days, gross="1000", discounts="10", units="30", orders=12, lines=30, known_cost="500"),
            window(days_before_end(21), days, gross="950", units="26", orders=11, lines=30, known_cost="450"),
            window(days_before_end(28), days, lines=0),
            None,
        ),
        velocity=window(days_before_end(28), 28, gross="5090", units="141", orders=60),
        month=window(AS_OF.replace(day=1), AS_OF.day, gross="1700", orders=21),
        by_other=(sold("TOTE", before={"units": 2, "gross": "59"}),),
        uncosted=(SoldSku(sku="GM-10", gross=Decimal("44.5")),),
    )  # fmt: skip
    return concluded(*items, orders=of, **more)


def test_a_busy_week_in_a_pipe(golden):
    of = snapshot(
        busy_week(),
        rejected=(
            RejectedRows(
                role="inventory",
                reason="no SKU",
                count=1,
                examples=(RejectedExample(file="inventory.csv", line=147, value="Toll Booth Joints"),),
            ),
        ),
        notes=("the inventory file carries no date",),
    )
    golden("overview_weekly.txt", text(of))


def test_a_busy_week_on_a_terminal(golden):
    golden("overview_weekly_terminal.txt", text(snapshot(busy_week()), is_tty=True, width=110))


def test_the_same_week_in_german_and_euro(golden):
    golden("overview_weekly_de_DE.txt", text(snapshot(busy_week(currency="EUR")), "de_DE"))


def test_a_running_week_that_is_held_and_provisional(golden):
    content = busy_week(5, as_of=AS_OF.replace(day=9))
    of = snapshot(
        content,
        version=2,
        supersedes="snapshot_weekly_2026-01-09_1768000000000_89abcdef",
        reason="the export was mended",
        provisional=True,
        hold=Hold(held=True, reasons=("12 of 60 rows of orders were set aside, more than 5 %",)),
    )
    golden("overview_held.txt", text(of))


def test_a_store_without_orders(golden):
    golden("overview_no_orders.txt", text(snapshot(concluded(item(name="Blue Dream"), item("B", on_hand="3")))))


def test_a_store_with_nothing_at_all_is_shown():
    shown = text(snapshot(concluded()))
    assert "0 items in the inventory." in shown
    assert "What to do: nothing stands out" in shown


# --- headline ---------------------------------------------------------------------------------------------------------


def headline(**of):
    content = concluded(item(), orders=orders(**of))
    return next(block.text for block in overview(snapshot(content), "en_US") if isinstance(block, Paragraph))


def test_the_headline_says_where_net_sales_went():
    past = (window(gross="100", orders=2),)
    now = window(gross="150", orders=2)
    assert headline(observed=now, before=past).startswith("Net sales $150.00, up 50.00 % from $100.00; 2 orders of $75")
    assert "down 100.00 % from $100.00; no orders." in headline(observed=window(), before=past)
    assert headline(observed=past[0], before=past).startswith("Net sales $100.00, unchanged; 2 orders")
    by_a_little = headline(observed=window(gross="199995", orders=2), before=(window(gross="200000", orders=2),))
    assert by_a_little.startswith("Net sales $199,995.00, down less than 0.01 % from $200,000.00;")
    assert headline(observed=window(gross="9", orders=1)).startswith("Net sales $9.00; 1 order of $9.00.")


# --- tables -----------------------------------------------------------------------------------------------------------


def test_columns_without_anything_to_compare_are_left_out():
    alone = snapshot(concluded(item(), orders=orders(observed=window(gross="9", orders=1))))
    assert set(table(alone, "this week")[0]) == {"", "this week"}
    one = snapshot(concluded(item(), orders=orders(before=(window(gross="9", orders=1),))))
    assert set(table(one, "this week")[0]) == {"", "this week", "week before", "change"}


def test_an_average_of_fewer_periods_says_so():
    rows = {row[""]: row for row in table(snapshot(busy_week()), "this week")}
    assert rows["Net sales"]["average of 3 weeks before"] == "$646.67"
    assert rows["Average order value"]["average of 3 weeks before"] == "$84.43 (of 2)"


def test_unknown_values_are_dashes_and_say_why():
    rows = {row[""]: row for row in table(snapshot(concluded(item(unit_cost=None, on_hand=None))), "remark")}
    assert rows["Average margin"] == {
        "": "Average margin",
        "value": "–",
        "remark": "no item has both a price and a cost",
    }
    assert rows["Days of supply"]["remark"] == "no orders are known up to the as-of date"
    assert {row["value"] for row in rows.values()} == {"1", "0", "–"}


def test_a_short_velocity_is_not_said_to_rest_on_28_days():
    of = snapshot(concluded(item(), orders=orders(first=days_before_end(9))))
    assert "over fewer than 28 days" in text(of)
    assert "over 28 days" in text(snapshot(concluded(item(), orders=orders())))


def test_many_of_one_kind_hide_nothing_of_another():
    few = [item(f"I-{number:03}", on_hand="2") for number in range(MAX_OF_ACTION + 20)]
    of = snapshot(concluded(*few, item("J", name="Featured"), orders=None))
    rows = table(of, "why")
    assert [row["action"] for row in rows] == ["Reorder soon"] * MAX_OF_ACTION + ["Feature"]
    assert f"What to do: {MAX_OF_ACTION + 1} of {MAX_OF_ACTION + 21}, the first of each kind" in text(of)
    assert "More of them: Reorder soon 20\n" in text(of)


@pytest.mark.parametrize(
    ("name", "unit", "shown"),
    [
        ("Blue Dream", "eighth", "Blue Dream eighth"),
        ("Blue Dream (eighth)", "eighth", "Blue Dream (eighth)"),
        ("Lighter", "each", "Lighter"),
        (None, "7g", "X-1 7g"),
        ("Lighter", None, "Lighter"),
        ("OG Kush", "g", "OG Kush g"),
        ("OG Kush 3.5g", "g", "OG Kush 3.5g"),
        ("OG Kush 3.5G", "3.5g", "OG Kush 3.5G"),
    ],
)
def test_an_item_is_named_with_its_unit_once(name, unit, shown):
    content = concluded(item("X-1", name=name, unit=unit, on_hand="2"))
    assert [row["item"] for row in table(snapshot(content), "why")] == [shown]


# --- locales and hostile names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "currency", "net", "change"),
    [
        ("en_US", "USD", "$1,161.50", "+17.32 %"),
        ("de_DE", "EUR", "1.161,50 €", "+17,32 %"),
        ("fr_CA", "CAD", "1 161,50 $", "+17,32 %"),
        ("en_GB", "GBP", "£1,161.50", "+17.32 %"),
        ("xx_XX", "USD", "$1,161.50", "+17.32 %"),
    ],
)
def test_numbers_are_written_as_the_locale_does(locale, currency, net, change):
    row = table(snapshot(busy_week(currency=currency)), "change", locale)[0]
    assert (row["this week"], row["change"]) == (net, change)


def test_hostile_names_survive_as_text():
    content = concluded(item(HOSTILE, name=HOSTILE, unit=HOSTILE + "u", on_hand="2", unit_cost=None))
    of = snapshot(
        content,
        store_name="[bold]Store",
        rejected=(
            RejectedRows(
                role="orders",
                reason="no date",
                count=1234,
                examples=(
                    RejectedExample(file=HOSTILE, line=2, value=HOSTILE),
                    RejectedExample(file="b", line=3, value=""),
                ),
            ),
        ),
        notes=(HOSTILE,),
    )
    assert table(of, "why")[0]["item"] == f"{HOSTILE} {HOSTILE}u"
    for is_tty in (False, True):
        shown = text(of, is_tty=is_tty, width=200)
        assert "[/red]<b>" in shown
        assert "[bold]Store" in shown
        assert not {"\u202e", "\u200b", "\x1b[31m"} & {
            shown[at : at + size] for at in range(len(shown)) for size in (1, 5)
        }
    assert "1,234 rows of orders set aside: no date" in shown


def test_a_snapshot_of_other_thresholds_says_its_own():
    settings = SettingsEntered(timezone="UTC", currency="USD", thresholds={})
    content = concluded(item("A", on_hand="2", first_seen=OLD), orders=orders(sold("A", 28, last=AS_OF)))
    shown = text(snapshot(content, settings=settings))
    assert "Why: 1 item sells well and runs out within 7 days." in shown
    assert "none sold in" not in shown


def test_numbers_hold_no_space_that_a_terminal_would_not_show():
    for locale in ("de_DE", "fr_FR", "sv_SE", "pl_PL", "ja_JP"):
        shown = text(snapshot(busy_week(currency="EUR")), locale)
        assert "\N{REPLACEMENT CHARACTER}" not in shown, locale


def test_every_block_is_one_line_of_something():
    for block in overview(snapshot(busy_week()), "en_US"):
        assert isinstance(block, Heading | Paragraph | Table)
        if not isinstance(block, Table):
            assert block.text
