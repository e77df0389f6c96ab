"""Strategies for whole archives of the old system: some shapes each, and an index in one of its states."""

import os
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.factories import STORES
from tests.legacy.old_archives import OldArchive, as_json
from tests.legacy.old_hostile import DAMAGED
from tests.legacy.old_maker import Maker
from tests.legacy.old_shapes import ORDINARY, Shape

SHAPES = (*ORDINARY, *DAMAGED)
_INDEXES: tuple[tuple[str, str, Callable[[bytes], bytes | None]], ...] = (
    ("a missing index", "none", lambda raw: None),
    ("an empty index", "none", lambda raw: b""),
    ("a half-written index", "perhaps", lambda raw: raw[: len(raw) * 2 // 3]),
    ("an index that is not UTF-8", "none", lambda raw: b"\xff\xfe" + raw),
    ("an index that is no list", "none", lambda raw: b'{"error": "ENOSPC"}'),
    ("an index with a byte-order mark", "perhaps", lambda raw: b"\xef\xbb\xbf" + raw),
    (
        "an index with a key twice",
        "perhaps",
        lambda raw: raw.replace(b'"createdVia"', b'"createdBy": "x", "createdVia"'),
    ),
    ("an index with NaN", "perhaps", lambda raw: raw.replace(b'"averageMargin": 60.51', b'"averageMargin": NaN')),
)
INDEX_STATES = ("a whole index", *(name for name, _, _ in _INDEXES))
REFUSED = ("stores that differ only in case", "a store that is not configured", "a store that can be no folder")


@st.composite
def old_archives(draw: st.DrawFn) -> OldArchive:
    """Draw an archive of four to eight shapes; in one of four the index is damaged or gone."""
    chosen = draw(st.lists(st.sampled_from(SHAPES), min_size=4, max_size=8, unique=True))
    old = built(draw, chosen)
    if draw(st.sampled_from((True, False, False, False))):
        return with_index(old, draw(st.sampled_from(INDEX_STATES[1:])))
    return old


def built(draw: st.DrawFn, chosen: list[Shape] | tuple[Shape, ...]) -> OldArchive:
    """Build the archive that consists of these shapes, its index whole."""
    made = Maker(draw)
    for shape in chosen:
        shape(made)
    names = frozenset((*(shape.__name__ for shape in chosen), INDEX_STATES[0]))
    files = dict(sorted(made.files.items()))
    return OldArchive(tuple(made.rows), as_json(made.rows), "whole", files, made.nodes, made.outside, names)


def with_index(old: OldArchive, state: str) -> OldArchive:
    """Return the archive with its index in one of `INDEX_STATES`."""
    reading, spoil = next((how, spoil) for name, how, spoil in _INDEXES if name == state)
    shapes = (old.shapes - {INDEX_STATES[0]}) | {state}
    return replace(old, index=spoil(as_json(old.rows)), reading=reading, shapes=shapes)


@st.composite
def refused_archives(draw: st.DrawFn) -> OldArchive:
    """Draw an archive that must be refused as a whole: which store an entry belongs to cannot be said safely."""
    why = draw(st.sampled_from(REFUSED))
    others = {REFUSED[0]: STORES[0].lower(), REFUSED[1]: "GreenLeaf", REFUSED[2]: "../NJWeedWizard"}

    def stranger(made: Maker) -> None:
        made.listed(store=STORES[0])
        made.listed(store=others[why])

    chosen = draw(st.lists(st.sampled_from(ORDINARY), max_size=3))
    old = built(draw, [*chosen, stranger])
    return replace(old, shapes=(old.shapes - {"stranger"}) | {why})


def examples(normally: int, whole: int) -> settings:
    """Return the settings of a property: always the same examples; `whole` of them under OMEN_TEST_MIGRATE=whole."""
    count = whole if os.environ.get("OMEN_TEST_MIGRATE") == "whole" else normally
    slow = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
    return settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=slow)
