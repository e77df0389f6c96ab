"""A snapshot that is held: against the snapshot before, and what of it `generate`, `history` and `verify` say."""

import json

import pytest

from tests.cli.stores import CALI, DAY, NJ, configure, export, many_items, write_inventory

WEEK_BEFORE = "2026-01-04"
FELL = "inventory fell to 7 rows, from 40 before: more than 80 % less"


def snapshot_file(stores, snapshot_id, store=NJ):
    return stores.archive(store) / f"{snapshot_id}.json"


def hold_of(stores, snapshot_id, store=NJ):
    return json.loads(snapshot_file(stores, snapshot_id, store).read_text("utf-8"))["hold"]


@pytest.fixture
def shrunk(two_stores):
    """A store whose inventory had 40 rows a week ago; the id of that snapshot. Now it has as many as a test says."""
    write_inventory(two_stores, many_items(40))
    return two_stores.generate(NJ, WEEK_BEFORE).id


@pytest.mark.parametrize(("rows", "is_held"), [(8, False), (7, True)])
def test_a_table_that_fell_by_more_than_eighty_percent_is_held_and_eighty_exactly_is_not(
    two_stores, shrunk, rows, is_held
):
    write_inventory(two_stores, many_items(rows))
    hold = hold_of(two_stores, two_stores.generate(NJ, DAY).id)
    assert (hold["held"], hold["reasons"]) == (is_held, [FELL] if is_held else [])
    assert (hold["snapshotBefore"], hold["rowsBefore"]) == (shrunk, {"inventory": 40, "orders": 12})


def test_generate_says_so_loudly_and_succeeds(two_stores, shrunk, omen):
    write_inventory(two_stores, many_items(7))
    run = omen("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY)
    assert run.code == 0
    assert f"is HELD: kept, but it will not be sent: {FELL}" in run.err
    assert f"HELD, not to be sent: {FELL}" in run.out
    assert "held" in omen("history", "--store", NJ).out
    assert two_stores.generate(NJ, "2026-01-08", "daily").err == ""  # no daily one is before it


def test_a_dry_run_says_it_too_and_keeps_nothing(two_stores, shrunk, omen):
    write_inventory(two_stores, many_items(7))
    before = two_stores.tree(NJ)
    run = omen("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", DAY, "--dry-run")
    assert (run.code, two_stores.tree(NJ)) == (0, before)
    assert f"would be HELD and not be sent: {FELL}" in run.err


def test_a_held_snapshot_comes_out_of_its_inputs_again_to_the_byte(two_stores, shrunk, omen):
    write_inventory(two_stores, many_items(7))
    made = two_stores.generate(NJ, DAY)
    again = omen("verify", "--store", NJ, "--recompute", made.id)
    assert again.code == 0, again.out + again.err


def test_it_comes_out_again_also_when_the_snapshot_before_is_lost(two_stores, shrunk, omen):
    write_inventory(two_stores, many_items(7))
    made = two_stores.generate(NJ, DAY)
    snapshot_file(two_stores, shrunk).unlink()
    again = omen("verify", "--store", NJ, "--recompute", made.id)
    assert again.code == 0, again.out + again.err


def test_the_first_snapshot_is_compared_with_none(two_stores, shrunk):
    assert hold_of(two_stores, shrunk) == {"held": False, "reasons": [], "snapshotBefore": None, "rowsBefore": None}


# --- a table that stays fallen ------------------------------------------------------------------------------------------


def test_a_broken_export_is_held_until_it_is_mended_not_once(two_stores, shrunk):
    write_inventory(two_stores, many_items(7))
    two_stores.generate(NJ, DAY)
    hold = hold_of(two_stores, two_stores.generate(NJ, "2026-01-18").id)
    assert (hold["reasons"], hold["rowsBefore"]["inventory"]) == ([FELL], 40)
    write_inventory(two_stores, many_items(38))
    assert not hold_of(two_stores, two_stores.generate(NJ, "2026-01-18", "weekly", "--if-exists", "refresh").id)["held"]


def test_a_version_that_a_person_made_and_said_why_is_the_new_measure(two_stores, shrunk):
    write_inventory(two_stores, many_items(7))
    two_stores.generate(NJ, DAY)
    vouched = two_stores.generate(NJ, DAY, "weekly", "--force", "--reason", "the range was cut")
    assert hold_of(two_stores, vouched.id)["held"]
    hold = hold_of(two_stores, two_stores.generate(NJ, "2026-01-18").id)
    assert (hold["held"], hold["rowsBefore"]["inventory"]) == (False, 7)


# --- which one is the snapshot before ---------------------------------------------------------------------------------


def before_of(stores, as_of=DAY, timeframe="weekly", store=NJ, *more):
    return hold_of(stores, stores.generate(store, as_of, timeframe, *more).id, store)["snapshotBefore"]


def test_the_snapshot_before_is_of_the_greatest_earlier_as_of_date(two_stores, shrunk):
    oldest = two_stores.generate(NJ, "2025-12-28").id
    two_stores.generate(NJ, "2026-01-18")
    assert before_of(two_stores) == shrunk
    assert before_of(two_stores, "2026-01-03") == oldest


def test_the_snapshot_before_is_its_newest_version(two_stores, shrunk):
    second = two_stores.generate(NJ, WEEK_BEFORE, "weekly", "--force", "--reason", "mended").id
    assert before_of(two_stores) == second


def test_another_version_of_the_same_day_is_not_the_snapshot_before(two_stores, shrunk):
    two_stores.generate(NJ, DAY)
    assert before_of(two_stores, DAY, "weekly", NJ, "--force", "--reason", "again") == shrunk


def test_the_snapshot_before_is_of_the_same_timeframe_and_store(two_stores, shrunk):
    assert before_of(two_stores, "2026-01-08", "daily") is None
    assert before_of(two_stores, DAY, "weekly", CALI) is None


def test_a_snapshot_of_another_month_and_year_is_found(two_stores):
    first = two_stores.generate(NJ, "2025-12-14").id
    assert before_of(two_stores, "2026-01-18") == first


# --- what cannot be compared ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["gone", "empty", "edited", "unreadable"])
def test_a_damaged_snapshot_before_is_no_reason_to_fail(two_stores, shrunk, damage):
    path = snapshot_file(two_stores, shrunk)
    path.chmod(0o600)
    if damage == "gone":
        path.unlink()
    else:
        was = path.read_bytes()
        path.write_bytes(
            {"empty": b"", "edited": was.replace(b'"rows":40', b'"rows":99'), "unreadable": b"\xff{"}[damage]
        )
        assert path.read_bytes() != was
    write_inventory(two_stores, many_items(7))
    hold = hold_of(two_stores, two_stores.generate(NJ, DAY).id)
    assert hold == {"held": False, "reasons": [], "snapshotBefore": None, "rowsBefore": None}


def test_a_table_that_is_new_or_gone_is_not_compared(two_stores, shrunk):
    configure(two_stores, '\n      orders: {path: "exports/NJWeedWizard/orders-*.csv"}', "")
    hold = hold_of(two_stores, two_stores.generate(NJ, DAY).id)
    assert (hold["held"], hold["rowsBefore"]) == (False, {"inventory": 40, "orders": 12})


def test_the_rows_of_a_table_are_those_of_all_its_files(two_stores, shrunk):
    path = export(two_stores, NJ, "orders-2026-01.csv")
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(header + "".join(lines[:6]), "utf-8")
    path.with_name("orders-2026-02.csv").write_text(header + "".join(lines[6:]), "utf-8")
    assert hold_of(two_stores, two_stores.generate(NJ, DAY).id)["reasons"] == []
    path.unlink()
    path.with_name("orders-2026-02.csv").write_text(header + "".join(lines[:2]), "utf-8")
    hold = hold_of(two_stores, two_stores.generate(NJ, "2026-01-10").id)
    assert hold["reasons"] == ["orders fell to 2 rows, from 12 before: more than 80 % less"]


def test_reasons_of_several_kinds_stand_in_their_fixed_order(two_stores, shrunk):
    write_inventory(two_stores, [*many_items(6), "X,Bad,each,Flower,many,1.00,2.00,true,2025-06-01"])
    assert hold_of(two_stores, two_stores.generate(NJ, DAY).id)["reasons"] == [
        FELL,
        "1 of 7 rows of inventory was set aside, more than 5 %",
    ]
