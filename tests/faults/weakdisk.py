"""The model of a disk that keeps only what was flushed, and any part of the rest: what a power cut may leave.

What it assumes:
- A name is durable once its folder was flushed, bytes once their file was; flushing one does nothing for the other,
  and flushing a folder does nothing for that folder's own name in its parent.
- Of everything else any subset survives, in any combination across folders: a later change of a folder without an
  earlier one, a name without the bytes of its file, bytes without a name.
- Of a file's bytes that were not flushed none, the first, the first half, all but the last, or all survive, or only
  how many they were: then they are NUL. They are only ever appended.
- One change is whole or not at all: a rename within a folder never leaves both names or neither. A rename between
  folders may leave both names, never neither: every journalling file system promises that much.
- Modes, times and locks do not matter; a disk that reports a flush has flushed.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from pathlib import Path, PurePosixPath
from typing import Any

from tests.faults.calls import UNMODELLED, Call, is_folder, is_there
from tests.faults.images import Image, Item

ROOT = 0
_PARTS = ("none", "a byte", "half", "all but one", "all", "length")


@dataclass(frozen=True)
class Op:
    """One change or flush of a command, with paths relative to the installation; `kind` as in `replay`."""

    kind: str
    path: str
    target: str = ""
    raw: bytes = b""


class Recorder:
    """Handler for `intercept`: keeps what a command changed and what it flushed, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ops: list[Op] = []

    def __call__(self, call: Call, go: Any) -> Any:
        """Make the call and remember it, when it did something; nothing is flushed in truth."""
        if call.name in UNMODELLED:
            raise NotImplementedError(f"the model does not know {call.name}")
        if call.name in ("fsync", "fdatasync"):
            self._note("flush folder" if is_folder(call.path) else "flush file", call.path)
            return None
        is_new = call.name == "open" and call.is_change and not is_there(call.path)
        answer = go()
        if is_new and is_there(call.path):
            self._note("create", call.path)
        elif call.name == "write":
            self._note("write", call.path, raw=call.raw[:answer])
        elif call.name in ("mkdir", "rmdir", "unlink", "remove", "link", "rename", "replace"):
            kind = {"remove": "unlink", "replace": "rename"}.get(call.name, call.name)
            self._note(kind, call.path, call.target)
        return answer

    def _note(self, kind: str, path: str, target: str = "", raw: bytes = b"") -> None:
        self.ops.append(Op(kind, self._relative(path), self._relative(target) if target else "", raw))

    def _relative(self, path: str) -> str:
        return PurePosixPath(path).relative_to(self.folder).as_posix()


@dataclass(frozen=True)
class _Unit:
    """A change of names that survives whole or not: what each name stands for after it; `needs` another, if any."""

    number: int
    folder: int
    effects: tuple[tuple[int, str, int | None], ...]
    needs: int | None = None


@dataclass
class _Names:
    """The entries of every folder, by node."""

    of: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})

    def apply(self, unit: _Unit) -> None:
        for folder, name, node in unit.effects:
            entries = self.of.setdefault(folder, {})
            if node is None:
                entries.pop(name, None)
            else:
                entries[name] = node

    def copy(self) -> "_Names":
        return _Names({folder: dict(entries) for folder, entries in self.of.items()})


class WeakDisk:
    """A disk on which ops are replayed; `states` are what a power cut may leave now."""

    def __init__(self, image: Image) -> None:
        """Start from a folder of which everything is durable."""
        self.live, self.durable = _Names(), _Names()
        self.folders: set[int] = {ROOT}
        self.written: dict[int, bytes] = {}
        self.flushed: dict[int, int] = {}
        self.units: list[_Unit] = []
        self._numbers = 0
        self._lay(image)

    def replay(self, ops: Sequence[Op]) -> "WeakDisk":
        """Let the ops happen, and return the disk."""
        for op in ops:
            self.step(op)
        return self

    def step(self, op: Op) -> None:
        """Let one op happen in the live view; a flush makes durable what it names."""
        if op.kind == "flush folder":
            self._flush_folder(self._node(op.path))
        elif op.kind == "flush file":
            self.flushed[self._node(op.path)] = len(self.written[self._node(op.path)])
        elif op.kind == "write":
            self.written[self._node(op.path)] += op.raw
        elif op.kind in ("create", "mkdir"):
            self._name(op.path, self._new(is_folder=op.kind == "mkdir"))
        elif op.kind == "link":
            self._name(op.target, self._node(op.path))
        elif op.kind in ("unlink", "rmdir"):
            folder, name = self._place(op.path)
            self._change((folder, name, None))
        else:
            self._rename(op)

    def live_image(self) -> Image:
        """Return what every process sees: all of it."""
        return self._image(self.live, self.written)

    def states(self, most: int, chance: random.Random) -> Iterator[Image]:
        """Yield what a power cut may leave now: all of it when that is at most `most`, else a sample."""
        open_files = [node for node, raw in self.written.items() if self.flushed.get(node, 0) < len(raw)]
        for units, parts in _choices(self.units, len(open_files), most, chance):
            names = self.durable.copy()
            chosen = {unit.number for unit in units}
            for unit in self.units:
                if unit.number in chosen and (
                    unit.needs is None or unit.needs in chosen or not self._waits(unit.needs)
                ):
                    names.apply(unit)
            raws = dict(self.written)
            for node, part in zip(open_files, parts, strict=True):
                raws[node] = self._part(node, part)
            yield self._image(names, raws)

    def _waits(self, number: int) -> bool:
        return any(unit.number == number for unit in self.units)

    def _part(self, node: int, part: str) -> bytes:
        raw, flushed = self.written[node], self.flushed.get(node, 0)
        if part == "length":
            return raw[:flushed] + bytes(len(raw) - flushed)
        rest = len(raw) - flushed
        kept = {"none": 0, "a byte": 1, "half": rest // 2, "all but one": rest - 1, "all": rest}[part]
        return raw[: flushed + kept]

    def _lay(self, image: Image) -> None:
        by_inode: dict[int, int] = {}
        for path in sorted(image):
            item = image[path]
            node = by_inode.get(item.inode) if item.raw is not None else None
            if node is None:
                node = self._new(is_folder=item.raw is None)
                if item.raw is not None:
                    by_inode[item.inode], self.written[node] = node, item.raw
                    self.flushed[node] = len(item.raw)
            self._name(path, node)
        self.durable, self.units = self.live.copy(), []

    def _new(self, *, is_folder: bool) -> int:
        self._numbers += 1
        if is_folder:
            self.folders.add(self._numbers)
            self.live.of[self._numbers] = {}
            self.durable.of[self._numbers] = {}
        else:
            self.written[self._numbers] = b""
        return self._numbers

    def _node(self, path: str) -> int:
        node = ROOT
        for name in PurePosixPath(path).parts:
            node = self.live.of[node][name]
        return node

    def _place(self, path: str) -> tuple[int, str]:
        pure = PurePosixPath(path)
        return self._node(pure.parent.as_posix()), pure.name

    def _name(self, path: str, node: int) -> None:
        self._change((*self._place(path), node))

    def _change(self, *effects: tuple[int, str, int | None], needs: int | None = None) -> int:
        self._numbers += 1
        unit = _Unit(self._numbers, effects[0][0], effects, needs)
        self.units.append(unit)
        self.live.apply(unit)
        return unit.number

    def _rename(self, op: Op) -> None:
        node, (source, old), (target, new) = self._node(op.path), self._place(op.path), self._place(op.target)
        if source == target:
            self._change((source, old, None), (target, new, node))
        else:
            self._change((source, old, None), needs=self._change((target, new, node)))

    def _flush_folder(self, folder: int) -> None:
        needed = {unit.needs for unit in self.units if unit.folder == folder}
        for unit in self.units:
            if unit.folder == folder or unit.number in needed:
                self.durable.apply(unit)
        self.units = [unit for unit in self.units if unit.folder != folder and unit.number not in needed]

    def _image(self, names: _Names, raws: dict[int, bytes]) -> Image:
        image: dict[str, Item] = {}
        rest = [("", ROOT)]
        while rest:
            path, folder = rest.pop()
            for name, node in names.of.get(folder, {}).items():
                where = f"{path}/{name}" if path else name
                image[where] = Item(0o700, None) if node in self.folders else Item(0o600, raws[node], node)
                if node in self.folders:
                    rest.append((where, node))
        return image


def _choices(
    units: Sequence[_Unit], open_files: int, most: int, chance: random.Random
) -> Iterator[tuple[tuple[_Unit, ...], tuple[str, ...]]]:
    """Yield which units survive, and which part of each open file: everything, or the telling cases and a sample."""
    if 2 ** len(units) * len(_PARTS) ** open_files <= most:
        subsets = chain.from_iterable(combinations(units, size) for size in range(len(units) + 1))
        yield from product(subsets, product(_PARTS, repeat=open_files))
        return
    telling = [(), tuple(units), *((unit,) for unit in units)]
    telling += [tuple(other for other in units if other is not unit) for unit in units]
    telling += [tuple(units[:size]) for size in range(2, len(units) - 1)]
    yield from ((subset, (part,) * open_files) for subset in telling for part in _PARTS)
    for _ in range(most):
        kept = tuple(unit for unit in units if chance.random() < 0.5)
        yield kept, tuple(chance.choice(_PARTS) for _ in range(open_files))
