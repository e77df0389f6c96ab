"""An old file that cannot be brought over, and the entry that it was of: each names the other, in every view."""

import json

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import CALI, NJ
from tests.old_sample import WEEK, entry, named, text, wrapper

WHOLE = text(wrapper(WEEK))
CUT = WHOLE[: len(WHOLE) * 2 // 3]
OF_IT = {
    "named by its key": {named(WEEK): WHOLE[:40]},
    "named by its id": {f"{WEEK['id']}.json": b""},
    "with its request": {"anything.json": CUT},
    "with its id": {"anything.json": text(wrapper(WEEK, requestId=...))[:-30]},
    "in its store's folder": {f"{NJ}/{named(WEEK)}": b"{}"},
}
NOT_OF_IT = {
    "of another date": {"snapshot_weekly_2026-01-02.json": b"{"},
    "of another request": {named(WEEK): text(wrapper({**WEEK, "requestId": "request-99"}))[:-30]},
    "in another store's folder": {f"{CALI}/{named(WEEK)}": b"{"},
}


@pytest.fixture
def old(two_stores, omen):
    return Old(two_stores, omen)


def items(run):
    return {one["name"]: one for one in run.data["items"]}


@pytest.mark.parametrize("files", OF_IT.values(), ids=OF_IT)
def test_an_entry_says_that_its_file_is_damaged_and_the_file_whose_it_was(old, omen, files):
    run = old.lay({"index.json": text([WEEK]), **files}).migrate()
    (name,) = files
    told, file = items(run)["index.json#1"], items(run)[name]

    assert (told["end"], file["end"]) == ("migrated_without_payload", "quarantined")
    assert told["reason"] == f"its file {name} {file['reason']}, and is quarantined"
    assert file["snapshotId"] == WEEK["id"]
    (reason,) = [json.loads(path.read_bytes()) for path in (old.stores.data / "quarantine").glob("*.reason.json")]
    assert (reason["snapshotId"], reason["storeId"]) == (WEEK["id"], NJ)
    shown = omen("show", "--store", NJ, "--snapshot", WEEK["id"])
    assert "an old file of it could not be brought over, and is kept as " in shown.err
    assert "no file that could be brought over" in shown.out
    assert "no file: there is nothing to send" in omen("send", "--store", NJ, "--snapshot", WEEK["id"]).err
    assert old.migrate().data["outcome"] == "nothing_to_do"


@pytest.mark.parametrize("files", NOT_OF_IT.values(), ids=NOT_OF_IT)
def test_a_damaged_file_that_is_of_something_else_is_not_taken_for_its(old, files):
    run = old.lay({"index.json": text([WEEK]), **files}).migrate()
    (name,) = files
    assert (items(run)["index.json#1"]["reason"], items(run)[name]["snapshotId"]) == (None, None)


def test_a_damaged_file_that_may_be_of_two_entries_is_taken_for_neither(old):
    other = entry("2026-01-09", 61, version=1)
    run = old.lay({"index.json": text([WEEK, other]), named(WEEK): b"{"}).migrate()
    assert {one["reason"] for one in run.data["items"] if one["kind"] == "entry"} == {None}


@pytest.mark.parametrize("odd", ["\\ud83d", "1e300"])
def test_what_is_valid_json_is_brought_over_though_omen_would_not_write_it(old, omen, odd):
    raw = WHOLE.replace(b'"Low stock', b'"\\ud83d Low stock') if odd == "\\ud83d" else WHOLE.replace(b"60.51", b"1e300")
    run = old.lay({"index.json": text([WEEK]), named(WEEK): raw}).migrate()

    assert old.ends(run) == {"index.json#1": "migrated", named(WEEK): "migrated"}
    assert old.document(WEEK)["payload"]["text"].encode() == raw
    assert omen("show", "--store", NJ, "--snapshot", WEEK["id"]).code == 0
    assert omen("verify", "--deep", "--store", NJ).code == 0
    assert old.migrate().data["outcome"] == "nothing_to_do"
