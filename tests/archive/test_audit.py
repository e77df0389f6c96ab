"""The audit is only ever appended to, a torn line is fenced, and each line proves the one before."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.audit import append_event, audit_files, read_events
from omen_cli.archive.ledger import message_events, read_ledger
from omen_cli.errors import ArchiveDamaged
from tests.archive.checks import assert_chained, assert_sound
from tests.archive.factories import AT, STORE, write


def say(folder, event="x", at=AT, **details) -> None:
    append_event(folder, at=at, by="ann", event=event, details=details)


@pytest.mark.parametrize("torn", [b'{"at":"2026', b"{", b"\x00" * 5, b'{"event":"whole"}'])
def test_a_torn_last_line_is_fenced_and_counted(tmp_path, torn):
    say(tmp_path)
    (path,) = audit_files(tmp_path)
    with path.open("ab") as file:
        file.write(torn)

    say(tmp_path, "y")

    lines = path.read_bytes().split(b"\n")
    assert (lines[1], lines[3]) == (torn, b"")
    found = read_events(path)
    assert found.events[-1]["prev"] == sha256(torn).hexdigest()
    assert (len(found.events), found.skipped) == ((3, 0) if torn.endswith(b"}") else (2, 1))


def test_the_chain_goes_on_across_months(tmp_path):
    for month in (1, 1, 2, 4):
        say(tmp_path, at=datetime(2026, month, 1, tzinfo=UTC))

    assert [path.name for path in audit_files(tmp_path)] == ["2026-01.jsonl", "2026-02.jsonl", "2026-04.jsonl"]
    assert_chained(tmp_path)


def test_a_clock_that_went_back_writes_to_the_newest_month(tmp_path):
    say(tmp_path, at=datetime(2026, 2, 1, tzinfo=UTC))
    say(tmp_path, at=datetime(2026, 1, 31, tzinfo=UTC))

    (path,) = audit_files(tmp_path)
    assert (path.name, len(read_events(path).events)) == ("2026-02.jsonl", 2)


def test_the_month_is_that_of_utc(tmp_path):
    say(tmp_path, at=datetime(2026, 1, 31, 22, tzinfo=timezone(timedelta(hours=-5))))

    assert [path.name for path in audit_files(tmp_path)] == ["2026-02.jsonl"]


def test_lines_longer_than_the_tail_are_chained(tmp_path):
    for _ in range(3):
        say(tmp_path, reason="\u0001é\n" * 30_000)

    assert_chained(tmp_path)
    assert read_events(audit_files(tmp_path)[0]).skipped == 0


def test_an_audit_file_left_empty_by_a_crash_is_gone_on_with(tmp_path):
    say(tmp_path)
    (tmp_path / "2026-02.jsonl").touch()
    say(tmp_path, "y")

    assert_chained(tmp_path)
    assert len(read_events(tmp_path / "2026-02.jsonl").events) == 1


@pytest.mark.parametrize("name", ["2026-13.jsonl", "x.jsonl", "2026-01.jsonl.bak", "../2026-01.jsonl"])
def test_other_names_are_passed_by(tmp_path, name):
    folder = tmp_path / "audit"
    folder.mkdir()
    (folder / name).write_bytes(b"{}\n")

    say(folder)

    assert [path.name for path in audit_files(folder)] == ["2026-01.jsonl"]


def test_a_symlinked_audit_is_refused_and_its_target_left_alone(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    write(tmp_path / "data")
    audit = Archive(tmp_path / "data", STORE).layout.audit_dir / "2026-01.jsonl"
    audit.unlink()
    audit.symlink_to(victim)

    with pytest.raises(ArchiveDamaged, match="symlink"):
        write(tmp_path / "data", "daily")
    audit.unlink()

    assert victim.read_bytes() == b"precious"
    write(tmp_path / "data", "daily")
    assert [entry.timeframe for entry in Archive(tmp_path / "data", STORE).entries()] == ["daily", "weekly"]


def test_a_torn_line_in_an_archive_does_not_stop_it(tmp_path):
    write(tmp_path)
    with (Archive(tmp_path, STORE).layout.audit_dir / "2026-01.jsonl").open("ab") as file:
        file.write(b'{"at":')

    write(tmp_path, "daily")

    assert len(assert_sound(tmp_path)) == 2


def test_what_happened_to_the_messages_of_one_snapshot_is_what_the_whole_audit_says_of_them(tmp_path):
    one, other = (f"snapshot_weekly_2026-01-{day}_1768000000000_abcdef12" for day in ("04", "11"))
    for month, said in enumerate((one, other, one, f"{one}0"), start=1):
        for event in ("delivery.queued", "snapshot.created", "delivery.sent", "x"):
            say(tmp_path, event, datetime(2026, month, 1, tzinfo=UTC), id=said, about=one)
    with audit_files(tmp_path)[0].open("ab") as file:
        file.write(f'{{"id":"{one}","event":"delivery.se'.encode())

    assert len(message_events(tmp_path, one)) == 4
    for said in (one, other):
        assert message_events(tmp_path, said) == tuple(read_ledger(tmp_path).deliveries[said])


def test_an_audit_file_that_is_none_is_told_of_also_to_who_asks_for_one_snapshot(tmp_path):
    (tmp_path / "2026-01.jsonl").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ArchiveDamaged):
        message_events(tmp_path, "snapshot_weekly_2026-01-04_1768000000000_abcdef12")
    assert message_events(tmp_path, "snapshot_weekly_2026-01-04_1768000000000_abcdef12", is_tolerant=True) == ()
