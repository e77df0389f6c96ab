"""Strategies for whole archives of the old system: some shapes each, and an index in one of its states."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.factories import STORES
from tests.legacy.old_archives import OldArchive, as_json
from tests.legacy.old_hostile import DAMAGED
from tests.legacy.old_maker import Maker, Pick
from tests.legacy.old_shapes import ORDINARY, Shape

SHAPES = (*ORDINARY, *DAMAGED)
_INDEXES: tuple[tuple[str, str, Callable[[bytes], bytes | None]], ...] = (
    ("a missing index", "none", lambda raw: None),
    ("an empty index", "none", lambda raw: b""),
    ("a half-written index", "cut", lambda raw: raw[: len(raw) * 2 // 3]),
    ("an index that is not UTF-8", "doubtful", lambda raw: raw.replace(b"api", b"ap\xe9")),
    ("an index that is no text", "broken", lambda raw: b"\0" * 512),
    ("an index that is no list", "broken", lambda raw: b'{"error": "ENOSPC"}'),
    ("an index in an object", "whole", lambda raw: b'{"version": 1, "snapshots": ' + raw + b', "total": 3}'),
    ("an index with a byte-order mark", "whole", lambda raw: b"\xef\xbb\xbf" + raw),
    ("an index with a key twice", "doubtful", lambda raw: raw.replace(b'"createdVia"', b'"version": 7, "createdVia"')),
    ("an index with NaN", "doubtful", lambda raw: raw.replace(b'"averageMargin": 60.51', b'"averageMargin": NaN')),
)
INDEX_STATES = ("a whole index", *(name for name, _, _ in _INDEXES))
REFUSED = {"stores that differ only in case": STORES[0].lower(), "a store that is not configured": "GreenLeaf"}


@st.composite
def old_archives(draw: st.DrawFn, always: str | None = None) -> OldArchive:
    """Draw an archive of three to eight shapes; in one of four the index is damaged or gone.

    `always` is the name of a shape, or of a state of the index, that every archive is to have.
    """
    given = [shape for shape in SHAPES if shape.__name__ == always]
    others = [shape for shape in SHAPES if shape.__name__ != always]
    more = draw(st.lists(st.sampled_from(others), min_size=3 - len(given), max_size=8 - len(given), unique=True))
    old = built(lambda choices: draw(st.sampled_from(choices)), [*given, *more])
    if always in INDEX_STATES:
        return with_index(old, always)
    return with_index(old, draw(st.sampled_from((*[INDEX_STATES[0]] * 16, *INDEX_STATES[1:]))))


def built(pick: Pick, chosen: Sequence[Shape]) -> OldArchive:
    """Build the archive that consists of these shapes, its index whole."""
    made = Maker(pick)
    for shape in chosen:
        shape(made)
    names = frozenset((*(shape.__name__ for shape in chosen), INDEX_STATES[0]))
    files = dict(sorted(made.files.items()))
    return OldArchive(tuple(made.rows), as_json(made.rows), "whole", files, made.nodes, made.outside, names)


def with_index(old: OldArchive, state: str) -> OldArchive:
    """Return the archive with its index in one of `INDEX_STATES`."""
    if state == INDEX_STATES[0]:
        return old
    how, spoil = next((how, spoil) for name, how, spoil in _INDEXES if name == state)
    shapes = (old.shapes - {INDEX_STATES[0]}) | {state}
    return replace(old, index=spoil(as_json(old.rows)), state=how, shapes=shapes)


@st.composite
def refused_archives(draw: st.DrawFn) -> OldArchive:
    """Draw an archive that must be refused as a whole: which store an entry belongs to cannot be said safely."""
    why = draw(st.sampled_from(sorted(REFUSED)))

    def stranger(made: Maker) -> None:
        made.listed(store=STORES[0])
        made.listed(store=REFUSED[why])

    chosen = draw(st.lists(st.sampled_from(ORDINARY), max_size=3))
    old = built(lambda choices: draw(st.sampled_from(choices)), [*chosen, stranger])
    return replace(old, shapes=(old.shapes - {"stranger"}) | {why})


def examples(count: int) -> settings:
    """Return the settings of a property: always the same examples.

    An example that fails is shown as it was drawn: it is small already, and each step of a search for a smaller one
    would run the command several times.
    """
    slow = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
    return settings(
        max_examples=count,
        phases=(Phase.generate,),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=slow,
    )
