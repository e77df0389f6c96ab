"""Many real processes at once, released together; and one that finds the archive locked."""

import json
import time

import pytest

from tests.cli.processes import holding, run_at_once
from tests.cli.stores import DAY, NJ, whole_tree

MANY = 16
ONE = ("generate", "--store", NJ, "--as-of", DAY, "--json")


def created(two_stores):
    return [event["id"] for event in two_stores.audit(NJ) if event["event"] == "snapshot.created"]


def shard_ids(two_stores):
    shard = json.loads((two_stores.archive(NJ) / "index" / "2026-01.json").read_text("utf-8"))
    return [entry["id"] for entry in shard["entries"]]


def test_sixteen_processes_for_one_key_make_one_snapshot(two_stores):
    answers = run_at_once(two_stores.config.parent, [ONE] * MANY)

    assert [(code, err) for code, _, err in answers] == [(0, "")] * MANY
    results = [json.loads(out)["data"]["results"][0] for _, out, _ in answers]
    assert sorted(one["outcome"] for one in results) == ["created"] + ["duplicate_prevented"] * (MANY - 1)
    (name,) = {one["snapshotId"] for one in results}
    assert [path.stem for path in two_stores.archive(NJ).glob(f"snapshot_weekly_{DAY}_*.json")] == [name]
    assert created(two_stores) == [name]
    assert shard_ids(two_stores).count(name) == 1
    assert not (two_stores.archive(NJ) / ".pending").exists()


def test_sixteen_processes_for_sixteen_keys_make_sixteen_entries(two_stores, omen):
    calls = [
        ("generate", "--store", NJ, "--timeframe", "daily", "--as-of", f"2026-01-{day:02d}", "--no-limit", "--json")
        for day in range(1, MANY + 1)
    ]

    answers = run_at_once(two_stores.config.parent, calls)

    assert [(code, err) for code, _, err in answers] == [(0, "")] * MANY
    ids = {json.loads(out)["data"]["results"][0]["snapshotId"] for _, out, _ in answers}
    assert len(ids) == MANY
    assert set(shard_ids(two_stores)) == ids
    assert sorted(created(two_stores)) == sorted(ids)
    assert {path.stem for path in two_stores.archive(NJ).glob("snapshot_*.json")} == ids
    assert len(omen("history", "--store", NJ, "--json").data) == MANY


@pytest.mark.parametrize("lock", [".lock", "locks/weekly.lock"])
def test_a_lock_that_another_process_holds_is_busy_after_lock_wait(two_stores, omen, lock):
    two_stores.generate(NJ, "2026-01-04")
    before = whole_tree(two_stores.data)

    with holding(two_stores.archive(NJ) / lock):
        started = time.monotonic()
        run = omen(*ONE[:-1], "--lock-wait", "0.3")
        waited_s = time.monotonic() - started
        document = omen(*ONE, "--lock-wait", "0")

    assert (run.code, run.out) == (6, "")
    assert waited_s >= 0.3
    assert "another omen has held this lock for 0.3 s" in run.err
    assert len(run.err.splitlines()) == 2
    assert (document.json["error"]["code"], document.json["error"]["status"]) == ("busy", 423)
    assert whole_tree(two_stores.data) == before


def test_a_lock_that_comes_free_in_time_is_no_failure(two_stores, omen):
    two_stores.generate(NJ, "2026-01-04")
    with holding(two_stores.archive(NJ) / ".lock"):
        pass

    assert omen(*ONE, "--lock-wait", "0").code == 0


def test_readers_wait_for_no_lock(two_stores, omen):
    made = two_stores.generate(NJ, DAY)

    with holding(two_stores.archive(NJ) / ".lock"):
        assert omen("history", "--store", NJ).code == 0
        assert omen("show", "--store", NJ).code == 0
        assert omen(*ONE, "--dry-run").id == made.id


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "86401", "soon", ""])
def test_a_wait_that_is_none_is_a_wrong_call(two_stores, omen, text):
    run = omen(*ONE[:-1], f"--lock-wait={text}")

    assert (run.code, run.out) == (2, "")
    assert "--lock-wait" in run.err
    assert len(run.err.splitlines()) == 2
    assert not two_stores.data.exists()
