"""`omen diff`: which two, what differs, and why."""

import re
from decimal import Decimal

import pytest

from tests.cli.stores import CALI, DAY, NJ, configure, export, many_items, whole_tree, write_inventory

EARLIER = "2026-01-04"
NOBODYS = f"snapshot_weekly_{DAY}_1768013990884_a098d716"
STYLE = re.compile(r"\x1b\[[0-9;]*m")
NAME = "    name: NJ Weed Wizard\n"


def again(two_stores, as_of=DAY):
    """Make the next version."""
    return two_stores.generate(NJ, as_of, "weekly", "--force", "--reason", "again")


def change_inventory(two_stores, old, new):
    path = export(two_stores)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def changed(two_stores, clock):
    """Two versions: Blue Dream sells for less, Sour Diesel is gone, Haze is new."""
    first = two_stores.generate(NJ, DAY)
    change_inventory(two_stores, "15.00,35.00", "15.00,30.00")
    change_inventory(two_stores, "SD-1,Sour Diesel,gram", "HZ-1,Haze,gram")
    clock.advance(minutes=5)
    return first, again(two_stores)


@pytest.fixture
def two_weeks(two_stores):
    """The snapshots of two weeks, the earlier first."""
    return two_stores.generate(NJ, EARLIER), two_stores.generate(NJ, DAY)


def section(out, heading):
    """The rows of the table under a heading of a piped answer, as cells by column."""
    block = next(part for part in out.split("\n\n") if part.startswith(heading))
    columns, *rows = [line.split("\t") for line in block.splitlines() if "\t" in line]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def ids_of(run):
    return run.data["before"]["id"], run.data["now"]["id"]


def test_two_ids_are_before_and_now(changed, omen):
    first, second = (run.id for run in changed)

    assert ids_of(omen("diff", "--store", NJ, first, second, "--json")) == (first, second)
    assert ids_of(omen("diff", "--store", NJ, second, first, "--json")) == (second, first)
    assert ids_of(omen("diff", "--store", NJ, "--snapshot", first, "--snapshot", second, "--json")) == (first, second)


def test_two_versions_are_before_and_now(changed, omen):
    first, second = (run.id for run in changed)
    key = ("--timeframe", "weekly", "--as-of", DAY)

    assert ids_of(omen("diff", "--store", NJ, *key, "--versions", "1", "2", "--json")) == (first, second)
    assert ids_of(omen("diff", "--store", NJ, "--versions", "2", "1", "--json")) == (second, first)


def test_previous_is_the_newest_version_of_the_as_of_date_before(two_stores, omen):
    two_stores.generate(NJ, "2025-12-28")
    two_stores.generate(NJ, EARLIER)
    before = again(two_stores, EARLIER)
    two_stores.generate(NJ, "2026-01-08", "daily")
    old = two_stores.generate(NJ, DAY)
    new = again(two_stores)

    for asked in ((), ("--previous",), ("--previous", "--as-of", DAY), (new.id, "--previous"), (new.id,)):
        assert ids_of(omen("diff", "--store", NJ, *asked, "--json")) == (before.id, new.id)
    assert ids_of(omen("diff", "--store", NJ, "--snapshot", old.id, "--previous", "--json")) == (before.id, old.id)


def test_a_changed_export_is_told_with_all_that_follows(changed, omen):
    run = omen("diff", "--store", NJ, *(one.id for one in changed))

    assert run.code == 0, run.err
    assert f"NJ Weed Wizard: weekly snapshot of {DAY}, version 1 against 2" in run.out
    kpis = {row["KPI"]: row for row in section(run.out, "KPIs")}
    assert kpis["Inventory at retail"]["change"] == "-$198.00"  # 42 × -$5.00, and 4 × $12.00 in place of 3
    assert "Net sales" not in kpis
    (moved,) = section(run.out, "Items that moved: 1")
    assert (moved["sku"], moved["price"], moved["moved"]) == ("BD-8", "$35.00 → $30.00", "$210.00")
    assert [(row["change"], row["sku"]) for row in section(run.out, "Items in one of the two: 1 new, 1 gone")] == [
        ("new", "HZ-1"),
        ("gone", "SD-1"),
    ]
    changes = {(row["change"], row["action"], row["item"]) for row in section(run.out, "Recommendations")}
    assert {("new", "Reorder soon", "Haze gram"), ("gone", "Reorder soon", "Sour Diesel gram")} <= changes


def test_the_file_that_changed_is_named_with_bytes_rows_and_hash(changed, two_stores, omen):
    run = omen("diff", "--store", NJ, *(one.id for one in changed))

    rows = section(run.out, "Why they differ")
    documents = [omen("show", "--store", NJ, "--snapshot", one.id, "--json").data for one in changed]
    inputs = [document["inputs"][0] for document in documents]
    assert [row["sha256"] for row in rows] == [one["sha256"][:12] for one in inputs]
    assert [(row["file"], row["table"], row["change"], row["snapshot"], row["rows"]) for row in rows] == [
        ("inventory.csv", "inventory", "changed", "before", "6"),
        ("inventory.csv", "inventory", "changed", "now", "6"),
    ]
    assert "settings: the same" in run.out


def test_changed_settings_are_told_those_of_categories_too(two_stores, omen):
    configure(two_stores, NAME, f"{NAME}    thresholds: {{categories: {{Edible: {{low_stock_max: 9}}}}}}\n")
    two_stores.generate(NJ, DAY)
    configure(two_stores, "{categories: {Edible: {low_stock_max: 9}}}", "{low_stock_max: 14}")
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")

    assert [tuple(row.values()) for row in section(run.out, "Why they differ")] == [
        ("thresholds.lowStockMax", "5", "14"),
        ("thresholds.categories.Edible.lowStockMax", "9", "–"),
    ]
    assert "files: the same" in run.out
    advice = [(row["change"], row["action"], row["item"]) for row in section(run.out, "Recommendations")]
    assert ("new", "Reorder soon", "Gorilla Glue quarter") in advice


def test_another_period_says_so(two_weeks, omen):
    run = omen("diff", "--store", NJ)

    assert f"NJ Weed Wizard: weekly snapshots, {EARLIER} against {DAY}" in run.out
    assert f"period: as of {DAY}, before as of {EARLIER}" in run.out
    assert "files and settings: the same" in run.out
    assert {"Net sales", "Orders"} <= {row["KPI"] for row in section(run.out, "KPIs")}


def test_another_timeframe_is_compared_and_says_so(two_stores, omen):
    week, day = two_stores.generate(NJ, DAY), two_stores.generate(NJ, DAY, "daily")

    run = omen("diff", "--store", NJ, week.id, day.id)

    assert "timeframe: daily, before weekly" in run.out


def test_the_same_content_is_said_and_no_difference_invented(two_stores, omen):
    two_stores.generate(NJ, DAY)
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")

    assert run.code == 0
    assert run.out.splitlines()[-4:] == [
        "The contents are the same, to the byte.",
        "",
        "Beside the content",
        "Period, files, settings and omen are the same, too.",
    ]


def test_the_same_content_of_other_files_names_them(two_stores, omen):
    two_stores.generate(NJ, DAY)
    path = export(two_stores, name="orders-2026-01.csv")
    path.rename(path.with_name("orders-all.csv"))
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")

    assert "The contents are the same, to the byte." in run.out
    assert [(row["file"], row["change"], row["snapshot"]) for row in section(run.out, "Beside the content")] == [
        ("orders-2026-01.csv", "renamed", "before"),
        ("orders-all.csv", "renamed", "now"),
    ]


def test_a_hold_that_came_and_one_that_went_are_said(two_stores, omen):
    two_stores.generate(NJ, DAY)
    sound = export(two_stores).read_text("utf-8")
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])
    again(two_stores)
    export(two_stores).write_text(sound, "utf-8")
    again(two_stores)

    came, went = (omen("diff", "--store", NJ, "--versions", *pair).out for pair in (("1", "2"), ("2", "3")))

    assert re.search(r"^HELD now, not to be sent: .*set aside", came, re.MULTILINE)
    assert re.search(r"^No longer held\. Before: .*set aside", went, re.MULTILINE)
    assert omen("diff", "--store", NJ, "--versions", "1", "3", "--json").data["hold"] is None


def test_a_verdict_that_changed_is_said(two_stores, omen):
    two_stores.generate(NJ, DAY)
    write_inventory(two_stores, ["BD-8,Blue Dream,eighth,Flower,0,15.00,35.00,true,2025-06-01"])
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")
    verdict = omen("diff", "--store", NJ, "--versions", "1", "2", "--json").data["verdict"]

    assert verdict["before"]["signal"] != verdict["now"]["signal"]
    assert f"Now: {verdict['now']['action']}: " in run.out
    assert f"Before: {verdict['before']['action']}: " in run.out
    assert verdict["now"]["signal"] not in run.out


def test_what_is_unknown_is_a_dash_and_null_never_0(two_stores, omen):
    two_stores.generate(NJ, DAY)
    change_inventory(two_stores, 'GM-10,"Gummies, mixed fruit",pack,Edible,25,', "GM-10,Gummies,pack,Edible,,")
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")
    (item,) = omen("diff", "--store", NJ, "--versions", "1", "2", "--json").data["items"]

    (moved,) = section(run.out, "Items that moved: 1")
    assert moved["on hand"] == "25 → –"
    assert item["numbers"][0] == {
        "name": "onHand", "unit": "quantity", "before": 25, "now": None, "change": None, "changePct": None,
    }  # fmt: skip
    assert section(run.out, "Items described otherwise") == [
        {"sku": "GM-10", "what": "name", "before": "Gummies, mixed fruit", "now": "Gummies"}
    ]


def test_json_is_a_versioned_document_whatever_else_is_asked(changed, omen):
    first, second = (run.id for run in changed)

    run = omen("diff", "--store", NJ, first, second, "--json")

    assert (run.data["format"], run.data["storeId"], run.data["sameContent"]) == ("omen.diff/1", NJ, False)
    assert run.json["command"] == "diff"
    kpis = {kpi["name"]: kpi for kpi in run.data["kpis"]}
    assert kpis["inventoryRetailValue"]["change"] == Decimal("-198.00")
    assert kpis["netSales"]["before"] == kpis["netSales"]["now"]
    assert run.data["why"]["inputs"][0]["verb"] == "changed"
    assert len(run.data["why"]["inputs"][0]["now"]["sha256"]) == 64
    assert omen("diff", "--store", NJ, first, second, "--json", "--all").out == run.out
    assert omen("diff", "--store", NJ, first, second, "-q").out == ""


def test_long_lists_are_cut_short_and_all_shows_them_whole(two_stores, omen):
    write_inventory(two_stores, many_items(40))
    two_stores.generate(NJ, DAY)
    lines = [line.replace(",10.00,", ",11.00,") for line in many_items(40)]
    write_inventory(two_stores, [line.replace("SKU-00", "NEW-00") for line in lines])
    again(two_stores)

    short, whole = (omen("diff", "--store", NJ, "--versions", "1", "2", *more).out for more in ((), ("--all",)))

    assert len(section(short, "Items that moved: 10 of 30")) == 10
    assert "20 more of them: --all shows every one" in short
    assert len(section(whole, "Items that moved: 30,")) == 30
    assert "more of them" not in whole
    assert len(section(whole, "KPIs")) == 23 > len(section(short, "KPIs"))


def test_the_greatest_move_is_first(two_stores, omen):
    two_stores.generate(NJ, DAY)
    change_inventory(two_stores, "Flower,12,18.00,60.00", "Flower,12,18.00,61.00")
    change_inventory(two_stores, "Vape,60,10.00,30.00", "Vape,60,10.00,31.00")
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2")

    assert [(row["sku"], row["moved"]) for row in section(run.out, "Items that moved")] == [
        ("GD-C", "$60.00"),
        ("GG-4", "$14.00"),
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_it_fits_the_terminal_whatever_an_item_is_called(two_stores, omen, width):
    long = "Extraordinarily long name of an item that nobody would print on a label, " * 2
    lines = [
        f"A-VERY-LONG-SKU-THAT-GOES-ON-AND-ON-{at},{long},each,Flower,{{}}00,{{}}5.00,{{}}234.00,true,2025-06-01"
        for at in range(12)
    ]
    write_inventory(two_stores, [line.replace(long, f'"{long}"').format(9, 1, 1) for line in lines])
    two_stores.generate(NJ, DAY)
    write_inventory(two_stores, [line.replace(long, f'"{long}"').format(8, 2, 3) for line in lines])
    again(two_stores)

    run = omen("diff", "--store", NJ, "--versions", "1", "2", "--all", is_tty=True, width=width)

    lines = STYLE.sub("", run.out).splitlines()
    assert max(map(len, lines)) <= width
    assert any("$1,234.00 → $3,234.00" in line for line in lines)


def test_piped_it_is_tab_separated_and_nothing_is_cut(two_weeks, omen):
    run = omen("diff", "--store", NJ, width=40)

    assert "\x1b" not in run.out
    assert "KPI\tbefore\tnow\tchange\tchange %\n" in run.out
    for one in two_weeks:
        assert one.id in run.out


def test_numbers_are_written_as_the_stores_people_do(two_stores, omen):
    configure(two_stores, NAME, f"{NAME}    locale: de_DE\n    currency: EUR\n")
    two_stores.generate(NJ, DAY)
    change_inventory(two_stores, "15.00,35.00", "15.00,30.00")
    again(two_stores)

    assert "35,00 € → 30,00 €" in omen("diff", "--store", NJ, "--versions", "1", "2").out


def test_another_stores_id_is_forbidden_and_audited_in_both_archives(two_stores, omen):
    ours, theirs = two_stores.generate(NJ, DAY).id, two_stores.generate(CALI, DAY).id

    for pair in ((ours, theirs), (theirs, ours), (theirs, theirs), (theirs, "--previous")):
        before = [len(two_stores.audit(store)) for store in (NJ, CALI)]
        run = omen("diff", "--store", NJ, *pair)

        assert (run.code, run.out) == (10, "")
        assert f"{theirs}: not a snapshot of {NJ}" in run.err
        assert CALI not in run.err
        for store, count in zip((NJ, CALI), before, strict=True):
            (event,) = two_stores.audit(store)[count:]
            assert (event["event"], event["requestedFor"], event["snapshotId"]) == ("access.denied", NJ, theirs)


def test_an_unknown_id_is_not_found(two_stores, omen):
    ours = two_stores.generate(NJ, DAY).id

    for pair in ((ours, NOBODYS), (NOBODYS, ours), (NOBODYS,)):
        run = omen("diff", "--store", NJ, *pair)
        assert (run.code, run.out) == (5, "")
        assert f"omen history --store {NJ}" in run.err


def test_one_snapshot_named_twice_is_a_wrong_call(two_stores, omen):
    ours = two_stores.generate(NJ, DAY).id

    for twice in ((ours, ours), ("--versions", "1", "1")):
        run = omen("diff", "--store", NJ, *twice)
        assert (run.code, run.out) == (2, "")
        assert f"{ours}: one snapshot, named twice" in run.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("latest", NOBODYS), "not a snapshot id"),
        ((NOBODYS, NOBODYS, NOBODYS), "3 snapshots: two are compared"),
        ((NOBODYS, NOBODYS, "--previous"), "--previous: two are named already"),
        (("--versions", "1", "2", "--previous"), "--previous: two are named already"),
        ((NOBODYS, "--as-of", DAY), "an id names a snapshot already"),
        ((NOBODYS, "--timeframe", "weekly"), "an id names a snapshot already"),
        ((NOBODYS, "--versions", "1", "2"), "an id names a snapshot already"),
        (("--versions", "1"), "--versions"),
        (("--as-of", "2030-01-01"), "in the future"),
    ],
)
def test_a_call_that_names_too_much_or_too_little_is_refused(two_stores, omen, argv, words):
    run = omen("diff", "--store", NJ, *argv)

    assert (run.code, run.out) == (2, "")
    assert words in run.err
    assert not two_stores.data.exists()


def test_none_yet_none_before_and_no_such_version_say_what_to_run(two_stores, omen):
    none = omen("diff", "--store", NJ)
    two_stores.generate(NJ, DAY)
    alone = omen("diff", "--store", NJ)
    again(two_stores)
    versions = omen("diff", "--store", NJ, "--previous")
    third = omen("diff", "--store", NJ, "--versions", "1", "3")

    assert [run.code for run in (none, alone, versions, third)] == [5, 5, 5, 5]
    assert f"run: omen generate --store {NJ} --timeframe weekly" in none.err
    assert f"no weekly snapshot before that of {DAY}" in alone.err
    assert "--versions" not in alone.err
    command = f"omen diff --store {NJ} --timeframe weekly --as-of {DAY} --versions 1 2"
    assert command in versions.err
    assert omen(*command.split()[1:]).code == 0
    assert f"no version 3 of the weekly snapshot of {DAY}" in third.err
    assert "there is 1, 2" in third.err


@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_snapshot_is_damage_and_nothing_is_changed(two_weeks, two_stores, omen, which):
    file = two_stores.archive(NJ) / f"{two_weeks[which].id}.json"
    file.write_bytes(file.read_bytes()[:-10])
    before = whole_tree(two_stores.data)

    run = omen("diff", "--store", NJ)

    assert (run.code, run.out) == (7, "")
    assert file.name in run.err
    assert whole_tree(two_stores.data) == before


def test_it_needs_no_export(two_weeks, two_stores, omen):
    before = omen("diff", "--store", NJ).out
    for path in export(two_stores).parent.iterdir():
        path.unlink()

    assert omen("diff", "--store", NJ).out == before


def test_hostile_names_are_harmless(two_stores, omen):
    two_stores.generate(NJ, DAY)
    change_inventory(two_stores, "Blue Dream", "[/red]\x1b[31m\u202eevil")
    again(two_stores)

    for is_tty in (True, False):
        run = omen("diff", "--store", NJ, "--versions", "1", "2", is_tty=is_tty)
        assert run.code == 0
        assert "\x1b[31m" not in run.out
        assert "\u202e" not in run.out
        assert "[/red]" in run.out
