"""A snapshot that was accepted as lost, and comes back: it is junior to the one that was made in its place since."""

import pytest

from tests.cli.stores import NJ

WEEK = "2026-01-18"
FORCED = ("--force", "--reason", "the file was lost")


@pytest.fixture(params=[1, 2], ids=["version 1", "version 2"])
def again(two_stores, omen, clock, request):
    """Lose a version, give it up, make it again and put the old file back; return the ids (old, live)."""
    two_stores.generate(NJ, WEEK)
    clock.advance(minutes=1)
    more = FORCED if request.param == 2 else ()
    old = two_stores.generate(NJ, WEEK, "weekly", *more).id
    path = two_stores.archive(NJ) / f"{old}.json"
    raw = path.read_bytes()
    path.unlink()
    assert omen("verify", "--store", NJ, "--accept", old, "--reason", "in no backup").code == 0
    clock.advance(minutes=1)
    live = two_stores.generate(NJ, WEEK, "weekly", *more)
    assert live.data["results"][0]["version"] == request.param
    path.write_bytes(raw)
    clock.advance(minutes=1)
    return old, live.id


def findings(run):
    (result,) = (run.json.get("data") or run.json["error"])["results"]
    return [(one["state"], one["kind"], one["subject"]) for one in result["findings"]]


def is_set_aside(stores, omen, old, live):
    """Tell whether the old file lies in quarantine and the live one answers; nothing is found then."""
    folder = stores.archive(NJ)
    assert (folder / "quarantine" / f"{old}.json").exists()
    assert (folder / f"{live}.json").exists()
    assert omen("show", "--store", NJ, "--as-of", WEEK, "--json").data["id"] == live
    run = omen("verify", "--store", NJ, "--deep", "--json")
    return (run.code, findings(run)) == (0, [])


@pytest.mark.parametrize("deep", [(), ("--deep",)], ids=["", "deep"])
def test_the_one_that_was_given_up_is_foreign_and_repair_moves_it(two_stores, omen, again, deep):
    old, live = again

    run = omen("verify", "--store", NJ, "--json", *deep)

    assert (run.code, findings(run)) == (1, [("found", "foreign", old)])
    assert omen("verify", "--store", NJ, "--repair", *deep).code == 0
    assert is_set_aside(two_stores, omen, old, live)


def test_generate_answers_with_the_live_one_and_moves_the_other(two_stores, omen, again):
    old, live = again

    assert two_stores.generate(NJ, WEEK).id == live

    assert is_set_aside(two_stores, omen, old, live)


def test_a_reader_is_given_the_live_one(omen, again):
    old, live = again
    run = omen("show", "--store", NJ, "--as-of", WEEK, "--json")
    assert (run.code, run.data["id"]) == (0, live)
    assert f"{old}.json version" in run.err


@pytest.mark.parametrize("with_index", [True, False])
def test_it_does_not_take_the_number_of_a_live_one_that_is_lost(two_stores, omen, again, with_index):
    old, live = again
    path = two_stores.archive(NJ) / f"{live}.json"
    raw = path.read_bytes()
    path.unlink()
    if not with_index:
        (two_stores.archive(NJ) / "index" / "2026-01.json").unlink()

    run = omen("verify", "--store", NJ, "--deep", "--repair", "--json")

    assert run.code == 7
    assert ("lost", "snapshot_missing", live) in findings(run)
    path.write_bytes(raw)
    assert omen("verify", "--store", NJ, "--deep", "--repair").code == 0
    assert is_set_aside(two_stores, omen, old, live)


def test_where_none_was_made_since_it_is_adopted_and_counts_again(two_stores, omen, again):
    old, live = again
    (two_stores.archive(NJ) / f"{live}.json").unlink()
    assert omen("verify", "--store", NJ, "--accept", live, "--reason", "gone, too").code == 0

    assert omen("verify", "--store", NJ, "--deep", "--repair").code == 0

    assert omen("show", "--store", NJ, "--as-of", WEEK, "--json").data["id"] == old
