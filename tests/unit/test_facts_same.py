"""The same rows give the same facts: in any order, files, format, number of threads, machine; or none while they change."""

import gzip
import itertools
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omen_cli.facts.read import read_facts
from omen_cli.model.facts import Facts
from omen_cli.model.period import period_of
from tests.guards import REPO
from tests.unit.exports import AS_OF, INVENTORY, ORDERS, Exports, order, refused

AS_PROCESS = """
import sys
from datetime import date
from pathlib import Path
from tests.unit.exports import Exports
exports = Exports(Path(sys.argv[1]))
print(exports.facts("i.csv", "o*.csv", "c.csv").model_dump_json())
"""


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def lines(count: int = 3000) -> list[str]:
    rng = random.Random(7)
    made = []
    for number in range(count):
        day = (
            f"2025-{rng.choice((11, 12))}-{rng.randint(1, 28):02}"
            if rng.random() < 0.5
            else f"2026-01-{rng.randint(1, 12):02}"
        )
        zone = rng.choice(["", "Z", "-05:00", "+13:00"])
        sku = rng.choice(["A", "a", "B", "C", "A-1", "Ä", "", "z 3.5g"])
        price = rng.choice(["10", "0.1", "3.3333", "-1", "x", '"1,250.00"'])
        line_id = rng.choice(["", "", "1", "2"])
        made.append(f'{number % 1500},{day}T{rng.randint(0, 23):02}:30:00{zone},{sku},{rng.choice(["1", "-1", "0.333", "2"])},{price},{rng.choice(["", "0.05"])},{rng.choice(["", "paid", "void", "draft"])},{line_id}\n')  # fmt: skip
    return made


def write(exports: Exports, made: list[str], files: int = 1, seed: int = 0) -> None:
    rng = random.Random(seed)
    for old in exports.folder.glob("o*.csv"):
        old.unlink()
    made = list(made)
    rng.shuffle(made)
    for number in range(files):
        exports.write(f"o{number}.csv", ORDERS + "".join(made[number::files]))
    stock = [f"A{number},Name {number},{number},{number}.5,{number * 2}\n" for number in range(50)] + [
        "A,x,1,5,10\n",
        "Z,z,1,,10\n",
        "Z,z,2,,10\n",
    ]
    rng.shuffle(stock)
    exports.write("i.csv", "sku,name,on_hand,unit_cost,unit_price\n" + "".join(stock))
    exports.write("c.csv", "sku,cost\n" + "".join(rng.sample(["A,5\n", "b,6.1\n", "Z 1/8,7\n", "A1,3\n"], 4)))


def aggregates(facts: Facts) -> dict[str, object]:
    """What must not depend on files: all but the inputs, the examples and the overlap."""
    counts = sorted((rows.role, rows.reason, rows.count) for rows in facts.rejected)
    return {"items": facts.items, "orders": facts.orders, "rows": facts.rows, "rejected": counts}


def test_rows_in_any_order_and_any_number_of_files_and_threads_give_the_same_facts(exports: Exports):
    made = lines()
    write(exports, made)
    expected = aggregates(exports.facts("i.csv", "o*.csv", "c.csv", threads=1))
    assert expected["orders"].observed.known_gross > 0
    assert len(expected["rejected"]) > 4
    for seed, (files, threads) in enumerate([(1, 2), (2, 8), (7, 1), (7, 2), (20, 8)], start=1):
        write(exports, made, files, seed)
        assert aggregates(exports.facts("i.csv", "o*.csv", "c.csv", threads=threads)) == expected, (files, threads)


def test_the_same_rows_as_csv_gzip_and_json_give_the_same_facts(exports: Exports):
    write(exports, lines(800))
    expected = aggregates(exports.facts("i.csv", "o0.csv", "c.csv"))
    exports.write("o.csv.gz", gzip.compress((exports.folder / "o0.csv").read_bytes()))
    columns = "order_id,ordered_at,sku,quantity,unit_price,discount,status,line_id"
    import duckdb

    for name, options in (
        ("o.jsonl", "FORMAT json"),
        ("o.json", "FORMAT json, ARRAY true"),
        ("o.parquet", "FORMAT parquet"),
    ):
        source = f"read_csv('{exports.folder}/o0.csv', all_varchar=true, header=true)"
        duckdb.execute(f"COPY (SELECT {columns} FROM {source}) TO '{exports.folder}/{name}' ({options})")
    for name in ("o.csv.gz", "o.jsonl", "o.json", "o.parquet"):
        assert aggregates(exports.facts("i.csv", name, "c.csv")) == expected, name


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_machines_own_time_zone_and_locale_change_nothing(exports: Exports, zone):
    write(exports, lines(400), 2)
    expected = exports.facts("i.csv", "o*.csv", "c.csv").model_dump_json()
    environ = {**os.environ, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(REPO), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", AS_PROCESS, str(exports.folder)], env=environ, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == expected


def test_nothing_is_left_in_the_temporary_folder(exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import tempfile

    scratch = tmp_path / "it's [scratch] *"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    exports.of_lines("1,2026-01-09,A,1,10,,,\nragged\n")
    exports.write("bad.csv", 'sku\n"oops')
    exports.refusal("bad.csv")

    assert list(scratch.iterdir()) == []


def test_200_000_lines_are_read_within_3_seconds(exports: Exports):
    exports.write(
        "o.csv",
        ORDERS
        + "".join(
            f"{n},2026-01-0{1 + n % 9}T12:00:00-05:00,{'AB'[n % 2]},1,{n % 50}.25,,paid,{n}\n" for n in range(200_000)
        ),
    )
    start = time.process_time()
    facts = exports.facts(None, "o.csv")
    assert facts.rows["orders"].read == 200_000
    assert time.process_time() - start < 3


# --- files that change -----------------------------------------------------------------------------------------------


CHANGES = {
    "a row more": lambda path: path.write_text(ORDERS + "1,2026-01-09,A,1,10,,,\n2,2026-01-09,A,1,10,,,\n"),
    "no rows": lambda path: path.write_text(ORDERS),
    "empty": lambda path: path.write_bytes(b""),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\0\0"),
    "an open quote": lambda path: path.write_text(ORDERS + '"oops'),
    "other columns": lambda path: path.write_text("x,y\n1,2\n"),
    "written again": lambda path: os.utime(path, ns=(1, 1)),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *(("o.csv", change) for change in CHANGES),
        *itertools.product(("o.csv.gz", "o.parquet", "o.jsonl"), ("empty", "not text", "gone")),
    ],
)
def test_a_file_that_changes_after_it_was_planned_is_refused_for_that(exports: Exports, name, change):
    if name == "o.parquet":
        exports.parquet(
            name, "SELECT 1 AS order_id, '2026-01-09' AS ordered_at, 'A' AS sku, 1 AS quantity, 1 AS unit_price"
        )
    else:
        exports.write(name, json.dumps(order()) if name == "o.jsonl" else ORDERS + "1,2026-01-09,A,1,10,,,\n")
    plans = exports.plan(None, name)
    CHANGES[change](exports.folder / name)

    with refused() as message:
        read_facts(plans, period_of("weekly", AS_OF), "America/New_York")

    assert message == [f"{name}: it changed while it was read"]


def test_what_goes_wrong_in_a_file_that_did_not_change_is_told_as_it_is(exports: Exports):
    exports.write("o.csv", "x,y\n1,2\n")
    assert exports.refusal(None, "o.csv").startswith("o.csv: no column for order_id")


def test_inputs_name_every_file_with_its_role_date_size_rows_and_hash(exports: Exports):
    exports.write("i-2026-01-08.csv", INVENTORY)
    exports.write("o-1.csv", ORDERS + "1,2026-01-09,A,1,10,,,\nragged\n2,2026-01-09,A,1,10,,void,\n")
    facts = exports.facts("i-{date}.csv", "o-*.csv")
    assert [
        (entered.role, entered.name, str(entered.date), entered.rows, len(entered.sha256)) for entered in facts.inputs
    ] == [
        ("inventory", "i-2026-01-08.csv", "2026-01-08", 2, 64),
        ("orders", "o-1.csv", "None", 3, 64),
    ]
    assert [entered.bytes for entered in facts.inputs] == [
        (exports.folder / entered.name).stat().st_size for entered in facts.inputs
    ]
