"""What `omen migrate` says at its end is true, and what it says to do next can be done."""

import shlex

import pytest

from tests.cli.stores import NJ, whole_tree
from tests.old_sample import FILELESS, entry, named, sample, text, wrapper

TODAY = "2026-11-27T12:00:00+00:00"


def last(run):
    """Return the last two lines of an answer to a person."""
    assert run.code == 0, run.out + run.err
    return run.out.splitlines()[-2:]


def test_an_index_without_an_entry_is_moved_aside_as_it_says(old, omen):
    said = last(omen("migrate", "--from", old.lay({"index.json": b"[]"}).root))

    assert said == [
        "Written: 0 snapshots; there already: 0. The old files are as they were.",
        "Next: omen verify --deep --all; when that is sound, omen migrate --cleanup moves the old files aside.",
    ]
    assert "Moved 1 old file" in omen("migrate", "--cleanup").out


def test_after_the_clean_up_it_says_where_the_old_files_are(migrated, omen):
    omen("migrate", "--cleanup", now=TODAY)
    aside = migrated.stores.data / "snapshots.old-2026-11-27"

    run = omen("migrate", "--from", migrated.root, is_tty=True, width=400)

    assert f"Nothing to do: what was brought over was moved aside, to {aside}; nothing was written." in run.out
    assert f"Next: nothing; the old files are in {aside}." in run.out
    assert "there is no index.json" not in run.out
    assert migrated.migrate().data["notes"] == []


def test_where_nothing_ever_was_it_says_that_nothing_is_left(old, two_stores, omen):
    two_stores.generate(NJ, "2026-01-11")

    assert last(omen("migrate", "--from", old.root)) == [
        "Nothing to do: 0 snapshots brought over before; nothing was written.",
        "Next: nothing; no old file is left here.",
    ]


def test_what_was_pruned_since_is_not_counted_as_there(migrated, omen):
    pruned = omen("prune", "--store", NJ, "--keep-last", "1", "--yes", "--json").data
    gone = sum(len(one["removed"]) for one in pruned["results"])
    assert 0 < gone < 5

    data, run = migrated.migrate().data, omen("migrate", "--from", migrated.root)

    assert (data["outcome"], data["already"], data["pruned"]) == ("nothing_to_do", 5 - gone, gone)
    there = "1 snapshot" if gone == 4 else f"{5 - gone} snapshots"
    assert f"Nothing to do: {there} brought over before; pruned since: {gone}; nothing was written." in run.out


def test_a_dry_run_with_nothing_to_do_does_not_ask_for_a_run(migrated, omen):
    assert last(omen("migrate", "--from", migrated.root, "--dry-run")) == [
        "Dry run: nothing to do: 5 snapshots brought over before; nothing was written.",
        "Next: omen verify --deep --all; when that is sound, omen migrate --cleanup moves the old files aside.",
    ]


def test_a_dry_run_of_the_clean_up_lists_what_the_clean_up_moves(migrated, omen):
    before = whole_tree(migrated.stores.config.parent)

    plain = omen("migrate", "--cleanup", "--dry-run", now=TODAY)
    data = omen("migrate", "--cleanup", "--dry-run", "--json", now=TODAY).data

    aside = migrated.stores.data / "snapshots.old-2026-11-27"
    assert whole_tree(migrated.stores.config.parent) == before
    assert data == {"outcome": "dry_run", "folder": str(aside), "toMove": sorted(sample())}
    assert plain.out.splitlines() == [
        "to be moved",
        *sorted(sample()),
        f"Dry run, nothing was moved. To be moved to {aside}/files: 6 old files.",
        "Next: omen migrate --cleanup",
    ]
    omen("migrate", "--cleanup", now=TODAY)
    assert all((aside / "files" / path).exists() for path in data["toMove"])
    assert "Nothing to do" in omen("migrate", "--cleanup", "--dry-run").out


def test_a_dry_run_of_the_clean_up_is_refused_as_the_clean_up_is(migrated, omen):
    late = entry("2026-01-01", 8, "daily")
    (migrated.root / named(late)).write_bytes(text(wrapper(late)))

    dry, real = (omen("migrate", "--cleanup", *more) for more in (("--dry-run",), ()))

    assert (dry.code, dry.err) == (real.code, real.err) == (1, dry.err)
    assert dry.err.startswith("omen: not brought over yet: 1 snapshot\n"), dry.err
    assert f"run: omen migrate --from {migrated.root}; nothing was moved" in dry.err


def test_a_store_cannot_be_added_by_a_clean_up(migrated, omen):
    run = omen("migrate", "--cleanup", "--add-store")
    assert (run.code, "--add-store: is of the migration, not of --cleanup" in run.err) == (2, True)


@pytest.mark.parametrize(
    "argv",
    [
        ("generate", "--store", NJ, "--timeframe", "weekly", "--as-of", "2026-01-18"),
        ("send", "--store", NJ, "--latest"),
        ("migrate",),
    ],
    ids=lambda argv: argv[0],
)
def test_who_is_refused_beside_an_old_index_is_told_the_whole_command(old, omen, argv):
    old.lay(sample())
    whole = f"omen migrate --from {old.root}"

    run = omen(*argv)

    assert run.code in (2, 7)
    assert whole in run.err, run.err
    assert omen(*shlex.split(whole)[1:]).code == 0


def test_a_snapshot_without_payload_is_not_said_to_be_sent_again(old, omen):
    sent = {**FILELESS, "emailSent": True, "emailSentAt": "2026-01-12T03:01:00.000Z", "emailRecipient": "a@b.example"}
    old.lay({"index.json": text([sent])}).migrate()

    run = omen("send", "--store", NJ, "--snapshot", sent["id"], "--to", "a@b.example")

    assert ("--resend" in run.err, "it cannot be sent again" in run.err) == (False, True), run.err


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "abc", "its id is not one of a snapshot: 'abc'"),
        ("version", 0, "its version is no number from 1 on: '0'"),
    ],
)
def test_why_an_entry_is_quarantined_is_said_in_plain_words(old, field, value, said):
    run = old.lay({"index.json": text([entry("2026-01-01", 8, **{field: value})])}).migrate()
    assert [one["reason"] for one in run.data["items"]] == [said]


@pytest.mark.parametrize(
    ("odd", "shown"), [("v1 of January", "v1 of January"), (7, "7"), ("snapshot_weekly", "snapshot_weekly")]
)
def test_what_is_superseded_and_is_no_id_is_listed_as_lost_all_the_same(old, omen, odd, shown):
    made = entry("2026-01-01", 8, version=2, supersedes=odd)
    old.lay({"index.json": text([made])})

    data, plain = old.migrate("--dry-run").data, omen("migrate", "--from", old.root)

    assert data["lost"] == [{"storeId": NJ, "snapshotId": made["id"], "supersedes": shown}]
    assert f"{shown}\t{made['id']}" in plain.out.splitlines()
    assert old.document(made)["supersedes"] is None


@pytest.mark.parametrize("nothing", [None, "", ...])
def test_what_supersedes_nothing_is_not_listed_as_lost(old, nothing):
    old.lay({"index.json": text([entry("2026-01-01", 8, supersedes=nothing)])})
    assert old.migrate().data["lost"] == []
