"""In process: a fault at every file-system call of every writing command, then a check, the command again, a check.

The command runs in a forked child whose calls of `os` are counted. The k-th call below the data root is the last one
(killed before it, or after it), or it fails, once or from then on with every call that can fail so, or it writes half
its bytes. A kill at a call that only reads leaves what the kill after the change before it leaves, so it is not made
again, and of the errors that such calls can meet each meets one, in turn; of calls that read again what was just read,
with no change between, every third. A change meets all that it can, each once, and every fourth of them, in turn, for
good. Children do not flush: nobody loses power here, and what a missing fsync costs is for `reordering` to find.
"""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from errno import EACCES, EDQUOT, EIO, EMFILE, ENOMEM, ENOSPC, EROFS, errorcode
from pathlib import Path
from typing import Any

from tests.faults.calls import Call, intercept, mute_fsync, refuse
from tests.faults.children import KILLED, Died, in_child
from tests.faults.commands import SCENES
from tests.faults.ground import ground
from tests.faults.images import capture, digest, lay
from tests.faults.invariants import Start, audits, findings, judge, problems, start_of
from tests.faults.scene import AT, Acknowledged, Answer, Scene, later
from tests.faults.tally import Tally, timed

LAYER = "in-process"
SAMPLE_FAULTS = 10
_FLUSHES = ("fsync", "fdatasync")
_READING = frozenset({EIO, ENOMEM})
_CAN_FAIL: dict[str, frozenset[int]] = {
    **dict.fromkeys(("read", "fstat", "close", "statvfs", "flock"), _READING),
    **dict.fromkeys(("stat", "lstat"), _READING | {EACCES}),
    **dict.fromkeys(("scandir", "listdir"), _READING | {EACCES, EMFILE}),
    **dict.fromkeys(("write", "pwrite", "writev", "truncate", "ftruncate"), frozenset({ENOSPC, EDQUOT, EIO, EROFS})),
    **dict.fromkeys(_FLUSHES, frozenset({ENOSPC, EDQUOT, EIO, EROFS})),
    **dict.fromkeys(("link", "rename", "replace", "symlink", "mkdir", "mknod"), frozenset({ENOSPC, EDQUOT, EIO, EACCES, EROFS, ENOMEM})),
    **dict.fromkeys(("unlink", "remove", "rmdir", "chmod", "fchmod", "utime"), frozenset({EIO, EACCES, EROFS, ENOMEM})),
    "open": frozenset({EIO, EACCES, EMFILE, ENOMEM}),
}  # fmt: skip
_OPEN_TO_WRITE = frozenset({ENOSPC, EDQUOT, EROFS})


Sound = set[tuple[str, Acknowledged]]


@dataclass
class _Seen:
    """What was judged of one scene and found sound: trees that a fault left, and trees after the next command."""

    left: Sound = field(default_factory=set)
    ends: Sound = field(default_factory=set)


@dataclass(frozen=True)
class Fault:
    """What happens at the `turn`-th call (from 1): a kill, an error, or half a write and perhaps a kill."""

    turn: int
    is_kill: bool = False
    is_after: bool = False
    code: int = 0
    is_lasting: bool = False
    is_short: bool = False

    def __str__(self) -> str:
        """Return the fault for a message."""
        kill = f"killed {'after' if self.is_after else 'before'}" if self.is_kill else ""
        error = f"{errorcode.get(self.code, '')} {'from' if self.is_lasting else 'at'}" if self.code else ""
        short = (
            "half a write, then killed," if self.is_short and self.is_kill else "half a write" if self.is_short else ""
        )
        return f"{short or kill or error} call {self.turn}"


def run(*, is_sample: bool, seed: int, scenes: Iterable[Scene] = SCENES, at_most: int = SAMPLE_FAULTS) -> Tally:
    """Inject into every scene: all faults, or of each scene a sample of `at_most`."""
    tally = Tally(LAYER)
    with timed(tally):
        for scene in scenes:
            with ground() as folder:
                _run_scene(scene, folder, tally, at_most if is_sample else None, seed)
    return tally


def _run_scene(scene: Scene, folder: Path, tally: Tally, at_most: int | None, seed: int) -> None:
    scene.prepare(folder)
    start = start_of(folder)
    calls, answer = recorded(scene, folder)
    tally.violations += [f"{scene.name}: nothing injected: {line}" for line in _unlike(scene, answer)]
    faults = list(faults_of(calls))
    if at_most is not None:
        faults = random.Random(f"{seed} {scene.name}").sample(faults, min(at_most, len(faults)))
    sound = _Seen()
    for fault in faults:
        lay(start.image, folder)
        tally.injections += 1
        tally.crash_points += fault.is_kill
        found = struck(scene, folder, start, fault, sound)
        tally.violations += [f"{scene.name}: {fault} ({calls[fault.turn - 1].below(folder)}): {line}" for line in found]


def recorded(scene: Scene, folder: Path) -> tuple[list[Call], Answer]:
    """Run the scene undisturbed in a child, and return its calls and its answer."""
    calls: list[Call] = []

    def record(call: Call, go: Callable[..., Any]) -> Any:
        calls.append(call)
        return None if call.name in _FLUSHES else go()

    def work() -> tuple[list[Call], Answer]:
        intercept(folder / "data", record)
        answer = scene.run(folder, AT)
        return calls, answer

    scene_warmed(scene, folder)
    return in_child(work)


def scene_warmed(scene: Scene, folder: Path) -> None:
    """Run the scene once in this process and take it back, so that no child has to import what it needs."""
    before = capture(folder)
    scene.run(folder, AT)
    findings(folder)
    lay(before, folder)


def faults_of(calls: Iterable[Call]) -> Iterator[Fault]:
    """Yield the faults that these calls meet, one after the other; of reads that only repeat one, every third does."""
    known: set[tuple[str, str]] = set()
    repeated = 0
    for turn, call in enumerate(calls, start=1):
        if call.is_change or call.name in _FLUSHES:
            known.clear()
        elif (call.name, call.path) in known:
            repeated += 1
            if repeated % 3:
                continue
        known.add((call.name, call.path))
        yield from faults_at(turn, call)


def faults_at(turn: int, call: Call) -> Iterator[Fault]:
    """Yield the faults that this call meets: all that it can, or, of a call that only reads, one error in turn."""
    codes = sorted(codes_of(call))
    if not call.is_change and call.name not in _FLUSHES:
        yield Fault(turn, code=codes[turn // 2 % len(codes)], is_lasting=bool(turn % 2))
        return
    yield Fault(turn, is_kill=True)
    yield Fault(turn, is_kill=True, is_after=True)
    if call.name == "write" and len(call.raw) > 1:
        yield Fault(turn, is_short=True)
        yield Fault(turn, is_short=True, is_kill=True)
    for at, code in enumerate(codes):
        yield Fault(turn, code=code)
        if at % 4 == turn % 4:
            yield Fault(turn, code=code, is_lasting=True)


def codes_of(call: Call) -> frozenset[int]:
    """Return the errors that the call may meet; what only reads finds no disk full."""
    is_writing = call.name == "open" and call.is_change
    return _CAN_FAIL[call.name] | _OPEN_TO_WRITE if is_writing else _CAN_FAIL[call.name]


def struck(scene: Scene, folder: Path, start: Start, fault: Fault, sound: "_Seen | None" = None) -> list[str]:
    """Run the scene under the fault, check, run it again undisturbed, check; return what was broken.

    What a fault left is followed once: the same tree after the same answers, found in `sound`, has the same future.
    """

    def work() -> Answer:
        intercept(folder / "data", striking(fault))
        return scene.run(folder, AT)

    found: list[str] = []
    acknowledged: Acknowledged = frozenset()
    try:
        answer = in_child(work)
        acknowledged = answer.acknowledged
        found += judge(answer.status, answer.text)
    except Died as death:
        if death.is_hung or not fault.is_kill or death.status != KILLED:
            found.append(f"the process {death}")
    except RuntimeError as error:
        found.append(f"a trace: {str(error)[-600:]}")
    sound = _Seen() if sound is None else sound
    left = (digest(capture(folder), with_modes=True), acknowledged)
    if left in sound.left:
        return found
    broken = problems(folder, acknowledged, start=start, untouched=scene.untouched)
    broken += again(scene, folder, start, acknowledged, sound.ends)
    if not broken:
        sound.left.add(left)
    return found + broken


def again(
    scene: Scene, folder: Path, start: Start, acknowledged: Acknowledged, sound: Sound | None = None
) -> list[str]:
    """Run the scene undisturbed on whatever was left, and return what is broken after it.

    Most faults end in one of a few trees: one that was judged and found in `sound` is not judged again.
    """
    sound = set() if sound is None else sound

    def work() -> tuple[Answer, tuple[str, Acknowledged], list[str]]:
        mute_fsync()
        before = audits(folder)
        answer = scene.run(folder, later(2))
        end = (digest(capture(folder), with_modes=True), acknowledged | answer.acknowledged)
        lines = () if end in sound else findings(folder)
        return answer, end, [line for line in lines if not _is_not_its_business(line, before, audits(folder))]

    try:
        answer, end, lines = in_child(work)
    except (Died, RuntimeError) as error:
        return [f"the next command: {str(error)[-600:]}"]
    found = _unlike(scene, answer)
    if end not in sound:
        found += [line for line in lines if line.split()[0] not in scene.findings]
        found += problems(folder, end[1], start=start, untouched=scene.untouched, is_settled=True)
        found += scene.problems(folder)
    if not found:
        sound.add(end)
    return [f"the next command: {line}" for line in found]


def _is_not_its_business(finding: str, before: dict[str, bytes], after: dict[str, bytes]) -> bool:
    """Tell whether the finding is an audit's last line without its end, and the command had nothing to append."""
    kind, store, *_ = finding.split()
    return kind == "audit_torn" and before.get(store) == after.get(store)


def striking(fault: Fault) -> Callable[[Call, Callable[..., Any]], Any]:
    """Return the handler that counts the calls and lets the fault happen."""
    seen = 0
    end = os._exit

    def handle(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal seen
        seen += 1
        if call.name in _FLUSHES:
            go = _nothing
        is_struck = seen == fault.turn or (fault.is_lasting and seen > fault.turn)
        if not is_struck or (fault.code and fault.code not in codes_of(call)):
            return go()
        if fault.is_short:
            answer = go(call.raw[: len(call.raw) // 2])
            return end(KILLED) if fault.is_kill else answer
        if fault.code:
            if call.name == "close":
                go()
            raise refuse(fault.code, call.path)
        if fault.is_after:
            go()
        return end(KILLED)

    return handle


def _nothing() -> None:
    """Stand in for a flush."""


def _unlike(scene: Scene, answer: Answer) -> list[str]:
    """Return how the answer differs from what the scene answers when nothing goes wrong."""
    found = judge(answer.status, answer.text)
    if answer.status not in scene.statuses:
        found.append(f"exit status {answer.status}: {answer.text[-300:]!r}")
    elif answer.snapshots < scene.answers:
        found.append(f"acknowledged {answer.snapshots} snapshots, not {scene.answers}")
    return found
