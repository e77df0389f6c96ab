"""What must be durable before the next step is: the order of the calls, where no crash of a model can tell."""

from datetime import timedelta

from omen_cli.archive.archive import Archive
from omen_cli.archive.documents import encode
from omen_cli.archive.pruning import Pruner, prune
from omen_cli.archive.writing import acknowledge
from tests.archive.factories import AT, DAY, LIMITS, STORE, count_calls, die, in_child, snapshot, strike_at, write

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
