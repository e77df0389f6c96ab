"""`omen audit`: which events, in which order, in which form; and whether the chain of each archive holds."""

import csv
import json
import re
import shutil
from datetime import datetime
from hashlib import sha256
from io import StringIO

import pytest

from omen_cli.archive.audit import append_event
from omen_cli.archive.chain import check_chain
from tests.cli.stores import CALI, NJ, whole_tree
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores

COLUMNS = ["at", "by", "event", "about", "details"]
LATE = "2026-02-01T04:30:00+00:00"  # 23:30 on January 31 in New York


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """NJWeedWizard with five lines in January, February and March, one an index rebuilt; CaliCannabis with one."""
    folder = tmp_path_factory.mktemp("template")
    write_two_stores(folder)
    omen = Omen(folder, Clock())
    omen("generate", "--store", NJ, "--as-of", "2026-01-11", now="2026-01-19T15:00:00+00:00")
    omen("generate", "--store", CALI, "--as-of", "2026-01-11", now="2026-01-20T15:00:00+00:00")
    omen("generate", "--store", NJ, "--as-of", "2026-01-18", now=LATE)
    shard = folder / "data" / "snapshots" / NJ / "index" / "2026-01.json"
    shard.write_bytes(b"{")
    omen("generate", "--store", NJ, "--as-of", "2026-01-04", now="2026-02-02T15:00:00+00:00")
    omen("generate", "--store", NJ, "--as-of", "2026-01-11", "--force", "--reason", "=1+1 is", now="2026-03-01T15:00Z")
    return folder


@pytest.fixture
def many(template, tmp_path, omen):
    """A copy of the template for one test."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return TwoStores(tmp_path / "stores.yaml", omen)


def month(stores, name, store=NJ):
    return stores.archive(store) / "audit" / f"{name}.jsonl"


def edit(path, old, new):
    raw = path.read_bytes()
    assert old in raw
    path.write_bytes(raw.replace(old, new, 1))


def remove_line(path, number):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))


def listed(omen, *asked):
    """Return (day in UTC, event) of what `omen audit --json` lists."""
    run = omen("audit", *asked, "--json")
    assert run.code == 0, run.err
    return [(one["at"][:10], one["event"]) for one in run.data]


ALL_OF_NJ = [
    ("2026-01-19", "snapshot.created"),
    ("2026-02-01", "snapshot.created"),
    ("2026-02-02", "index.rebuilt"),
    ("2026-02-02", "snapshot.created"),
    ("2026-03-01", "snapshot.created"),
]


def test_events_are_listed_in_the_order_in_which_they_were_written(many, omen):
    assert listed(omen, "--store", NJ) == ALL_OF_NJ


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (("--event", "index.rebuilt"), [2]),
        (("--event", "index."), [2]),
        (("--event", "snapshot."), [0, 1, 3, 4]),
        (("--event", "snapshot.created", "--event", "index."), [0, 1, 2, 3, 4]),
        (("--event", "snapshot"), []),
        (("--from", "2026-02-01"), [2, 3, 4]),
        (("--from", "2026-01-31"), [1, 2, 3, 4]),
        (("--to", "2026-01-31"), [0, 1]),
        (("--to", "2026-01-30"), [0]),
        (("--from", "2026-01-31", "--to", "2026-01-31"), [1]),
        (("--from", "2026-02-02", "--event", "snapshot."), [3, 4]),
        (("--from", "0001-01-01", "--to", "9999-12-31"), [0, 1, 2, 3, 4]),
        (("--limit", "2"), [3, 4]),
        (("--limit", "0"), [0, 1, 2, 3, 4]),
    ],
)
def test_filters_leave_what_is_asked_for_by_days_of_the_stores_zone(many, omen, asked, kept):
    assert listed(omen, "--store", NJ, *asked) == [ALL_OF_NJ[index] for index in kept]


def test_an_event_written_after_the_clock_was_set_back_over_a_month_is_found_by_its_day(many, omen):
    append_event(
        many.archive(NJ) / "audit",
        at=datetime.fromisoformat("2026-02-28T23:59:00+00:00"),
        by="ann",
        event="late",
        details={},
    )
    assert "late" in month(many, "2026-03").read_text("utf-8")

    assert listed(omen, "--store", NJ, "--from", "2026-02-28", "--to", "2026-02-28") == [("2026-02-28", "late")]


@pytest.mark.parametrize("day", ["2025-12-31", "2026-01-05", "2026-02-28"])
@pytest.mark.parametrize("more", [(), ("--all",)], ids=["store", "all"])
def test_an_event_is_found_by_its_day_however_far_the_clock_was_set_back(many, omen, day, more):
    folder = many.archive(NJ) / "audit"
    for name, at in (("ahead", "2031-07-01T12:00:00+00:00"), ("back", f"{day}T12:00:00+00:00")):
        append_event(folder, at=datetime.fromisoformat(at), by="ann", event=name, details={})
    assert "back" in month(many, "2031-07").read_text("utf-8")

    found = listed(omen, *(more or ("--store", NJ)), "--from", day, "--to", day)

    assert (day, "back") in found
    assert (day, "back") in listed(omen, *(more or ("--store", NJ)), "--to", day)
    assert ("2031-07-01", "ahead") not in found


def test_the_files_of_months_before_those_asked_for_are_not_read(many, omen):
    """A file that cannot be read tells whether somebody tried."""
    month(many, "2025-12").symlink_to(month(many, "2026-01"))

    found = omen("audit", "--store", NJ, "--from", "2026-01-10", "--to", "2026-02-02", "--json")
    all_of_it = omen("audit", "--store", NJ)

    assert (found.code, len(found.data)) == (0, 4)
    assert (all_of_it.code, all_of_it.out) == (7, "")
    assert "2025-12.jsonl" in all_of_it.err


def test_all_merges_the_stores_by_time_and_adds_what_belongs_to_none(many, omen):
    (many.data / "audit").mkdir(mode=0o700)
    append_event(
        many.data / "audit",
        at=datetime.fromisoformat("2026-01-25T00:00:00+00:00"),
        by="ann",
        event="disk.low",
        details={},
    )

    header, *rows = [line.split("\t") for line in omen("audit", "--all").out.splitlines()]
    stores = [one["storeId"] for one in omen("audit", "--all", "--json").data]

    assert header == ["store", *COLUMNS]
    assert [row[0] for row in rows] == [NJ, CALI, "", NJ, NJ, NJ, NJ]
    assert stores == [NJ, CALI, None, NJ, NJ, NJ, NJ]
    assert listed(omen, "--all", "--event", "disk.") == [("2026-01-25", "disk.low")]


@pytest.mark.parametrize("asked", [(), ("--json",), ("--csv",)])
def test_another_stores_events_are_never_shown(many, omen, asked):
    assert CALI in omen("audit", "--all", *asked).out
    theirs = many.audit(CALI)[0]["id"]
    run = omen("audit", "--store", NJ, "--limit", "0", *asked)

    assert theirs not in run.out
    assert CALI not in run.out + run.err


def test_piped_it_is_tab_separated_text_with_times_of_the_stores_zone(many, omen):
    run = omen("audit", "--store", NJ, width=20)

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert (run.err, header) == ("", COLUMNS)
    assert rows[1][:3] == ["2026-01-31 23:30:00-05:00", "tester", "snapshot.created"]
    assert rows[1][3] == many.audit(NJ)[1]["id"]
    assert rows[2][3] == "2026-01"
    assert rows[4][4] == "asOfDate=2026-01-11 countsAs=one reason==1+1 is timeframe=weekly version=2"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_on_a_terminal_it_is_a_table_that_fits(many, omen, width):
    run = omen("audit", "--all", is_tty=True, width=width)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", run.out).splitlines()
    assert "\t" not in run.out
    assert all(len(line) <= width for line in lines)
    assert run.out.count("2026-") >= 6


def test_csv_is_quoted_whole_and_defends_against_formulas(many, omen):
    append_event(many.archive(NJ) / "audit", at=datetime.fromisoformat(LATE), by="=cmd()", event="x", details={})
    run = omen("audit", "--store", NJ, "--csv")

    header, *rows = list(csv.reader(StringIO(run.out)))
    assert all(re.fullmatch(r'"[^\n]*"', line) for line in run.out.splitlines())
    assert (header, rows[-1][1]) == (COLUMNS, "'=cmd()")


def test_json_is_the_events_as_written_with_their_store(many, omen):
    found = json.loads(omen("audit", "--store", NJ, "--json").out)

    assert (found["ok"], found["command"]) == (True, "audit")
    assert found["data"] == [{**event, "storeId": NJ} for event in many.audit(NJ)]


def test_the_newest_are_listed_and_what_was_left_out_is_said(many, omen):
    run = omen("audit", "--store", NJ, "--limit", "2")

    assert run.err == "omen: the newest 2 of 5 events; all of them: --limit 0\n"
    assert omen("audit", "--store", NJ, "--limit", "2", "-q").err == ""
    for _ in range(60):
        append_event(many.archive(NJ) / "audit", at=datetime.fromisoformat(LATE), by="ann", event="x", details={})
    assert listed(omen, "--store", NJ) == [("2026-02-01", "x")] * 50


def test_an_event_that_never_occurs_is_said_with_those_that_do(many, omen):
    run = omen("audit", "--store", NJ, "--event", "snapshot.prned", "--event", "index.")

    assert (run.code, len(run.out.splitlines())) == (0, 2)
    assert run.err == "omen: no event 'snapshot.prned' occurs; these do: index.rebuilt, snapshot.created\n"


@pytest.mark.parametrize("asked", [(), ("--csv",), ("--json",)])
def test_hostile_text_is_harmless_and_a_line_stays_a_line(many, omen, asked):
    hostile = "\x1b[2J\x1b]0;owned\x07\r\n\t\u202e\u200b[red]x[/red]"
    append_event(
        many.archive(NJ) / "audit",
        at=datetime.fromisoformat(LATE),
        by=hostile,
        event=hostile,
        details={"id": hostile, "a\x1b[0mb": hostile},
    )
    with month(many, "2026-03").open("ab") as file:
        file.write(b'{"at":"\\u001b[2J","by":"\\ud800","event":"x","prev":""}\n{"at":"\\u001b[2J","event":["x"]}\n')
    run = omen("audit", "--store", NJ, *asked)
    on_terminal = omen("audit", "--store", NJ, is_tty=True)
    unknown = omen("audit", "--store", NJ, "--event", "\x1b[2J")

    assert (run.code, on_terminal.code, unknown.code) == (0, 0, 0)
    for text in (run.out, run.err, unknown.out, unknown.err, re.sub(r"\x1b\[[0-9;]*m", "", on_terminal.out)):
        assert not set(text) & set("\x1b\x07\r\u202e\u200b")
    assert run.err == (
        f"omen: {NJ}: lines of the audit left out, since they are no events: 1; "
        "omen audit --check tells whether a crash left them\n"
    )
    if not asked:
        assert {line.count("\t") for line in run.out.splitlines()} == {4}
        assert len(run.out.splitlines()) == 8
        assert run.out.splitlines()[-1].split("\t")[::2] == ["\N{REPLACEMENT CHARACTER}[2J", '["x"]', ""]


def test_torn_lines_are_counted_and_events_without_a_time_have_no_day(many, omen):
    with month(many, "2026-03").open("ab") as file:
        file.write(b'{"event":"x"}\n{"at":"9999-12-31T23:59:59-23:59"}\n{"at":"2026-03-01"}\n{"at"')

    one = omen("audit", "--store", NJ)
    dated = omen("audit", "--store", NJ, "--from", "2026-03-01")

    assert (one.code, len(one.out.splitlines())) == (0, 9)
    assert "since they are no events: 1;" in one.err
    assert len(dated.out.splitlines()) == 2
    assert "events left out, since their time cannot be read: 3;" in dated.err


@pytest.mark.parametrize(
    ("asked", "which"), [(("--store", NJ), f"--store {NJ}"), (("--all",), "--all")], ids=["store", "all"]
)
def test_no_archive_yet_is_said_and_is_no_failure(two_stores, omen, asked, which):
    run, checked = omen("audit", *asked), omen("audit", *asked, "--check")

    assert (run.code, run.err, len(run.out.splitlines())) == (
        0,
        f"omen: no events yet; run: omen generate {which}\n",
        1,
    )
    assert checked.code == 0
    assert f"{NJ}: 0 lines, 0 months: every link holds\n" in checked.out
    assert f"omen: {NJ}: has no archive: nothing was generated yet, or its folder is gone" in checked.err.splitlines()
    assert omen("audit", *asked, "--check", "-q").err == checked.err
    assert not two_stores.data.exists()


def test_filters_that_match_nothing_say_how_to_see_all(many, omen):
    run = omen("audit", "--store", CALI, "--to", "2025-01-01")

    assert (run.code, run.err) == (0, f"omen: no event matches; all of them: omen audit --store {CALI} --limit 0\n")


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("--store", "Nobody"), 5, "store 'Nobody': not in stores.yaml"),
        (("--store", "../x"), 2, "not a store id"),
        ((), 2, "which store?"),
        (("--all", "--store", NJ), 2, "--store names one store, --all every one"),
        (("--store", NJ, "--from", "2026-02-30"), 2, "--from '2026-02-30': not a date"),
        (("--store", NJ, "--to", "today"), 2, "--to 'today': not a date"),
        (("--store", NJ, "--from", "2026-01-02", "--to", "2026-01-01"), 2, "--from 2026-01-02: after --to 2026-01-01"),
        (("--store", NJ, "--limit", "-1"), 2, "--limit"),
        (("--store", NJ, "--event", ""), 2, "--event '': not a name"),
        (("--store", NJ, "--check", "--csv"), 2, "--check: follows every line"),
        (("--store", NJ, "--check", "--event", "x"), 2, "--check: follows every line"),
        (("--store", NJ, "--check", "--from", "2026-01-01"), 2, "--check: follows every line"),
        (("--store", NJ, "--check", "--to", "2026-01-01"), 2, "--check: follows every line"),
        (("--store", NJ, "--check", "--limit", "3"), 2, "--check: follows every line"),
        (("--store", NJ, "--expect-head", "0" * 64), 2, "--expect-head: is for the check of one store"),
        (("--all", "--check", "--expect-head", "0" * 64), 2, "--expect-head: is for the check of one store"),
        (("--store", NJ, "--check", "--expect-head", "abc"), 2, "--expect-head: not a hash"),
    ],
)
def test_a_wrong_call_is_refused_with_what_to_do(two_stores, omen, asked, code, message):
    run = omen("audit", *asked)

    assert (run.code, run.out) == (code, "")
    assert message in run.err


def test_csv_and_json_at_once_are_refused(two_stores, omen):
    assert omen("audit", "--store", NJ, "--csv", "--json").code == 2


def test_a_whole_chain_holds_and_tells_its_head(many, omen):
    head = sha256(month(many, "2026-03").read_bytes().splitlines()[-1]).hexdigest()
    run = omen("audit", "--store", NJ, "--check")

    assert (run.code, run.err) == (0, "")
    assert run.out == f"{NJ}: 5 lines, 3 months: every link holds; head {head}\n"
    assert omen("audit", "--store", NJ, "--check", "-q").out == ""
    assert omen("audit", "--store", NJ, "--check", "--json").data == [
        {"storeId": NJ, "lines": 5, "months": 3, "torn": 0, "tornAtEnd": False, "head": head, "breaks": []}
    ]


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (lambda of: edit(of("2026-02"), b'"by":"tester"', b'"by":"eve"'), "audit/2026-02.jsonl:2: does not follow"),
        (lambda of: edit(of("2026-01"), b'"by":"tester"', b'"by":"eve"'), "audit/2026-02.jsonl:1: does not follow"),
        (lambda of: remove_line(of("2026-02"), 2), "audit/2026-02.jsonl:2: does not follow the line before"),
        (lambda of: of("2026-02").unlink(), "audit/2026-03.jsonl:1: does not follow the last line of 2026-01.jsonl"),
        (lambda of: of("2026-01").unlink(), "audit/2026-02.jsonl:1: is the first line and says that it follows"),
        (lambda of: edit(of("2026-02"), b"{", b"{ "), "audit/2026-02.jsonl:1: is not written as omen writes"),
        (lambda of: edit(of("2026-02"), b"\n", b"\n\n"), "audit/2026-02.jsonl:2: is empty"),
    ],
    ids=["changed", "changed before a month", "removed", "month removed", "first month removed", "blank", "empty"],
)
def test_the_first_broken_link_is_named_and_exits_7(many, omen, harm, place):
    harm(lambda name: month(many, name))
    run = omen("audit", "--store", NJ, "--check")
    error = omen("audit", "--store", NJ, "--check", "--json").json["error"]

    assert (run.code, run.out) == (7, "")
    assert run.err.startswith(f"omen: {NJ}: {place}")
    assert f"settle it with omen verify --store {NJ} --accept" in run.err
    (result,) = error["results"]
    assert f"{result['breaks'][0]['place']}: {result['breaks'][0]['problem']}".startswith(place)


def test_json_names_every_break_and_the_message_how_many(many, omen):
    edit(month(many, "2026-01"), b'"by":"tester"', b'"by":"eve"')
    edit(month(many, "2026-02"), b'"event":"index.rebuilt"', b'"event":"index.rebuild"')
    run = omen("audit", "--store", NJ, "--check", "--json")

    (result,) = run.json["error"]["results"]
    assert [one["place"] for one in result["breaks"]] == ["audit/2026-02.jsonl:1", "audit/2026-02.jsonl:3"]
    assert "(and 1 more)" in run.json["error"]["message"]
    assert not any(one["settled"] for one in result["breaks"])


def test_a_crashs_torn_line_is_no_break(many, omen):
    with month(many, "2026-03").open("ab") as file:
        file.write(b'{"at":"2026-03')
    at_end = omen("audit", "--store", NJ, "--check")
    many.generate(NJ, "2026-01-09")
    fenced = omen("audit", "--store", NJ, "--check")

    assert (at_end.code, fenced.code) == (0, 0)
    assert f"{NJ}: 6 lines, 3 months, 1 torn line as a crash leaves them: every link holds" in at_end.out
    assert f"{NJ}: 7 lines, 3 months, 1 torn line as a crash leaves them: every link holds" in fenced.out


def test_a_break_that_a_person_settled_is_said_and_no_failure_but_the_next_one_is(many, omen):
    edit(month(many, "2026-02"), b'"by":"tester"', b'"by":"eve"')
    folder = many.archive(NJ) / "audit"
    (found,) = check_chain(folder).breaks
    details = {"subject": "audit/2026-02.jsonl:2", "evidence": found.evidence, "reason": "it was me"}
    append_event(
        folder, at=datetime.fromisoformat("2026-03-02T00:00:00+00:00"), by="ann", event="loss.accepted", details=details
    )

    settled = omen("audit", "--store", NJ, "--check")
    edit(month(many, "2026-02"), b'"by":"eve"', b'"by":"bob"')
    changed_again = omen("audit", "--store", NJ, "--check")

    assert settled.code == 0
    assert "every link holds but 1 settled" in settled.out
    assert f"omen: {NJ}: audit/2026-02.jsonl:2: does not follow the line before" in settled.err
    assert changed_again.code == 7


def test_an_earlier_head_proves_that_the_last_lines_are_still_there(many, omen):
    (before,) = omen("audit", "--store", NJ, "--check", "--json").data
    many.generate(NJ, "2026-01-09")
    asked = ("audit", "--store", NJ, "--check", "--expect-head", before["head"])
    whole = omen(*asked)
    month(many, "2026-03").unlink()
    cut_off = omen(*asked)

    assert (whole.code, cut_off.code) == (0, 7)
    assert omen("audit", "--store", NJ, "--check").code == 0
    assert f"{NJ}: no line of the audit has the hash {before['head']}" in cut_off.err


def test_all_checks_the_others_when_one_chain_is_broken(many, omen):
    edit(month(many, "2026-02"), b'"by":"tester"', b'"by":"eve"')
    run, document = omen("audit", "--all", "--check"), omen("audit", "--all", "--check", "--json")

    assert (run.code, document.code) == (7, 7)
    assert [line.partition(":")[0] for line in run.out.splitlines()] == [CALI, "data/audit"]
    assert f"omen: {NJ}: audit/2026-02.jsonl:2: does not follow" in run.err
    assert f"1 audit did not hold ({NJ})" in run.err
    error = document.json["error"]
    assert [(one["storeId"], len(one["breaks"])) for one in error["results"]] == [(NJ, 1), (CALI, 0), (None, 0)]
    assert [(one["storeId"], one["exitStatus"]) for one in error["failures"]] == [(NJ, 7)]


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_an_archive_that_cannot_be_read_is_not_the_others_failure(many, omen, check):
    many.archive(NJ).chmod(0o777)
    run, alone = omen("audit", "--all", *check), omen("audit", "--store", NJ, *check)

    assert (run.code, alone.code, alone.out) == (7 if check else 1, 7, "")
    assert CALI in run.out
    assert NJ not in run.out
    assert f"omen: {NJ}: " in run.err
    assert "chmod 700" in alone.err


def test_reading_takes_no_lock_and_changes_nothing(many, omen):
    """Without write rights to anything there is no lock to take; whoever reads finds the same bytes afterwards."""
    with month(many, "2026-03").open("ab") as file:
        file.write(b'{"at"')
    before = (many.tree(NJ), many.tree(CALI), whole_tree(many.data))
    for path in many.data.rglob(".lock"):
        path.unlink()
    without_locks = whole_tree(many.data)

    for asked in ((), ("--json",), ("--csv",), ("--check",), ("--from", "2026-02-01"), ("--event", "x")):
        assert omen("audit", "--all", *asked).code == 0

    assert whole_tree(many.data) == without_locks
    assert {name: raw for name, raw in before[0].items() if name != ".lock"} == many.tree(NJ)
