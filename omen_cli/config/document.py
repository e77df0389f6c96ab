"""A stores.yaml as plain values, with the line on which each key stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from omen_cli.config.problems import Loc

_ABSENT = object()


@dataclass(frozen=True)
class Document:
    """What the file says: dicts, lists and the texts as written; None stands for what was refused on sight."""

    tree: object
    lines: Mapping[Loc, int]

    def line(self, loc: Loc) -> int:
        """Return the line of a key, or of the nearest one above it that the file has."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def has(self, loc: Loc) -> bool:
        """Tell whether the file itself has this key."""
        return loc in self.lines

    def written(self, loc: Loc) -> str | None:
        """Return the text of a value before its `${}` were expanded; None when there is none, or no single text."""
        found = value_at(self.tree, loc)
        return found if isinstance(found, str) else None


def value_at(tree: object, loc: Loc) -> object:
    """Return the value at `loc`; None when there is none."""
    values = tuple(_along(tree, loc))
    return values[-1] if len(values) > len(loc) else None


def is_refused(tree: object, loc: Loc) -> bool:
    """Tell whether the value at `loc`, or one above it, is there but None: it was reported already."""
    return any(value is None for value in _along(tree, loc))


def _along(tree: object, loc: Loc) -> Iterator[object]:
    """Yield the tree and every value on the way to `loc`, as far as they exist."""
    yield tree
    for part in loc:
        if isinstance(tree, dict):
            tree = tree.get(part, _ABSENT)
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return
        if tree is _ABSENT:
            return
        yield tree


def map_texts(tree: object, change: Callable[[str, Loc], object], loc: Loc = ()) -> object:
    """Return a copy of `tree` in which every text, but no key, is what `change` makes of it and its place."""
    if isinstance(tree, dict):
        return {key: map_texts(value, change, (*loc, key)) for key, value in tree.items()}
    if isinstance(tree, list):
        return [map_texts(value, change, (*loc, index)) for index, value in enumerate(tree)]
    return change(tree, loc) if isinstance(tree, str) else tree
