"""The plan of a migration: pure, every part has one end, and a file finds its entry by request, id, key and time."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.errors import ArchiveDamaged, InvalidArgument
from omen_cli.legacy.decide import plan
from omen_cli.legacy.entries import DamagedEntry, OldEntry, read_entries
from omen_cli.legacy.files import read_old_file
from omen_cli.legacy.plan import counts_of
from omen_cli.legacy.tree import find_files, hash_old, kind_at
from tests.old_sample import DAY, ENTRIES, FILELESS, NJ, SENT, WEEK, entry, lay_old, mistaken, payload, text, wrapper


def planned(tmp_path, entries, files, default=None):
    """Return the plan of these entries and files, which are laid in a folder."""
    lay_old(tmp_path, files)
    found = [read_old_file(tmp_path, one) for one in find_files(tmp_path, lambda path: False)]
    return plan(read_entries(text(list(entries))), found, default, (NJ, "CaliCannabis"))


def fates(made):
    return {end.name: (end.fate, end.snapshot_id) for end in made.ends}


INDEX = text(list(ENTRIES))


@given(st.integers(0, len(INDEX)))
def test_of_a_half_written_index_every_whole_entry_is_read(cut):
    found = read_entries(INDEX[:cut])
    whole = [one for one in found if isinstance(one, OldEntry)]
    assert [one.text for one in whole] == [
        json.dumps(of, indent=2).replace("\n", "\n  ") for of in ENTRIES[: len(whole)]
    ]
    assert all(isinstance(one, DamagedEntry) for one in found[len(whole) :])
    assert len(found) - len(whole) <= 1


@given(st.binary(max_size=300))
def test_whatever_stands_in_an_index_it_is_read_without_a_trace(raw):
    for one in read_entries(raw):
        assert isinstance(one, OldEntry | DamagedEntry)


def test_a_broken_entry_in_the_middle_loses_no_other():
    raw = INDEX.replace(b'"timeframe": "weekly"', b'"timeframe: "weekly"', 1)
    found = read_entries(raw)
    assert [isinstance(one, OldEntry) for one in found] == [False, True, True, True, True]


@pytest.mark.parametrize("odd", [b"1, ", b"null, ", b"[], ", b'"text", ', b"[[1]], "])
def test_what_is_no_object_is_an_entry_that_cannot_be_used(odd):
    found = read_entries(INDEX.replace(b"[\n", b"[\n" + odd, 1))
    assert [type(one).__name__ for one in found] == ["DamagedEntry", *["OldEntry"] * 5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "snapshot_weekly_2026-01-09_1_XYZ"},
        {"timeframe": "daily"},
        {"asOfDate": "2026-01-10"},
        {"version": 0},
        {"version": "1"},
        {"version": True},
        {"store": "../../etc"},
        {"store": 7},
    ],
)
def test_an_entry_that_contradicts_itself_is_quarantined(wrong):
    (found,) = read_entries(text([{**WEEK, **wrong}]))
    assert isinstance(found, DamagedEntry)


def test_a_file_is_matched_by_its_request_before_its_key(tmp_path):
    other = entry("2026-01-09", 20)
    made = planned(tmp_path, [WEEK, other], {"snapshot_weekly_2026-01-09.json": text(wrapper(other))})
    assert fates(made)["snapshot_weekly_2026-01-09.json"] == ("migrated", other["id"])
    assert fates(made)["index.json#1"] == ("migrated_without_payload", WEEK["id"])


def test_a_file_without_a_request_is_matched_by_key_and_time(tmp_path):
    nameless = wrapper(WEEK, requestId=..., snapshotId=...)
    made = planned(tmp_path, [WEEK], {"a.json": text(nameless)})
    assert fates(made)["a.json"] == ("migrated", WEEK["id"])


def test_a_file_of_another_request_is_never_taken_for_the_entrys(tmp_path):
    other = wrapper(WEEK, requestId="another", snapshotId=...)
    made = planned(tmp_path, [WEEK], {"snapshot_weekly_2026-01-09.json": text(other)})
    assert fates(made)["index.json#1"][0] == "migrated_without_payload"


def test_a_file_of_another_store_is_never_taken_for_the_entrys(tmp_path):
    made = planned(tmp_path, [WEEK], {"a.json": text(wrapper(WEEK, store="CaliCannabis"))})
    assert fates(made)["index.json#1"][0] == "migrated_without_payload"
    assert fates(made)["a.json"][0] == "quarantined"


def test_the_same_payload_twice_is_a_duplicate_and_another_one_quarantined(tmp_path):
    files = {
        "a.json": text(wrapper(WEEK)),
        "b.json": text(payload(WEEK)),
        "c.json": text(wrapper(WEEK, confidence="low")),
    }
    made = fates(planned(tmp_path, [WEEK], files))
    assert [made[name][0] for name in files] == ["migrated", "duplicate", "quarantined"]


def test_of_two_entries_for_one_version_the_one_with_a_file_stays(tmp_path):
    rival = entry("2026-01-04", 30, emailSent=True)
    made = fates(planned(tmp_path, [rival, SENT], {"a.json": text(wrapper(SENT))}))
    assert (made["index.json#1"][0], made["index.json#2"]) == ("quarantined", ("migrated", SENT["id"]))


def test_the_same_entry_twice_is_a_duplicate(tmp_path):
    made = fates(planned(tmp_path, [DAY, DAY], {}))
    assert (made["index.json#1"][0], made["index.json#2"]) == ("migrated_without_payload", ("duplicate", DAY["id"]))


def test_a_file_that_an_entry_supersedes_is_the_version_before(tmp_path):
    first = entry("2026-01-09", 40)
    second = {**WEEK, "supersedes": first["id"]}
    made = planned(tmp_path, [second], {"a.json": text(wrapper(first))})
    assert {one.id: one.version for one in made.snapshots} == {first["id"]: 1, WEEK["id"]: 2}
    assert made.lost() == ()


def test_a_made_id_is_the_same_every_time(tmp_path):
    nameless = text(wrapper(FILELESS, requestId=..., snapshotId=...))
    one, other = (planned(tmp_path / name, [], {"a.json": nameless}).snapshots for name in ("one", "other"))
    assert one[0].id == other[0].id
    assert one[0].id.startswith("snapshot_weekly_2025-12-28_1768186805767_")


def test_the_counts_add_up_to_what_was_found(tmp_path):
    files = {"a.json": text(wrapper(WEEK)), "b.json": b"{", "c.json": text(mistaken(entry("2026-01-02", 50)))}
    made = planned(tmp_path, [WEEK, WEEK, {"id": 1}, FILELESS], files)
    counts = counts_of(made.ends)
    assert (sum(counts["entry"].values()), sum(counts["file"].values())) == (4, 3)


def test_a_file_that_names_no_store_needs_a_default(tmp_path):
    with pytest.raises(InvalidArgument, match="name no store"):
        planned(tmp_path, [], {"a.json": text(wrapper(WEEK, store=...))})


def test_what_is_no_regular_file_is_accounted_for(tmp_path):
    (tmp_path / "link.json").symlink_to("/etc/hostname")
    made = planned(tmp_path, [], {})
    assert fates(made) == {"link.json": ("quarantined", None)}


def test_an_old_file_that_is_gone_is_said(tmp_path):
    assert kind_at(tmp_path / "gone") == "none"
    with pytest.raises(ArchiveDamaged, match="cannot be read"):
        hash_old(Path(tmp_path / "gone"))
