"""What must be durable before the next step is: the order of the calls, where no crash of a model can tell."""

from datetime import timedelta

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import Delivery
from omen_cli.archive.documents import encode
from omen_cli.archive.outbox_record import settle
from omen_cli.archive.pruning import Pruner, prune
from omen_cli.archive.verification import Mender, mend
from omen_cli.archive.writing import acknowledge
from tests.archive.factories import AT, DAY, LIMITS, STORE, count_calls, die, in_child, snapshot, strike_at, write
from tests.archive.outboxes import outbox, queued

LATER = AT + timedelta(hours=1)
CALLS = ("write", "fsync", "rename", "unlink")


def calls_of(data, work) -> list[str]:
    """Return the changing and flushing calls of `work`, done in a child, with paths below the archive's folder."""
    log = data.parent / f"{data.name}.calls"
    assert in_child(lambda: (count_calls(log, names=CALLS), work())) == 0
    return [line.replace(f"{data}/snapshots/{STORE}", "").rstrip() for line in log.read_text().splitlines()]


def look(data, as_of=DAY):
    """A command that only looks whether a snapshot is there, and mends on its way what it meets."""
    return lambda: acknowledge(Archive(data, STORE), "weekly", as_of, wait_s=5, at=LATER)


def test_the_readme_of_a_new_archive_is_durable_before_the_locks_that_only_it_tells_to_be_omens(tmp_path):
    calls = calls_of(tmp_path, lambda: write(tmp_path))

    named, lock = calls.index("rename /.README.tmp"), calls.index("fsync /locks/daily.lock")
    assert named < calls.index("fsync", named) < lock


def test_what_a_dead_prune_left_goes_only_when_the_audit_that_says_so_is_durable(tmp_path):
    entry = write(tmp_path).entry
    write(tmp_path, as_of=DAY - timedelta(days=7))
    pruner = Pruner("ann", "--keep-last 1", LATER, "r-1", 5.0, LIMITS)

    def killed() -> None:
        strike_at(1, die, is_after=False, names=("unlink",))
        prune(Archive(tmp_path, STORE), lambda entries, stay: [entry.id], pruner)

    assert in_child(killed) == 9

    calls = calls_of(tmp_path, look(tmp_path, DAY - timedelta(days=7)))

    assert calls.index("fsync /audit/2026-01.jsonl") < calls.index(f"unlink /{entry.id}.json")
    assert not (tmp_path / "snapshots" / STORE / f"{entry.id}.json").exists()


def test_a_file_that_somebody_put_there_is_durable_before_it_is_audited(tmp_path):
    write(tmp_path, as_of=DAY - timedelta(days=7))
    orphan = snapshot()
    root = Archive(tmp_path, STORE).layout.root
    (root / f"{orphan.id}.json").write_bytes(encode(orphan))

    calls = calls_of(tmp_path, look(tmp_path))

    file = calls.index(f"fsync /{orphan.id}.json")
    assert file < calls.index("fsync", file) < calls.index("write /audit/2026-01.jsonl")


def test_what_is_moved_to_quarantine_is_durable_there_before_it_is_audited(tmp_path):
    entry = write(tmp_path).entry
    layout = Archive(tmp_path, STORE).layout
    layout.snapshot(entry.id).write_bytes(b"{")
    layout.shard("2026-01").unlink()
    write_other = look(tmp_path, DAY - timedelta(days=7))  # another key of the month: its shard is made anew

    calls = calls_of(tmp_path, write_other)

    moved = calls.index(f"rename /{entry.id}.json")
    audited = calls.index("write /audit/2026-01.jsonl", moved)
    assert calls[moved - 1] == "fsync /quarantine"  # the reason is there before the file is
    assert calls[moved + 1 : audited] == ["fsync /quarantine", "fsync"]


def mending(data):
    """`omen verify --repair`."""
    return lambda: mend(Archive(data, STORE), Mender("ann", LATER, "r-1", 5.0, LIMITS), is_deep=False)


def test_the_copy_of_a_linked_audit_has_its_name_alone_and_durably_before_anything_is_appended(tmp_path):
    write(tmp_path)
    audit = Archive(tmp_path, STORE).layout.audit_dir / "2026-01.jsonl"
    (tmp_path.parent / f"{tmp_path.name}.backup").hardlink_to(audit)

    calls = calls_of(tmp_path, mending(tmp_path))

    moved = calls.index("rename /.audit.tmp")
    appended = calls.index("write /audit/2026-01.jsonl")
    assert calls[moved - 1] == "fsync /.audit.tmp"
    assert sorted(calls[moved + 1 : appended][:2]) == ["fsync", "fsync /audit"]


def test_a_draft_that_a_repair_removed_stays_away(tmp_path):
    write(tmp_path)
    (Archive(tmp_path, STORE).layout.index_dir / ".2026-01.json.tmp").write_bytes(b"{")

    calls = calls_of(tmp_path, mending(tmp_path))

    removed = calls.index("unlink /index/.2026-01.json.tmp")
    assert calls[removed + 1] == "fsync /index"


def test_the_messages_of_what_was_pruned_are_gone_durably_before_the_index_forgets_it(tmp_path):
    entry = write(tmp_path).entry
    write(tmp_path, as_of=DAY - timedelta(days=7))
    layout = Archive(tmp_path, STORE).layout
    layout.delivery_folder(entry.id).mkdir()
    (layout.delivery_folder(entry.id) / "0a1b2c3d.sent.eml").write_bytes(b"as sent")
    pruner = Pruner("ann", "--keep-last 1", LATER, "r-1", 5.0, LIMITS)

    calls = calls_of(tmp_path, lambda: prune(Archive(tmp_path, STORE), lambda entries, stay: [entry.id], pruner))

    removed = calls.index(f"unlink /deliveries/{entry.id}/0a1b2c3d.sent.eml")
    assert removed < calls.index("fsync /deliveries") < calls.index("rename /index/.2026-01.json.tmp")


def test_a_folder_of_messages_that_somebody_left_is_durable_before_a_message_is_in_it(tmp_path):
    entry = write(tmp_path).entry
    folder = Archive(tmp_path, STORE).layout.delivery_folder(entry.id)
    folder.mkdir(mode=0o700)

    calls = calls_of(tmp_path, lambda: queued(tmp_path, entry.id))

    frozen = next(at for at, call in enumerate(calls) if call.startswith(f"rename /deliveries/{entry.id}/"))
    assert "fsync /deliveries" in calls[:frozen]


def test_a_message_is_durable_before_it_has_its_name_and_both_before_it_is_audited(tmp_path):
    entry = write(tmp_path).entry

    calls = calls_of(tmp_path, lambda: queued(tmp_path, entry.id))

    folder = f"/deliveries/{entry.id}"
    named = next(at for at, call in enumerate(calls) if call.startswith(f"rename {folder}/"))
    audited = calls.index("write /audit/2026-01.jsonl")
    assert any(call.startswith(f"fsync {folder}/.") for call in calls[:named])
    assert f"fsync {folder}" in calls[named:audited]


def test_a_dead_senders_name_is_durable_before_it_is_audited(tmp_path):
    entry = write(tmp_path).entry
    (delivery,) = queued(tmp_path, entry.id)
    layout = Archive(tmp_path, STORE).layout
    delivery.path(layout).rename(Delivery(entry.id, delivery.key, "sent").path(layout))

    def settled() -> None:
        with outbox(tmp_path) as found:
            settle(found, entry.id)

    calls = calls_of(tmp_path, settled)

    assert calls.index(f"fsync /deliveries/{entry.id}") < calls.index("write /audit/2026-01.jsonl")
