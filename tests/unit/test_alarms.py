"""Which alarms a command gives rise to, read off what it answered."""

import pytest

from omen_cli.archive.documents import encode
from omen_cli.archive.entries import entry_of
from omen_cli.errors import ArchiveDamaged, Busy, CheckFailed, ConfigInvalid, DeliveryFailed, Internal, OutputFailed
from omen_cli.model.alarm import MAX_TEXT, telling
from omen_cli.workflows.alarms import Ended, alarms_of
from omen_cli.workflows.tick import Trouble
from omen_cli.workflows.undelivered import undelivered
from tests.archive.factories import STORE, snapshot

SNAPSHOT = "snapshot_weekly_2026-01-09_1768013990884_a098d716"


def ended(command="history", *, stores=(STORE,), is_all=False, error=None, answer=None, troubles=()):
    return alarms_of(Ended(command, stores, is_all, error, answer or {}, "", tuple(troubles)))


def failure(code, store=STORE, message="x: y", about=f"{STORE} weekly 2026-01-09"):
    return {"storeId": store, "code": code, "message": message, "about": about}


def test_an_answer_without_trouble_raises_none():
    assert ended("generate", answer={"results": [{"storeId": STORE, "held": False, "snapshotId": SNAPSHOT}]}) == ()
    assert ended("send", answer={"results": [{"outcome": "sent", "key": "k", "mark": {"success": True}}]}) == ()
    assert (
        ended("verify", answer={"results": [{"storeId": STORE, "findings": [{"state": "repaired", "kind": "x"}]}]})
        == ()
    )


@pytest.mark.parametrize("command", ["history", "prune", "check", "diff"])
def test_only_what_generates_or_sends_is_asked_for_what_is_held_or_undelivered(command):
    answer = {"results": [{"storeId": STORE, "held": True, "snapshotId": SNAPSHOT, "outcome": "failed", "key": "k"}]}
    assert ended(command, answer=answer) == ()


@pytest.mark.parametrize(
    ("is_all", "kinds"), [(True, ["damage", "disk refused", "failure"]), (False, ["damage", "disk refused"])]
)
def test_of_many_that_failed_a_person_is_told_of_damage_and_of_the_disk_only(is_all, kinds):
    failures = [failure(code, message=code) for code in ("archive_damaged", "insufficient_storage", "source_invalid")]
    found = ended(
        "generate", is_all=is_all, answer={"failures": failures}, error=CheckFailed("3 of 3", failures=failures)
    )
    assert [one.kind for one in found] == kinds


@pytest.mark.parametrize(
    ("code", "frame", "key"),
    [
        ("source_invalid", "weekly", f"{STORE} source x"),
        ("source_invalid", "daily", f"{STORE} source x"),
        ("internal", "weekly", f"{STORE} generate weekly internal"),
    ],
)
def test_the_same_trouble_has_the_same_name_from_generate_and_from_run(code, frame, key):
    failures = [failure(code, about=f"{STORE} {frame} 2026-01-09")]
    of_batch = ended("generate", is_all=True, answer={"failures": failures})
    of_run = ended("run", troubles=[Trouble(key, STORE, "x", _error(code))])
    assert [one.key for one in of_batch] == [one.key for one in of_run]


def _error(code):
    error = CheckFailed("x: y")
    error.code = code
    return error


def test_a_full_disk_is_told_for_each_store_since_they_may_lie_on_several():
    failures = [failure("insufficient_storage", store) for store in ("A", "B")]
    assert [one.store_id for one in ended("run", answer={"failures": failures})] == ["A", "B"]


@pytest.mark.parametrize("error", [Internal("a bug"), Busy("b"), ConfigInvalid("c"), DeliveryFailed("d")])
def test_a_run_that_fails_as_a_whole_is_told(error):
    (found,) = ended("run", stores=("A", "B"), error=error)
    assert (found.kind, found.store_id, error.message in found.what) == ("failure", None, True)


@pytest.mark.parametrize("error", [CheckFailed("told above"), OutputFailed("stdout: closed")])
def test_a_run_that_said_it_otherwise_is_not(error):
    assert ended("run", error=error) == ()


def test_a_busy_archive_before_a_persons_eyes_is_no_alarm():
    assert ended("generate", error=Busy("b")) == ()


@pytest.mark.parametrize(("stores", "store"), [((STORE,), STORE), (("A", "B"), None)])
def test_damage_is_of_the_one_store_that_the_command_was_about(stores, store):
    (found,) = ended(stores=stores, error=ArchiveDamaged("p: torn"))
    assert (found.kind, found.store_id, found.what) == ("damage", store, "p: torn")


def test_other_damage_is_another_alarm():
    first, second = (ended(error=ArchiveDamaged(text))[0].key for text in ("p: torn", "q: torn"))
    assert first != second


@pytest.mark.parametrize("state", ["failed", "unknown", "given up"])
def test_an_undelivered_message_is_told_without_its_recipient_and_the_servers_words(state):
    made = snapshot()
    entry = entry_of(made, encode(made))
    trouble = undelivered(entry, "c4n4ry" * 8, "owner@private.example", state, "550 <owner@private.example> no")
    (found,) = ended("run", troubles=[trouble])
    assert found.kind == "undelivered"
    assert entry.id in found.what
    assert "private" not in found.what + found.to_do + found.key


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("a.csv: a word that is new: Jane", "a.csv: what is wrong with it is said on the machine only"),
        ("Jane without a name", "what is wrong with it is said on the machine only"),
        ("inventory: x.csv: no column for sku; it has: Jane", "inventory: what is wrong with it is said on the machine only"),
        ("inventory: no file at /srv/x: Jane", "inventory: no file at /srv/x"),
        ("a.csv: columns: maps sku to 'Jane', which the file does not have", "a.csv: a column that `columns:` names is not in it"),
        ("orders: no file dated on or before 2026-01-09 at /x/{date} (0 are dated later)",
         "orders: no file dated on or before 2026-01-09 at /x/{date} (0 are dated later)"),
        ("a.csv: it changed while it was read", "a.csv: it changed while it was read"),
        ("/x/*: 5001 files match; at most 5000 are read at once",) * 2,
        ("a.csv: format wix reads .csv files, this is .json",) * 2,
    ],
)  # fmt: skip
def test_of_an_export_only_its_name_and_words_that_are_known_are_told(message, told):
    (found,) = ended("run", answer={"failures": [failure("source_invalid", message=message)]})
    assert found.what == f"{STORE} weekly 2026-01-09: {told}"


def test_what_a_bug_said_is_not_told():
    message = "a bug of omen's: ValueError; its trace could not be kept (No space): Jane"
    (found,) = ended("run", answer={"failures": [failure("internal", message=message)]})
    assert found.what == f"{STORE} weekly 2026-01-09: a bug of omen's: ValueError"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a  b\nc", "a b c"),
        ("to <owner@x.example>: no", "to <(an address)>: no"),
        ("Löwe@bücher.example,b@c", "(an address),(an address)"),
        ("red\x1b[31m\u202e", "red\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"),
        ("x" * 400, "x" * (MAX_TEXT - 1) + "…"),
    ],
)
def test_what_is_told_is_one_harmless_line_without_an_address(text, told):
    assert telling(text) == told
