"""When the snapshot is there already: skip, fail, replace, refresh; provisional ones; versions and what supersedes."""

import pytest

from tests.cli.stores import DAY, NJ, export, remove_exports, whole_tree

ONE = ("generate", "--store", NJ, "--as-of", DAY, "--json")
TODAY = ("generate", "--store", NJ, "--timeframe", "daily", "--as-of", "2026-01-19", "--json")


def outcome(run):
    (one,) = run.data["results"]
    return one["outcome"]


def reprice(two_stores, price):
    """Change what a weekly content of NJWeedWizard says."""
    lines = export(two_stores).read_text("utf-8").splitlines(keepends=True)
    lines[1] = f"BD-8,Blue Dream,eighth,Flower,40,15.00,{price},true,2025-06-01\n"
    export(two_stores).write_text("".join(lines), "utf-8")


def versions(omen):
    found = omen("history", "--store", NJ, "--all-versions", "--json").data
    return [(one["version"], one["id"], one["supersedes"], one["supersededBy"], one["reason"]) for one in found]


@pytest.mark.parametrize("more", [(), ("--if-exists", "skip")])
def test_skip_is_the_default_and_prevents_the_duplicate(two_stores, omen, more):
    first = omen(*ONE, *more)
    reprice(two_stores, "36.00")

    again = omen(*ONE, *more)

    assert (again.id, outcome(again)) == (first.id, "duplicate_prevented")


def test_fail_exits_1_and_names_the_snapshot_that_is_there(two_stores, omen):
    first = omen(*ONE, "--if-exists", "fail")
    before = whole_tree(two_stores.data)

    again = omen(*ONE, "--if-exists", "fail")

    assert outcome(first) == "created"
    assert (again.code, again.json["error"]["code"]) == (1, "already_exists")
    assert again.json["error"]["snapshotId"] == first.id
    assert f"{first.id} is there already" in again.err
    assert whole_tree(two_stores.data) == before


@pytest.mark.parametrize("how", [("--force",), ("--if-exists", "replace"), ("--force", "--if-exists", "replace")])
def test_force_makes_the_next_version_that_supersedes(two_stores, omen, how):
    first = omen(*ONE)
    reprice(two_stores, "36.00")

    second = omen(*ONE, *how, "--reason", "the price list was old")

    assert outcome(second) == "created"
    assert versions(omen) == [
        (2, second.id, first.id, None, "the price list was old"),
        (1, first.id, None, second.id, None),
    ]
    assert omen(*ONE).id == second.id


@pytest.mark.parametrize("how", [("--force",), ("--if-exists", "replace")])
@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", "  ")])
def test_force_needs_a_reason(two_stores, omen, how, reason):
    run = omen(*ONE, *how, *reason)

    assert run.code == 2
    assert "say why with --reason TEXT" in run.err
    assert not two_stores.data.exists()


@pytest.mark.parametrize("policy", [(), ("--if-exists", "skip"), ("--if-exists", "fail")])
def test_a_reason_that_nothing_needs_is_refused(two_stores, omen, policy):
    assert omen(*ONE, *policy, "--reason", "why not").code == 2


@pytest.mark.parametrize("reason", ["two\nlines", "\x1b[31mred", "x" * 301, "half \udcff", "tab\there", "bidi \u202e"])
def test_a_reason_is_one_short_line_of_printable_text(two_stores, omen, reason):
    run = omen(*ONE, "--force", "--reason", reason)

    assert run.code == 2
    assert "--reason: not one line of at most 300 printable characters" in run.err
    assert not two_stores.data.exists()


@pytest.mark.parametrize("policy", ["skip", "fail", "refresh"])
def test_force_and_another_policy_contradict_each_other(two_stores, omen, policy):
    run = omen(*ONE, "--force", "--if-exists", policy, "--reason", "x")

    assert run.code == 2
    assert f"--force: contradicts --if-exists {policy}" in run.err


def test_a_new_version_with_the_same_content_says_so(two_stores, omen):
    first = omen(*ONE)
    second = omen(*ONE, "--force", "--reason", "to be sure")
    third = omen(*ONE[:-1], "--force", "--reason", "to be surer")

    assert first.data["results"][0]["sameContent"] is False
    assert second.data["results"][0]["sameContent"] is True
    assert second.data["results"][0]["contentSha256"] == first.data["results"][0]["contentSha256"]
    assert third.out.splitlines()[0].endswith("; its content is the same as that of the version before")


def test_a_forced_dry_run_says_when_the_content_is_the_same(two_stores, omen):
    omen(*ONE)

    same = omen(*ONE[:-1], "--force", "--reason", "to be sure", "--dry-run")
    reprice(two_stores, "36.00")
    other = omen(*ONE[:-1], "--force", "--reason", "to be sure", "--dry-run")

    said = "dry_run: this is what would be kept, as version 2; nothing was written"
    assert same.out.splitlines()[0] == f"{said}; its content is the same as that of the version before"
    assert other.out.splitlines()[0] == said


def test_versions_made_in_the_same_millisecond_have_ids_of_their_own(two_stores, omen):
    ids = [omen(*ONE).id, *(omen(*ONE, "--force", "--reason", "again").id for _ in range(3))]

    assert [version for version, *_ in versions(omen)] == [4, 3, 2, 1]
    assert [one[1] for one in versions(omen)] == ids[::-1]
    assert len(set(ids)) == 4
    assert {one.rpartition("_")[2] for one in ids} == {ids[0].rpartition("_")[2]}  # the content is the same


def test_a_clock_that_went_backwards_still_makes_a_later_version(two_stores, omen, clock):
    first = omen(*ONE)
    clock.advance(days=-3)

    second = omen(*ONE, "--force", "--reason", "the clock was set right")

    assert [one[1] for one in versions(omen)] == [second.id, first.id]
    assert int(second.id.split("_")[3]) == int(first.id.split("_")[3]) + 1


def test_refresh_answers_unchanged_when_the_content_is_the_same(two_stores, omen):
    first = omen(*ONE)
    before = whole_tree(two_stores.archive(NJ))

    again = omen(*ONE, "--if-exists", "refresh")
    text = omen(*ONE[:-1], "--if-exists", "refresh")

    assert (again.id, outcome(again)) == (first.id, "unchanged")
    assert text.out == f"unchanged: {first.id} has the same content\n"
    assert whole_tree(two_stores.archive(NJ)) == before


def test_refresh_makes_a_version_when_the_content_differs(two_stores, omen):
    first = omen(*ONE, "--if-exists", "refresh")
    reprice(two_stores, "36.00")

    second = omen(*ONE, "--if-exists", "refresh")
    reprice(two_stores, "37.00")
    third = omen(*ONE, "--if-exists", "refresh", "--reason", "new prices")

    assert [outcome(run) for run in (first, second, third)] == ["created"] * 3
    assert versions(omen) == [
        (3, third.id, second.id, None, "new prices"),
        (2, second.id, first.id, third.id, "the exports have changed"),
        (1, first.id, None, second.id, None),
    ]


def test_refresh_reads_the_exports_and_fails_without_them(two_stores, omen):
    omen(*ONE)
    remove_exports(two_stores)
    before = whole_tree(two_stores.archive(NJ))

    assert omen(*ONE, "--if-exists", "refresh").code == 4
    assert whole_tree(two_stores.archive(NJ)) == before


def test_a_snapshot_of_a_day_that_has_not_ended_is_provisional(two_stores, omen):
    run = omen(*TODAY)

    assert run.data["results"][0]["provisional"] is True
    assert omen("history", "--store", NJ).out.splitlines()[1].split("\t")[3] == "provisional"
    assert "PROVISIONAL" in omen("show", "--store", NJ, "--snapshot", run.id).out


def test_while_its_day_lasts_a_provisional_snapshot_answers(two_stores, omen, clock):
    first = omen(*TODAY)
    clock.advance(hours=13, minutes=59)  # 04:59 UTC is 23:59 at the store

    assert (omen(*TODAY).id, outcome(omen(*TODAY))) == (first.id, "duplicate_prevented")


def test_while_its_day_lasts_a_refresh_with_the_same_content_is_unchanged(two_stores, omen, clock):
    first = omen(*TODAY)
    clock.advance(hours=1)

    again = omen(*TODAY, "--if-exists", "refresh")

    assert (again.id, outcome(again)) == (first.id, "unchanged")


@pytest.mark.parametrize("policy", ["skip", "fail", "refresh"])
def test_after_its_day_a_provisional_snapshot_is_superseded(two_stores, omen, clock, policy):
    first = omen(*TODAY)
    clock.advance(hours=14)  # midnight at the store

    second = omen(*TODAY, "--if-exists", policy)
    third = omen(*TODAY)

    assert (outcome(second), second.data["results"][0]["provisional"]) == ("created", False)
    assert (third.id, outcome(third)) == (second.id, "duplicate_prevented")
    assert versions(omen) == [
        (2, second.id, first.id, None, "the one before was made before its day had ended"),
        (1, first.id, None, second.id, None),
    ]


def test_after_its_day_a_provisional_snapshot_stays_when_the_exports_are_gone(two_stores, omen, clock):
    first = omen(*TODAY)
    remove_exports(two_stores)
    clock.advance(days=1)

    assert omen(*TODAY).code == 4
    assert omen("show", "--store", NJ, "--snapshot", first.id).code == 0


def test_a_weekly_snapshot_before_the_weeks_end_is_final_once_its_day_is_over(two_stores, omen):
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-16", "--json")

    assert run.data["results"][0]["provisional"] is False
    assert "so far (5 of 7 days)" in omen("show", "--store", NJ).out
