"""`omen migrate` run again, on an old tree or into archives that changed since: nothing is lost, nothing comes twice."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.stores import CALI, NJ, whole_tree
from tests.old_sample import DAY, SENT, SENT_TO, WEEK, entry, named, text, wrapper


def reindexed(old, change):
    """Write the old index anew, as `change` makes it of its entries."""
    index = old.root / "index.json"
    index.write_bytes(change(json.loads(index.read_bytes())))


def test_an_index_that_is_only_written_otherwise_says_the_same(migrated, omen):
    reindexed(migrated, lambda entries: json.dumps(entries[::-1], sort_keys=True).encode())

    run = migrated.migrate()

    assert (run.data["outcome"], run.data["entries"]["quarantined"]) == ("nothing_to_do", 0)
    assert run.data["entries"]["migrated"] == 4
    assert omen("migrate", "--cleanup").code == 0


def sent_since(entries):
    marks = {
        "emailSent": True,
        "emailSentAt": "2026-01-13T08:00:00.000Z",
        "emailRecipient": "late@njweedwizard.example",
    }
    return text([{**one, **marks} if one["id"] == WEEK["id"] else one for one in entries])


def test_what_was_e_mailed_between_two_runs_is_never_sent_again(migrated, omen):
    reindexed(migrated, sent_since)

    dry, run, again = migrated.migrate("--dry-run"), migrated.migrate(), migrated.migrate()
    argv = ("send", "--store", NJ, "--snapshot", WEEK["id"], "--to", "Late@NJweedwizard.example", "--json")
    sent = omen(*argv)

    told = [{"storeId": NJ, "snapshotId": WEEK["id"], "recipient": "late@njweedwizard.example"}]
    assert (dry.data["recipientsToldSince"], run.data["recipientsToldSince"]) == (told, told)
    assert (again.data["outcome"], again.data["recipientsToldSince"]) == ("nothing_to_do", [])
    assert [one["outcome"] for one in sent.data["results"]] == ["already_sent"]
    (week,) = [one for one in omen("history", "--store", NJ, "--json").data if one["id"] == WEEK["id"]]
    assert (week["emailSent"], week["emailSentAt"][:19]) == (True, "2026-01-13T08:00:00")
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_what_an_entry_says_otherwise_is_reported_by_its_fields_and_kept(migrated):
    reindexed(migrated, sent_since)
    run = migrated.migrate()

    (item,) = [one for one in run.data["items"] if one["kind"] == "entry" and one["end"] == "quarantined"]
    assert "(emailRecipient, emailSent, emailSentAt)" in item["reason"]
    assert migrated.ends(run)[named(WEEK)] == "migrated"
    kept = [path.read_bytes() for path in (migrated.stores.data / "quarantine").iterdir()]
    assert any(b"late@njweedwizard.example" in raw for raw in kept)


def test_a_late_mark_survives_an_index_that_is_made_anew(migrated, omen):
    reindexed(migrated, sent_since)
    migrated.migrate()
    before = omen("history", "--store", NJ, "--json").data
    (migrated.root / NJ / "index" / "2026-01.json").unlink()

    assert omen("verify", "--store", NJ, "--repair").code == 0
    assert omen("history", "--store", NJ, "--json").data == before


def test_marks_of_an_index_that_was_found_later_are_not_lost(old, omen):
    old.lay({named(SENT): text(wrapper(SENT, snapshotId=...))}).migrate()
    (old.root / "index.json").write_bytes(text([SENT]))

    run = old.migrate()
    (made,) = omen("history", "--store", NJ, "--json").data
    sent = omen("send", "--store", NJ, "--snapshot", made["id"], "--to", SENT_TO, "--json")

    assert run.code == 0, run.out
    assert [one["outcome"] for one in sent.data["results"]] == ["already_sent"]


def test_a_file_that_came_after_its_entry_is_kept_aside_and_said(old):
    old.lay({"index.json": text([DAY])}).migrate()
    (old.root / named(DAY)).write_bytes(text(wrapper(DAY)))

    run, again = old.migrate(), old.migrate()

    assert (old.ends(run)[named(DAY)], again.data["outcome"]) == ("quarantined", "nothing_to_do")
    assert old.ends(run)["index.json#1"] == "migrated_without_payload"


def test_a_file_that_came_after_its_entry_is_said_to_be_that_of_its_snapshot_and_show_says_where_it_is(old, omen):
    old.lay({"index.json": text([DAY])}).migrate()
    raw = text(wrapper(DAY))
    (old.root / named(DAY)).write_bytes(raw)
    old.migrate()

    human = omen("migrate", "--from", old.root)
    (item,) = [one for one in old.migrate().data["items"] if one["kind"] == "file"]
    shown = omen("show", "--store", NJ, "--snapshot", DAY["id"])
    path = shown.err.rpartition("is kept as ")[2].strip()

    assert (item["snapshotId"], DAY["id"] in item["reason"]) == (DAY["id"], True)
    assert "1 old file came after the entry was brought over without it" in human.out
    assert (shown.code, Path(path).read_bytes()) == (0, raw)
    assert json.loads(Path(f"{path}.reason.json").read_bytes())["snapshotId"] == DAY["id"]
    assert "is kept as" not in omen("show", "--store", CALI, "--snapshot", DAY["id"]).err


def test_going_back_brings_a_file_that_came_late_over_whole(old, omen):
    old.lay({"index.json": text([DAY])}).migrate()
    (old.root / named(DAY)).write_bytes(text(wrapper(DAY)))
    away = old.stores.config.parent / "away"
    away.mkdir()
    (old.root / NJ).rename(away / NJ)
    (old.stores.data / ".omen-format").rename(away / ".omen-format")

    run = old.migrate()

    assert old.ends(run) == {"index.json#1": "migrated", named(DAY): "migrated"}
    assert old.document(DAY)["payload"]["text"].encode() == text(wrapper(DAY))
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_another_default_store_does_not_bring_a_snapshot_over_twice(old):
    old.lay({"index.json": text([entry("2026-01-09", 1, store=...)])})
    old.migrate("--default-store", NJ)
    before = whole_tree(old.root)

    run = old.omen("migrate", "--from", old.root, "--default-store", CALI)

    assert (run.code, f"was brought over as a snapshot of {NJ}" in run.err) == (2, True)
    assert whole_tree(old.root) == before


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_a_snapshot_that_is_lost_since_is_said_and_can_be_brought_over_anew(migrated, omen, damage):
    file = migrated.root / NJ / f"{WEEK['id']}.json"
    whole = file.read_bytes()
    file.unlink() if damage == "lost" else file.write_bytes(whole[:-20])

    run = migrated.omen("migrate", "--from", migrated.root)
    assert (run.code, f"verify --store {NJ} --accept {WEEK['id']}" in run.err) == (7, True)

    omen("verify", "--store", NJ, "--deep", "--repair")
    accepted = omen("verify", "--store", NJ, "--accept", WEEK["id"], "--reason", "the old file is here")
    again = migrated.migrate()

    assert (accepted.code, again.code, again.data["written"]) == (0, 0, 1), accepted.err + again.out
    assert file.read_bytes() == whole
    assert omen("verify", "--store", NJ, "--deep").code == 0


def test_what_was_pruned_is_never_brought_over_again(migrated, omen):
    omen("prune", "--store", NJ, "--timeframe", "weekly", "--keep-last", "1", "--yes")
    before = whole_tree(migrated.root)

    run = migrated.migrate()

    assert run.data["outcome"] == "nothing_to_do"
    assert whole_tree(migrated.root) == before


def test_of_two_runs_at_once_each_says_what_it_wrote_itself(old, two_stores):
    entries = [
        entry(f"2025-{month:02d}-{day:02d}", month * 100 + day) for month in range(1, 13) for day in range(1, 29)
    ]
    old.lay({"index.json": text(entries)})
    ready, go = os.pipe()
    pids = []
    for turn in range(2):
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(ready, 1)
            run = old.migrate()
            (two_stores.config.parent / f"written-{turn}").write_text(str(run.data["written"] if run.code == 0 else -1))
            os._exit(0)
        pids.append(pid)
    os.close(go)
    for pid in pids:
        os.waitpid(pid, 0)
    os.close(ready)

    written = [int((two_stores.config.parent / f"written-{turn}").read_text()) for turn in range(2)]
    assert sum(written) == len(entries), written


def test_what_was_pruned_stays_away_also_when_another_snapshot_is_brought_over(migrated, omen):
    omen("prune", "--store", NJ, "--timeframe", "weekly", "--keep-last", "1", "--yes")
    left = {one["id"] for one in omen("history", "--store", NJ, "--all-versions", "--json").data}
    found_since = entry("2025-11-02", 77, "daily")
    reindexed(migrated, lambda entries: text([*entries, found_since]))

    run = migrated.migrate()

    history = omen("history", "--store", NJ, "--all-versions", "--json").data
    assert (run.data["written"], {one["id"] for one in history}) == (1, left | {found_since["id"]})
