"""`omen generate` for many: every period of a span, every store; one failure is never another's."""

import re
from datetime import UTC, datetime

import pytest

from omen_cli.config.load import load_settings
from omen_cli.workflows.batch import jobs_for, serve
from omen_cli.workflows.compute import compute
from omen_cli.workflows.request import Caller
from tests.cli.processes import holding
from tests.cli.stores import CALI, NJ, export, remove_exports, whole_tree


def days(run):
    return [one["asOfDate"] for one in run.data["results"]]


def backfill(omen, timeframe, first, last, *more, **world):
    span = ("--from", first, *(() if last is None else ("--to", last)))
    return omen("generate", "--store", NJ, "--timeframe", timeframe, *span, "--json", *more, **world)


def test_dailies_are_made_of_every_day_of_the_span_both_ends_included(two_stores, omen):
    assert days(backfill(omen, "daily", "2025-12-30", "2026-01-02")) == [
        "2025-12-30",
        "2025-12-31",
        "2026-01-01",
        "2026-01-02",
    ]


@pytest.mark.parametrize(
    ("first", "last", "sundays"),
    [
        ("2026-01-04", "2026-01-18", ["2026-01-04", "2026-01-11", "2026-01-18"]),
        ("2025-12-29", "2026-01-17", ["2026-01-04", "2026-01-11"]),
        ("2026-01-11", "2026-01-11", ["2026-01-11"]),
    ],
)
def test_weeklies_are_made_of_every_week_that_ends_in_the_span(two_stores, omen, first, last, sundays):
    assert days(backfill(omen, "weekly", first, last)) == sundays


def test_monthlies_are_made_of_every_month_that_ends_in_the_span(two_stores, omen):
    assert days(backfill(omen, "monthly", "2025-11-30", "2026-01-18")) == ["2025-11-30", "2025-12-31"]


def test_without_to_the_span_ends_with_the_last_complete_period(two_stores, omen):
    assert days(backfill(omen, "weekly", "2026-01-05", None)) == ["2026-01-11", "2026-01-18"]


def test_the_ends_of_a_span_may_be_words(two_stores, omen):
    assert days(backfill(omen, "daily", "yesterday", "today")) == ["2026-01-18", "2026-01-19"]


@pytest.mark.parametrize(
    ("span", "message"),
    [
        (("--from", "2026-01-05", "--to", "2026-01-10"), "no weekly period ends from then to 2026-01-10"),
        (("--from", "2026-01-11", "--to", "2026-01-04"), "--from 2026-01-11: after --to 2026-01-04\n  swap them"),
        (("--from", "2026-01-19"), "after 2026-01-18, when the last complete weekly period ended\n  begin earlier"),
        (("--from", "2026-01-01", "--as-of", "2026-01-11"), "--as-of names one period, --from and --to several"),
        (("--to", "2026-01-11"), "--to: needs --from"),
        (("--from", "2026-01-01", "--to", "2026-01-25"), "--to 2026-01-25: in the future"),
        (("--from", "2026-02-01"), "--from 2026-02-01: in the future"),
        (("--from", ""), "--from '': not a date"),
        (("--from", "2026-01-01", "--to", ""), "--to '': not a date"),
        (("--from", "1999-12-31", "--to", "2026-01-11"), "--from 1999-12-31: before 2000-01-01"),
        (("--timeframe", "daily", "--from", "2000-01-01"), "daily periods to 2026-01-18\n  ask for at most 3660"),
    ],
)
def test_a_span_that_names_no_periods_is_refused(two_stores, omen, span, message):
    run = omen("generate", "--store", NJ, *span)

    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert not two_stores.data.exists()


def test_a_backfill_again_makes_nothing_twice(two_stores, omen):
    backfill(omen, "weekly", "2026-01-01", "2026-01-11")
    before = whole_tree(two_stores.archive(NJ))

    again = backfill(omen, "weekly", "2026-01-01", "2026-01-18")

    assert [one["outcome"] for one in again.data["results"]] == ["duplicate_prevented"] * 2 + ["created"]
    assert {path: before[path] for path in before if path.startswith("snapshot_")}.items() <= whole_tree(
        two_stores.archive(NJ)
    ).items()


def test_piped_a_backfill_is_a_line_a_snapshot_under_a_header(two_stores, omen):
    run = omen("generate", "--store", NJ, "--from", "2026-01-04", "--to", "2026-01-11")

    header, *rows = [line.split("\t") for line in run.out.splitlines()]
    assert (run.code, run.err) == (0, "")
    assert header == ["outcome", "store", "timeframe", "as of", "version", "snapshot"]
    assert [row[:5] for row in rows] == [["created", NJ, "weekly", day, "1"] for day in ("2026-01-04", "2026-01-11")]
    assert all(re.fullmatch(r"snapshot_weekly_[0-9-]{10}_\d+_[0-9a-f]{8}", row[5]) for row in rows)


def test_all_makes_the_snapshot_of_every_store(two_stores, omen):
    run = omen("generate", "--all", "--json")

    assert [(one["storeId"], one["asOfDate"]) for one in run.data["results"]] == [
        (NJ, "2026-01-18"),
        (CALI, "2026-01-18"),
    ]


@pytest.mark.parametrize("broken", [NJ, CALI])
def test_all_goes_on_when_a_store_fails_names_it_and_exits_1(two_stores, omen, broken):
    (sound,) = {NJ, CALI} - {broken}
    remove_exports(two_stores, broken)

    run = omen("generate", "--all")

    assert run.code == 1
    assert f"omen: {broken} weekly 2026-01-18: inventory: no file at " in run.err
    assert f"omen: 1 of 2 failed ({broken}), 1 done\n" in run.err
    assert [line.split("\t")[:2] for line in run.out.splitlines()[1:]] == [["created", sound]]
    assert not two_stores.archive(broken).exists()


def test_the_json_of_a_partial_failure_has_results_and_failures(two_stores, omen):
    remove_exports(two_stores, NJ)

    run = omen("generate", "--all", "--json")

    error = run.json["error"]
    assert (run.code, run.json["ok"], error["code"]) == (1, False, "check_failed")
    assert [(one["storeId"], one["outcome"]) for one in error["results"]] == [(CALI, "created")]
    assert [(one["storeId"], one["code"], one["exitStatus"]) for one in error["failures"]] == [
        (NJ, "source_invalid", 4)
    ]
    assert error["failures"][0]["about"] == f"{NJ} weekly 2026-01-18"
    assert error["failures"][0]["message"].startswith("inventory: no file at ")
    assert error["failures"][0]["hint"]


def test_all_quiet_says_only_what_failed(two_stores, omen):
    remove_exports(two_stores, NJ)

    run = omen("generate", "--all", "-q", is_tty=True)

    assert (run.code, run.out) == (1, "")
    assert run.err.startswith(f"omen: {NJ} weekly 2026-01-18: ")


def test_all_exits_1_also_when_every_store_fails(two_stores, omen):
    remove_exports(two_stores, NJ)
    remove_exports(two_stores, CALI)

    run = omen("generate", "--all")

    assert (run.code, run.out) == (1, "")
    assert f"2 of 2 failed ({NJ}, {CALI}), 0 done" in run.err


def test_all_exits_1_also_when_the_only_store_fails(two_stores, omen):
    text = two_stores.config.read_text("utf-8")
    two_stores.config.write_text(text.partition(f"  {CALI}:")[0], "utf-8")
    remove_exports(two_stores, NJ)

    run = omen("generate", "--all")

    assert run.code == 1
    assert f"1 of 1 failed ({NJ}), 0 done" in run.err


def test_all_with_a_call_that_no_store_can_serve_is_a_wrong_call(two_stores, omen):
    assert omen("generate", "--all", "--as-of", "tomorrow").code == 2


def test_a_single_stores_failure_keeps_its_own_exit_status(two_stores, omen):
    remove_exports(two_stores)

    run = omen("generate", "--store", NJ)

    assert (run.code, run.out) == (4, "")
    assert "failed" not in run.err


def test_a_backfill_whose_failures_agree_keeps_their_exit_status(two_stores, omen):
    backfill(omen, "weekly", "2026-01-11", "2026-01-11")
    remove_exports(two_stores)

    run = backfill(omen, "weekly", "2026-01-04", "2026-01-18")

    error = run.json["error"]
    assert (run.code, error["code"]) == (4, "source_invalid")
    assert [one["asOfDate"] for one in error["results"]] == ["2026-01-11"]
    assert [one["about"][-10:] for one in error["failures"]] == ["2026-01-04", "2026-01-18"]


def test_a_busy_archive_ends_its_store_but_not_the_others(two_stores, omen):
    two_stores.generate(NJ, "2026-01-04")
    with holding(two_stores.archive(NJ) / ".lock"):
        run = omen("generate", "--all", "--from", "2026-01-05", "--to", "2026-01-18", "--lock-wait", "0", "--json")

    error = run.json["error"]
    assert run.code == 1
    assert [one["code"] for one in error["failures"]] == ["busy"]
    assert [one["storeId"] for one in error["results"]] == [CALI, CALI]
    assert error["message"] == f"1 of 4 failed ({NJ}), 2 done, 1 not tried"


def test_a_backfill_of_a_busy_store_is_busy(two_stores, omen):
    two_stores.generate(NJ, "2026-01-04")
    with holding(two_stores.archive(NJ) / ".lock"):
        run = backfill(omen, "weekly", "2026-01-04", "2026-01-18", "--lock-wait", "0")

    assert (run.code, run.json["error"]["code"]) == (6, "busy")
    assert run.json["error"]["message"] == f"1 of 3 failed ({NJ}), 0 done, 2 not tried"


def test_a_bug_that_one_stores_data_bring_out_stops_no_other_store(two_stores):
    def compute_with_a_bug(request):
        if request.store.store_id == NJ:
            raise ZeroDivisionError
        return compute(request)

    caller = Caller("tester", datetime(2026, 1, 19, 15, tzinfo=UTC), "request-1")
    settings = load_settings(two_stores.config, {})
    batch = jobs_for(
        settings,
        caller,
        compute_with_a_bug,
        store_id=None,
        all_stores=True,
        timeframe=None,
        as_of=None,
        span=(None, None),
        policy="skip",
        reason=None,
        is_dry_run=False,
    )

    failed, made = serve(batch)

    assert (failed.store_id, type(failed.error)) == (NJ, ZeroDivisionError)
    assert (made.request.store.store_id, made.outcome) == (CALI, "created")


@pytest.mark.parametrize("asked", [("--all",), ("--store", NJ, "--from", "2026-01-04")])
def test_more_than_one_snapshot_shows_progress_on_a_terminal(two_stores, omen, asked):
    run = omen("generate", *asked, is_tty=True)

    assert run.code == 0
    assert re.search(r"\d/\d", run.err)
    assert "━" in run.err
    assert "━" not in run.out


@pytest.mark.parametrize(
    ("asked", "is_tty"),
    [
        (("--all",), False),
        (("--all", "-q"), True),
        (("--store", NJ), True),
        (("--store", NJ, "--from", "2026-01-18"), True),
    ],
)
def test_no_progress_where_nobody_watches_or_only_one_is_made(two_stores, omen, asked, is_tty):
    assert omen("generate", *asked, is_tty=is_tty).err == ""


def test_a_table_on_a_terminal_keeps_ids_whole(two_stores, omen):
    run = omen("generate", "--all", is_tty=True, width=80)

    ids = re.findall(r"snapshot_weekly_2026-01-18_\d+_[0-9a-f]{8}(?=\s|$)", run.out)
    assert len(ids) == 2
    assert all(len(line) <= 80 for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", run.out).splitlines())


def test_export_paths_of_another_store_are_never_touched(two_stores, omen):
    before = whole_tree(export(two_stores, CALI).parent)
    omen("generate", "--store", NJ)

    assert whole_tree(export(two_stores, CALI).parent) == before
