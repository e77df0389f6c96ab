"""The deliveries of an archive: names, audit and index tell the same, whatever died on the way."""

import errno
import json
import os
from datetime import timedelta

import pytest

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import Delivery, deliveries_of
from omen_cli.archive.disk import DiskLimits
from omen_cli.archive.inspection import inspect
from omen_cli.archive.layout import Layout
from omen_cli.archive.moved import Why
from omen_cli.archive.outbox_record import settle
from omen_cli.archive.verification import Mender, mend
from omen_cli.archive.writing import acknowledge
from omen_cli.errors import ArchiveDamaged, Busy, InsufficientStorage
from tests.archive.checks import assert_sound, audit_of
from tests.archive.factories import DAY, LIMITS, STORE, die, in_child, strike_at, tree, write
from tests.archive.outboxes import LATER, NEW, OWNER, message, outbox, queued

SECOND = "second@njweedwizard.example"
CALLS = ("open", "write", "fsync", "rename", "unlink", "mkdir")


@pytest.fixture
def entry(tmp_path):
    return write(tmp_path).entry


def states(data, snapshot_id):
    return {one.recipient: one.state for one in Archive(data, STORE).find_id(snapshot_id).deliveries}


def kinds(data):
    return [one.kind for one in inspect(Layout(data, STORE), is_deep=True).findings]


def send(data, delivery, state="sent"):
    """Take a delivery through `sending` to a verdict."""
    with outbox(data) as found:
        sending, _ = found.move(delivery, "sending", Why("attempt"))
        return found.mark(sending, state, Why("attempt", reply="dot: 250 ok"))


def test_a_frozen_message_is_kept_to_the_byte_and_its_entry_and_audit_tell_of_it(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    frozen = message(entry.id)

    path = delivery.path(Layout(tmp_path, STORE))
    event = audit_of(tmp_path)[-1]
    (told,) = Archive(tmp_path, STORE).find_id(entry.id).deliveries

    assert path.read_bytes() == frozen.raw
    assert path.name == f"{frozen.key}.queued.eml"
    assert (event["event"], event["recipient"], event["messageId"]) == ("delivery.queued", OWNER, frozen.message_id)
    assert (told.recipient, told.state, told.at, told.message_id) == (OWNER, "queued", LATER, frozen.message_id)
    assert kinds(tmp_path) == []
    assert_sound(tmp_path)


def test_a_delivery_that_was_sent_marks_the_entry(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)

    result = send(tmp_path, delivery)

    assert (result.success, result.error) == (True, None)
    assert (result.entry.email_sent, result.entry.email_sent_at, result.entry.email_recipient) == (True, LATER, OWNER)
    assert result.entry == Archive(tmp_path, STORE).find_id(entry.id)
    assert [event["event"] for event in audit_of(tmp_path)][-3:] == [
        "delivery.queued",
        "delivery.sending",
        "delivery.sent",
    ]
    assert kinds(tmp_path) == []


def test_marking_a_snapshot_that_is_not_in_the_index_says_entry_not_found(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    layout = Layout(tmp_path, STORE)
    with outbox(tmp_path) as found:
        layout.snapshot(entry.id).unlink()
        layout.shard("2026-01").unlink()
        for month in layout.audit_dir.iterdir():
            month.unlink()
        result = found.mark(delivery, "sent", Why("attempt"))

    assert (result.success, result.entry, result.error) == (False, None, "entry_not_found")


def test_what_a_dead_sender_left_is_unknown_to_the_next(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    with outbox(tmp_path) as found:
        found.move(delivery, "sending", Why("attempt"))

    with outbox(tmp_path) as found:
        (left,) = found.of(entry.id)

    assert left.state == "unknown"
    assert states(tmp_path, entry.id) == {OWNER: "unknown"}
    assert audit_of(tmp_path)[-1]["cause"] == "died"


def test_two_senders_never_hold_one_archive(tmp_path, entry):
    with outbox(tmp_path), pytest.raises(Busy), outbox(tmp_path, wait_s=0.05):
        pass


def test_the_index_made_anew_tells_the_same_of_the_deliveries(tmp_path, entry):
    first, second = queued(tmp_path, entry.id, OWNER, SECOND)
    send(tmp_path, first)
    send(tmp_path, second, "failed")
    told = Archive(tmp_path, STORE).find_id(entry.id)
    Layout(tmp_path, STORE).shard("2026-01").unlink()

    assert Archive(tmp_path, STORE).find_id(entry.id) == told
    acknowledge(Archive(tmp_path, STORE), "weekly", DAY, wait_s=5, at=LATER)
    assert Archive(tmp_path, STORE).find_id(entry.id) == told
    assert told.email_sent


def test_a_sent_message_whose_file_is_gone_stays_sent(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    send(tmp_path, delivery)
    layout = Layout(tmp_path, STORE)
    Delivery(entry.id, delivery.key, "sent").path(layout).unlink()
    layout.shard("2026-01").unlink()

    assert states(tmp_path, entry.id) == {OWNER: "sent"}
    assert Archive(tmp_path, STORE).find_id(entry.id).email_sent


def test_without_an_audit_the_messages_tell_to_whom_they_went(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    send(tmp_path, delivery)
    layout = Layout(tmp_path, STORE)
    layout.shard("2026-01").unlink()
    for month in layout.audit_dir.iterdir():
        month.unlink()

    assert states(tmp_path, entry.id) == {OWNER: "sent"}


@pytest.mark.parametrize("state", ["sent", "unknown", "failed"])
def test_of_two_files_with_one_key_the_more_cautious_counts(tmp_path, entry, state):
    (delivery,) = queued(tmp_path, entry.id)
    layout = Layout(tmp_path, STORE)
    raw = delivery.path(layout).read_bytes()
    Delivery(entry.id, delivery.key, state).path(layout).write_bytes(raw)

    assert [one.state for one in deliveries_of(layout, entry.id)] == [state]


def test_nothing_is_frozen_on_a_full_disk(tmp_path, entry):
    before = tree(Layout(tmp_path, STORE).root)
    full = DiskLimits(warn_free_bytes=2**60, min_free_bytes=2**60)
    with outbox(tmp_path, limits=full) as found, pytest.raises(InsufficientStorage):
        found.queue(entry.id, [message(entry.id)], NEW, lambda entry: None)
    assert tree(Layout(tmp_path, STORE).root) == before


def test_what_admit_refuses_is_not_frozen(tmp_path, entry):
    before = tree(Layout(tmp_path, STORE).root)

    def refuse(found):
        raise ArchiveDamaged(f"{found.id}: refused")

    with outbox(tmp_path) as found, pytest.raises(ArchiveDamaged, match="refused"):
        found.queue(entry.id, [message(entry.id)], NEW, refuse)
    assert tree(Layout(tmp_path, STORE).root) == before


def test_a_message_under_another_key_is_not_sent(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    layout = Layout(tmp_path, STORE)
    foreign = Delivery(entry.id, "0" * 32, "queued")
    delivery.path(layout).rename(foreign.path(layout))
    with outbox(tmp_path) as found, pytest.raises(ArchiveDamaged, match="not the message that omen froze"):
        found.read(foreign)


def test_a_symlink_in_the_place_of_the_messages_is_refused(tmp_path, entry):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Layout(tmp_path, STORE).delivery_folder(entry.id).symlink_to(elsewhere)
    with outbox(tmp_path) as found, pytest.raises(ArchiveDamaged, match="not a folder"):
        found.queue(entry.id, [message(entry.id)], NEW, lambda entry: None)
    assert list(elsewhere.iterdir()) == []


def changed_message(layout, entry, delivery):
    path = delivery.path(layout)
    path.write_bytes(path.read_bytes().replace(b"as sent", b"AS SENT"))


def test_a_message_that_was_changed_is_found_and_moved_away(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    layout = Layout(tmp_path, STORE)
    changed_message(layout, entry, delivery)
    assert kinds(tmp_path) == ["message_damaged"]

    mender = Mender("ann", LATER + timedelta(hours=1), "r-3", 5.0, LIMITS)
    mend(Archive(tmp_path, STORE), mender, is_deep=True)

    assert kinds(tmp_path) == []
    assert deliveries_of(layout, entry.id) == ()
    assert [path.suffix for path in sorted(layout.quarantine.iterdir())] == [".eml", ".json"]


def test_what_stands_among_messages_and_is_none_is_found_and_moved_away(tmp_path, entry):
    queued(tmp_path, entry.id)
    folder = Layout(tmp_path, STORE).delivery_folder(entry.id)
    (folder / "notes.txt").write_text("who put this here?")
    (folder / ".0123456789abcdef.tmp").write_bytes(b"half a mess")
    assert kinds(tmp_path) == ["leftover", "foreign"]

    mend(Archive(tmp_path, STORE), Mender("ann", LATER, "r-3", 5.0, LIMITS), is_deep=False)

    assert kinds(tmp_path) == []
    assert len(list(folder.iterdir())) == 1


def test_an_index_that_says_something_else_than_the_names_is_found_and_mended(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    layout = Layout(tmp_path, STORE)
    delivery.path(layout).rename(Delivery(entry.id, delivery.key, "unknown").path(layout))
    assert kinds(tmp_path) == ["index_stale"]

    mend(Archive(tmp_path, STORE), Mender("ann", LATER, "r-3", 5.0, LIMITS), is_deep=False)

    assert kinds(tmp_path) == []
    assert states(tmp_path, entry.id) == {OWNER: "unknown"}
    events = [event for event in audit_of(tmp_path) if event["event"] == "delivery.unknown"]
    assert [event["cause"] for event in events] == ["found"]


def test_killed_at_any_call_of_a_change_the_next_finds_the_one_or_the_other(tmp_path):
    for turn in range(1, 400):
        for is_after in (False, True):
            data = tmp_path / f"{turn}-{is_after}"
            entry = write(data).entry
            (delivery,) = queued(data, entry.id)

            def change(data=data, delivery=delivery, turn=turn, is_after=is_after):
                strike_at(turn, die, is_after=is_after, names=CALLS)
                send(data, delivery)

            status = in_child(change)
            acknowledge(Archive(data, STORE), "weekly", DAY, wait_s=5, at=LATER)
            (left,) = deliveries_of(Layout(data, STORE), entry.id)
            assert states(data, entry.id) == {OWNER: left.state}
            assert kinds(data) == [], (turn, is_after, left)
            events = [event for event in audit_of(data) if event["event"].startswith("delivery.")]
            assert events[-1]["event"] == f"delivery.{left.state}"
            if status == 0:
                assert left.state == "sent"
                return
    raise AssertionError("more calls than were struck")


def test_killed_at_any_call_of_a_freeze_the_next_command_finds_the_whole_message_or_none(tmp_path):
    for turn in range(1, 400):
        data = tmp_path / f"{turn}"
        entry = write(data).entry

        def freeze(data=data, entry=entry, turn=turn):
            strike_at(turn, die, is_after=True, names=CALLS)
            queued(data, entry.id)

        status = in_child(freeze)
        acknowledge(Archive(data, STORE), "weekly", DAY, wait_s=5, at=LATER)
        left = deliveries_of(Layout(data, STORE), entry.id)
        assert kinds(data) == [], (turn, left)
        assert [one.path(Layout(data, STORE)).read_bytes() for one in left] in ([], [message(entry.id).raw])
        assert list(states(data, entry.id).values()) == [one.state for one in left]
        if status == 0:
            assert left
            return
    raise AssertionError("more calls than were struck")


def test_a_full_disk_after_the_server_took_it_is_said_and_the_name_tells_it(tmp_path, entry):
    (delivery,) = queued(tmp_path, entry.id)
    answer = tmp_path / "answer.json"

    def mark():
        with outbox(tmp_path) as found:
            sending, _ = found.move(delivery, "sending", Why("attempt"))
            write_once = os.write
            os.write = full
            result = found.mark(sending, "sent", Why("attempt", reply="dot: 250 ok"))
            os.write = write_once
        answer.write_text(json.dumps([result.success, result.error]))

    assert in_child(mark) == 0
    assert json.loads(answer.read_text()) == [False, "insufficient_storage"]
    assert kinds(tmp_path) == ["index_stale"]
    with outbox(tmp_path) as found:
        assert [one.state for one in found.of(entry.id)] == ["sent"]
        assert settle(found, entry.id).email_sent
    assert kinds(tmp_path) == []


def full(descriptor, raw):
    raise OSError(errno.ENOSPC, "No space left on device")
