"""`omen verify` tells damage from loss: exit 1 for what --repair mends, 7 for data that are gone, and nothing unasked."""

import json
import os
import shutil
import stat

import pytest

from omen_cli.model.canonical import dump_canonical, load_strict
from tests.cli.processes import holding

STORE = "NJWeedWizard"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Where the archives lie once the first test has made them: making is slow, copying is not."""
    return tmp_path_factory.mktemp("made") / "data"


@pytest.fixture
def archive(two_stores, made, clock):
    """NJWeedWizard's archive: two weeks, the second in two versions; and CaliCannabis' with one."""
    if made.exists():
        shutil.copytree(made, two_stores.data)
    else:
        two_stores.generate("CaliCannabis", "2026-01-11")
        two_stores.generate(STORE, "2025-12-28")
        two_stores.generate(STORE, "2026-01-11")
        clock.advance(minutes=1)
        two_stores.generate(STORE, "2026-01-11", "weekly", "--force", "--reason", "a correction")
        shutil.copytree(two_stores.data, made)
    clock.advance(hours=1)
    return two_stores.archive(STORE)


def snapshots(archive):
    """Return the paths of the snapshots: December's, then January's two versions."""
    return sorted(archive.glob("snapshot_*"))


def found(run):
    """Return (state, kind, subject) of every finding of an answer with --json."""
    data = run.json.get("data") or run.json["error"]
    (result,) = data["results"]
    return [(one["state"], one["kind"], one["subject"]) for one in result["findings"]]


def verify(omen, *more):
    return omen("verify", "--store", STORE, "--json", *more)


def kinds(run):
    return sorted({kind for _, kind, _ in found(run)})


def test_a_sound_archive_is_said_to_be_sound_and_nothing_is_written(two_stores, omen, archive):
    before = two_stores.tree(STORE)
    for more in ((), ("--deep",), ("--repair",), ("--deep", "--repair")):
        run = omen("verify", "--store", STORE, *more)
        assert (run.code, run.out, run.err) == (0, f"{STORE}: sound (3 snapshots, 3 lines of audit)\n", "")
    assert omen("verify", "--all", "-q").out == ""
    assert two_stores.tree(STORE) == before


@pytest.mark.parametrize("more", [(), ("--repair",), ("-q",), ("--json",)], ids=" ".join)
def test_a_store_without_an_archive_is_warned_of_and_gets_none(two_stores, omen, more):
    run = omen("verify", "--all", *more)
    assert run.code == 0
    assert run.err.splitlines() == [
        f"omen: {store}: has no archive: nothing was generated yet, or its folder is gone"
        for store in (STORE, "CaliCannabis")
    ]
    if more == ("--json",):
        told = [(one["exists"], one["sound"], one["lost"]) for one in run.data["results"]]
        assert told == [(False, None, None)] * 2  # nothing was there to look at
    else:
        assert run.out == ("" if more == ("-q",) else f"{STORE}: no archive\nCaliCannabis: no archive\n")
    assert not two_stores.data.exists()


def test_a_loss_cannot_be_settled_where_no_archive_is_and_nothing_is_claimed_of_the_past(two_stores, omen):
    run = omen("verify", "--store", STORE, "--accept", "audit", "--reason", "x")
    assert (run.code, run.out) == (5, "")
    assert run.err.splitlines() == [
        f"omen: {STORE}: has no archive: nothing was generated yet, or its folder is gone",
        f"  restore its folder from a backup or, for a new store, run: omen generate --store {STORE}",
    ]
    assert not two_stores.data.exists()


def test_an_archive_that_is_gone_is_warned_of_and_a_sound_one_is_not(two_stores, omen, archive):
    shutil.rmtree(archive)
    run = omen("verify", "--all", "--deep", "-q")
    assert (run.code, run.out) == (0, "")
    assert run.err == f"omen: {STORE}: has no archive: nothing was generated yet, or its folder is gone\n"
    assert omen("verify", "--store", "CaliCannabis", "-q").err == ""


def _index(archive):
    return archive / "index" / "2026-01.json"


def _break_shard(archive):
    _index(archive).write_text("{")


def _lose_shard(archive):
    _index(archive).unlink()


def _edit_shard(archive, edit):
    """Change a shard's document in place and write it as omen does."""
    document = load_strict(_index(archive).read_bytes())
    edit(document["entries"])
    _index(archive).write_bytes(dump_canonical(document) + b"\n")


def _forge_shard(archive):
    _edit_shard(archive, lambda entries: entries[0]["summary"].update(itemCount=7))


def _forget_an_entry(archive):
    def edit(entries):
        entries.pop()
        entries[0]["supersededBy"] = None

    _edit_shard(archive, edit)


def _unlink_successor(archive):
    _edit_shard(archive, lambda entries: entries[0].update(supersededBy=None))


def _put_folder_for_shard(archive):
    _index(archive).unlink()
    _index(archive).mkdir()


def _tear_audit(archive):
    path = archive / "audit" / "2026-01.jsonl"
    path.write_bytes(path.read_bytes() + b'{"at":"2026')


def _cut_audit(archive):
    path = archive / "audit" / "2026-01.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _leave_pending(archive):
    (archive / ".pending").write_bytes(dump_canonical({"ids": [snapshots(archive)[0].stem]}) + b"\n")


def _leave_draft(archive):
    (archive / "index" / ".2026-01.json.tmp").write_text("{")


def _open_to_others(archive):
    archive.chmod(0o755)


def _lose_folder(archive):
    (archive / "deliveries").rmdir()


def _put_stray(archive):
    (archive / "notes (draft).txt").write_text("mine")


def _put_hostile_name(archive):
    (archive / os.fsdecode(b"\xff\x1b[2J\n" + b"x" * 200)).write_text("mine")


def _put_symlink_for_lock(archive):
    (archive / ".send.lock").unlink()
    (archive / ".send.lock").symlink_to("/etc/hostname")


def _put_symlink(archive):
    (archive / "index" / "2025-01.json").symlink_to("/etc/hostname")


def _put_unmade_snapshot(archive):
    (archive / "snapshot_weekly_2026-01-11_1_00000000.json").write_text("{}")


MENDED = {
    "index_damaged": (_break_shard, _unlink_successor),
    "index_stale": (_lose_shard, _forget_an_entry),
    "index_damaged+foreign": (_put_folder_for_shard,),
    "audit_torn": (_tear_audit,),
    "unaudited": (_cut_audit,),
    "unfinished": (_leave_pending,),
    "leftover": (_leave_draft,),
    "permissions": (_open_to_others,),
    "incomplete": (_lose_folder,),
    "foreign": (_put_stray, _put_hostile_name, _put_unmade_snapshot, _put_symlink_for_lock),
    "foreign+index_damaged": (_put_symlink,),
}


@pytest.mark.parametrize(
    ("kind", "damage"),
    [(kind, damage) for kind, all_of in MENDED.items() for damage in all_of],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_what_a_repair_mends_exits_1_and_is_mended(two_stores, omen, archive, kind, damage):
    theirs = two_stores.tree("CaliCannabis")
    kept = {path.name: path.read_bytes() for path in snapshots(archive)}
    damage(archive)
    before = two_stores.tree(STORE)

    run = verify(omen)

    assert run.code == 1
    assert run.json["error"]["code"] == "check_failed"
    assert kinds(run) == sorted(kind.split("+"))
    assert two_stores.tree(STORE) == before
    repaired = verify(omen, "--repair")
    assert repaired.code == 0, repaired.out
    assert {state for state, _, _ in found(repaired)} == {"repaired"}
    assert kinds(repaired) == sorted(kind.split("+"))
    assert verify(omen, "--deep").code == 0
    assert omen("audit", "--store", STORE, "--check").code == 0
    assert kept.items() <= two_stores.tree(STORE).items()
    assert len(omen("history", "--store", STORE, "--all-versions", "--json").data) == 3
    assert two_stores.tree("CaliCannabis") == theirs
    last = (archive / "audit" / "2026-01.jsonl").read_text().splitlines()[-1]
    assert json.loads(last)["event"] == "archive.repaired"


def test_a_stray_is_moved_with_its_reason_and_never_deleted(two_stores, omen, archive):
    _put_stray(archive)
    _put_hostile_name(archive)
    verify(omen, "--repair")
    moved = {path.name: path.read_bytes() for path in (archive / "quarantine").iterdir()}
    assert sorted(raw for raw in moved.values() if b"reason" not in raw) == [b"mine", b"mine"]
    assert "notes_draft_.txt" in moved
    reasons = [json.loads(raw) for name, raw in moved.items() if name.endswith(".reason.json")]
    assert {reason["reason"] for reason in reasons} == {"omen keeps nothing of this name and kind there"}
    assert all(name.isascii() and len(name) < 200 for name in moved)


def test_a_forged_entry_is_seen_by_deep_alone_and_made_anew(two_stores, omen, archive):
    whole = _index(archive).read_bytes()
    _forge_shard(archive)
    assert verify(omen).code == 0
    assert kinds(verify(omen, "--deep")) == ["index_stale"]
    assert verify(omen, "--deep", "--repair").code == 0
    assert _index(archive).read_bytes() == whole


def test_a_repair_takes_rights_away(two_stores, omen, archive):
    _open_to_others(archive)
    verify(omen, "--repair")
    assert stat.S_IMODE(archive.stat().st_mode) == 0o700


def _lose(path):
    path.unlink()


def _truncate(path):
    path.write_bytes(path.read_bytes()[:-9])


def _flip(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(bytes(raw))


def _rewrite_consistently(path):
    path.write_bytes(path.read_bytes().replace(b'"requestId":"request-', b'"requestId":"REQUEST-'))


@pytest.mark.parametrize(
    ("damage", "kind", "is_deep"),
    [
        (_lose, "snapshot_missing", False),
        (_truncate, "snapshot_damaged", False),
        (_flip, "snapshot_damaged", True),
        (_rewrite_consistently, "snapshot_damaged", True),
    ],
)
@pytest.mark.parametrize("with_index", [True, False])
def test_lost_data_exit_7_until_they_are_back_or_settled(two_stores, omen, archive, damage, kind, is_deep, with_index):
    path = snapshots(archive)[2]
    whole = path.read_bytes()
    deep = ("--deep",) if is_deep else ()
    damage(path)
    if not with_index:
        _index(archive).unlink()

    first = verify(omen, *deep)

    assert (first.code, first.json["error"]["code"]) == (7, "data_lost")
    assert ("lost", kind, path.stem) in found(first)
    repaired = verify(omen, "--repair", "--deep")
    assert repaired.code == 7
    assert [one for one in found(repaired) if one[0] == "lost"] == [("lost", "snapshot_missing", path.stem)]
    moved = [(state, subject) for state, one, subject in found(repaired) if one == "snapshot_damaged"]
    assert moved == ([("moved", path.stem)] if kind == "snapshot_damaged" else [])
    path.write_bytes(whole)  # from a backup
    assert verify(omen, "--repair", "--deep").code == 0
    assert len(omen("history", "--store", STORE, "--all-versions", "--json").data) == 3
    assert omen("show", "--store", STORE, "--as-of", "2026-01-11", "--json").data["id"] == path.stem


def test_a_lost_newest_version_is_not_answered_by_the_one_before(two_stores, omen, archive):
    _lose(snapshots(archive)[2])
    verify(omen, "--repair")
    run = omen("generate", "--store", STORE, "--as-of", "2026-01-11", "--json")
    assert (run.code, run.json["error"]["code"]) == (7, "archive_damaged")


def test_a_settled_loss_is_audited_and_found_no_more(two_stores, omen, archive):
    lost = snapshots(archive)[0]
    _lose(lost)

    run = omen("verify", "--store", STORE, "--accept", lost.stem, "--reason", "no backup of it")

    assert run.code == 0
    assert lost.stem in run.out
    event = next(event for event in two_stores.audit(STORE) if event["event"] == "loss.accepted")
    assert (event["subject"], event["kind"], event["reason"], event["by"]) == (
        lost.stem,
        "snapshot_missing",
        "no backup of it",
        "tester",
    )
    assert verify(omen, "--deep").code == 0
    assert lost.stem not in omen("history", "--store", STORE).out
    made_again = two_stores.generate(STORE, "2025-12-28")
    assert made_again.data["results"][0]["outcome"] == "created"
    assert verify(omen, "--deep").code == 0


def test_beside_an_audit_that_cannot_be_read_nothing_is_called_unaudited(two_stores, omen, archive):
    path = archive / "audit" / "2026-01.jsonl"
    path.unlink()
    path.mkdir()
    for more in ((), ("--deep",)):
        assert found(verify(omen, *more)) == [("lost", "audit_broken", "audit/2026-01.jsonl")]


def _is_left_alone_until_it_is_moved_away(omen, archive, path):
    """A file of the audit that cannot be read stays a loss, and where it is, whatever else is to be mended."""
    _break_shard(archive)
    before = sorted(found.name for found in archive.rglob("*"))
    for more in (("--repair",), ("--accept", "audit/2026-01.jsonl", "--reason", "x")):
        run = verify(omen, *more)
        assert (run.code, run.json["error"]["code"]) == (7, "file_damaged")
        assert "2026-01.jsonl" in run.json["error"]["message"]
    assert sorted(found.name for found in archive.rglob("*")) == before
    path.rename(archive.parent.parent / "moved.jsonl")
    assert verify(omen, "--repair").code == 0


def test_beside_an_older_audit_that_cannot_be_read_not_even_what_stands_in_the_way_is_moved(two_stores, omen, archive):
    (archive / "audit" / "2025-12.jsonl").mkdir()
    (archive / "index" / "2026-02.json").mkdir()  # to be moved away by a repair
    before = {str(path): path.stat().st_ino for path in archive.rglob("*")}

    run = verify(omen, "--repair")

    assert (run.code, run.json["error"]["code"]) == (7, "file_damaged")
    assert {str(path): path.stat().st_ino for path in archive.rglob("*")} == before


def test_an_audit_that_a_backup_links_to_is_mended_by_a_copy_and_until_then_nothing_is_written(
    two_stores, omen, archive
):
    path, backup = archive / "audit" / "2026-01.jsonl", two_stores.data.parent / "backup.jsonl"
    backup.hardlink_to(path)
    raw = backup.read_bytes()
    (archive / "stray").write_text("x")
    before = two_stores.tree(STORE)
    for command in (
        ("generate", "--as-of", "2026-01-04"),
        ("prune", "--keep-last", "1", "--yes"),
        ("verify", "--accept", "x", "--reason", "x"),
    ):
        run = omen(command[0], "--store", STORE, *command[1:])
        assert (run.code, "omen verify --repair" in run.err) == (7, True), command
    assert two_stores.tree(STORE) == before
    assert kinds(verify(omen)) == ["foreign", "linked"]

    assert verify(omen, "--repair").code == 0

    assert (backup.read_bytes(), backup.stat().st_nlink, path.stat().st_nlink) == (raw, 1, 1)
    assert path.read_bytes().startswith(raw)
    assert [event["name"] for event in two_stores.audit(STORE) if event["event"] == "snapshot.quarantined"] == ["stray"]
    assert omen("audit", "--store", STORE, "--check").code == 0


@pytest.mark.parametrize("damage", ["changed", "removed", "no file", "too large"])
def test_a_broken_audit_is_a_loss_until_that_very_break_is_settled(two_stores, omen, archive, damage):
    path = archive / "audit" / "2026-01.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    if damage == "changed":
        lines[0] = lines[0].replace(b'"by":"tester"', b'"by":"nobody"')
    elif damage == "removed":
        del lines[1]
    path.write_bytes(b"".join(lines))
    is_unreadable = damage in ("no file", "too large")
    if damage == "no file":
        path.unlink()
        path.mkdir()
    elif damage == "too large":
        os.truncate(path, 64 * 1024 * 1024 + 1)

    run = verify(omen)

    assert run.code == 7
    (subject,) = [subject for _, kind, subject in found(run) if kind == "audit_broken"]
    assert subject == ("audit/2026-01.jsonl" if is_unreadable else "audit/2026-01.jsonl:2")
    if is_unreadable:
        _is_left_alone_until_it_is_moved_away(omen, archive, path)
        return
    assert omen("audit", "--store", STORE, "--check").code == 7
    verify(omen, "--repair")
    assert omen("verify", "--store", STORE, "--accept", subject, "--reason", "a restore of 2026-01-10").code == 0
    settled = verify(omen, "--deep")
    assert settled.code == 0
    assert found(settled) == [("accepted", "audit_broken", subject)]
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b'"asOfDate":"2026-01-11"', b'"asOfDate":"2026-01-12"', 1))
    assert verify(omen).code == 7


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--accept", "audit/2026-01.jsonl:2", "--reason", "x"), 5, "nothing is lost by this name"),
        (("--accept", "../../x", "--reason", "x"), 5, "nothing is lost by this name"),
        (("--accept", "x"), 2, "--reason"),
        (("--accept", "x", "--reason", " "), 2, "--reason"),
        (("--accept", "x", "--reason", "two\nlines"), 2, "--reason"),
        (("--reason", "x"), 2, "--accept"),
        (("--accept", "x", "--reason", "x", "--repair"), 2, "not at once"),
        (("--recompute", "x", "--deep"), 2, "omen: --deep and --recompute: not at once"),
        (("--accept", "x", "--reason", "x", "--deep"), 2, "omen: --deep and --accept: not at once"),
        (("--accept", "", "--reason", "x"), 2, "omen: --accept '': cannot be the subject of a finding"),
        (("--accept", " ", "--reason", "x"), 2, "omen: --accept ' ': cannot be the subject of a finding"),
        (("--accept", "a\nb", "--reason", "x"), 2, r"omen: --accept 'a\nb': cannot be the subject of a finding"),
        (("--accept", "a\x1b[2J", "--reason", "x"), 2, r"omen: --accept 'a\x1b[2J': cannot be the subject"),
        (("--all",), 2, "--store"),
    ],
)
def test_a_call_that_cannot_be_served_is_refused_and_nothing_is_written(two_stores, omen, archive, words, code, said):
    before = two_stores.tree(STORE)
    run = omen("verify", "--store", STORE, *words)
    assert (run.code, run.out) == (code, "")
    assert said in run.err
    assert len(run.err.splitlines()) == 2  # what is wrong, and what to do
    assert two_stores.tree(STORE) == before


def test_one_stores_trouble_is_not_anothers(two_stores, omen, archive):
    _break_shard(archive)
    run = omen("verify", "--all", "--json")
    assert run.code == 1
    sound = {result["storeId"]: result["sound"] for result in run.json["error"]["results"]}
    assert sound == {STORE: False, "CaliCannabis": True}
    theirs = omen("verify", "--store", "CaliCannabis")
    assert theirs.code == 0
    assert STORE not in theirs.out


def test_lost_data_of_one_store_outweigh_what_can_be_mended_and_what_cannot_be_read(two_stores, omen, archive):
    _lose(snapshots(archive)[0])
    two_stores.archive("CaliCannabis").chmod(0o777)
    run = omen("verify", "--all", "--json")
    error = run.json["error"]
    assert (run.code, error["code"]) == (7, "data_lost")
    assert [(one["storeId"], one["lost"]) for one in error["results"]] == [(STORE, True)]
    (failure,) = error["failures"]
    assert (failure["storeId"], failure["exitStatus"]) == ("CaliCannabis", 7)
    assert "others may write in it" in failure["message"]
    assert "chmod 700" in failure["hint"]
    assert "CaliCannabis" in run.err
    assert "chmod 700" in run.err


def test_one_archive_that_cannot_be_verified_is_counted_as_one(two_stores, omen, archive):
    two_stores.archive("CaliCannabis").chmod(0o777)
    run = omen("verify", "--all")
    assert run.code == 7
    assert "omen: 1 archive cannot be verified\n" in run.err
    archive.chmod(0o777)
    assert "omen: 2 archives cannot be verified\n" in omen("verify", "--all").err


def test_only_the_refusal_to_recompute_anothers_snapshot_is_written(two_stores, omen, archive):
    (theirs,) = two_stores.archive("CaliCannabis").glob("snapshot_*")
    before = len(two_stores.audit(STORE))
    omen("verify", "--store", STORE, "--deep")
    omen("verify", "--store", STORE, "--recompute", snapshots(archive)[2].stem)
    assert len(two_stores.audit(STORE)) == before
    assert omen("verify", "--store", STORE, "--recompute", theirs.stem).code == 10
    assert [event["event"] for event in two_stores.audit(STORE)[before:]] == ["access.denied"]
    assert "the refusal is audited" in " ".join(omen("verify", "--help").out.split())


def test_while_a_writer_is_at_work_findings_wait_for_its_lock(two_stores, omen, archive):
    with holding(archive / ".lock"):
        assert omen("verify", "--store", STORE, "--lock-wait", "0.1").code == 0  # nothing to confirm: no lock needed
        _leave_pending(archive)
        assert omen("verify", "--store", STORE, "--lock-wait", "0.1").code == 6
        assert omen("verify", "--store", STORE, "--repair", "--lock-wait", "0.1").code == 6


def test_quiet_still_says_what_is_wrong(two_stores, omen, archive):
    _break_shard(archive)
    run = omen("verify", "--store", STORE, "-q")
    assert (run.code, run.out) == (1, "")
    assert "index_damaged index/2026-01.json" in run.err


def test_the_table_names_each_finding_and_what_its_kind_means(two_stores, omen, archive):
    from omen_cli.archive.findings import KINDS

    _break_shard(archive)
    _lose(snapshots(archive)[0])
    run = omen("verify", "--store", STORE)
    lines = run.out.splitlines()
    assert lines[0] == "state\tstore\tkind\tsubject\tproblem"
    assert lines[1].startswith(f"LOST\t{STORE}\tsnapshot_missing\t")
    for kind in ("snapshot_missing", "index_damaged"):
        assert f"{kind}: {KINDS[kind].means}; {KINDS[kind].remedy}" in lines


def test_recompute_is_asked_through_verify(two_stores, omen, archive):
    newest = snapshots(archive)[2].stem
    assert omen("verify", "--store", STORE, "--recompute", newest).code == 0
    exports = two_stores.config.parent / "exports" / STORE / "orders-2026-01.csv"
    exports.write_text(exports.read_text().replace("35.00", "36.00"))
    run = omen("verify", "--store", STORE, "--recompute", newest)
    assert run.code == 1
    assert "orders-2026-01.csv" in run.out


def test_an_archive_of_the_old_system_is_named_and_never_touched(two_stores, omen):
    legacy = two_stores.data / "snapshots" / "index.json"
    legacy.parent.mkdir(parents=True, mode=0o700)
    legacy.write_text("[]")

    looked = omen("verify", "--all")

    assert looked.code == 7
    assert looked.err.count("omen migrate") == 2
    for words in (("--repair",), ("--accept", "x", "--reason", "y")):
        run = omen("verify", "--store", STORE, *words)
        assert (run.code, "omen migrate" in run.err) == (7, True)
    prune = omen("prune", "--store", STORE, "--keep-last", "1", "--yes")
    assert (prune.code, "omen migrate" in prune.err) == (7, True)
    assert [path.name for path in two_stores.data.rglob("*")] == ["snapshots", "index.json"]


def _edit_entry(archive, **values):
    _edit_shard(archive, lambda entries: entries[-1].update(values))


def test_a_shard_that_names_another_id_never_costs_the_snapshot_that_the_audit_knows(two_stores, omen, archive):
    (theirs,) = two_stores.archive(STORE).glob("snapshot_weekly_2025-12-28_*")
    shard = archive / "index" / "2025-12.json"
    whole, head = shard.read_bytes(), theirs.stem.rpartition("_")
    other = f"{head[0].rpartition('_')[0]}_1_{head[2]}"
    shard.write_bytes(whole.replace(theirs.stem.encode(), other.encode()))

    run = verify(omen)

    assert (run.code, kinds(run)) == (1, ["index_stale"])
    assert verify(omen, "--repair").code == 0
    assert shard.read_bytes() == whole
    assert theirs.exists()
    assert list((archive / "quarantine").iterdir()) == []


def test_a_shard_that_lies_about_a_hash_hides_no_snapshot(two_stores, omen, archive):
    newest = snapshots(archive)[2]
    _edit_entry(archive, sha256="0" * 64)

    run = omen("show", "--store", STORE, "--json")

    assert (run.code, run.data["id"]) == (0, newest.stem)
    assert "omen verify --deep --repair" in run.err
    assert verify(omen, "--deep", "--repair").code == 0
    assert omen("show", "--store", STORE, "--json").err == ""


@pytest.mark.parametrize(("name", "count"), [(".2026-01.json.tmp", 4), ("2026-01.json", 3)])
def test_a_folder_in_the_way_of_an_unfinished_change_is_moved_first(two_stores, omen, archive, name, count):
    (archive / "index" / name).unlink(missing_ok=True)
    (archive / "index" / name).mkdir()
    failed = omen("generate", "--store", STORE, "--timeframe", "daily", "--as-of", "2026-01-10")
    assert failed.code == 7

    assert verify(omen, "--repair").code == 0

    assert verify(omen, "--deep").code == 0
    assert len(omen("history", "--store", STORE, "--all-versions", "--json").data) == count


def test_an_edited_record_of_the_audit_costs_no_snapshot_that_file_and_index_agree_on(two_stores, omen, archive):
    path = archive / "audit" / "2026-01.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    event = json.loads(lines[-1])
    path.write_bytes(b"".join([*lines[:-1], lines[-1].replace(event["sha256"].encode(), b"0" * 64)]))

    run = verify(omen, "--deep")

    assert (run.code, found(run)) == (7, [("lost", "audit_broken", event["id"])])
    assert verify(omen, "--deep", "--repair").code == 7
    assert (archive / f"{event['id']}.json").exists()
    assert omen("verify", "--store", STORE, "--accept", event["id"], "--reason", "an editor").code == 0
    assert verify(omen, "--deep").code == 0
    assert len(snapshots(archive)) == 3


def test_a_folder_for_pending_is_moved_by_the_next_command_that_writes(two_stores, omen, archive):
    (archive / ".pending").mkdir()
    assert verify(omen).code == 1
    assert omen("generate", "--store", STORE, "--as-of", "2026-01-11").code == 0
    assert (archive / "quarantine" / "pending").is_dir()
    assert verify(omen, "--deep").code == 0


def test_what_is_no_lock_is_said_to_be_moved_away(two_stores, omen, archive):
    (archive / ".lock").unlink()
    (archive / ".lock").symlink_to("/etc/hostname")
    for more in ((), ("--repair",)):
        run = omen("verify", "--store", STORE, *more)
        assert (run.code, "not a lock file" in run.err, "move it away" in run.err) == (7, True, True)


def test_a_flipped_bit_is_no_answer_to_a_second_request(two_stores, omen, archive):
    _flip(snapshots(archive)[2])
    run = omen("generate", "--store", STORE, "--as-of", "2026-01-11")
    assert (run.code, "omen verify --deep" in run.err) == (7, True)


def test_what_was_given_up_and_is_back_is_lost_again_when_it_goes_again(two_stores, omen, archive):
    path = snapshots(archive)[0]
    raw = path.read_bytes()
    path.unlink()
    assert omen("verify", "--store", STORE, "--accept", path.stem, "--reason", "no backup").code == 0
    path.write_bytes(raw)
    assert verify(omen, "--repair").code == 0

    path.unlink()

    run = verify(omen)
    assert (run.code, found(run)) == (7, [("lost", "snapshot_missing", path.stem)])
