"""At most so many new snapshots a store in any sliding hour, counted from the audit: nothing resets it."""

import pytest

from tests.cli.processes import run_at_once
from tests.cli.signed import People, need_tokens
from tests.cli.stores import CALI, NJ, configure

DAYS = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"]


@pytest.fixture
def limited(two_stores):
    """Both stores may make two snapshots an hour."""
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 2}\nstores:\n")
    return two_stores


def daily(omen, day, *more, store=NJ, **world):
    return omen("generate", "--store", store, "--timeframe", "daily", "--as-of", day, *more, **world)


def test_one_more_than_the_limit_is_refused_with_the_seconds_to_wait(limited, omen, clock):
    daily(omen, DAYS[0])
    clock.advance(minutes=10)
    daily(omen, DAYS[1])
    clock.advance(minutes=20)
    before = limited.tree(NJ)
    run = daily(omen, DAYS[2], "--json")
    assert run.code == 11
    error = run.json["error"]
    assert (error["code"], error["status"], error["retryAfterS"]) == ("rate_limited", 429, 30 * 60)
    assert "1800 s" in run.err
    assert limited.tree(NJ) == before


def test_the_hour_slides(limited, omen, clock):
    for day in DAYS[:2]:
        assert daily(omen, day).code == 0
        clock.advance(minutes=10)
    clock.advance(minutes=39, seconds=59)
    run = daily(omen, DAYS[2], "--json")
    assert (run.code, run.json["error"]["retryAfterS"]) == (11, 1)
    clock.advance(seconds=1)
    assert daily(omen, DAYS[2]).code == 0
    assert daily(omen, DAYS[3]).code == 11  # the second of the first two is still within the hour


def test_duplicates_do_not_count_and_are_answered_at_the_limit(limited, omen):
    for day in (DAYS[0], DAYS[0], DAYS[0], DAYS[1]):
        assert daily(omen, day).code == 0
    assert daily(omen, DAYS[2]).code == 11
    assert daily(omen, DAYS[0], "--json").data["results"][0]["outcome"] == "duplicate_prevented"
    assert daily(omen, DAYS[0], "--if-exists", "refresh", "--json").data["results"][0]["outcome"] == "unchanged"


def test_a_new_version_counts(limited, omen):
    daily(omen, DAYS[0])
    daily(omen, DAYS[0], "--force", "--reason", "asked for")
    assert daily(omen, DAYS[0], "--force", "--reason", "asked again").code == 11


def test_one_store_at_its_limit_never_delays_another(limited, omen):
    for day in DAYS[:2]:
        daily(omen, day)
    run = omen("generate", "--all", "--timeframe", "daily", "--as-of", DAYS[2], "--json")
    assert run.code == 1
    assert [one["code"] for one in run.json["error"]["failures"]] == ["rate_limited"]
    assert [one["storeId"] for one in run.json["error"]["results"]] == [CALI]


def test_a_backfill_counts_as_one(limited, omen):
    span = ("generate", "--store", NJ, "--timeframe", "daily", "--from", DAYS[0], "--to", DAYS[3])
    assert omen(*span).code == 0
    assert daily(omen, DAYS[4]).code == 0
    assert daily(omen, "2026-01-10").code == 11
    refused = omen("generate", "--store", NJ, "--timeframe", "daily", "--from", "2026-01-10", "--to", "2026-01-12")
    assert refused.code == 11
    assert "2 not tried" in refused.err


def test_a_backfill_of_an_owner_counts_each_of_its_snapshots(limited):
    need_tokens(limited)
    span = ("generate", "--timeframe", "daily", "--from", DAYS[0], "--to", DAYS[3])
    run = People(limited).run("owner", *span)
    assert run.code == 11
    assert "1 not tried" in run.err
    assert len(list(limited.archive(NJ).glob("snapshot_*.json"))) == 2
    assert People(limited).run("admin", *span, "--store", NJ).code == 11  # another at its limit


def test_an_admins_backfill_counts_as_one(limited):
    need_tokens(limited)
    span = ("generate", "--timeframe", "daily", "--from", DAYS[0], "--to", DAYS[3])
    assert People(limited).run("admin", *span, "--store", NJ).code == 0
    assert len(list(limited.archive(NJ).glob("snapshot_*.json"))) == 4


def test_no_limit_goes_beyond_it_counts_as_nothing_and_is_audited(limited, omen):
    for day in DAYS[:2]:
        daily(omen, day)
    assert daily(omen, DAYS[2], "--no-limit").code == 0
    made = [event for event in limited.audit(NJ) if event["event"] == "snapshot.created"]
    assert [event["countsAs"] for event in made] == ["one", "one", "nothing"]


def test_what_no_limit_made_leaves_the_limit_to_others(limited, omen):
    for day in DAYS[:3]:
        daily(omen, day, "--no-limit")
    assert [daily(omen, day).code for day in (*DAYS[3:], "2026-01-10")] == [0, 0, 11]


def test_zero_turns_it_off(two_stores, omen):
    configure(two_stores, "stores:\n", "limits: {generations_per_hour: 0}\nstores:\n")
    for day in range(1, 13):
        assert daily(omen, f"2026-01-{day:02d}").code == 0


def test_ten_an_hour_is_the_default(two_stores, omen):
    codes = [daily(omen, f"2026-01-{day:02d}").code for day in range(1, 12)]
    assert codes == [0] * 10 + [11]


def test_the_months_of_the_audit_do_not_reset_it(limited, omen):
    for day, now in zip(DAYS, ("2026-01-31T23:50:00+00:00", "2026-02-01T00:10:00+00:00"), strict=False):
        assert daily(omen, day, now=now).code == 0
    assert daily(omen, DAYS[3], now="2026-02-01T00:30:00+00:00").code == 11
    assert daily(omen, DAYS[3], now="2026-02-01T00:50:00+00:00").code == 0


def test_a_clock_that_was_set_back_does_not_shut_a_store_for_long(limited, omen):
    for day in DAYS[:2]:
        daily(omen, day, now="2027-01-19T15:00:00+00:00")
    assert daily(omen, DAYS[2], now="2026-01-19T15:00:00+00:00").code == 0


def test_many_processes_at_once_make_no_more_than_the_limit(limited):
    calls = [
        ("generate", "--store", NJ, "--timeframe", "daily", "--as-of", f"2026-01-{day:02d}") for day in range(1, 9)
    ]
    answers = run_at_once(limited.config.parent, calls)
    assert sorted(code for code, _, _ in answers) == [0] * 2 + [11] * 6
    assert len(list(limited.archive(NJ).glob("snapshot_*.json"))) == 2


def test_a_dry_run_is_not_limited(limited, omen):
    for day in DAYS[:2]:
        daily(omen, day)
    assert daily(omen, DAYS[2], "--dry-run").code == 0
