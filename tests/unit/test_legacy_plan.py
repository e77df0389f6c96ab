"""The plan of a migration: pure, every part has one end, and a file finds its entry by request, id, key and time."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.errors import ArchiveDamaged, InvalidArgument
from omen_cli.legacy.damaged import DamagedEntry
from omen_cli.legacy.decide import plan
from omen_cli.legacy.entries import OldEntry, read_entries
from omen_cli.legacy.files import read_old_file
from omen_cli.legacy.plan import counts_of
from omen_cli.legacy.tree import find_files, hash_old, kind_at
from omen_cli.model.legacy import NOT_KNOWN
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
        {"version": "one"},
        {"version": True},
        {"store": "../../etc"},
        {"store": 7},
    ],
)
def test_an_entry_that_contradicts_itself_is_quarantined(wrong):
    (found,) = read_entries(text([{**WEEK, **wrong}]))
    assert isinstance(found, DamagedEntry)


@pytest.mark.parametrize(("said", "version"), [(None, 1), ("", 1), ("1", 1), (" 3 ", 3), (2.0, 2), (..., 1)])
def test_a_version_is_read_however_it_is_written(said, version):
    (found,) = read_entries(text([entry("2026-01-09", 1, version=said)]))
    assert isinstance(found, OldEntry)
    assert found.version == version


def told(**marks):
    (found,) = read_entries(text([{**WEEK, "emailSent": True, "emailSentAt": "2026-01-12T03:01:31.854Z", **marks}]))
    return found.marks.delivered_to


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("a@x.example", ("a@x.example",)),
        (" a@x.example ", ("a@x.example",)),
        ("a@x.example, b@x.example;c@x.example", ("a@x.example", "b@x.example", "c@x.example")),
        ("Owner, the <a@x.example>", ("a@x.example",)),
        ('"Ann" <a@x.example>, Bob <b@x.example>', ("a@x.example", "b@x.example")),
        ("mailto:a@x.example", ("a@x.example",)),
        ("o'neil+shop@x.example", ("o'neil+shop@x.example",)),
        ("'a@x.example', 'b@x.example'", ("a@x.example", "b@x.example")),
        ("a@bücher.example", ("a@xn--bcher-kva.example",)),
        ("It went to a@x.example.", ("a@x.example",)),
        (["a@x.example", "A@X.example", "b@x.example"], ("a@x.example", "b@x.example")),
        ({"email": "a@x.example", "name": "Ann"}, ("a@x.example",)),
        ([], ("(not told)",)),
        ([7, "a@x.example"], ("(not told)", "a@x.example")),
        ("the owner", ("(not told)",)),
        ("a@x.example, owners", ("a@x.example", "(not told)")),
        ("", ("(not told)",)),
        (None, ("(not told)",)),
        (..., ("(not told)",)),
        (7, ("(not told)",)),
    ],
)
def test_whoever_got_it_is_read_however_the_recipient_is_written(said, who):
    entries = {**WEEK, "emailSent": True, "emailRecipient": said}
    (found,) = read_entries(text([{name: value for name, value in entries.items() if value is not ...}]))
    assert found.marks.delivered_to == who


@pytest.mark.parametrize("sent", [True, "true", 1, "Yes"])
def test_an_entry_that_says_yes_in_any_way_was_sent(sent):
    assert told(emailSent=sent, emailSentAt=None, emailRecipient="a@x.example") == ("a@x.example",)


def test_an_entry_with_a_time_of_sending_was_sent():
    assert told(emailSent=False, emailRecipient="a@x.example") == ("a@x.example",)


@pytest.mark.parametrize("sent", [False, None, "no", 0])
def test_an_entry_that_was_not_sent_went_to_nobody(sent):
    assert told(emailSent=sent, emailSentAt=None, emailRecipient="a@x.example") == ()


SENT_A = {"emailSent": True, "emailSentAt": "2026-01-12T03:01:31.854Z", "emailRecipient": "a@x.example"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "none"},
        {"timeframe": "daily"},
        {"requestId": "another", "summary": None},
    ],
)
def test_what_an_entry_that_is_set_aside_says_of_recipients_is_kept(tmp_path, wrong):
    made = planned(tmp_path, [WEEK, {**WEEK, **SENT_A, **wrong}], {"a.json": text(wrapper(WEEK))})
    (one,) = made.snapshots
    assert one.marks.delivered_to == ("a@x.example",)


def test_of_two_entries_of_one_id_the_one_that_was_sent_stays(tmp_path):
    made = planned(tmp_path, [WEEK, {**WEEK, **SENT_A}], {})
    assert [(one.entry_name, one.marks.is_sent) for one in made.snapshots] == [("index.json#2", True)]


def test_who_got_a_rival_of_the_same_version_does_not_get_the_one_that_stays(tmp_path):
    rival = entry("2026-01-09", 31, version=2, **SENT_A)
    (one,) = planned(tmp_path, [rival, WEEK], {"a.json": text(wrapper(WEEK))}).snapshots
    assert (one.id, one.marks.is_sent, one.marks.delivered_to) == (WEEK["id"], False, ("a@x.example",))


@pytest.mark.parametrize(
    ("cut", "got_it"),
    [
        ('"emailSent": true', "(not told)"),
        ('"emailRecipient": "a@x.example"', "a@x.example"),
        ('"summary"', "(not known)"),
    ],
)
def test_of_an_entry_that_is_cut_off_it_is_not_believed_that_nobody_got_it(tmp_path, cut, got_it):
    whole = json.dumps([{**WEEK, **SENT_A}])
    lay_old(tmp_path, {"a.json": text(wrapper(WEEK))})
    found = [read_old_file(tmp_path, one) for one in find_files(tmp_path, lambda path: False)]
    made = plan(read_entries(whole[: whole.index(cut) + len(cut)].encode()), found, None, (NJ,))
    (one,) = made.snapshots
    assert one.marks.delivered_to == (got_it,)


def test_a_default_store_that_nobody_knows_is_a_slip_of_the_hand(tmp_path):
    with pytest.raises(InvalidArgument, match="--default-store"):
        planned(tmp_path, [entry("2026-01-09", 1, store=...)], {}, default="NJWeedWizzard")


def test_a_folder_says_whose_a_file_is_before_the_default_does(tmp_path):
    nameless = text(wrapper(WEEK, store=...))
    made = planned(tmp_path, [], {"CaliCannabis/weekly/a.json": nameless}, default=NJ)
    assert [one.store_id for one in made.snapshots] == ["CaliCannabis"]


def test_a_folder_of_a_store_that_only_the_index_names_is_its_own(tmp_path):
    nameless = text(wrapper(DAY, store=..., requestId=..., snapshotId=...))
    made = planned(tmp_path, [{**WEEK, "store": "Elsewhere"}], {"Elsewhere/a.json": nameless}, default=NJ)
    assert {one.store_id for one in made.snapshots} == {"Elsewhere"}


@pytest.mark.parametrize("entries", [[], [entry("2026-01-09", 1, store=...)]])
def test_a_file_in_the_folder_of_an_unknown_store_is_not_given_to_the_default(tmp_path, entries):
    nameless = text(wrapper(entry("2026-01-09", 1, store=...), store=...))
    with pytest.raises(InvalidArgument, match="lie in a folder that may be one's"):
        planned(tmp_path, entries, {"Elsewhere/a.json": nameless}, default=NJ)


def test_a_store_that_differs_in_case_only_from_one_of_stores_yaml_is_refused(tmp_path):
    with pytest.raises(InvalidArgument, match="differ in case only"):
        planned(tmp_path, [entry("2026-01-09", 1, store="njweedwizard")], {})


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


def test_an_entry_that_is_only_written_otherwise_is_a_duplicate(tmp_path):
    raw = text([DAY])[:-1] + b"," + json.dumps(dict(reversed(DAY.items())), separators=(",", ":")).encode() + b"]"
    (first, second) = plan(read_entries(raw), [], None, (NJ,)).ends
    assert (first.fate, second.fate, second.snapshot_id) == ("migrated_without_payload", "duplicate", DAY["id"])


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


def told_to(made):
    """Return to whom each snapshot was sent, by its id or, where it was made of a file alone, by the name of that."""
    return {one.entry_name or one.file.name: one.marks.delivered_to for one in made.snapshots}


@pytest.mark.parametrize("more", [{}, {"requestId": ...}, {"requestId": ..., "snapshotId": ...}])
def test_an_entry_that_is_set_aside_tells_who_got_its_snapshot_by_id_request_or_key_and_time(tmp_path, more):
    files = {"a.json": text(wrapper(SENT, **more))}
    assert told_to(planned(tmp_path, [{**SENT, "version": "x"}], files)) == {"a.json": (SENT["emailRecipient"],)}


@pytest.mark.parametrize(
    "changes",
    [{"generatedAt": "2026-01-12T05:00:00.000Z"}, {"asOfDate": "2026-01-03"}, {"store": "CaliCannabis"}],
    ids=str,
)
def test_an_entry_that_is_set_aside_tells_nothing_of_another_time_date_or_store(tmp_path, changes):
    files = {"a.json": text(wrapper({**SENT, **changes}, requestId=..., snapshotId=...))}
    assert told_to(planned(tmp_path, [{**SENT, "version": "x"}], files)) == {"a.json": (NOT_KNOWN,)}


def test_an_entry_that_cannot_be_read_tells_by_key_and_time(tmp_path):
    lay_old(tmp_path, {"a.json": text(wrapper(SENT, requestId=..., snapshotId=...))})
    (file,) = [read_old_file(tmp_path, one) for one in find_files(tmp_path, lambda path: False)]
    cut = read_entries(text([SENT])[:-4])
    assert told_to(plan(cut, [file], None, (NJ,))) == {"a.json": (SENT["emailRecipient"],)}


def test_of_two_entries_with_one_id_the_one_that_is_set_aside_tells_of_its_request(tmp_path):
    rival = {**SENT, "requestId": "request-77", "version": 2}
    made = planned(tmp_path, [WEEK, {**WEEK, **{n: rival[n] for n in rival if n.startswith(("email", "request"))}}], {})
    assert told_to(made) == {"index.json#1": (SENT["emailRecipient"],)}
    files = {"a.json": text(wrapper(WEEK)), "b.json": text(wrapper({**WEEK, "requestId": "request-77"}))}
    other = {**SENT, "id": WEEK["id"], "timeframe": "weekly", "asOfDate": WEEK["asOfDate"], "requestId": "request-77"}
    assert told_to(planned(tmp_path, [WEEK, other], files))["b.json"] == (SENT["emailRecipient"],)


ENVELOPES = {
    "an object": b'{"version": 1, "snapshots": %s, "total": 5}',
    "an object of a store": b'{"store": "NJWeedWizard", "snapshots": %s}',
    "an object with a list of texts": b'{"tags": ["a", "{"], "about": {"list": [{}]}, "snapshots": %s}',
    "an object that is cut": b'{"version": 1, "snapshots": %s',
}


@pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
def test_entries_are_read_out_of_an_object_that_holds_one_list_of_them(envelope):
    assert [one.id for one in read_entries(envelope % INDEX)] == [one["id"] for one in ENTRIES]


def test_of_a_half_written_index_in_an_object_every_whole_entry_is_read():
    found = read_entries(b'{"version": 1, "snapshots": ' + INDEX[:-60])
    assert [type(one).__name__ for one in found] == [*["OldEntry"] * 4, "DamagedEntry"]


@pytest.mark.parametrize(
    "raw", [b'{"a": [{"id": "x"}], "b": [{"id": "y"}]}', b'{"error": "ENOSPC"}', b'{"id": "x", "items": [{"id": "y"}]}']
)
def test_of_an_object_that_may_be_anything_no_entries_are_read(raw):
    assert [(type(one).__name__, one.raw) for one in read_entries(raw)] == [("DamagedEntry", raw)]


CALI = "CaliCannabis"
STORELESS = {**WEEK, "store": None}
OF_CALI = {
    "its request": {"a.json": text(wrapper(STORELESS, store=CALI, snapshotId=...))},
    "its request in a store's folder": {f"{CALI}/a.json": text(wrapper(STORELESS, store=..., snapshotId=...))},
    "its id": {"a.json": text(wrapper(STORELESS, store=CALI, requestId=...))},
    "the name of its file": {f"{CALI}/{WEEK['id']}.json": text(wrapper(STORELESS, store=..., requestId=..., snapshotId=...))},
    "its key and time": {"a.json": text(wrapper(STORELESS, store=CALI, requestId=..., snapshotId=...))},
    "its request in the place of the date": {"weekly/x.json": text(mistaken({**STORELESS, "store": CALI}))},
}  # fmt: skip


@pytest.mark.parametrize("default", [None, NJ])
@pytest.mark.parametrize("files", OF_CALI.values(), ids=OF_CALI)
def test_an_entry_without_a_store_is_that_of_its_own_file_whatever_the_default(tmp_path, files, default):
    (made,) = planned(tmp_path, [STORELESS], files, default).snapshots
    assert (made.id, made.store_id, made.file is not None) == (WEEK["id"], CALI, True)


@pytest.mark.parametrize(
    "files",
    [
        {"a.json": text(wrapper({**STORELESS, "requestId": "request-9"}, store=CALI))},
        {"a.json": text(wrapper(STORELESS, store=CALI)), "b.json": text(wrapper(STORELESS, store=NJ))},
    ],
    ids=["a file of another request", "files of two stores"],
)
def test_an_entry_without_a_store_is_of_the_default_where_no_file_tells_or_two_tell_otherwise(tmp_path, files):
    with pytest.raises(InvalidArgument, match="entries that name no store"):
        planned(tmp_path, [STORELESS], files)
    (made,) = [one for one in planned(tmp_path, [STORELESS], {}, NJ).snapshots if one.entry_name]
    assert made.store_id == NJ
