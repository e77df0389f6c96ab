"""The generator builds every shape often, and the oracle lets no wrong result pass."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import given

from tests.factories import STORES
from tests.legacy.drawn import (
    INDEX_STATES,
    REFUSED,
    SHAPES,
    built,
    examples,
    old_archives,
    refused_archives,
    with_index,
)
from tests.legacy.judged import problems
from tests.legacy.old_archives import OldArchive, hashes, write
from tests.legacy.old_hostile import half_written_file, link_where_a_file_should_be, strange_file
from tests.legacy.old_reading import read, store_of, who_got
from tests.legacy.old_shapes import (
    Shape,
    entry_without_a_file,
    file_without_an_entry,
    object_object_of_an_entry,
    object_object_of_nobody,
    the_same_bytes_in_two_places,
    version_whose_predecessor_is_gone,
    wrapper_named_by_id,
    wrapper_named_by_key,
)
from tests.legacy.oracle import DUPLICATE, MIGRATED, QUARANTINED, WITHOUT, Oracle
from tests.legacy.outcomes import Document, Outcome

PLAIN = (wrapper_named_by_key, wrapper_named_by_id, entry_without_a_file, half_written_file, file_without_an_entry)
_ENDS = {MIGRATED: 0, WITHOUT: 0, DUPLICATE: 0, QUARANTINED: 0}


def drawn(*shapes: Shape, where: Callable[[OldArchive], bool] = lambda old: True) -> OldArchive:
    """Return the first of many archives of these shapes for which `where` holds."""
    many = (built(Random(seed).choice, shapes) for seed in range(2000))
    return next(old for old in many if where(old))


def sent(old: OldArchive) -> bool:
    return all(row["emailSent"] for row in old.rows) and old.rows[0]["store"] == STORES[0]


def migrated(old: OldArchive) -> Outcome:
    """Return what a migration of an archive without ambiguity must come to."""
    oracle = Oracle(old, old.rows)
    owned = {path: [row for row in old.rows if oracle.belongs(path, row)] for path in old.files}
    files = {path: QUARANTINED if read(raw).state == "broken" else MIGRATED for path, raw in old.files.items()}
    files |= {
        path: DUPLICATE
        for path, raw in old.files.items()
        if raw in list(old.files.values())[: list(old.files).index(path)]
    }
    files |= dict.fromkeys(old.nodes, QUARANTINED) | {
        path: QUARANTINED for path in old.files if read(old.files[path]).is_mistaken and not owned[path]
    }
    documents, entries = [], []
    for row in old.rows:
        of = [old.files[path] for path, rows in owned.items() if row in rows and files[path] == MIGRATED]
        documents.append(document(row, of[0] if of else None))
        entries.append(MIGRATED if of else WITHOUT)
    for path, rows in owned.items():
        if files[path] == MIGRATED and not rows:
            said = dict(read(old.files[path]).payload)
            lone = document({"id": said["snapshotId"], "version": 1, **said}, old.files[path])
            documents.append(replace(lone, delivered=("(not known)",)))
    return counted(Outcome(tuple(entries), files, tuple(documents), {}, {}, {"a": "1"}, {"a": "1"}))


def document(row: dict[str, Any], raw: bytes | None) -> Document:
    marks = (row.get("emailSent", False), row.get("emailSentAt"), row.get("emailRecipient"))
    key = (store_of(row), row["id"], row["timeframe"], row["asOfDate"], row["version"])
    said = (row.get("supersedes"), row["requestId"], (row["generatedAt"],), marks)
    delivered = who_got(row) if row.get("emailSent") else ()
    return Document(store_of(row), *key, *said, raw, None if raw is None else sha256(raw).hexdigest(), delivered)


def counted(outcome: Outcome) -> Outcome:
    found = {"entries": len(outcome.entries), "files": len(outcome.files)}
    counts = {"entries": _ENDS | Counter(outcome.entries), "files": _ENDS | Counter(outcome.files.values())}
    return replace(outcome, found=found, counts=counts)


@pytest.mark.parametrize("always", [*(shape.__name__ for shape in SHAPES), *INDEX_STATES])
def test_every_shape_and_every_state_of_the_index_is_in_every_archive_that_is_to_have_it(always):
    @given(old_archives(always))
    @examples(5)
    def look(old):
        assert always in old.shapes
        assert len(old.shapes) >= 4

    look()


def test_shapes_and_states_of_the_index_are_mixed_freely_in_400_archives():
    seen: Counter[str] = Counter()

    @given(old_archives())
    @examples(400)
    def look(old):
        seen.update(old.shapes)

    look()

    assert {shape.__name__ for shape in SHAPES} - set(seen) == set()
    assert sorted(seen[shape.__name__] for shape in SHAPES)[len(SHAPES) // 2] >= 20
    assert 200 <= seen[INDEX_STATES[0]] < 400
    assert sum(seen[state] > 0 for state in INDEX_STATES) >= len(INDEX_STATES) - 2


@given(refused_archives())
@examples(30)
def test_archives_that_must_be_refused_name_a_store_that_no_folder_may_have(old):
    (why,) = old.shapes & set(REFUSED)
    assert REFUSED[why] in [row.get("store") for row in old.rows]


@given(old_archives())
@examples(40)
def test_one_archive_laid_out_twice_is_one_tree(tmp_path_factory, old):
    one, other = (tmp_path_factory.mktemp("old") / "snapshots" for _ in range(2))
    write(old, one)
    write(old, other)

    assert hashes(one, old) == hashes(other, old)
    assert "gone" not in hashes(one, old).values()
    times = [
        {
            str(p.relative_to(root)): p.lstat().st_mtime_ns
            for p in root.rglob("*.json")
            if p.is_file() and not p.is_symlink()
        }
        for root in (one, other)
    ]
    assert times[0] == times[1]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_file_and_every_entry_of_every_shape_has_an_end(shape):
    old = drawn(shape)
    allowed = Oracle(old, old.rows).allowed()

    assert len(allowed.entries) == len(old.rows)
    assert allowed.files.keys() == old.files.keys()
    assert all((*allowed.entries, *allowed.files.values()))


@pytest.mark.parametrize(
    ("shape", "files", "entries"),
    [
        (wrapper_named_by_key, [{MIGRATED}], [{MIGRATED}]),
        (entry_without_a_file, [], [{WITHOUT}]),
        (file_without_an_entry, [{MIGRATED}], []),
        (object_object_of_an_entry, [{MIGRATED}], [{MIGRATED}]),
        (object_object_of_nobody, [{QUARANTINED}], []),
        (half_written_file, [{QUARANTINED}], [{WITHOUT}]),
        (the_same_bytes_in_two_places, [{MIGRATED, DUPLICATE, QUARANTINED}] * 2, [{MIGRATED}]),
        (strange_file, [{QUARANTINED}], []),
    ],
)
def test_where_the_archive_leaves_no_doubt_one_end_is_allowed(shape, files, entries):
    old = drawn(shape, where=lambda old: b"\xff" not in old.files.values())
    allowed = Oracle(old, old.rows).allowed()

    assert (list(allowed.files.values()), list(allowed.entries)) == (files, entries)


@pytest.mark.parametrize(
    "shapes",
    [
        PLAIN,
        (the_same_bytes_in_two_places, object_object_of_nobody),
        (link_where_a_file_should_be, version_whose_predecessor_is_gone),
    ],
)
def test_a_right_result_passes(shapes):
    old = drawn(*shapes)
    assert problems(old, migrated(old)) == []


def _first(outcome: Outcome, **changes: Any) -> Outcome:
    return replace(outcome, documents=(replace(outcome.documents[0], **changes), *outcome.documents[1:]))


def _end(outcome: Outcome, path: str, end: str) -> Outcome:
    return counted(replace(outcome, files={**outcome.files, path: end}))


def _keyed(old: OldArchive) -> str:
    """Return the path of the file of the first entry."""
    return next(path for path, raw in old.files.items() if read(raw).request == old.rows[0]["requestId"])


WRONG: dict[str, tuple[Callable[[OldArchive, Outcome], Outcome], str]] = {
    "a file is not listed": (lambda old, it: counted(replace(it, files={path: end for path, end in it.files.items() if path != _keyed(old)})), "ended as None"),
    "a file is quarantined that has its entry": (lambda old, it: _end(it, _keyed(old), QUARANTINED), "ended as quarantined"),
    "a payload is lost": (lambda old, it: _first(it, payload=None, claimed=None), "0 documents hold its bytes"),
    "a payload is changed": (lambda old, it: _first(it, payload=b"{}", claimed=sha256(b"{}").hexdigest()), "bytes of no migrated file"),
    "a hash is wrong": (lambda old, it: _first(it, claimed="0" * 64), "says that its payload has the hash"),
    "an entry is lost": (lambda old, it: replace(it, documents=it.documents[1:]), "no document, or more than one"),
    "an entry is not listed": (lambda old, it: counted(replace(it, entries=it.entries[1:])), "entries are listed"),
    "an entry is dropped": (lambda old, it: counted(replace(it, entries=(QUARANTINED, *it.entries[1:]))), "ended as quarantined"),
    "an entry is invented": (lambda old, it: replace(it, documents=(*it.documents, replace(it.documents[0], id="x", payload=None, version=9))), "comes from no entry"),
    "a document is there twice": (lambda old, it: replace(it, documents=(*it.documents, it.documents[0])), "2 documents for"),
    "a mark is lost": (lambda old, it: _first(it, marks=(False, None, None)), "emailSent was True"),
    "a mark has another time": (lambda old, it: _first(it, marks=(True, "2026-02-01T00:00:00Z", it.documents[0].marks[2])), "emailSentAt was"),
    "a mark has another recipient": (lambda old, it: _first(it, marks=(*it.documents[0].marks[:2], "x@example.com")), "a recipient was invented"),
    "a file without an entry is marked": (lambda old, it: replace(it, documents=(*it.documents[:-1], replace(it.documents[-1], marks=(True, None, None)))), "no entry, and e-mail marks"),
    "a recipient is forgotten": (lambda old, it: _first(it, delivered=()), "and would be again"),
    "of a lone file it is said that nobody got it": (lambda old, it: replace(it, documents=(*it.documents[:-1], replace(it.documents[-1], delivered=()))), "has no entry, and would be sent"),
    "a version is changed": (lambda old, it: _first(it, version=2), "version was 1"),
    "a predecessor is forgotten": (lambda old, it: _first(it, supersedes="snapshot_daily_2026-01-01_1768013922758_00000000"), "supersedes was"),
    "a time is changed": (lambda old, it: _first(it, times=("2026-02-01T00:00:00Z",)), "generatedAt was"),
    "a time is a second off": (lambda old, it: _first(it, times=(it.documents[0].times[0].replace(":", ":1", 1)[:19],)), "generatedAt was"),
    "a request is changed": (lambda old, it: _first(it, request="another"), "requestId was"),
    "a document lies with another store": (lambda old, it: _first(it, folder=STORES[1]), "lies in"),
    "a payload went to another store": (lambda old, it: _first(it, store=STORES[1], folder=STORES[1]), "holds a payload of"),
    "two payloads are swapped": (lambda old, it: _first(_first(it), payload=it.documents[1].payload, claimed=it.documents[1].claimed), "holds a file that is not its own"),
    "a count is wrong": (lambda old, it: replace(it, counts={**it.counts, "files": _ENDS | {MIGRATED: 99}}), "the counts of files"),
    "too few were found": (lambda old, it: replace(it, found={**it.found, "files": 0}), "0 files were found"),
    "a file is listed that was not there": (lambda old, it: _end(it, "ghost.json", QUARANTINED), "a file that was not there"),
    "a duplicate has no twin": (lambda old, it: _end(it, _keyed(old), DUPLICATE), "ended as duplicate of"),
    "the old tree is changed": (lambda old, it: replace(it, after={"a": "2"}), "the old tree changed"),
    "a file of the old tree is gone": (lambda old, it: replace(it, after={}), "the old tree changed"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_result_is_rejected(name):
    old = drawn(*PLAIN, where=sent)
    spoil, reason = WRONG[name]

    found = problems(old, spoil(old, migrated(old)))

    assert [line for line in found[:-1] if reason in line], found[:-1]


def test_a_link_may_not_be_passed_over_nor_followed():
    old = drawn(link_where_a_file_should_be, where=lambda old: bool(old.outside))
    it = migrated(old)
    (path,) = old.nodes
    (secret,) = old.outside.values()

    passed_over = counted(replace(it, files={}))
    followed = _first(it, payload=secret, claimed=sha256(secret).hexdigest())

    assert f"link {path!r} ended as None" in problems(old, passed_over)[0]
    assert any("bytes of no migrated file" in line for line in problems(old, followed))


TOLD = (
    "an index that is not UTF-8",
    "an index with a byte-order mark",
    "an index with a key twice",
    "an index with NaN",
)


@pytest.mark.parametrize("state", TOLD)
def test_of_an_index_that_can_be_read_no_entry_and_no_mark_may_be_lost(state):
    whole = drawn(entry_without_a_file, wrapper_named_by_key, where=sent)
    old, right = with_index(whole, state), migrated(whole)
    unlisted = counted(replace(right, entries=()))
    unmarked = replace(
        right, documents=tuple(replace(one, marks=(False, None, None), delivered=()) for one in right.documents)
    )

    assert problems(old, right) == []
    assert "0 entries are listed" in problems(old, unlisted)[0]
    assert any("would be again" in one for one in problems(old, unmarked))
