"""`omen migrate` killed after every change that it makes, half of a write included, and then run again.

Whoever only dies loses nothing that was written, so nothing is flushed here. What kills before a change leave, the kill
after the change before it leaves; and a tree that was followed once is not followed again.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.faults.calls import Call, intercept, mute_fsync
from tests.faults.children import KILLED, Died, in_child
from tests.faults.images import Image, capture, digest, lay
from tests.legacy.migrations import Installation

End = tuple[dict[str, bytes | None], Counter[tuple[str, str]], Any]


def end_of(installation: Installation, items: Any) -> End:
    """Return what two migrations of one old archive must agree on: every file, and how often each event was audited.

    Only that an index was made anew, which nobody does without a crash, may stand in the audit beside it; and a run
    that died between its record of the migration and the layout's number is recorded once more by the next.
    """
    tree = installation.tree(with_audit=False)
    lines = [line for path in installation.folder.rglob("audit/*.jsonl") for line in path.read_bytes().splitlines()]
    known = [one for line in lines if (one := _parsed(line))]  # a line that a crash tore stays, and says nothing
    events = Counter((str(one["event"]), str(one.get("id"))) for one in known)
    del events["index.rebuilt", "None"]
    events["archive.migrated", "None"] = min(events["archive.migrated", "None"], 1)
    return {path: raw for path, raw in tree.items() if not path.startswith("old/")}, events, items


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return json.loads(line)
    except ValueError:
        return {}


def differences(end: End, wanted: End) -> Iterator[str]:
    """Yield what is other in one end than in the other."""
    for path in sorted(end[0].keys() | wanted[0].keys()):
        if end[0].get(path, 0) != wanted[0].get(path, 0):
            yield f"{path} is {end[0].get(path, 'not there')!r}, not {wanted[0].get(path, 'there')!r}"
    if end[1] != wanted[1]:
        yield f"the audits say {dict(end[1] - wanted[1])} more and {dict(wanted[1] - end[1])} less"
    if end[2] != wanted[2]:
        yield f"the report says {end[2]}, not {wanted[2]}"


def killed_everywhere(
    installation: Installation, wanted: End, turns: Callable[[Sequence[Any]], Sequence[Any]]
) -> tuple[int, list[str]]:
    """Return how often the command was killed and taken up again, and every way in which that was not as a clean run.

    `turns` chooses among the kills: (turn of the call, whether half of it is written).
    """
    start, before, seen = capture(installation.folder), installation.standing(), set()
    calls = _recorded(installation)
    lay(start, installation.folder)
    kills = [(turn, is_half) for turn, call in enumerate(calls, start=1) for is_half in _ways(call)]
    found: list[str] = []
    chosen = turns(kills)
    for turn, is_half in chosen:
        about = f"killed {'in the middle of' if is_half else 'after'} call {turn}, {calls[turn - 1].below(installation.folder)}"
        _kill(installation, turn, is_half=is_half)
        left = digest(capture(installation.folder), with_modes=True)
        if left not in seen:
            seen.add(left)
            found += [f"{about}: {line}" for line in _taken_up(installation, wanted)]
        found += [f"{about}: the old tree changed"] * (installation.standing() != before)
        _lay_again(installation, start)
    return len(chosen), found


def _lay_again(installation: Installation, start: Image) -> None:
    lay(start, installation.folder)
    if not start:
        assert not (installation.folder / "data").exists()


def _ways(call: Call) -> tuple[bool, ...]:
    if not call.is_change:
        return ()
    return (False, True) if call.name == "write" and len(call.raw) > 1 else (False,)


def _recorded(installation: Installation) -> list[Call]:
    calls: list[Call] = []

    def record(call: Call, go: Callable[..., Any]) -> Any:
        calls.append(call)
        return None if call.name in ("fsync", "fdatasync") else go()

    def work() -> list[Call]:
        intercept(installation.folder / "data", record)
        assert installation.migrate().code == 0
        return calls

    return in_child(work)


def _kill(installation: Installation, turn: int, *, is_half: bool) -> None:
    seen, end = 0, os._exit

    def strike(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal seen
        seen += 1
        if call.name in ("fsync", "fdatasync"):
            return None
        if seen < turn:
            return go()
        go(call.raw[: len(call.raw) // 2]) if is_half else go()
        return end(KILLED)

    with pytest.raises(Died) as died:
        in_child(lambda: (intercept(installation.folder / "data", strike), installation.migrate()))
    assert died.value.status == KILLED


def _taken_up(installation: Installation, wanted: End) -> Iterator[str]:
    """Yield what is wrong with the next run, and with what it ends in."""

    def work() -> tuple[int, str, End | None]:
        mute_fsync()
        run = installation.migrate()
        return run.code, run.out + run.err, end_of(installation, run.data["items"]) if run.code == 0 else None

    code, text, end = in_child(work)
    if end is None:
        yield f"the next run: {code}: {text[-400:]}"
        return
    yield from differences(end, wanted)
