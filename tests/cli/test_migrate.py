"""`omen migrate`: the old archive is brought over, every part of it accounted for, and the old files stay as they are."""

import json
import re
import shlex
import subprocess
from base64 import b64decode
from hashlib import sha256

import pytest

from tests.cli.stores import CALI, NJ, configure, whole_tree
from tests.old_sample import (
    DAY,
    FILELESS,
    MISTAKEN,
    MISTAKEN_NAME,
    SENT,
    SENT_TO,
    WEEK,
    entry,
    lay_old,
    mistaken,
    named,
    payload,
    sample,
    text,
    wrapper,
)


def test_a_dry_run_prints_every_end_and_writes_nothing(old):
    old.lay(sample())
    before = whole_tree(old.stores.config.parent)

    run = old.migrate("--dry-run")

    assert (run.code, run.data["outcome"], run.data["found"]) == (0, "dry_run", {"entries": 5, "files": 5})
    assert run.data["entries"] == {"migrated": 4, "migratedWithoutPayload": 1, "duplicate": 0, "quarantined": 0}
    assert run.data["files"] == {"migrated": 4, "migratedWithoutPayload": 0, "duplicate": 0, "quarantined": 1}
    assert len(run.data["items"]) == 10
    assert whole_tree(old.stores.config.parent) == before


def test_the_old_files_are_as_they_were_and_the_archive_is_sound(migrated, omen):
    assert {path: (migrated.root / path).read_bytes() for path in sample()} == sample()
    run = omen("verify", "--deep", "--all", "--json")
    assert (run.code, [one["findings"] for one in run.data["results"]]) == (0, [[], [], []]), run.out


def test_history_shows_old_ids_versions_times_and_email_marks(migrated, omen):
    found = {one["id"]: one for one in omen("history", "--store", NJ, "--json").data}

    assert set(found) == {one["id"] for one in (WEEK, SENT, DAY, MISTAKEN, FILELESS)}
    week, sent = found[WEEK["id"]], found[SENT["id"]]
    assert (week["version"], week["supersedes"], week["createdVia"]) == (2, WEEK["supersedes"], "migrate")
    assert week["generatedAt"] == "2026-01-12T03:00:01.767+00:00"
    assert (sent["emailSent"], sent["emailSentAt"], sent["emailRecipient"]) == (
        True,
        "2026-01-12T03:01:31.854+00:00",
        SENT_TO,
    )


def test_old_money_is_never_shown_as_new_metrics(migrated, omen):
    (found,) = [one for one in omen("history", "--store", NJ, "--json").data if one["id"] == WEEK["id"]]

    assert found["summary"] == {
        "itemCount": 60,
        "netSales": None,
        "grossProfit": None,
        "grossMarginPct": None,
        "inventoryRetailValue": None,
        "recommendationCount": 2,
    }
    assert found["diffMetadata"]["highestMarginSku"] is None


def test_an_old_file_and_its_entry_are_kept_to_the_byte(migrated):
    raw, said = sample()[named(WEEK)], migrated.document(WEEK)

    assert said["payload"] == {
        "name": named(WEEK),
        "encoding": "utf-8",
        "text": raw.decode(),
        "bytes": len(raw),
        "sha256": sha256(raw).hexdigest(),
    }
    assert said["oldEntry"].encode() in sample()["index.json"]
    assert json.loads(said["oldEntry"]) == WEEK


def test_a_file_that_is_not_utf_8_is_kept_in_base64(old):
    raw = text(wrapper(WEEK)).replace(b"Blue", b"Bl\xfce")
    run = old.lay({"index.json": text([WEEK]), named(WEEK): raw}).migrate()

    kept = old.document(WEEK)["payload"]
    assert run.code == 0
    assert (kept["encoding"], b64decode(kept["text"])) == ("base64", raw)


def test_what_a_mistaken_call_left_is_recovered_by_its_request(migrated):
    assert migrated.document(MISTAKEN)["payload"]["name"] == MISTAKEN_NAME


def test_what_a_mistaken_call_left_is_quarantined_when_no_entry_has_its_request(old):
    stranger = mistaken(entry("2026-01-02", 99))
    run = old.lay({"index.json": text([WEEK]), MISTAKEN_NAME: text(stranger)}).migrate()

    assert (run.code, old.ends(run)[MISTAKEN_NAME]) == (0, "quarantined")
    (copy,) = [path for path in (old.stores.data / "quarantine").iterdir() if not path.name.endswith(".reason.json")]
    assert copy.read_bytes() == text(stranger)
    assert "no entry has its request" in copy.with_name(f"{copy.name}.reason.json").read_text()


def test_superseded_ids_of_which_nothing_is_left_are_listed_as_lost(old):
    run = old.lay(sample()).migrate()

    assert run.data["lost"] == [{"storeId": NJ, "snapshotId": WEEK["id"], "supersedes": WEEK["supersedes"]}]


def test_a_second_run_does_nothing_and_says_so(migrated):
    before = whole_tree(migrated.stores.config.parent)

    run = migrated.migrate()

    assert (run.code, run.data["outcome"], run.data["already"]) == (0, "nothing_to_do", 5)
    assert whole_tree(migrated.stores.config.parent) == before
    assert "Nothing to do: 5 snapshots" in migrated.omen("migrate", "--from", migrated.root).out


def test_a_store_that_made_snapshots_since_is_migrated_again_to_no_effect(migrated, two_stores, omen):
    two_stores.generate(NJ, "2026-01-09", "weekly", "--force", "--reason", "asked for")
    pruned = omen("prune", "--store", NJ, "--keep-last", "2", "--yes")

    run = migrated.migrate()

    assert (pruned.code, run.code, run.data["outcome"]) == (0, 0, "nothing_to_do")


def test_the_report_is_readable_in_a_pipe(old):
    run = old.omen("migrate", "--from", old.lay(sample()).root)

    lines = run.out.splitlines()
    assert lines[1:7] == [
        "end\tentries of the index\tfiles",
        "migrated\t4\t4",
        "migrated without payload\t1\t0",
        "duplicate\t0\t0",
        "quarantined\t0\t1",
        "found\t5\t5",
    ]
    (told,) = [line for line in lines if line.startswith("index.json#5\t")]
    assert told.startswith(f"index.json#5\tmigrated without payload\t{NJ}\t{FILELESS['id']}\tits file snapshot_weekly_")
    assert "Written: 5 snapshots; there already: 0. The old files are as they were." in lines


ENDS = ("migrated", "migrated without payload", "duplicate", "quarantined")


@pytest.mark.parametrize("width", [80, 100, 300])
def test_on_a_terminal_of_any_width_the_numbers_add_up_and_no_end_is_left_out(old, width):
    odd = f"{NJ}/weekly/snapshot_weekly_2026-01-11_[object Object].json"
    old.lay({**sample(), odd: b"half writ"})
    data = old.migrate("--dry-run").data

    run = old.omen("migrate", "--from", old.root, "--dry-run", is_tty=True, width=width)

    plain = re.sub(r"\x1b\[[0-9;]*m", "", run.out)
    counts = {
        end: (int(entries), int(files)) for end, entries, files in re.findall(r"(?m)^(\S.*?)\s+(\d+)\s+(\d+)$", plain)
    }
    assert tuple(map(sum, zip(*(counts[end] for end in ENDS), strict=True))) == counts["found"] == (5, 6)
    assert all(item["name"] in plain.split() or " " in item["name"] for item in data["items"])
    assert odd in plain
    for item in data["items"]:
        assert all(one in plain.split() for one in (item["snapshotId"], item["storeId"]) if one), item
    (lost,) = data["lost"]
    assert {lost["supersedes"], lost["snapshotId"]} <= set(plain.split())


# --- what it refuses ---------------------------------------------------------------------------------------------------


def refused(old, code, said, *more):
    before = whole_tree(old.stores.config.parent)
    run = old.omen("migrate", "--from", old.root, *more)
    assert run.code == code, run.out + run.err
    assert said in run.err
    assert whole_tree(old.stores.config.parent) == before


def test_a_store_that_stores_yaml_lacks_is_refused(old):
    old.lay({"index.json": text([entry("2026-01-09", 1, store="Elsewhere")])})
    refused(old, 5, "Elsewhere: in the old archive, and not in stores.yaml")


def test_an_entry_without_a_store_needs_a_default(old):
    old.lay({"index.json": text([entry("2026-01-09", 1, store=...)])})
    refused(old, 2, "--default-store")


def test_what_names_no_store_goes_to_the_default(old):
    orphan = entry("2026-01-09", 1, store=...)
    run = old.lay({"index.json": text([orphan])}).migrate("--default-store", CALI)

    assert (run.code, old.document(orphan, CALI)["storeId"]) == (0, CALI)


def test_two_stores_that_differ_in_case_only_are_refused(old):
    old.lay({"index.json": text([entry("2026-01-09", 1), entry("2026-01-08", 2, store="njweedwizard")])})
    refused(old, 2, "differ in case only")


def test_a_disk_without_room_for_all_of_it_is_refused(old):
    configure(old.stores, "stores:\n", "disk: {warn_free_gb: 1000000, min_free_gb: 1000000}\nstores:\n")
    old.lay(sample())
    refused(old, 12, "nothing was written")


def test_an_old_file_under_the_name_of_a_new_one_is_never_overwritten(old):
    old.lay({"index.json": text([WEEK]), f"{NJ}/{WEEK['id']}.json": text(payload(WEEK))})
    refused(old, 7, "old files that stand under the names of new ones")


def test_a_folder_that_is_not_there_is_refused(old):
    run = old.omen("migrate", "--from", "nowhere")
    assert (run.code, "there is no such folder" in run.err) == (5, True)


def test_another_old_archive_in_the_data_root_is_refused(old, tmp_path):
    old.lay({"index.json": text([WEEK])})
    lay_old(tmp_path / "copy", sample())
    run = old.omen("migrate", "--from", tmp_path / "copy")
    assert (run.code, "holds an old archive of its own" in run.err) == (2, True)


def test_a_version_that_the_archive_has_already_is_quarantined_not_replaced(old, two_stores, tmp_path):
    made = two_stores.generate(NJ, SENT["asOfDate"])
    lay_old(tmp_path / "copy", {"index.json": text([SENT]), named(SENT): text(wrapper(SENT))})

    run = old.omen("migrate", "--from", tmp_path / "copy", "--json")

    assert set(old.ends(run).values()) == {"quarantined"}
    assert made.id in run.data["items"][0]["reason"]
    again = old.omen("migrate", "--from", tmp_path / "copy", "--json")
    assert again.data["outcome"] == "nothing_to_do"


# --- from elsewhere, and into stores.yaml ------------------------------------------------------------------------------


def test_an_old_archive_elsewhere_is_migrated_from_there(old, tmp_path):
    lay_old(tmp_path / "copy", sample())
    run = old.omen("migrate", "--from", tmp_path / "copy", "--json")

    assert (run.code, run.data["written"]) == (0, 5)
    assert {path: (tmp_path / "copy" / path).read_bytes() for path in sample()} == sample()


def test_a_missing_store_is_added_and_every_comment_stays(old):
    configure(old.stores, "stores:\n", "# ours\nstores:   # by hand\n")
    before = old.stores.config.read_text()
    lost = entry("2026-01-09", 1, store="Elsewhere")

    run = old.lay({"index.json": text([lost])}).migrate("--add-store")

    after = old.stores.config.read_text()
    assert run.code == 0, run.out + run.err
    assert "Elsewhere: added to stores.yaml; fill in its name, recipients and sources" in run.err
    assert after.startswith(before.rstrip("\n"))
    assert old.document(lost, "Elsewhere")["storeId"] == "Elsewhere"
    assert [one.name for one in old.stores.config.parent.iterdir() if one.name.startswith(".")] == []


def test_a_dry_run_adds_no_store(old):
    old.lay({"index.json": text([entry("2026-01-09", 1, store="Elsewhere")])})
    before = whole_tree(old.stores.config.parent)

    run = old.migrate("--add-store", "--dry-run")

    assert (run.code, run.data["storesToAdd"]) == (0, ["Elsewhere"])
    assert whole_tree(old.stores.config.parent) == before


# --- cleaning up -------------------------------------------------------------------------------------------------------


def test_cleaning_up_moves_the_old_files_aside_and_removes_none(migrated, omen):
    run = omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00")

    aside = migrated.stores.data / "snapshots.old-2026-11-27"
    assert run.code == 0, run.err
    assert f"To undo: cp -a {aside}/files/. {migrated.root}/" in run.out
    assert {path: (aside / "files" / path).read_bytes() for path in sample()} == sample()
    assert sorted(path.name for path in migrated.root.iterdir()) == [NJ]
    assert omen("verify", "--deep", "--all").code == 0
    assert "Nothing to do" in omen("migrate", "--cleanup").out
    assert migrated.migrate().data["outcome"] == "nothing_to_do"


def test_nothing_is_moved_aside_before_the_migration(old):
    old.lay(sample())
    before = whole_tree(old.root)

    run = old.omen("migrate", "--cleanup")

    assert (run.code, "is not migrated yet" in run.err) == (1, True)
    assert whole_tree(old.root) == before


def test_nothing_is_moved_aside_while_a_snapshot_is_damaged(migrated, omen):
    damaged = migrated.root / NJ / f"{WEEK['id']}.json"
    damaged.write_bytes(damaged.read_bytes().replace(b"Blue Dream", b"Blue Drean", 1))
    before = whole_tree(migrated.root)

    run = omen("migrate", "--cleanup")

    assert run.code in (1, 7)
    assert whole_tree(migrated.root) == before


def test_what_came_since_is_migrated_before_anything_is_moved(migrated, omen):
    late = entry("2026-01-01", 8, "daily")
    (migrated.root / named(late)).write_bytes(text(wrapper(late)))

    refused_run, again = omen("migrate", "--cleanup"), migrated.migrate()

    assert (refused_run.code, again.data["written"]) == (1, 1)
    assert omen("migrate", "--cleanup").code == 0


@pytest.mark.parametrize("what", ["a file that is no snapshot", "an e-mail mark"])
def test_what_came_since_and_is_no_snapshot_is_kept_too_before_anything_is_moved(migrated, omen, what):
    if what == "an e-mail mark":
        marked = [{**one, "emailSent": True} for one in json.loads((migrated.root / "index.json").read_bytes())]
        (migrated.root / "index.json").write_bytes(text(marked))
    else:
        (migrated.root / "odd.json").write_bytes(b'{"half')
    before = whole_tree(migrated.root)

    refused_run = omen("migrate", "--cleanup")

    assert (refused_run.code, "not brought over yet: " in refused_run.err) == (1, True)
    assert whole_tree(migrated.root) == before
    assert (migrated.migrate().code, omen("migrate", "--cleanup").code) == (0, 0)


def test_old_files_elsewhere_are_in_nobodys_way(migrated, tmp_path, omen):
    lay_old(tmp_path / "copy", sample())
    run = omen("migrate", "--cleanup", "--from", tmp_path / "copy")
    assert (run.code, "in nobody's way" in run.err) == (2, True)


# --- what cleaning up never does ---------------------------------------------------------------------------------------


DAMAGES = {
    "cut": lambda raw: raw[: len(raw) // 2],
    "emptied": lambda raw: b"",
    "overwritten": lambda raw: b"\0" * 100,
    "reformatted": lambda raw: json.dumps(json.loads(raw), indent=1).encode(),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("whose", ["new", "migrated", "of another store"])
def test_a_damaged_snapshot_of_an_archive_is_never_moved_aside(migrated, two_stores, omen, damage, whose):
    store = CALI if whose == "of another store" else NJ
    made = WEEK if whose == "migrated" else {"id": two_stores.generate(store, "2026-01-16").id}
    file = migrated.root / store / f"{made['id']}.json"
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    before = whole_tree(migrated.root)

    from_there = ("migrate", "--from", migrated.root)
    runs = [omen(*argv) for argv in (("migrate", "--cleanup"), from_there, ("migrate", "--cleanup"))]

    assert [runs[0].code in (1, 7), runs[2].code in (1, 7)] == [True, True], runs[2].out
    assert "rename" not in "".join(run.err for run in runs)
    assert (file.name in runs[1].out, "old files" in runs[1].err) == (False, False)  # it counts as no old file
    assert whole_tree(migrated.root) == before


@pytest.mark.parametrize("lost", [(".lock",), (".lock", "README"), (".lock", "README", "audit"), ("README", "index")])
def test_an_archive_that_stores_yaml_does_not_list_is_never_moved_aside(old, two_stores, omen, lost):
    two_stores.generate(CALI, "2026-01-16")
    (old.stores.data / ".omen-format").unlink()
    assert old.lay(sample()).migrate().code == 0
    for name in lost:
        path = old.root / CALI / name
        path.rename(old.stores.config.parent / f"lost-{name}")
    text_before = old.stores.config.read_text()
    kept = yaml_without(text_before, CALI)
    old.stores.config.write_text(kept)
    before = whole_tree(old.root / CALI)

    omen("migrate", "--from", old.root, "--default-store", NJ)
    omen("migrate", "--cleanup", "--default-store", NJ)

    left = whole_tree(old.root / CALI)
    assert {path: raw for path, raw in left.items() if path in before} == before


def yaml_without(text_of, store):
    """Return stores.yaml without one store."""
    import yaml

    document = yaml.safe_load(text_of)
    del document["stores"][store]
    return yaml.safe_dump(document, sort_keys=False)


def undone(old):
    """Move the old files back, each to its path."""
    (aside,) = [path for path in old.stores.data.iterdir() if path.name.startswith("snapshots.old-")]
    for path in json.loads((aside / "moved.json").read_bytes())["files"]:
        (old.root / path).parent.mkdir(exist_ok=True)
        (aside / "files" / path).rename(old.root / path)
    return aside


def test_after_a_clean_up_is_undone_everything_works_as_before_it(migrated, omen):
    omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00")
    undone(migrated)

    again = migrated.migrate()
    cleaned = omen("migrate", "--cleanup", now="2026-11-28T12:00:00+00:00")

    assert (again.code, again.data["outcome"]) == (0, "nothing_to_do")
    assert (cleaned.code, "Moved 6 old files" in cleaned.out) == (0, True), cleaned.err
    assert (migrated.stores.data / "snapshots.old-2026-11-28" / "files" / "index.json").exists()


def test_a_folder_to_which_nothing_was_moved_yet_is_used_again(migrated, omen):
    omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00")
    aside = undone(migrated)  # as if it had died before its first move

    run = omen("migrate", "--cleanup", now="2026-11-27T13:00:00+00:00")

    assert run.code == 0, run.err
    assert list(migrated.stores.data.glob("snapshots.old-*")) == [aside]
    assert {path: (aside / "files" / path).read_bytes() for path in sample()} == sample()


def test_a_move_that_died_between_the_two_names_is_finished_in_its_folder(migrated, omen):
    omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00")
    (aside,) = migrated.stores.data.glob("snapshots.old-*")
    for path in json.loads((aside / "moved.json").read_bytes())["files"]:
        (migrated.root / path).parent.mkdir(exist_ok=True)
        (migrated.root / path).hardlink_to(aside / "files" / path)

    run = omen("migrate", "--cleanup", now="2026-11-28T12:00:00+00:00")

    assert run.code == 0, run.err
    assert list(migrated.stores.data.glob("snapshots.old-*")) == [aside]
    assert sorted(path.name for path in migrated.root.iterdir()) == [NJ]


@pytest.mark.parametrize("lacks", ["archives", "one snapshot"])
def test_after_an_undo_nothing_is_moved_aside_that_the_archives_do_not_have(migrated, omen, lacks):
    omen("migrate", "--cleanup")
    undone(migrated)
    elsewhere = migrated.stores.config.parent
    if lacks == "archives":
        (migrated.stores.data / ".omen-format").rename(elsewhere / "format")
        (migrated.root / NJ).rename(elsewhere / "archive")
    else:
        (migrated.root / NJ / f"{WEEK['id']}.json").rename(elsewhere / "one")
    before = whole_tree(migrated.root)

    run = omen("migrate", "--cleanup")

    assert (run.code in (1, 7), whole_tree(migrated.root) == before) == (True, True), run.out
    if lacks == "archives":
        assert migrated.migrate().data["written"] == 5


def test_a_clean_up_that_was_broken_off_moves_nothing_more_while_an_archive_is_not_sound(migrated, omen):
    omen("migrate", "--cleanup")
    (aside,) = migrated.stores.data.glob("snapshots.old-*")
    (aside / "files" / named(WEEK)).rename(migrated.root / named(WEEK))  # as if it had died before this one
    file = migrated.root / NJ / f"{SENT['id']}.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])

    refused_run = omen("migrate", "--cleanup")
    still_there = (migrated.root / named(WEEK)).exists()
    file.write_bytes(whole)
    goes_on = omen("migrate", "--cleanup")

    assert (refused_run.code in (1, 7), still_there) == (True, True)
    assert (goes_on.code, (aside / "files" / named(WEEK)).exists()) == (0, True), goes_on.err


def test_a_clean_up_that_was_broken_off_moves_nothing_more_while_an_archive_is_away(migrated, omen):
    omen("migrate", "--cleanup")
    (aside,) = migrated.stores.data.glob("snapshots.old-*")
    (aside / "files" / named(WEEK)).rename(migrated.root / named(WEEK))  # as if it had died before this one
    (migrated.root / NJ).rename(migrated.stores.config.parent / "away")

    run = omen("migrate", "--cleanup")

    assert (run.code, f"is not in the archive of {NJ}" in run.err) == (1, True)
    assert (migrated.root / named(WEEK)).exists()


def test_nothing_is_moved_aside_while_an_archive_that_stores_yaml_does_not_list_is_damaged(old, two_stores, omen):
    two_stores.generate(CALI, "2026-01-16")
    (old.stores.data / ".omen-format").unlink()
    assert old.lay(sample()).migrate().code == 0
    (theirs,) = (old.root / CALI).glob("snapshot_*.json")
    theirs.write_bytes(theirs.read_bytes().replace(b"California", b"Kalifornia"))
    old.stores.config.write_text(yaml_without(old.stores.config.read_text(), CALI))
    before = whole_tree(old.root)

    run = omen("migrate", "--cleanup")

    assert (run.code, run.err.count(f"{CALI}: ")) == (1, 1)
    assert whole_tree(old.root) == before


def test_after_an_undo_with_another_index_nothing_is_stuck(migrated, omen):
    omen("migrate", "--cleanup")
    undone(migrated)
    late = entry("2025-12-30", 60, "daily")
    (migrated.root / "index.json").write_bytes(text([*json.loads((migrated.root / "index.json").read_bytes()), late]))

    run = migrated.migrate()

    assert (run.code, run.data["written"]) == (0, 1), run.err
    assert omen("migrate", "--cleanup").code == 0


def test_a_copy_in_quarantine_that_was_changed_is_no_copy(migrated, omen):
    (copy,) = [
        path for path in (migrated.stores.data / "quarantine").iterdir() if not path.name.endswith(".reason.json")
    ]
    copy.write_bytes(b"something else")

    cleaned = omen("migrate", "--cleanup")

    assert (cleaned.code, "not brought over yet: 1 copy in data/quarantine" in cleaned.err) == (1, True)


# --- names of old files ------------------------------------------------------------------------------------------------


def undo(omen_folder, said):
    """Run the command that a clean-up printed, as a person would."""
    (command,) = [line.removeprefix("To undo: ") for line in said.splitlines() if line.startswith("To undo: ")]
    subprocess.run(shlex.split(command), check=True, cwd=omen_folder)


HARD_NAMES = ("README", "moved.json", "files", "weekly/caf\udce9.json", "caf\udce9/notes", "a/b/c/notes")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_an_old_file_of_any_name_is_moved_aside_and_comes_back_by_one_command(old, omen, name):
    files = {**sample(), name: b"by hand"}
    old.lay(files).migrate()

    run = omen("migrate", "--cleanup", now="2026-11-27T12:00:00+00:00")

    aside = old.stores.data / "snapshots.old-2026-11-27" / "files"
    assert (run.code, f"Moved {len(files)} old files" in run.out) == (0, True), run.out + run.err
    assert {path: (aside / path).read_bytes() for path in files} == files
    assert sorted(path.name for path in old.root.iterdir()) == [NJ]
    again = omen("migrate", "--cleanup", now="2026-11-27T13:00:00+00:00")
    assert (again.code, "Nothing to do" in again.out, again.err) == (0, True, "")
    undo(old.stores.config.parent, run.out)
    assert {path: (old.root / path).read_bytes() for path in files} == files
    assert old.migrate().data["outcome"] == "nothing_to_do"
    last = omen("migrate", "--cleanup", now="2026-11-28T12:00:00+00:00")
    assert (last.code, sorted(path.name for path in old.root.iterdir())) == (0, [NJ]), last.err
