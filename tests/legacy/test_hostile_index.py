"""An old index that was made to cost memory or time costs neither, and nothing of it is lost."""

import json
import resource
from dataclasses import replace
from hashlib import sha256
from random import Random
from time import process_time

import pytest

from omen_cli.legacy.entries import MOST_DAMAGED, DamagedEntry, read_entries
from tests.faults.children import in_child
from tests.legacy.drawn import built
from tests.legacy.migrations import install
from tests.legacy.old_shapes import wrapper_named_by_key

MIB = 1024 * 1024
HOSTILE = {
    "blanks": lambda: b"[" + b" " * 20 * MIB,
    "commas": lambda: b"[" + b"," * 20 * MIB,
    "beginnings": lambda: b'{"id":"' * 200_000,
    "beginnings in an array": lambda: b"[" + b'{"id":"' * 200_000,
    "nulls": lambda: b"[" + b"null," * 1_000_000 + b"null]",
    "brackets": lambda: b"[" * 20 * MIB,
    "nothing": lambda: b"\0" * 20 * MIB,
    "an object of arrays": lambda: b'{"a":' + b"[{}," * 2_000_000,
    "quotes": lambda: b'[{"id":"' + b'\\"' * 2_000_000,
    "a long recipient": lambda: b'[{"id":"snapshot_x","emailRecipient":"' + b"a" * 20 * MIB + b"]",
    "many addresses": lambda: b'[{"id":"snapshot_x","emailRecipient":"' + b"a@" * 2 * MIB + b"]",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_index_costs_a_few_times_its_size_and_seconds(make):
    raw = make()

    def work():
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
        found = read_entries(raw)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        return used // 1024, process_time() - start, len(found)

    used_mib, seconds, count = in_child(work)

    assert used_mib < 400
    assert seconds < 15
    assert count <= MOST_DAMAGED


def test_an_index_of_very_many_parts_that_are_no_entries_is_set_aside_whole():
    few, many = (b"[" + b",".join([b"null"] * count) + b"]" for count in (MOST_DAMAGED, MOST_DAMAGED + 1))
    assert len(read_entries(few)) == MOST_DAMAGED
    (one,) = read_entries(many)
    assert isinstance(one, DamagedEntry)
    assert (one.raw, "more than 1000 parts" in one.reason) == (many, True)


def migrated(tmp_path, index):
    """Return what a migration of one snapshot with another index came to, and the copies with their reasons."""
    old = built(Random(7).choice, [wrapper_named_by_key])
    installation = install(tmp_path, replace(old, index=index(old.index)))
    run = installation.migrate()
    assert (run.code, installation.migrate().data["outcome"]) == (0, "nothing_to_do"), run.err
    folder = installation.folder / "data" / "quarantine"
    reasons = {path: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.reason.json"))}
    return run, [(path.with_name(path.name.removesuffix(".reason.json")), said) for path, said in reasons.items()]


def test_equal_parts_of_an_index_share_one_copy_that_names_them_all(tmp_path):
    run, copies = migrated(tmp_path, lambda raw: b"[null, 7, null, null, " + raw.strip()[1:])

    assert run.data["entries"]["quarantined"] == 4
    assert [(path.read_bytes(), said["name"], said.get("alike")) for path, said in copies] == sorted(
        [(b"null", "index.json#1.txt", "index.json#3, index.json#4"), (b"7", "index.json#2.txt", None)],
        key=lambda one: sha256(one[0]).hexdigest(),
    )


def test_an_index_that_is_set_aside_whole_is_kept_whole_and_its_snapshots_are_sent_to_nobody(tmp_path):
    whole = []
    run, copies = migrated(tmp_path, lambda raw: whole.append(b"[" + b"null," * 2000 + raw.strip()[1:]) or whole[0])

    assert run.data["found"]["entries"] == 1
    assert [path.read_bytes() for path, _ in copies] == whole
    assert len(run.data["historyUnknown"]) == 1
