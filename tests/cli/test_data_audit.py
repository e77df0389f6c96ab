"""`data/audit`, which belongs to no store: what cannot be recorded there is said, and verify looks after it, too."""

import json
import os

import pytest

from tests.cli.processes import holding
from tests.cli.stores import NJ, configure

WEEK = "2026-01-11"
ENDLESS = 10**9  # GB


@pytest.fixture
def low(two_stores, omen):
    """An installation whose disk is always low, with two events of that in data/audit; returns its file."""
    configure(two_stores, "stores:\n", f"disk: {{warn_free_gb: {ENDLESS}, min_free_gb: 0}}\nstores:\n")
    for as_of in ("2026-01-04", WEEK):
        two_stores.generate(NJ, as_of)
    (path,) = (two_stores.data / "audit").iterdir()
    assert path.read_bytes().count(b"disk.low") == 2
    return path


def link(path):
    backup = path.parent.parent.parent / "backup.jsonl"
    backup.hardlink_to(path)
    return backup


def findings(run):
    results = (run.json.get("data") or run.json["error"])["results"]
    return [(one["state"], one["kind"], one["subject"]) for of in results for one in of["findings"]]


def edit(path):
    path.write_bytes(path.read_bytes().replace(b'"by":"tester"', b'"by":"eve"', 1))


def test_an_event_of_no_store_keeps_the_store_that_it_is_about(omen, low):
    listed = omen("audit", "--all", "--event", "disk.", "--json").data
    assert [one["storeId"] for one in listed] == [NJ, NJ]


def test_that_a_low_disk_could_not_be_recorded_is_said(two_stores, omen, low):
    link(low)
    before = low.read_bytes()
    run = omen("generate", "--store", NJ, "--as-of", "2026-01-18", "-q")
    assert (run.code, low.read_bytes()) == (0, before)
    assert "data/audit does not tell of it" in run.err
    assert "has a second name elsewhere" in run.err


def test_that_a_refusal_could_not_be_recorded_is_said(two_stores, omen, low):
    configure(two_stores, "min_free_gb: 0", f"min_free_gb: {ENDLESS}")
    with holding(two_stores.data / ".lock"):
        run = omen("generate", "--store", NJ, "--as-of", "2026-01-18", "--lock-wait", "0.1")
    assert run.code == 12
    assert "data/audit does not tell of it" in run.err


def test_verify_all_says_that_it_is_sound_and_verify_of_a_store_says_nothing_of_it(omen, low):
    assert omen("verify", "--all", "-q").err.count("data/audit") == 0
    assert "data/audit: sound (2 lines of audit)\n" in omen("verify", "--all").out
    assert "data/audit" not in omen("verify", "--store", NJ).out
    *_, last = omen("verify", "--all", "--json").data["results"]
    assert (last["storeId"], last["sound"], last["auditLines"]) == (None, True, 2)


def test_one_that_a_backup_links_to_is_found_and_repair_puts_a_copy_there(two_stores, omen, low):
    backup = link(low)
    raw = backup.read_bytes()
    found = omen("verify", "--all", "--json")
    assert (found.code, findings(found)) == (1, [("found", "linked", f"audit/{low.name}")])
    assert "omen verify --all --repair" in found.json["error"]["hint"]

    assert findings(omen("verify", "--all", "--repair", "--json")) == [("repaired", "linked", f"audit/{low.name}")]

    assert omen("verify", "--all", "-q").code == 0
    two_stores.generate(NJ, "2026-01-18")
    assert backup.read_bytes() == raw
    assert low.read_bytes().startswith(raw)
    assert low.read_bytes().count(b"disk.low") >= 3


def test_a_torn_line_and_a_draft_are_mended(two_stores, omen, low):
    low.write_bytes(low.read_bytes() + b'{"at":"20')
    (two_stores.data / ".audit.tmp").write_bytes(b"x")
    assert omen("verify", "--all").code == 1
    assert omen("verify", "--all", "--repair").code == 0
    assert omen("verify", "--all").code == 0
    assert not (two_stores.data / ".audit.tmp").exists()
    assert omen("audit", "--all", "--check").code == 0


def test_a_broken_chain_is_a_loss_until_that_break_is_settled(two_stores, omen, low):
    edit(low)
    subject = f"audit/{low.name}:2"
    run = omen("verify", "--all", "--json")
    assert (run.code, findings(run)) == (7, [("lost", "audit_broken", subject)])
    checked = omen("audit", "--all", "--check")
    assert (checked.code, "omen verify --all --accept" in checked.err) == (7, True)
    assert omen("verify", "--all", "--repair").code == 7

    assert omen("verify", "--all", "--accept", subject, "--reason", "an editor").code == 0

    assert json.loads(low.read_text().splitlines()[-1])["reason"] == "an editor"
    assert omen("verify", "--all").code == 0
    assert omen("audit", "--all", "--check").code == 0
    low.write_bytes(low.read_bytes().replace(b'"by":"eve"', b'"by":"bob"', 1))
    assert omen("verify", "--all").code == 7


def test_one_that_cannot_be_read_is_a_loss_and_is_left_alone(two_stores, omen, low):
    os.truncate(low, 64 * 1024 * 1024 + 1)
    run = omen("verify", "--all", "--json")
    assert (run.code, findings(run)) == (7, [("lost", "audit_broken", f"audit/{low.name}")])
    assert omen("verify", "--all", "--repair").code == 7
    assert omen("verify", "--all", "--accept", f"audit/{low.name}", "--reason", "x").code == 7
    assert low.stat().st_size == 64 * 1024 * 1024 + 1
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-18").code == 0


def test_beside_a_file_that_cannot_be_read_nothing_is_mended(omen, low):
    older = low.with_name("2025-12.jsonl")
    older.write_bytes(b"")
    link(older)
    os.truncate(low, 64 * 1024 * 1024 + 1)
    assert omen("verify", "--all", "--repair").code == 7
    assert older.stat().st_nlink == 2


def test_nothing_can_be_settled_where_nothing_is_broken(omen, low, two_stores):
    assert omen("verify", "--all", "--accept", "audit/2026-01.jsonl:1", "--reason", "x").code == 5
    low.unlink()
    assert omen("verify", "--all", "--accept", "audit/2026-01.jsonl:1", "--reason", "x").code == 5


@pytest.mark.parametrize(
    "work",
    [
        ("prune", "--store", NJ, "--keep-last", "1", "--yes"),
        ("verify", "--store", NJ, "--repair"),
        ("verify", "--store", NJ, "--accept", "{id}", "--reason", "in no backup"),
    ],
    ids=lambda words: words[0] + words[3],
)
def test_what_prunes_or_mends_on_a_low_disk_says_and_records_so(two_stores, omen, low, work):
    (first, _) = sorted(two_stores.archive(NJ).glob("snapshot_*"))
    if work[3] == "--accept":
        first.unlink()
    elif work[3] == "--repair":
        (two_stores.archive(NJ) / "stray").write_text("x")
    run = omen(*(word.format(id=first.stem) for word in work), "-q")
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"omen: {NJ}: the disk runs low: ")
    assert low.read_bytes().count(b"disk.low") == 3


def test_a_repair_that_writes_nothing_says_nothing_of_a_low_disk(omen, low):
    run = omen("verify", "--store", NJ, "--repair")
    assert (run.code, run.err) == (0, "")
    assert low.read_bytes().count(b"disk.low") == 2
