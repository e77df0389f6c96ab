"""An archive of the old single-tenant system as plain values, and how it is laid out on disk.

Nothing here knows omen: what the old system left is told by what was found in the field. `old_shapes.py` draws such
values, `oracle.py` says what may become of them.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

INDEX = "index.json"
_WRITTEN_AT = 1_768_094_288  # every file's time, so that two layouts of one archive are the same to the second

Row = Any
"""One element of the old index: an object with camelCase keys, or whatever else stood there."""


@dataclass(frozen=True)
class Node:
    """What is neither a file nor needed as a folder: `kind` is folder, fifo, or link with its `target`."""

    kind: str
    target: str = ""


@dataclass(frozen=True)
class OldArchive:
    """What lies in the old `data/snapshots`, by path relative to it.

    `rows` are what the old index said before anything befell it. Its bytes are `index`, None when it is gone; how much
    of the rows can still be read from them is its `state`, and a matter of the reader unless it is "whole" or "none".
    `outside` are files beside the old folder that only a link or a hostile path leads to. `shapes` are the names of
    what was built.
    """

    rows: tuple[Row, ...] = field(repr=False)
    index: bytes | None = field(repr=False)
    state: str
    files: Mapping[str, bytes] = field(repr=False)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    outside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    shapes: frozenset[str] = frozenset()


def write(old: OldArchive, folder: Path) -> None:
    """Lay the archive out in `folder`, which is made; the same value gives the same tree, times included."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, node in old.nodes.items():
        _make_node(folder / path, node)
    files = dict(old.files) if old.index is None else {**old.files, INDEX: old.index}
    for path, raw in (*files.items(), *((f"../{path}", raw) for path, raw in old.outside.items())):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)
        os.utime(place, (_WRITTEN_AT, _WRITTEN_AT))


def _make_node(place: Path, node: Node) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if node.kind == "folder":
        place.mkdir(exist_ok=True)
    elif node.kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to(node.target)


def hashes(folder: Path, among: OldArchive) -> dict[str, str]:
    """Return what stands at every path of the old archive: a file's SHA-256, a link's target, or what else it is."""
    known = [*among.files, *among.nodes, *([] if among.index is None else [INDEX])]
    known += [f"../{path}" for path in among.outside]
    return {path: _standing(folder / path) for path in sorted(known)}


def _standing(place: Path) -> str:
    if place.is_symlink():
        return f"-> {place.readlink()}"
    if place.is_file():
        return sha256(place.read_bytes()).hexdigest()
    return "folder" if place.is_dir() else "fifo" if place.is_fifo() else "gone"


def told(old: OldArchive) -> str:
    """Return the archive for a message, so that a failing example can be understood."""
    lines = [f"index ({old.state}), entry {at}: {str(row)[:600]}" for at, row in enumerate(old.rows, start=1)]
    lines += [f"{path!r}: {' '.join(str(raw[:600]).split())}" for path, raw in old.files.items()]
    lines += [f"{path!r}: {node}" for path, node in old.nodes.items()]
    return "\n".join((*lines, f"shapes: {', '.join(sorted(old.shapes))}"))


def as_json(document: object) -> bytes:
    """Return the bytes that the old system wrote for a document: two blanks, no line at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")
