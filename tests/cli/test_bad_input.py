"""Bad input: one line that says what and one what to do, the right exit status, no trace, not one byte changed."""

import gzip
import json
import os
import shutil

import pytest

from tests.cli.stores import (
    CALI,
    DAY,
    INVENTORY_HEADER,
    NJ,
    configure,
    export,
    many_items,
    remove_exports,
    whole_tree,
    write_inventory,
)
from tests.conftest import Clock, Omen
from tests.factories import write_two_stores

ONE = ("generate", "--store", NJ, "--as-of", DAY)


def write(name, raw):
    """Return what puts `raw` in the place of an export of NJWeedWizard."""

    def arrange(stores):
        export(stores, NJ, name).write_bytes(raw)

    return arrange


def read_as(arrange, old, new):
    """Return what changes stores.yaml, too."""

    def both(stores):
        arrange(stores)
        configure(stores, old, new)

    return both


def a_folder(stores):
    path = export(stores)
    path.unlink()
    path.mkdir()


def a_fifo(stores):
    export(stores).unlink()
    os.mkfifo(export(stores))


INVENTORY = "{path: exports/NJWeedWizard/inventory.csv}"
OMEN_JSON = "{path: exports/NJWeedWizard/inventory.json, format: omen-json}"
THEIRS = json.dumps({"store": CALI, "updated_at": "2026-01-09T10:00:00", "inventory": []}).encode()
WHOLE_FILE_FAULTS = {
    "a missing file": (lambda stores: export(stores).unlink(), "inventory: no file at "),
    "no file matches": (lambda stores: export(stores, NJ, "orders-2026-01.csv").unlink(), "orders: no file at "),
    "a missing column": (write("inventory.csv", b"name,unit\nBlue Dream,eighth\n"), "sku"),
    "an order file without a required column": (
        write("orders-2026-01.csv", b"order_id,sku,quantity,unit_price\n1,BD-8,1,2.00\n"),
        "ordered_at",
    ),
    "an empty file": (write("inventory.csv", b""), "inventory.csv: the file is empty"),
    "a blank file": (write("inventory.csv", b"\n \n\n"), "inventory.csv: the file is empty"),
    "a CSV that is binary": (write("inventory.csv", b"sku,name\n\x00\x01\x02\xff\n"), "inventory.csv: binary data"),
    "a CSV that is an image": (write("inventory.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "inventory.csv: "),
    "a line of 10 MB": (
        write("inventory.csv", INVENTORY_HEADER.encode() + b"x" * 10_000_000 + b"\n"),
        "inventory.csv: line 2 is longer than 1 MiB",
    ),
    "a header of 10 MB": (write("inventory.csv", b"x" * 10_000_000 + b"\n"), "inventory.csv: line 1 is longer"),
    "not UTF-8": (
        write("inventory.csv", INVENTORY_HEADER.encode() + b"A-1,Caf\xe9,each,x,1,1,2,true,2025-06-01\n"),
        "inventory.csv: not UTF-8 near line 2",
    ),
    "a column that stands twice": (write("inventory.csv", b"sku,name,sku\nA-1,x,A-2\n"), "'sku' stands twice"),
    "quotes that never end": (
        write("inventory.csv", INVENTORY_HEADER.encode() + b'A-1,"Blue,each,x,1,1,2,true,2025-06-01\n' * 3),
        "inventory.csv: ",
    ),
    "another store's file": (
        read_as(write("inventory.json", THEIRS), INVENTORY, OMEN_JSON),
        "inventory.json: its `store` is 'CaliCannabis', not NJWeedWizard",
    ),
    "JSON that is none": (
        read_as(write("inventory.json", b'{"store": '), INVENTORY, OMEN_JSON),
        "inventory.json: not JSON",
    ),
    "JSON with NaN": (
        read_as(write("inventory.json", b'{"store": "NJWeedWizard", "inventory": [NaN]}'), INVENTORY, OMEN_JSON),
        "inventory.json: not JSON: NaN",
    ),
    "Parquet that is none": (
        read_as(write("inventory.parquet", b"PAR1 no"), "inventory.csv}", "inventory.parquet}"),
        "inventory.parquet: ",
    ),
    "gzip that is none": (
        read_as(
            write("inventory.csv.gz", b"sku,name\n"), "NJWeedWizard/inventory.csv}", "NJWeedWizard/inventory.csv.gz}"
        ),
        "inventory.csv.gz: ",
    ),
    "gzip that ends early": (
        read_as(
            write("inventory.csv.gz", gzip.compress(INVENTORY_HEADER.encode() * 99)[:-20]),
            "NJWeedWizard/inventory.csv}",
            "NJWeedWizard/inventory.csv.gz}",
        ),
        "inventory.csv.gz: cannot be read",
    ),
    "an ending that omen does not read": (
        read_as(write("inventory.xlsx", b"PK"), "NJWeedWizard/inventory.csv}", "NJWeedWizard/inventory.xlsx}"),
        "inventory.xlsx: omen reads .csv",
    ),
    "no file of the date": (
        read_as(
            write("inventory-2026-01-10.csv", INVENTORY_HEADER.encode()),
            "exports/NJWeedWizard/inventory.csv}",
            '"exports/NJWeedWizard/inventory-{date}.csv"}',
        ),
        "inventory: no file dated on or before 2026-01-09",
    ),
    "a folder in its place": (a_folder, "inventory"),
    "a FIFO in its place": (a_fifo, "inventory.csv: not a regular file"),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A data folder in which NJWeedWizard has an archive."""
    folder = tmp_path_factory.mktemp("template")
    write_two_stores(folder)
    assert Omen(folder, Clock())("generate", "--store", NJ, "--as-of", "2026-01-04").code == 0
    return folder / "data"


@pytest.mark.parametrize("has_archive", [True, False])
@pytest.mark.parametrize("fault", WHOLE_FILE_FAULTS)
def test_a_whole_file_fault_is_refused_and_changes_nothing(two_stores, omen, archive, fault, has_archive):
    arrange, message = WHOLE_FILE_FAULTS[fault]
    if has_archive:
        shutil.copytree(archive, two_stores.data)
    arrange(two_stores)
    before = whole_tree(two_stores.data)

    run = omen(*ONE)

    said, *hints = run.err.splitlines()
    assert (run.code, run.out) == (4, "")
    assert said.startswith("omen: ")
    assert message in said
    assert len(hints) == 1
    assert hints[0].startswith("  ")
    assert "Traceback" not in run.err
    assert whole_tree(two_stores.data) == before


STORE_IDS = {
    "dots": "..",
    "a path": "../NJWeedWizard",
    "a slash": "NJWeed/Wizard",
    "a root": "/etc/passwd",
    "a newline at the end": "NJWeedWizard\n",
    "a newline": "NJ\nWeedWizard",
    "NUL": "NJWeed\0Wizard",
    "full-width letters": "ＮＪWeedWizard",
    "Cyrillic letters": "NJWееdWizard",
    "another script's digits": "Store٣٣",
    "a zero-width joiner": "NJWeed\u200dWizard",
    "a combining accent": "NJWe\u0301edWizard",
    "a bidi override": "\u202eNJWeedWizard",
    "an escape": "\x1b[31mNJ",
    "51 characters": "x" * 51,
    "two characters": "ab",
    "nothing": "",
    "a blank": "NJ WeedWizard",
    "a dot": "NJ.WeedWizard",
    "a leading hyphen": "-NJWeedWizard",
    "a surrogate": "NJWeed\udcffWizard",
    "very long": "x" * 100_000,
}


@pytest.mark.parametrize("command", ["generate", "history", "show"])
@pytest.mark.parametrize("kind", STORE_IDS)
def test_what_is_no_store_id_is_a_wrong_call(two_stores, omen, command, kind):
    run = omen(command, f"--store={STORE_IDS[kind]}")

    said, hint = run.err.splitlines()
    assert (run.code, run.out) == (2, "")
    assert said.startswith("omen: store '")
    assert said.endswith("': not a store id")
    assert hint == "  use 3 to 50 of A-Z a-z 0-9 _ -, starting with a letter or digit"
    assert said.isprintable()
    assert len(said) < 100
    assert not two_stores.data.exists()


@pytest.mark.parametrize("store", ["Nobody", "njweedwizard", "NJWeedWizard2", "x" * 50])
@pytest.mark.parametrize("command", ["generate", "history", "show"])
def test_an_unknown_store_is_not_found_and_the_likeliest_is_named_first(two_stores, omen, command, store):
    run = omen(command, "--store", store)

    assert (run.code, run.out) == (5, "")
    assert run.err == f"omen: store '{store}': not in stores.yaml\n  known stores: NJWeedWizard, CaliCannabis\n"


DATES = [
    "2026-13-01",
    "2026-02-30",
    "2026-1-9",
    "20260109",
    "09.01.2026",
    "",
    " ",
    "tomorrow",
    "2026-W01-1",
    "２０２６-01-09",
]


@pytest.mark.parametrize("command", ["generate", "show"])
@pytest.mark.parametrize("text", [*DATES, "2026-01-09\n", "x" * 10_000, "\x1b[31m26-01-"])
def test_a_bad_date_is_a_wrong_call(two_stores, omen, command, text):
    run = omen(command, "--store", NJ, "--as-of", text)

    said, hint = run.err.splitlines()
    assert (run.code, run.out) == (2, "")
    assert said.startswith("omen: --as-of '")
    assert said.endswith("': not a date")
    assert hint == "  use YYYY-MM-DD such as 2026-01-09, today, yesterday or last"
    assert said.isprintable()
    assert len(said) < 200
    assert not two_stores.data.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31"])
def test_a_date_before_2000_is_a_wrong_call(two_stores, omen, day):
    run = omen("generate", "--store", NJ, "--as-of", day)

    assert run.code == 2
    assert f"--as-of {day}: before 2000-01-01" in run.err


BAD_ROWS = {
    "no SKU": (",Nameless,each,Flower,1,5.00,10.00,true,2025-06-01", "sku"),
    "a negative price": ("BAD,Bad,each,Flower,1,5.00,-10.00,true,2025-06-01", "-10.00"),
    "a negative cost": ("BAD,Bad,each,Flower,1,-5.00,10.00,true,2025-06-01", "-5.00"),
    "NaN": ("BAD,Bad,each,Flower,1,5.00,NaN,true,2025-06-01", "NaN"),
    "Infinity": ("BAD,Bad,each,Flower,1,Infinity,10.00,true,2025-06-01", "Infinity"),
    "no number": ("BAD,Bad,each,Flower,many,5.00,10.00,true,2025-06-01", "many"),
    "a date of the year 9999": ("BAD,Bad,each,Flower,1,5.00,10.00,true,9999-12-31", "9999"),
    "too many fields": ("BAD,Bad,each,Flower,1,5.00,10.00,true,2025-06-01,surplus", "10 fields"),
    "too few fields": ("BAD,Bad,each", "3 fields"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_set_aside_counted_and_shown_with_file_and_line(two_stores, omen, kind):
    line, value = BAD_ROWS[kind]
    items = many_items()
    write_inventory(two_stores, [*items[:20], line, *items[20:]])

    made = omen(*ONE, "--json")
    shown = omen("show", "--store", NJ)

    document = omen("show", "--store", NJ, "--json").data
    (rejected,) = document["rejected"]
    assert (made.code, made.err) == (0, "")
    assert (made.data["results"][0]["held"], document["hold"]["held"]) == (False, False)
    assert len(document["content"]["items"]) == 40
    assert (rejected["count"], rejected["examples"][0]["file"], rejected["examples"][0]["line"]) == (
        1,
        "inventory.csv",
        22,
    )
    assert "inventory.csv line 22" in shown.out
    assert kind == "no SKU" or value in shown.out


@pytest.mark.parametrize(
    "line",
    [
        "X-1,1,9999-12-31T10:00:00,BD-8,eighth,1,35.00,0.00,paid",
        "X-1,1,1999-01-01T10:00:00,BD-8,eighth,1,35.00,0.00,paid",
        "X-1,1,yesterday,BD-8,eighth,1,35.00,0.00,paid",
        "X-1,1,2026-01-06T10:00:00,BD-8,eighth,NaN,35.00,0.00,paid",
        "X-1,1,2026-01-06T10:00:00,BD-8,eighth,1,-35.00,0.00,paid",
        "X-1,1,2026-01-06T10:00:00,BD-8,eighth,1,35.00,99.00,paid",
    ],
    ids=["year 9999", "year 1999", "no date", "NaN", "negative price", "discount above its line"],
)
def test_a_bad_order_line_is_set_aside_and_changes_no_sum(two_stores, omen, line):
    expected = omen(*ONE, "--dry-run", "--json").data["results"][0]["content"]["kpis"]["netSales"]["value"]
    path = export(two_stores, NJ, "orders-2026-01.csv")
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")

    assert omen(*ONE).code == 0

    document = omen("show", "--store", NJ, "--json").data
    assert [(one["role"], one["count"], one["examples"][0]["line"]) for one in document["rejected"]] == [
        ("orders", 1, 14)
    ]
    assert document["content"]["kpis"]["netSales"]["value"] == expected


def test_a_repeated_sku_counts_once_when_its_rows_agree(two_stores, omen):
    items = many_items()
    write_inventory(two_stores, [*items, items[0], items[0]])

    omen(*ONE)

    document = omen("show", "--store", NJ, "--json").data
    assert (len(document["content"]["items"]), document["rejected"]) == (40, [])


def test_a_repeated_sku_with_different_values_is_set_aside_whole(two_stores, omen):
    items = many_items(60)
    write_inventory(two_stores, [*items, items[0].replace("10.00", "11.00")])

    omen(*ONE)

    document = omen("show", "--store", NJ, "--json").data
    assert len(document["content"]["items"]) == 59
    assert [(one["count"], [row["line"] for row in one["examples"]]) for one in document["rejected"]] == [(2, [2, 62])]


@pytest.mark.parametrize(("bad", "is_held"), [(2, False), (3, True)])
def test_above_five_percent_of_a_tables_rows_the_snapshot_is_held(two_stores, omen, bad, is_held):
    items = many_items(40)
    write_inventory(two_stores, [*items[bad:], *["BAD,Bad,each,Flower,1,5.00,-1.00,true,2025-06-01"] * bad])

    run = omen(*ONE)

    assert run.code == 0
    assert ("is HELD: kept, but it will not be sent" in run.err) is is_held
    assert omen("history", "--store", NJ).out.splitlines()[1].split("\t")[3] == ("held" if is_held else "ok")


def test_a_dry_run_of_what_would_be_held_says_would(two_stores, omen):
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])

    assert "would be HELD and not be sent" in omen(*ONE, "--dry-run").err


def test_a_full_disk_is_refused_and_the_archive_unchanged(two_stores, omen):
    two_stores.generate(NJ, "2026-01-04")
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")
    before = whole_tree(two_stores.archive(NJ))

    run = omen(*ONE)
    document = omen(*ONE, "--json")

    assert (run.code, run.out) == (12, "")
    assert len(run.err.splitlines()) == 2
    assert "lower disk.min_free_gb; nothing was written" in run.err
    assert (document.code, document.json["error"]["status"]) == (12, 507)
    assert document.json["error"]["minFreeBytes"] == 90000000 * 1024**3
    assert whole_tree(two_stores.archive(NJ)) == before


def test_a_full_disk_makes_no_archive(two_stores, omen):
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")

    assert omen(*ONE).code == 12
    assert not two_stores.data.exists()


def test_a_full_disk_does_not_hinder_a_duplicate(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")

    assert two_stores.generate(NJ, DAY).id == made.id


def test_an_old_archive_that_was_not_migrated_is_not_touched(two_stores, omen):
    (two_stores.data / "snapshots").mkdir(parents=True)
    (two_stores.data / "snapshots" / "index.json").write_text("[]", "utf-8")
    before = whole_tree(two_stores.data)

    run = omen(*ONE)

    assert (run.code, run.out) == (7, "")
    assert "omen migrate" in run.err
    assert whole_tree(two_stores.data) == before


def test_a_failed_request_leaves_the_next_one_free(two_stores, omen):
    text = export(two_stores).read_text("utf-8")
    remove_exports(two_stores, CALI)
    export(two_stores).write_text("", "utf-8")
    assert omen(*ONE).code == 4
    export(two_stores).write_text(text, "utf-8")

    assert omen(*ONE).code == 0
