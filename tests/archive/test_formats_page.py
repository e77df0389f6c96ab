"""docs/formats.md is what omen writes: its tables, its rules, its reader and its shell lines are held to real archives."""

import ast
import inspect
import json
import re
import shutil
import stat
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import append_event, audit_files
from omen_cli.archive.chain import check_chain
from omen_cli.archive.command_log import MAX_FILE_BYTES, MAX_FILES
from omen_cli.archive.deliveries import FINAL_STATES
from omen_cli.archive.documents import encode
from omen_cli.archive.failures import MAX_BYTES
from omen_cli.archive.index import Shard
from omen_cli.archive.layout import Layout, is_month
from omen_cli.archive.move_list import MovedFiles
from omen_cli.archive.moved import Why
from omen_cli.archive.safety import LAYOUT
from omen_cli.model.base import Value
from omen_cli.model.canonical import MAX_DEPTH, MAX_NUMBER_LENGTH, NotStrictJson, dump_canonical, load_strict
from omen_cli.model.command_record import CommandRecord
from omen_cli.model.ids import is_store_id, parse_snapshot_id
from omen_cli.model.legacy import LegacySnapshot
from omen_cli.model.snapshot import Snapshot
from tests.archive.factories import AT, STORE, snapshot, write
from tests.archive.outboxes import NEW, message, outbox
from tests.cli.stores import CALI, NJ, configure
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores
from tests.guards import REPO
from tests.old_sample import lay_old, sample

PAGE = (REPO / "docs" / "formats.md").read_text("utf-8")
ID = "snapshot_weekly_2026-01-09_1768013990884_a098d716"
STRAY = "snapshot_weekly_2026-01-11_1_00000000"
OF_EVERY_LINE = {"at", "by", "event", "prev"}


# --- the page as tables -----------------------------------------------------------------------------------------------


def cells(line: str) -> list[str]:
    r"""Return the cells of a table's row; `\|` is a bar inside a cell."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a text, each a list of rows of cells, the heading row first."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    return [[cells(line) for number, line in enumerate(one.splitlines()) if number != 1] for one in found]


def section(title: str, page: str = PAGE) -> str:
    """Return what stands below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found[1]


def table(title: str, *columns: str) -> list[list[str]]:
    """Return the rows of the one table below a heading that has these columns."""
    (found,) = [one[1:] for one in tables(section(title)) if tuple(one[0]) == columns]
    return found


def code(cell: str) -> str:
    """Return the text of a cell that is code, and nothing but code."""
    assert cell.startswith("`"), cell
    assert cell.endswith("`"), cell
    return cell[1:-1]


def fields_of(title: str) -> dict[str, str]:
    """Return the type of each field of a table of the page."""
    return {code(name): kind for name, kind, _ in table(title, "field", "type", "meaning")}


# --- the fields -------------------------------------------------------------------------------------------------------

_WORDS = {
    str: "string",
    int: "integer",
    Decimal: "number",
    bool: "boolean",
    date: "date",
    datetime: "time",
    AwareDatetime: "time",
}


def worded(annotation: Any) -> str:
    """Return how the page writes a type of a model."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f'`"{value}"`' for value in args)
    if origin in (Union, UnionType):
        (inner,) = [arg for arg in args if arg is not NoneType]
        return f"{worded(inner)}{',' if get_origin(inner) in (dict, tuple) else ''} or null"
    if origin is tuple:
        return f"array of {worded(args[0])}"
    if origin is dict:
        return f"map of {worded(args[1])}"
    return _WORDS.get(annotation) or annotation.__name__


def models_in(annotation: Any) -> set[type[Value]]:
    """Return the models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        inner = {model for field in annotation.model_fields.values() for model in models_in(field.annotation)}
        return {annotation} | inner
    return {model for arg in get_args(annotation) for model in models_in(arg)}


ROOTS = (Snapshot, LegacySnapshot, Shard, CommandRecord)
MODELS = sorted({model for root in ROOTS for model in models_in(root)}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_stands_in_its_table_with_its_type_and_no_other(model):
    written = {str(field.alias): worded(field.annotation) for field in model.model_fields.values()}
    assert fields_of(model.__name__) == written


def test_a_field_that_is_missing_or_of_another_type_turns_red():
    assert worded(dict[str, Decimal | None]) == "map of number or null"
    assert worded(dict[str, Decimal] | None) == "map of number, or null"
    assert worded(Literal["a", "b"]) == '`"a"`, `"b"`'
    assert "Content" in {model.__name__ for model in MODELS}
    assert fields_of("DiffMetadata")["highestMarginSku"] == "string or null"
    assert fields_of("Hold")["held"] == "boolean"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_null_means_is_said_wherever_null_may_stand(model):
    silent = [
        name
        for name, kind, meaning in table(model.__name__, "field", "type", "meaning")
        if kind.endswith("or null") and not re.search(r"null|the snapshot's|the item's|`content\.", meaning)
    ]
    assert silent in ([], ["`triggeringMetrics`"])


def snapshots_of(stores: TwoStores) -> list[dict[str, Any]]:
    """Return every snapshot of both stores, numbers as Decimal."""
    files = [file for store in (NJ, CALI) for file in sorted(stores.archive(store).glob("snapshot_*.json"))]
    return [load_strict(file.read_bytes()) for file in files]  # type: ignore[misc]


def days_from(start: str, end: str) -> list[str]:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return [str(first + timedelta(days=number)) for number in range((last - first).days)]


def falling(money: Decimal | None) -> tuple[bool, Decimal]:
    """Return the key that sorts by falling money, null last."""
    return money is None, -(money or Decimal(0))


def test_the_parts_of_a_content_are_in_the_order_that_the_page_says(lived):
    for content in [made["content"] for made in snapshots_of(lived)]:
        signals, outs, found = content["signals"], content["forecasts"]["stockOuts"], content["anomalies"]
        assert signals == sorted(signals, key=lambda one: (one["rank"], *falling(one["stake"]), one["name"]))
        assert content["verdict"]["signal"] == signals[0]["name"]
        assert content["verdict"]["runnerUp"] == (signals[1]["name"] if signals[1:] else None)
        assert outs == sorted(outs, key=lambda one: (one["runsOutOn"], *falling(one["lostSales"]), one["sku"]))
        assert found == sorted(
            found, key=lambda one: (one["kind"], -abs(one["units"] - one["unitsBefore"]), one["sku"])
        )
        assert content["categories"] == sorted(content["categories"], key=_by_sales)
        for moved in (content["movers"]["up"], content["movers"]["down"]):
            assert len(moved) <= 5
            assert moved == sorted(moved, key=lambda one: (-abs(one["change"]), one["sku"]))


def _by_sales(one: dict[str, Any]) -> tuple[Decimal, bool, str, bool]:
    return -one["netSales"], one["category"] is None, one["category"] or "", not one["isListed"]


def test_the_parts_of_a_content_add_up_as_the_page_says(lived):
    for content in [made["content"] for made in snapshots_of(lived)]:
        period, movers = content["period"], content["movers"]
        assert [day["date"] for day in content["days"]] == days_from(period["start"], period["observedEnd"])
        assert [day["date"] for day in content["daysBefore"]] == days_from(**period["before"])
        for parts in (content["days"], content["categories"]):
            assert sum(part["netSales"] for part in parts) == content["kpis"]["netSales"]["value"]
        shown = sum(one["change"] for one in [*movers["up"], *movers["down"]])
        assert shown + movers["rest"] == content["netSalesChange"]["change"]
        trend = content["trend"]
        assert len(trend) <= 9
        assert [one["start"] for one in trend[1:]] == [one["end"] for one in trend[:-1]]
        assert (trend[-1]["start"], trend[-1]["complete"]) == (period["start"], period["complete"])
        added = sum(item["onHand"] - item["onHandInFile"] for item in content["items"] if item["onHand"] is not None)
        assert added == (content["stock"]["unitsAddedBack"] or 0)


def test_a_hold_names_the_snapshot_before_and_its_rows(lived):
    by_id = {made["id"]: made for made in snapshots_of(lived)}
    compared = [one for one in by_id.values() if one["hold"]["snapshotBefore"] in by_id]
    assert compared
    for one in compared:
        before = by_id[one["hold"]["snapshotBefore"]]
        assert (before["storeId"], before["timeframe"]) == (one["storeId"], one["timeframe"])
        assert before["asOfDate"] < one["asOfDate"]
        rows: dict[str, int] = {}
        for entered in before["inputs"]:
            rows[entered["role"]] = rows.get(entered["role"], 0) + entered["rows"]
        assert one["hold"]["rowsBefore"] == rows


def test_the_page_names_the_formats_that_omen_writes():
    for model in (Snapshot, LegacySnapshot, Shard, MovedFiles):
        assert model.model_fields["format"].default in PAGE
    assert f"layout {LAYOUT['layout']}" in PAGE
    assert f"{MAX_BYTES:,} bytes (64 MiB)" in PAGE
    assert f"over {MAX_FILE_BYTES:,} bytes (1 MiB)" in PAGE
    assert f"no more than {MAX_FILES} are left" in PAGE
    assert f"more than {MAX_NUMBER_LENGTH} characters" in PAGE
    assert f"more than {MAX_DEPTH} levels" in PAGE


# --- names ------------------------------------------------------------------------------------------------------------

IDS = {name: (re.compile(code(regex)), code(example)) for name, regex, example in table("Ids", "id", "regular expression", "example")}  # fmt: skip
TEXTS = [
    "", "ab", "abc", "a" * 50, "a" * 51, "-abc", "_abc", "9zz", "0-_", "a.b", "a/b", "..", "abc\n", "äbc", "٠١٢", "abc\0",
    ID, ID + "\n", " " + ID, ID + ".json", ID.upper(), ID.replace("weekly", "yearly"), ID.replace("2026-01-09", "2026-02-30"),
    ID.replace("2026-01-09", "0000-01-01"), ID.replace("a098d716", "A098D716"), ID.replace("a098d716", "a098d71"),
    ID.replace("1768013990884", "01768013990884"), ID.replace("1768013990884", "0"), ID.replace("1768013990884", "9" * 15),
    ID.replace("1768013990884", "1" * 16), ID.replace("1768013990884", "-1"), ID.replace("1768013990884", "١"),
    ID.replace("2026", "２０２６"), "../" + ID, "2026-01", "2026-12", "2026-13", "2026-00", "2026-1", "2026-01\n", "２０２６-01",
]  # fmt: skip


def is_on_page(name: str, text: str) -> bool:
    """Tell whether a text is an id by the words of the page: its regular expression, matched whole, and the times."""
    found = IDS[name][0].fullmatch(text)
    if found and name == "snapshot":
        try:
            date.fromisoformat(found[2])
        except ValueError:
            return False
        return int(found[3]) < 253370764800000
    return found is not None


KNOWN = {"store": is_store_id, "snapshot": lambda text: parse_snapshot_id(text) is not None, "month": is_month}


@pytest.mark.parametrize("name", KNOWN)
def test_the_regular_expressions_accept_what_omen_accepts(name):
    assert is_on_page(name, IDS[name][1])
    assert [text for text in TEXTS if is_on_page(name, text) != KNOWN[name](text)] == []
    assert {is_on_page(name, text) for text in TEXTS} == {True, False}


@given(st.sampled_from(sorted(KNOWN)), st.integers(0, 60), st.characters(), st.sampled_from(["put", "take", "swap"]))
def test_an_id_with_one_character_changed_is_one_for_both_or_for_neither(name, place, char, how):
    text = IDS[name][1]
    after = place + (how != "put")
    text = text[:place] + ("" if how == "take" else char) + text[after:]
    assert is_on_page(name, text) == KNOWN[name](text)


# --- canonical JSON ---------------------------------------------------------------------------------------------------

_NAMES = {"Decimal": Decimal, "date": date, "datetime": datetime, "timedelta": timedelta, "timezone": timezone}
EXAMPLES = [(code(value), code(said)) for value, said in table("Rules", "value in Python", "its bytes")]


@pytest.mark.parametrize(("value", "said"), EXAMPLES, ids=[value for value, _ in EXAMPLES])
def test_an_example_has_the_bytes_that_the_page_shows(value, said):
    found = eval(value, {"__builtins__": {}}, _NAMES)  # the page is ours
    assert dump_canonical(found).decode() == said
    if not isinstance(found, date):
        assert load_strict(said.encode()) == found


@pytest.mark.parametrize("text", [code(text) for text, _ in table("Limits", "text", "why")])
def test_what_the_page_refuses_is_refused(text):
    with pytest.raises(NotStrictJson):
        load_strict(text.encode())
    shorter = text.replace("[[", "[", 1).replace("]]", "]", 1).replace("11", "1", 1)
    if shorter != text:
        assert load_strict(shorter.encode())


# --- a store's life ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The data of two archives in which every event was written, made once."""
    folder = tmp_path_factory.mktemp("made")
    two_stores = TwoStores(write_two_stores(folder), omen := Omen(folder, Clock()))
    for as_of in ("2026-01-04", "2026-01-11", "2026-01-18"):
        two_stores.generate(NJ, as_of)
        omen.clock.advance(minutes=1)
    two_stores.generate(NJ, "2026-01-11", "weekly", "--force", "--reason", 'the "export", \\ was ½ there')
    two_stores.generate(NJ, "2026-01-10", "daily")
    two_stores.generate(NJ, "2026-01-19", "daily")
    theirs = two_stores.generate(CALI, "2026-01-11").id
    assert omen("show", "--store", NJ, "--snapshot", theirs).code == 10
    (two_stores.archive(NJ) / f"{STRAY}.json").write_bytes(b"{}")
    two_stores.generate(NJ, "2026-01-11")
    configure(two_stores, "version: 1\n", "version: 1\ndisk: {warn_free_gb: 9000000, min_free_gb: 0}\n")
    two_stores.generate(CALI, "2026-01-18")
    configure(two_stores, "min_free_gb: 0}", "min_free_gb: 8000000}")
    assert omen("generate", "--store", CALI, "--as-of", "2026-01-04").code == 12
    recipients = "recipients: [owner@calicannabis.example]\n"
    configure(two_stores, recipients, f"{recipients}    schedule: {{weekly: MON 07:00}}\n")
    alerts = 'version: 1\nalerts: ["json://127.0.0.1:1/"]\n'  # where nobody is
    configure(two_stores, "version: 1\n", alerts)
    assert omen("run").code == 1
    configure(two_stores, alerts, "version: 1\n")
    configure(two_stores, "    schedule: {weekly: MON 07:00}\n", "")
    configure(two_stores, "disk: {warn_free_gb: 9000000, min_free_gb: 8000000}\n", "")
    _prune_mend_and_settle(two_stores)
    _deliver(two_stores)
    lay_old(two_stores.data / "snapshots", {"index.json": b"[]", "snapshot_weekly_2026-01-04.json": b"half"})
    for more in (("--from", two_stores.data / "snapshots"), ("--cleanup",)):
        assert omen("migrate", *more).code == 0
    return two_stores.data


def _deliver(stores: TwoStores) -> None:
    """Take three messages of the newest snapshot to the three ends that there are."""
    newest = stores.omen("history", "--store", NJ, "--json").data[0]["id"]
    for at, state in enumerate(("sent", "failed", "unknown")):
        with outbox(stores.data, at=stores.omen.clock.now) as found:
            found.queue(newest, [message(newest, f"{at}@njweedwizard.example")], NEW, lambda entry: None)
            (delivery,) = [one for one in found.of(newest) if one.state == "queued"]
            sending, _ = found.move(delivery, "sending", Why("attempt"))
            assert found.mark(sending, state, Why("attempt", reply="dot: whatever the server said")).success


def _prune_mend_and_settle(stores: TwoStores) -> None:
    def run(command: str, *more: str) -> None:
        assert stores.omen(command, "--store", NJ, *more).code == 0, (command, more)

    run("prune", "--timeframe", "daily", "--keep-last", "1", "--yes")
    (stores.archive(NJ) / "index" / ".2026-01.json.tmp").write_bytes(b"{")
    run("verify", "--repair")
    (lost,) = stores.archive(NJ).glob("snapshot_weekly_2026-01-18_*.json")
    lost.unlink()
    run("verify", "--accept", lost.stem, "--reason", "it is gone")


@pytest.fixture
def lived(two_stores, made) -> TwoStores:
    """Two stores that have lived: each test has a copy."""
    shutil.copytree(made, two_stores.data)
    return two_stores


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [load_strict(line) for path in audit_files(folder) for line in path.read_bytes().splitlines()]  # type: ignore[misc]


# --- the tree ---------------------------------------------------------------------------------------------------------

TREE = {code(path): mode for path, mode, _, _ in table("The tree", "path", "mode", "made by", "absent when")}
_GIVEN = {"timeframe": "weekly", "snapshot_id": ID, "month": "2026-01", "number": 1}
_PARTS = {
    "<storeId>": r"[A-Za-z0-9][A-Za-z0-9_-]{2,49}",
    "<snapshotId>": r"snapshot_\w+_[\d-]{10}_\d+_[0-9a-f]{8}",
    "<month>": r"\d{4}-\d{2}",
    "<number>": r"\d{4}",
    "<timeframe>": "(daily|weekly|monthly)",
}


def layout_paths() -> set[Path]:
    """Return every path that the program can name, by calling all that `Layout` offers."""
    layout, found = Layout(Path("data"), STORE), set()
    for name, member in inspect.getmembers(Layout):
        if name.startswith("_"):
            continue
        value = getattr(layout, name)
        if callable(value):
            value = value(*(_GIVEN[parameter] for parameter in inspect.signature(value).parameters))
        assert isinstance(member, property | cached_property) or callable(member)
        found |= {value} if isinstance(value, Path) else set(value)
    return found - {Path("data")}


def templated(path: Path) -> str:
    text = (
        str(path)
        .replace(STORE, "<storeId>")
        .replace(ID, "<snapshotId>")
        .replace("2026-01", "<month>")
        .replace(".0001.", ".<number>.")
    )
    return re.sub(r"(daily|weekly|monthly)\.lock", "<timeframe>.lock", text)


def row_of(relative: Path) -> str | None:
    """Return the row of the tree that a path belongs to."""
    for row in TREE:
        pattern = re.escape(row.rstrip("/"))
        for part, regex in _PARTS.items():
            pattern = pattern.replace(re.escape(part), regex)
        if re.fullmatch(pattern, str(relative)):
            return row
    return None


def test_the_memory_of_alarms_has_the_fields_that_the_page_says(lived):
    found = json.loads((lived.data / "alerts.json").read_bytes())
    rows = {code(name): meaning for name, _, meaning in table("The memory of alarms", "field", "type", "meaning")}
    assert (found.keys(), code(rows["format"])) == (rows.keys(), found["format"])
    for one in found["alerts"].values():
        assert set(re.findall(r"`(\w+)`", rows["alerts"])) == one.keys()


def test_the_tree_is_that_of_the_layout():
    told = {row.rstrip("/") for row in TREE}
    audits = {row for row in told if row.endswith("audit/<month>.jsonl")}
    layout = Layout(Path("data"), STORE)
    drafts = {path.with_name(f".{path.name.removeprefix('.')}.tmp") for path in (layout.format_file, layout.readme)}
    named = {templated(path) for path in layout_paths() | drafts}
    assert told - audits <= named
    assert {path for path in named - told if f"`{path}`" not in section("The tree")} == set()
    assert len(audits) == 2


def test_every_file_of_a_real_archive_has_its_row_and_its_mode(lived):
    found = {}
    for path in sorted(lived.data.rglob("*")):
        relative = path.relative_to(lived.data.parent)
        if path.parent.name == "quarantine" or relative.parts[1].startswith("snapshots.old-"):
            continue
        if path.parent.parent.name == "deliveries":
            assert f"{stat.S_IMODE(path.stat().st_mode):04o}" == "0600"
            continue
        row = row_of(relative)
        assert row, relative
        assert row.endswith("/") is path.is_dir(), relative
        assert f"{stat.S_IMODE(path.stat().st_mode):04o}" == TREE[row], relative
        found[row] = relative
    assert set(TREE) - set(found) == {"data/snapshots/<storeId>/.pending"}


def test_the_format_file_is_what_the_page_says(lived):
    raw = (lived.data / ".omen-format").read_bytes()
    assert f"The {len(raw)} bytes `{raw.decode().rstrip()}` and a newline" in PAGE


def test_a_quarantined_file_has_the_sidecar_of_the_page(lived):
    folder = lived.archive(NJ) / "quarantine"
    assert {path.name for path in folder.iterdir()} == {f"{STRAY}.json", f"{STRAY}.json.reason.json"}
    assert set(json.loads((folder / f"{STRAY}.json.reason.json").read_text())) == set(fields_of("Quarantine"))


def test_the_states_that_are_final_are_those_of_the_code():
    states = {code(state): final for state, final, _ in table("Deliveries", "state", "final", "meaning")}
    assert {state for state, final in states.items() if final == "yes"} == FINAL_STATES
    assert set(states) == FINAL_STATES | {"queued", "sending", "unknown"}


# --- the audit --------------------------------------------------------------------------------------------------------

EVENTS = {
    code(event): (where, re.findall(r"`(\w+)`", named))
    for event, where, named, _ in table("Events", "event", "in the audit of", "fields", "written when")
}
FIELDS = fields_of("Events")
_WRITERS = {"audit", "_audit", "record", "append_event", "append_events"}
_FITS = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)),
    "time": lambda value: bool(re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}[+-]\d{2}:\d{2}", value)),
    "FreeSpace": lambda value: set(value) == set(fields_of("FreeSpace")),
}


def fits(value: object, kind: str) -> bool:
    """Tell whether a value of an audit line is what the page says of it."""
    if kind.endswith(" or null"):
        return value is None or fits(value, kind.removesuffix(" or null"))
    if kind.startswith("array of "):
        return isinstance(value, list) and all(fits(item, kind.removeprefix("array of ")) for item in value)
    if kind.startswith("map of "):
        return isinstance(value, dict) and all(fits(item, kind.removeprefix("map of ")) for item in value.values())
    return _FITS[kind](value)


def events_in(source: str) -> set[str]:
    """Return the names of events that a module writes: constants of the audit, and words given to what writes one."""
    tree = ast.parse(source)
    constants = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in _WRITERS:
            constants += [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "event")]
    words = {node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    events = {word for word in words if re.fullmatch(r"[a-z]+\.[a-z_]+", word)}
    return {word for word in events if not word.endswith((".yaml", ".json")) and not word.startswith("system.")}


def test_the_events_are_those_that_the_source_writes():
    written = {name for path in (REPO / "omen_cli").rglob("*.py") for name in events_in(path.read_text("utf-8"))}
    assert set(EVENTS) == written
    assert {"snapshot.created", "index.rebuilt", "access.denied", "disk.refused"} <= written


def test_an_event_that_nobody_told_of_is_found():
    assert events_in('X = "a.made"\nchange.audit("b.lost", x=1)\nappend_event(f, event="c.kept")') == {
        "a.made",
        "b.lost",
        "c.kept",
    }


def test_each_line_of_a_real_audit_has_the_fields_of_its_event(lived):
    places = {"its archive": lived.archive(NJ) / "audit", "`data/audit`": lived.data / "audit"}
    seen = set()
    for place, folder in places.items():
        for line in lines_of(folder):
            where, named = EVENTS[line["event"]]
            assert where == place or line["event"] == "access.denied"
            assert set(line) == OF_EVERY_LINE | set(named), line["event"]
            assert [name for name in named if not fits(line[name], FIELDS[name])] == [], line
            seen.add(line["event"])
    assert set(EVENTS) == seen
    assert "access.denied" in {line["event"] for line in lines_of(lived.archive(CALI) / "audit")}


def test_the_fields_of_events_are_all_told_and_all_used():
    assert set(FIELDS) == {name for _, named in EVENTS.values() for name in named}
    assert set(fields_of("Lines")) == OF_EVERY_LINE


# --- the reader -------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(tmp_path):
    """The reader of the page, as a call: (exit status, the rows that it lists, what it says)."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", section("A reader"), re.MULTILINE | re.DOTALL)
    path = tmp_path / "reader.py"
    path.write_text(program, "utf-8")

    def read(archive: Path) -> tuple[int, list[list[str]], str]:
        run = subprocess.run(
            [sys.executable, "-I", path, archive], capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in run.stderr, run.stderr
        return run.returncode, [line.split("\t") for line in run.stdout.splitlines()], run.stderr

    return read


def row(entry) -> list[str]:
    """Return how the reader lists an entry, as `omen history --json` has it."""
    return [entry["id"], str(entry["version"]), entry["status"], str(entry["sizeBytes"]), entry["sha256"]]


def test_the_reader_lists_what_was_brought_over_from_the_old_system(two_stores, reader):
    lay_old(two_stores.data / "snapshots", sample())
    assert two_stores.omen("migrate", "--from", two_stores.data / "snapshots").code == 0
    listed = two_stores.omen("history", "--store", NJ, "--json", "--all-versions", "--limit", "0").data
    assert reader(two_stores.archive(NJ)) == (0, [row(entry) for entry in listed], "nothing wrong\n")
    assert {entry["status"] for entry in listed} == {"ok", "no_payload"}


def test_the_reader_sees_a_changed_old_payload_where_no_audit_is_left(two_stores, reader):
    lay_old(two_stores.data / "snapshots", sample())
    assert two_stores.omen("migrate", "--from", two_stores.data / "snapshots").code == 0
    shutil.rmtree(two_stores.archive(NJ) / "audit")
    file = max(two_stores.archive(NJ).glob("snapshot_weekly_2026-01-09_*.json"))
    file.write_bytes(file.read_bytes().replace(b"Blue Dream", b"Blue Drean", 1))
    assert reader(two_stores.archive(NJ))[2] == f"{file.stem}: its content is not what contentSha256 says\n"


@pytest.mark.parametrize("store", [NJ, CALI])
def test_the_reader_lists_what_history_lists(lived, reader, store):
    listed = lived.omen("history", "--store", store, "--json", "--all-versions", "--limit", "0").data
    assert reader(lived.archive(store)) == (0, [row(entry) for entry in listed], "nothing wrong\n")
    assert len(listed) == {NJ: 4, CALI: 2}[store]


def test_the_reader_sees_a_changed_byte_of_a_snapshot_wherever_it_is(two_stores, reader):
    two_stores.generate(NJ, "2026-01-11")
    (file,) = two_stores.archive(NJ).glob("snapshot_*.json")
    raw = file.read_bytes()
    for place in [*range(0, len(raw), len(raw) // 12), len(raw) - 1]:
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        status, listed, said = reader(two_stores.archive(NJ))
        assert (status, listed) == (1, []), place
        assert said.startswith(f"{file.stem}: ")


def test_the_reader_proves_the_content_where_no_audit_is_left(lived, reader):
    shutil.rmtree(lived.archive(CALI) / "audit")
    assert reader(lived.archive(CALI))[0] == 0
    (file, _) = sorted(lived.archive(CALI).glob("snapshot_*.json"))
    raw = file.read_bytes()
    at = raw.index(b'"netSales"')
    file.write_bytes(raw[:at] + re.sub(rb"[1-8]", b"9", raw[at : at + 200]) + raw[at + 200 :])
    status, listed, said = reader(lived.archive(CALI))
    assert (status, len(listed), said) == (1, 1, f"{file.stem}: its content is not what contentSha256 says\n")


def test_the_reader_sees_a_changed_byte_of_the_audit_but_for_its_last_line(two_stores, reader):
    for as_of in ("2026-01-04", "2026-01-11", "2026-01-18"):
        two_stores.generate(NJ, as_of)
    (file,) = (two_stores.archive(NJ) / "audit").iterdir()
    raw = file.read_bytes()
    for place in range(0, raw.rindex(b"\n", 0, -1), 97):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        status, _, said = reader(two_stores.archive(NJ))
        assert status == 1, place
        assert "the chain is broken" in said
    lines = raw.splitlines(keepends=True)
    spaced = lines[2].replace(b'","', b'", "')
    for changed in (
        lines[1:],
        [lines[0], lines[2]],
        [lines[1], lines[0], lines[2]],
        [*lines[:2], b"\n", lines[2]],
        [*lines[:2], spaced],
    ):
        file.write_bytes(b"".join(changed))
        assert reader(two_stores.archive(NJ))[0] == 1
        assert check_chain(file.parent).breaks


def test_the_reader_follows_the_chain_over_torn_lines_and_months(tmp_path, reader):
    entry = write(tmp_path).entry
    layout = Archive(tmp_path, STORE).layout
    for month, torn in ((2, b'{"at":"20'), (2, b""), (3, b"{"), (5, b"\0\0"), (4, b""), (5, b'{"a":')):
        with audit_files(layout.audit_dir)[-1].open("ab") as file:
            file.write(torn)
        append_event(layout.audit_dir, at=AT.replace(month=month), by="ann", event="x", details={})
    assert len(audit_files(layout.audit_dir)) == 4
    status, listed, said = reader(layout.root)
    assert (status, [found[0] for found in listed], said) == (0, [entry.id], "nothing wrong\n")


def test_the_reader_answers_as_the_page_says_of_every_moment(tmp_path, reader):
    kept = write(tmp_path, at=AT + timedelta(hours=1)).entry
    layout = Archive(tmp_path, STORE).layout
    under_way, rival, lost = snapshot("daily"), snapshot(sales="5.00"), write(tmp_path, "monthly").entry
    layout.pending.write_bytes(encode(under_way))
    layout.snapshot(under_way.id).hardlink_to(layout.pending)
    assert [found[0] for found in reader(layout.root)[1]] == [lost.id, kept.id]
    assert reader(layout.root)[0] == 0

    layout.pending.unlink()
    layout.snapshot(rival.id).write_bytes(encode(rival))
    layout.snapshot(lost.id).unlink()
    status, listed, said = reader(layout.root)
    assert (status, [found[0] for found in listed]) == (1, [under_way.id, kept.id])
    assert said.splitlines() == [f"{rival.id}: version 1 of its key is {kept.id}", f"{lost.id}: is missing"]

    layout.snapshot(rival.id).unlink()
    for event, details in (("snapshot.pruned", {"id": kept.id}), ("loss.accepted", {"subject": lost.id})):
        append_event(layout.audit_dir, at=AT, by="ann", event=event, details=details)
    assert reader(layout.root) == (0, [found for found in listed if found[0] == under_way.id], "nothing wrong\n")


def test_to_the_reader_a_given_up_snapshot_that_is_back_is_junior_to_the_one_made_since(tmp_path, reader):
    old = write(tmp_path).entry
    layout = Archive(tmp_path, STORE).layout
    raw = layout.snapshot(old.id).read_bytes()
    given_up = {"subject": old.id, "evidence": ""}
    append_event(layout.audit_dir, at=AT, by="ann", event="loss.accepted", details=given_up)
    layout.snapshot(old.id).unlink()
    layout.shard("2026-01").unlink()
    live = write(tmp_path, at=AT + timedelta(hours=1)).entry
    assert live.version == old.version

    layout.snapshot(old.id).write_bytes(raw)

    status, listed, said = reader(layout.root)
    assert (status, listed[0][0], said) == (1, live.id, f"{old.id}: version 1 of its key is {live.id}\n")


# --- the shell --------------------------------------------------------------------------------------------------------

BLOCKS = re.findall(r"^```sh\n(.*?)^```$", section("In the shell"), re.MULTILINE | re.DOTALL)


def in_shell(block: str, archive: Path) -> str:
    for tool in ("jq", "sha256sum", "sed"):
        if re.search(rf"\b{tool}\b", block) and shutil.which(tool) is None:
            pytest.skip(f"this machine has no {tool}")
    run = subprocess.run(["sh", "-c", block], cwd=archive, capture_output=True, text=True, timeout=60, check=False)
    return run.stdout + run.stderr


def test_the_words_lead_to_the_hash_of_the_content(lived):
    (start,) = re.findall(r"drop the first (\d+)", section("Hashes"))
    for file in lived.archive(NJ).glob("snapshot_*.json"):
        raw = file.read_bytes()
        assert raw.count(b',"contentSha256":"') == 1
        content = raw[int(start) : raw.index(b',"contentSha256":"')]
        assert sha256(content).hexdigest() == json.loads(raw)["contentSha256"]


def test_the_shell_recomputes_the_hash_of_the_newest_content(lived):
    newest = lived.omen("history", "--store", NJ, "--timeframe", "weekly", "--json").data[0]
    said, made = in_shell(BLOCKS[0], lived.archive(NJ)).splitlines()
    assert said == f'"contentSha256":"{newest["contentSha256"]}"'
    assert made.split()[0] == newest["contentSha256"]


@pytest.mark.parametrize(("block", "changed"), [(1, "snapshot_weekly_2026-01-04*.json"), (2, "audit/2026-01.jsonl")])
def test_the_shell_is_silent_until_a_byte_changes(lived, block, changed):
    assert in_shell(BLOCKS[block], lived.archive(NJ)) == ""
    (file,) = lived.archive(NJ).glob(changed)
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"tester", b"taster", 1))
    assert in_shell(BLOCKS[block], lived.archive(NJ)) != ""


def test_the_shell_lists_what_sold(lived):
    lines = [line.split("\t") for line in in_shell(BLOCKS[3], lived.archive(NJ)).splitlines()]
    current = lived.omen("history", "--store", NJ, "--json").data
    assert len(BLOCKS) == 4
    assert sorted(line[:3] for line in lines) == sorted([e["asOfDate"], e["timeframe"], str(e["version"])] for e in current)  # fmt: skip


def test_an_archive_can_be_copied_under_its_lock(lived, tmp_path):
    (command,) = re.findall(r"`(flock .*?)`", section("Locks"))
    if shutil.which("flock") is None:
        pytest.skip("this machine has no flock(1)")
    command = command.replace("STORE", NJ).replace("/somewhere/else", str(tmp_path / "copy"))
    subprocess.run(["sh", "-c", command], cwd=lived.data.parent, timeout=60, check=True)
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {path.name for path in lived.archive(NJ).iterdir()}
