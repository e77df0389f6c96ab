"""`omen history`: which snapshots, in which order, in which form."""

import csv
import json
import re
import shutil
from io import StringIO

import pytest

from tests.cli.stores import CALI, DAY, NJ, remove_exports, whole_tree
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores

COLUMNS = ["as of", "timeframe", "v", "status", "net sales", "advice", "emailed", "generated", "id"]


def listed(omen, *asked):
    """Return (timeframe, as-of date, version) of the entries that `omen history --json` lists."""
    run = omen("history", *asked, "--json")
    assert run.code == 0, run.err
    return [(one["timeframe"], one["asOfDate"], one["version"]) for one in run.data]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """NJWeedWizard with three weeks, one of them twice, a month and two days; CaliCannabis with one week."""
    folder = tmp_path_factory.mktemp("template")
    write_two_stores(folder)
    omen = Omen(folder, Clock())
    omen("generate", "--store", NJ, "--from", "2026-01-04")
    omen("generate", "--store", NJ, "--as-of", "2026-01-11", "--force", "--reason", "=1+1 is")
    omen("generate", "--store", NJ, "--timeframe", "monthly", "--as-of", "2025-12-31")
    omen("generate", "--store", NJ, "--timeframe", "daily", "--from", "2026-01-10", "--to", "2026-01-11")
    omen("generate", "--store", CALI, "--as-of", "2026-01-11")
    return folder


@pytest.fixture
def many(template, tmp_path, omen):
    """A copy of the template for one test."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return TwoStores(tmp_path / "stores.yaml", omen)


def mark_emailed(two_stores, as_of):
    """Write into the index what sending will: there is no command that sends yet."""
    shard = two_stores.archive(NJ) / "index" / "2026-01.json"
    document = json.loads(shard.read_text("utf-8"))
    for entry in document["entries"]:
        if entry["asOfDate"] == as_of:
            entry.update(emailSent=True, emailSentAt="2026-01-19T08:00:00.000-05:00", emailRecipient="a@b.example")
    shard.write_text(json.dumps(document), "utf-8")


def test_the_newest_comes_first_and_superseded_versions_are_left_out(many, omen):
    assert listed(omen, "--store", NJ) == [
        ("weekly", "2026-01-18", 1),
        ("daily", "2026-01-11", 1),
        ("weekly", "2026-01-11", 2),
        ("daily", "2026-01-10", 1),
        ("weekly", "2026-01-04", 1),
        ("monthly", "2025-12-31", 1),
    ]


def test_all_versions_lists_superseded_ones_and_the_reason(many, omen):
    run = omen("history", "--store", NJ, "--timeframe", "weekly", "--from", DAY, "--all-versions")

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert header == [*COLUMNS, "reason"]
    assert [(row[0], row[2], row[3], row[9]) for row in rows] == [
        ("2026-01-18", "1", "ok", ""),
        ("2026-01-11", "2", "ok", "=1+1 is"),
        ("2026-01-11", "1", "superseded", ""),
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("--timeframe", "daily"), ["2026-01-11", "2026-01-10"]),
        (("--timeframe", "monthly"), ["2025-12-31"]),
        (("--from", "2026-01-11"), ["2026-01-18", "2026-01-11", "2026-01-11"]),
        (("--to", "2026-01-04"), ["2026-01-04", "2025-12-31"]),
        (("--from", "2026-01-04", "--to", "2026-01-10"), ["2026-01-10", "2026-01-04"]),
        (("--limit", "2"), ["2026-01-18", "2026-01-11"]),
        (("--limit", "0", "--timeframe", "weekly"), ["2026-01-18", "2026-01-11", "2026-01-04"]),
        (("--from", "2030-01-01"), []),
    ],
)
def test_filters_leave_what_is_asked_for(many, omen, asked, expected):
    assert [day for _, day, _ in listed(omen, "--store", NJ, *asked)] == expected


def test_the_default_limit_is_fifty(many, omen):
    """The index alone is asked, so that entries without a file will do; files without an entry will not."""
    for path in many.archive(NJ).glob("snapshot_*_2026-01-*.json"):
        path.unlink()
    shard = many.archive(NJ) / "index" / "2026-01.json"
    document = json.loads(shard.read_text("utf-8"))
    first, days = document["entries"][0], [f"2026-01-{day:02d}" for day in range(1, 27)]
    document["entries"] = [
        {**first, "timeframe": frame, "asOfDate": day, "version": 1, "id": name, "filePath": f"{name}.json"}
        for day in days
        for frame in ("daily", "weekly")
        for name in [f"snapshot_{frame}_{day}_1_{first['contentSha256'][:8]}"]
    ]
    shard.write_text(json.dumps(document), "utf-8")

    assert len(listed(omen, "--store", NJ, "--from", "2026-01-01")) == 50
    assert len(listed(omen, "--store", NJ, "--from", "2026-01-01", "--limit", "0")) == 52


def test_emailed_and_not_emailed_divide_the_list(many, omen):
    mark_emailed(many, "2026-01-18")

    assert listed(omen, "--store", NJ, "--emailed") == [("weekly", "2026-01-18", 1)]
    assert len(listed(omen, "--store", NJ, "--not-emailed")) == 5
    assert omen("history", "--store", NJ, "--emailed").out.splitlines()[1].split("\t")[6] == "2026-01-19 08:00-05:00"


def test_all_merges_the_stores_newest_first(many, omen):
    run = omen("history", "--all")

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert header == ["store", *COLUMNS]
    assert [(row[1], row[0]) for row in rows] == [
        ("2026-01-18", NJ),
        ("2026-01-11", CALI),
        ("2026-01-11", NJ),
        ("2026-01-11", NJ),
        ("2026-01-10", NJ),
        ("2026-01-04", NJ),
        ("2025-12-31", NJ),
    ]


def test_stats_count_every_version(many, omen):
    mark_emailed(many, "2026-01-18")
    found = omen("history", "--store", NJ, "--stats", "--json").data

    assert found == [
        {
            "storeId": NJ,
            "total": 7,
            "byTimeframe": {"daily": 2, "weekly": 4, "monthly": 1},
            "emailed": 1,
            "regenerated": 1,
            "held": 0,
            "oldest": "2025-12-31",
            "newest": "2026-01-18",
        }
    ]


def test_stats_of_all_stores_are_a_line_each(many, omen):
    lines = [line.split("\t") for line in omen("history", "--all", "--stats").out.splitlines()]

    assert lines[0][:2] == ["store", "total"]
    assert [line[:5] for line in lines[1:]] == [[NJ, "7", "2", "4", "1"], [CALI, "1", "0", "1", "0"]]


def test_stats_obey_the_filters(many, omen):
    (found,) = omen("history", "--store", NJ, "--stats", "--timeframe", "weekly", "--from", "2026-01-11", "--json").data

    assert (found["total"], found["regenerated"], found["oldest"]) == (3, 1, "2026-01-11")


def test_piped_it_is_tab_separated_text_under_a_header(many, omen):
    run = omen("history", "--store", NJ, width=20)

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert (run.err, header) == ("", COLUMNS)
    assert {len(row) for row in rows} == {9}
    assert rows[0][:5] == ["2026-01-18", "weekly", "1", "ok", "178.00"]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_on_a_terminal_it_is_a_table_that_fits_with_whole_ids(many, omen, width):
    run = omen("history", "--store", NJ, is_tty=True, width=width)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", run.out).splitlines()
    assert "\t" not in run.out
    assert all(len(line) <= width for line in lines)
    assert len(re.findall(r"snapshot_[a-z]+_[0-9-]{10}_\d+_[0-9a-f]{8}\b", run.out)) == 6


def test_csv_is_quoted_whole_and_defends_against_formulas(many, omen):
    run = omen("history", "--store", NJ, "--all-versions", "--csv")

    assert all(re.fullmatch(r'"[^\n]*"', line) for line in run.out.splitlines())
    header, *rows = list(csv.reader(StringIO(run.out)))
    assert header == [*COLUMNS, "reason"]
    assert len(rows) == 7
    assert [row[9] for row in rows if row[2] == "2"] == ["'=1+1 is"]


def test_csv_leaves_negative_numbers_alone(two_stores, omen):
    orders = two_stores.config.parent / "exports" / NJ / "orders-2026-01.csv"
    orders.write_text(orders.read_text("utf-8").replace("gram,5,12.00", "gram,-50,12.00"), "utf-8")
    omen("generate", "--store", NJ, "--as-of", DAY)

    (row,) = list(csv.DictReader(StringIO(omen("history", "--store", NJ, "--csv").out)))
    assert row["net sales"] == "-294.00"


def test_csv_and_json_at_once_are_refused(two_stores, omen):
    assert omen("history", "--store", NJ, "--csv", "--json").code == 2


def test_json_is_the_entries_of_the_index(many, omen):
    (one,) = omen("history", "--store", CALI, "--json").data

    shard = json.loads((many.archive(CALI) / "index" / "2026-01.json").read_text("utf-8"))
    assert json.loads(json.dumps(one, default=float)) == shard["entries"][0]


def test_quiet_prints_nothing(many, omen):
    run = omen("history", "--store", NJ, "-q")

    assert (run.code, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize(
    ("asked", "command"),
    [(("--store", NJ), f"omen generate --store {NJ}"), (("--all",), "omen generate --all")],
)
@pytest.mark.parametrize("more", [(), ("--all-versions",), ("--stats",)])
def test_an_empty_archive_says_what_to_run_and_is_no_failure(two_stores, omen, asked, command, more):
    run = omen("history", *asked, *more)

    assert run.code == 0
    if "--stats" not in more:
        assert run.err == f"omen: no snapshots yet; run: {command}\n"
        assert len(run.out.splitlines()) == 1  # the header, for whoever parses it
    assert not two_stores.data.exists()


def test_filters_that_match_nothing_say_how_to_see_all(many, omen):
    run = omen("history", "--store", CALI, "--timeframe", "daily")

    assert run.code == 0
    assert run.err == f"omen: no snapshot matches; all of them: omen history --store {CALI} --all-versions --limit 0\n"


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("--store", "Nobody"), 5, "store 'Nobody': not in stores.yaml\n  known stores: "),
        ((), 2, "which store?\n  use --store ID or --all; the stores are: NJWeedWizard, CaliCannabis"),
        (("--all", "--store", NJ), 2, "--store names one store, --all every one"),
        (("--store", NJ, "--from", "2026-02-30"), 2, "--from '2026-02-30': not a date\n  use YYYY-MM-DD"),
        (("--store", NJ, "--to", "today"), 2, "--to 'today': not a date"),
        (("--store", NJ, "--to", ""), 2, "--to '': not a date"),
        (("--store", NJ, "--from", "2026-W01-1"), 2, "--from '2026-W01-1': not a date"),
        (("--store", NJ, "--from", "2026-01-02", "--to", "2026-01-01"), 2, "--from 2026-01-02: after --to 2026-01-01"),
        (("--store", NJ, "--limit", "-1"), 2, "--limit"),
    ],
)
def test_a_wrong_call_is_refused_with_what_to_do(two_stores, omen, asked, code, message):
    run = omen("history", *asked)

    assert (run.code, run.out) == (code, "")
    assert message in run.err


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"entries": []}', b"[]"])
def test_a_corrupt_shard_is_rebuilt_in_memory_with_a_warning(many, omen, damage):
    expected = omen("history", "--store", NJ, "--json").out
    (many.archive(NJ) / "index" / "2026-01.json").write_bytes(damage)
    before = whole_tree(many.data)

    run = omen("history", "--store", NJ, "--json")

    assert (run.code, run.out) == (0, expected)
    assert f"omen: {NJ}: index/2026-01.json" in run.err
    assert "the next write in 2026-01 repairs it" in run.err
    assert whole_tree(many.data) == before


def test_all_lists_the_others_when_one_archive_cannot_be_read(many, omen):
    many.archive(NJ).chmod(0o777)

    run = omen("history", "--all")
    document = omen("history", "--all", "--json")

    assert run.code == 1
    assert [line.split("\t")[0] for line in run.out.splitlines()[1:]] == [CALI]
    assert f"omen: {NJ}: " in run.err
    assert "others may write in it" in run.err
    assert [one["storeId"] for one in document.json["error"]["results"]] == [CALI]
    assert [one["exitStatus"] for one in document.json["error"]["failures"]] == [7]


def test_a_single_archive_that_cannot_be_read_keeps_its_exit_status(many, omen):
    many.archive(NJ).chmod(0o777)

    run = omen("history", "--store", NJ)

    assert (run.code, run.out) == (7, "")
    assert "chmod 700" in run.err


def test_reading_changes_nothing(many, omen):
    remove_exports(many)
    before = whole_tree(many.data)

    for more in ((), ("--stats",), ("--all-versions",), ("--csv",), ("--json",)):
        omen("history", "--all", *more)

    assert whole_tree(many.data) == before
