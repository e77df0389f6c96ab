"""What stands in a folder, byte by byte, without following, waiting for, or choking on anything in it."""

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tests.faults.images import LOG

_SMALL_BYTES = 2 * 1024 * 1024
_ENDS_BYTES = 64 * 1024


class Thing(NamedTuple):
    """One name: `content` is a small file's bytes, a link's target, a device's number; None when it cannot be read."""

    kind: str
    mode: int
    content: object


Tree = dict[str, Thing]


def tree_of(folder: str, below: str = "") -> Tree:
    """Return everything below `folder`, by path; but for the log, where every command has its line."""
    found: Tree = {}
    try:
        with os.scandir(f"{folder}/{below}") as items:
            names = sorted(item.name for item in items)
    except PermissionError:
        return found
    for name in names:
        path = f"{below}/{name}" if below else name
        if path == LOG:
            continue
        found[path] = _thing(f"{folder}/{path}")
        if found[path].kind == "folder":
            found.update(tree_of(folder, path))
    return found


def _thing(path: str) -> Thing:
    look = os.lstat(path)
    mode = stat.S_IMODE(look.st_mode)
    if stat.S_ISREG(look.st_mode):
        return Thing("file", mode, _bytes(path, look.st_size))
    if stat.S_ISLNK(look.st_mode):
        return Thing("link", 0, str(Path(path).readlink()))
    if stat.S_ISDIR(look.st_mode):
        return Thing("folder", mode, "")
    return Thing(f"node {stat.S_IFMT(look.st_mode):o}", mode, look.st_rdev)


def _bytes(path: str, size: int) -> object:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except PermissionError:
        return None
    try:
        if size <= _SMALL_BYTES:
            return os.read(descriptor, size + 1)
        ends = os.pread(descriptor, _ENDS_BYTES, 0) + os.pread(descriptor, _ENDS_BYTES, size - _ENDS_BYTES)
        return f"{size} bytes, {sha256(ends).hexdigest()}"
    finally:
        os.close(descriptor)


def is_same(one: Thing, other: Thing | None) -> bool:
    """Tell whether two things are one: what could not be read is taken for what it was."""
    if other is None or one.kind != other.kind:
        return False
    return None in (one.content, other.content) or one.content == other.content
