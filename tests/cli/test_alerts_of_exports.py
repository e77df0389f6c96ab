"""An alert about an export that is wrong says which and in what way, and nothing of what is in it."""

import pytest

from tests.alerted import alert, alert_server
from tests.cli.scheduled import CALI_DUE, schedule
from tests.cli.stores import DAY, NJ, configure, export

JANE = "Jane Customer"
ROW = f"{JANE},+1 555 0100,12 Canary Road"
GOOD = "sku,name,on_hand\n"

WRONG = [
    ("inventory.csv", f"{ROW}\n{ROW}x\n", "no column for sku"),
    ("inventory.csv", f"sku,{JANE},{JANE}\n1,2,3\n", "a column stands twice in the header"),
    ("inventory.csv", f"item_sku,product sku,{JANE}\n1,2,3\n", "two of its columns could be the same one"),
    ("inventory.csv", f'{GOOD}1,"{ROW}\n2,b,3\n', "the quotes do not match from line 2 on"),
    ("inventory.csv", f"{ROW}\0\n", "binary data near line 1, not text"),
    ("inventory.csv", f"{GOOD}{ROW},\udcff\n", "not UTF-8 near line 2"),
    ("inventory.csv", "", "the file is empty"),
    ("inventory.csv", ",,\n", "no line names the columns"),
    ("inventory.csv", GOOD, "the inventory has no rows"),
    ("inventory.json", f'[{{"sku": "{JANE}", oh {JANE}}}]', "not JSON"),
    ("inventory.json", f'[{{"{JANE}": 1, "{JANE}": 2}}]', "a key stands twice in row 1"),
    ("inventory.json", f'["{JANE}"]', "it holds no objects"),
    ("inventory.json", f'[{{"{JANE}": 1}}]', "no column for sku"),
    ("inventory.csv.gz", JANE, "cannot be read"),
    ("inventory.parquet", f"PAR1{JANE}PAR1", "cannot be read"),
    ("inventory.xls", JANE, "omen reads .csv, .parquet, .json and .jsonl (text also as .gz)"),
]


def wrong(stores, name, text, more=""):
    configure(stores, f"exports/{NJ}/inventory.csv", f"exports/{NJ}/{name}{more}")
    export(stores, NJ, name).write_text(text, "utf-8", errors="surrogateescape")


def told(stores, omen):
    """Return what one alert says of the one store that cannot be made."""
    with alert_server() as server:
        alert(stores, server.url)
        assert omen("generate", "--all", "--as-of", DAY).code == 1
    ((title, body),) = server.got
    assert "Jane" not in title + body
    assert "555" not in title + body
    return body.splitlines()[0]


@pytest.mark.parametrize(("name", "text", "what"), WRONG, ids=[f"{name}: {what}" for name, _, what in WRONG])
def test_it_names_the_file_and_the_kind_of_trouble_only(two_stores, omen, name, text, what):
    wrong(two_stores, name, text)
    assert told(two_stores, omen) == f"FAILURE: {NJ} weekly {DAY}: {name}: {what}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f'{{"inventory": "{JANE}"}}', "no `inventory` list: not an omen-json inventory"),
        (f'{{"inventory": [], "store": "{JANE}"}}', "its `store` is another"),
        (f'{{"inventory": [], "store": "{NJ}", "updated_at": "{JANE}"}}', "its `updated_at` is not a time"),
        (f"{{{JANE}", "not JSON"),
    ],
)
def test_so_it_does_of_an_export_of_omens_own_form(two_stores, omen, text, what):
    wrong(two_stores, "own.json", text, ", format: omen-json")
    assert told(two_stores, omen) == f"FAILURE: {NJ} weekly {DAY}: own.json: {what}"


def test_so_it_does_of_a_tick_of_run(two_stores, omen):
    schedule(two_stores, cali="")
    wrong(two_stores, "inventory.csv", f"{ROW}\n{ROW}x\n")
    with alert_server() as server:
        alert(two_stores, server.url)
        assert omen("run", "-q", now=CALI_DUE).code == 1
    ((_, body),) = server.got
    assert body.splitlines()[0].endswith(": inventory.csv: no column for sku")
    assert "Jane" not in body
