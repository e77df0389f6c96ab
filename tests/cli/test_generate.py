"""`omen generate`, one request: what is made, what it is about, and what is said of it."""

import json
import shutil

import pytest

from tests.cli.stores import CALI, DAY, NJ, configure, export, many_items, remove_exports, whole_tree, write_inventory

ONE = ("generate", "--store", NJ, "--as-of", DAY)


def test_a_snapshot_is_created_and_printed(two_stores, omen):
    run = omen(*ONE)

    (name,) = two_stores.archive(NJ).glob("snapshot_*.json")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"created: {name.stem}\n")
    for words in ("NJ Weed Wizard: weekly snapshot", "Net sales $366.00", "What to do", "Data notes"):
        assert words in run.out


def test_the_same_request_again_answers_with_the_same_id(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    before = whole_tree(two_stores.archive(NJ))

    again = two_stores.generate(NJ, DAY)

    assert again.id == first.id
    assert again.data["results"][0]["outcome"] == "duplicate_prevented"
    assert whole_tree(two_stores.archive(NJ)) == before


def test_a_duplicate_reads_no_export(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    remove_exports(two_stores)

    run = omen(*ONE)

    assert (run.code, run.err) == (0, "")
    assert run.out == (
        f"duplicate_prevented: {first.id} is there already; to see it: omen show --store {NJ} --snapshot {first.id}\n"
    )


def test_the_shipped_samples_make_a_week_that_an_owner_understands(tmp_path, omen, repo):
    shutil.copy(repo / "stores.yaml", tmp_path)
    shutil.copytree(repo / "data" / "exports", tmp_path / "data" / "exports")

    run = omen("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", "2026-01-11")

    assert (run.code, run.err) == (0, "")
    for words in ("Net sales $", "orders of $", "Gross margin", "Reorder now", "Data notes"):
        assert words in run.out


def test_the_default_timeframe_is_the_stores_first(two_stores, omen):
    configure(two_stores, "timeframes: [weekly]", "timeframes: [monthly, daily]")

    assert omen("generate", "--store", NJ, "--json").id.startswith("snapshot_monthly_2025-12-31_")


@pytest.mark.parametrize(
    ("timeframe", "last"), [("daily", "2026-01-18"), ("weekly", "2026-01-18"), ("monthly", "2025-12-31")]
)
def test_the_default_as_of_is_the_last_complete_period(two_stores, omen, timeframe, last):
    asked = ("generate", "--store", NJ, "--timeframe", timeframe, "--json")

    assert omen(*asked).id.startswith(f"snapshot_{timeframe}_{last}_")
    assert omen(*asked, "--as-of", "last").data["results"][0]["outcome"] == "duplicate_prevented"


@pytest.mark.parametrize(
    ("zone", "now", "today", "yesterday", "week"),
    [
        ("Pacific/Honolulu", "2026-01-19T09:30:00+00:00", "2026-01-18", "2026-01-17", "2026-01-11"),
        ("Pacific/Honolulu", "2026-01-19T10:30:00+00:00", "2026-01-19", "2026-01-18", "2026-01-18"),
        ("Pacific/Auckland", "2026-01-18T10:30:00+00:00", "2026-01-18", "2026-01-17", "2026-01-11"),
        ("Pacific/Auckland", "2026-01-18T11:30:00+00:00", "2026-01-19", "2026-01-18", "2026-01-18"),
        ("America/New_York", "2026-03-08T06:30:00+00:00", "2026-03-08", "2026-03-07", "2026-03-01"),
    ],
)
def test_today_yesterday_and_last_are_the_stores_own(two_stores, omen, zone, now, today, yesterday, week):
    configure(two_stores, "timezone: America/Los_Angeles", f"timezone: {zone}")
    found = {
        word: omen("generate", "--store", CALI, "--as-of", word, "--dry-run", "--json", now=now).data["results"][0]
        for word in ("today", "yesterday", "last")
    }

    assert {word: one["asOfDate"] for word, one in found.items()} == {
        "today": today,
        "yesterday": yesterday,
        "last": week,
    }
    assert {word: one["provisional"] for word, one in found.items()} == {
        "today": True,
        "yesterday": False,
        "last": False,
    }


@pytest.mark.parametrize("day", ["2026-01-20", "2027-01-01", "9999-12-31"])
def test_a_future_date_is_refused(two_stores, omen, day):
    run = omen("generate", "--store", NJ, "--as-of", day)

    assert (run.code, run.out) == (2, "")
    assert f"--as-of {day}: in the future; it is 2026-01-19 at the store" in run.err
    assert not two_stores.data.exists()


def test_what_is_today_at_one_store_is_the_future_at_another(two_stores, omen):
    now = "2026-01-19T06:00:00+00:00"  # one in the morning in New York, still Sunday in Los Angeles

    run = omen("generate", "--all", "--timeframe", "daily", "--as-of", "2026-01-19", "--json", now=now)

    assert run.code == 1
    assert [one["storeId"] for one in run.json["error"]["results"]] == [NJ]
    assert [(one["storeId"], one["exitStatus"]) for one in run.json["error"]["failures"]] == [(CALI, 2)]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_dry_run_writes_nothing(two_stores, omen, is_there):
    if is_there:
        two_stores.generate(NJ, DAY, "daily")
    before = whole_tree(two_stores.config.parent)

    run = omen(*ONE, "--dry-run")

    assert run.code == 0
    assert run.out.startswith("dry_run: this is what would be kept, as version 1; nothing was written\n")
    assert "Net sales $366.00" in run.out
    assert whole_tree(two_stores.config.parent) == before


def test_a_dry_run_says_what_the_real_run_then_makes(two_stores, omen):
    (dry,) = omen(*ONE, "--dry-run", "--json").data["results"]
    (made,) = omen(*ONE, "--json").data["results"]

    shown = omen("show", "--store", NJ, "--snapshot", made["snapshotId"], "--json").data
    assert (dry["outcome"], dry["snapshotId"], dry["entry"]) == ("dry_run", None, None)
    assert dry["content"] == shown["content"]
    assert dry["contentSha256"] == made["contentSha256"]


def test_a_dry_run_of_what_is_there_answers_with_it(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    remove_exports(two_stores)

    run = omen(*ONE, "--dry-run", "--json")

    assert (run.id, run.data["results"][0]["outcome"]) == (first.id, "duplicate_prevented")


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--dry-run",),
        ("--force", "--reason", "again"),
        ("--if-exists", "refresh"),
        ("--from", "2026-01-01"),
    ],
)
def test_quiet_prints_nothing_on_success(two_stores, omen, more):
    asked = ("generate", "--store", NJ, *(() if "--from" in more else ("--as-of", DAY)), *more, "-q")

    runs = [omen(*asked, is_tty=True) for _ in range(2)]

    assert [(run.code, run.out, run.err) for run in runs] == [(0, "", "")] * 2


def test_quiet_still_says_what_failed_and_what_is_held(two_stores, omen):
    write_inventory(two_stores, [*many_items(9), "BAD,Bad,each,Flower,1,5.00,-3.00,true,2025-06-01"])
    held = omen(*ONE, "-q")
    failed = omen("generate", "--store", "Nobody", "-q")

    assert (held.code, held.out) == (0, "")
    assert f"{NJ} weekly {DAY} is HELD: kept, but it will not be sent: " in held.err
    assert failed.code == 5
    assert failed.err.startswith("omen: store 'Nobody'")


def test_json_is_one_document_of_what_was_made(two_stores, omen):
    run = omen(*ONE, "--json")

    (line,) = run.out.splitlines()
    (one,) = run.data["results"]
    assert (run.err, json.loads(line)["command"]) == ("", "generate")
    assert {name: one[name] for name in ("outcome", "storeId", "timeframe", "asOfDate", "version", "supersedes")} == {
        "outcome": "created",
        "storeId": NJ,
        "timeframe": "weekly",
        "asOfDate": DAY,
        "version": 1,
        "supersedes": None,
    }
    assert one["entry"]["id"] == one["snapshotId"]
    assert (one["held"], one["provisional"], one["sameContent"]) == (False, False, False)


def test_the_snapshot_says_who_made_it_when_and_how(two_stores, omen):
    made = two_stores.generate(NJ, DAY)
    found = omen("show", "--store", NJ, "--snapshot", made.id, "--json").data

    assert (found["createdBy"], found["createdVia"], found["requestId"]) == ("tester", "cli", "request-0001")
    assert found["generatedAt"] == "2026-01-19T10:00:00.000-05:00"
    assert [(one["role"], one["name"], one["rows"]) for one in found["inputs"]] == [
        ("inventory", "inventory.csv", 6),
        ("orders", "orders-2026-01.csv", 12),
    ]


def test_low_disk_warns_and_goes_on(two_stores, omen):
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 90000000}\nstores:\n")

    run = omen(*ONE)

    assert run.code == 0
    assert run.err.startswith("omen: the disk runs low: ")


@pytest.mark.parametrize("text", ["0", "257", "-1", "two", "1e1", "٣", "00000000199999"])
def test_a_wrong_number_of_threads_is_refused(two_stores, omen, text):
    run = omen(*ONE, env={"OMEN_THREADS": text})

    assert (run.code, run.out) == (2, "")
    assert "OMEN_THREADS" in run.err
    assert not two_stores.data.exists()


def test_a_later_export_does_not_change_what_is_there(two_stores, omen):
    first = two_stores.generate(NJ, DAY)
    export(two_stores).write_text(export(two_stores).read_text("utf-8").replace("35.00", "99.00"), "utf-8")

    assert two_stores.generate(NJ, DAY).id == first.id
