"""64 processes at once on two stores, on the same and on different keys, half of them killed at a random moment.

They are forks of one that imported and computed everything, released together. Each writes what was acknowledged to it
to a file of its own, outside the data root. Nothing is flushed here: who is only killed cannot tell, and it is faster.
"""

import os
import pickle
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.faults import scene as scenes
from tests.faults.calls import Call, intercept
from tests.faults.commands import scene_named
from tests.faults.episodes import attempt, told
from tests.faults.images import capture
from tests.faults.invariants import judge, problems, start_of
from tests.faults.scene import AT, CALI, DAY, NEW_MONTH, NJ, SAME_MONTH, WEEK, Acknowledged, Answer
from tests.faults.tally import Tally, timed

AT_ONCE = 64
_ROUNDS, _SAMPLE_ROUNDS = 32, 2
_PATIENT_S, _IMPATIENT_S = 30.0, 0.3  # how long to wait for a lock: for all the others, or only for one that is stuck
_MAX_S = 90.0
_KEYS = (("weekly", WEEK), ("daily", DAY), ("daily", SAME_MONTH), ("daily", NEW_MONTH))
_MAX_CALL, _MAX_DELAY_S = 250, 1.0
_OTHERS = tuple(
    scene_named(name)
    for name in (
        "show: another store's",
        "prune: superseded",
        "verify --repair: orphan",
        "prune: several, two months, a delivery",
    )
)


@dataclass(frozen=True)
class Part:
    """What one of the processes does, and when it is killed: at a call, after a time, or never."""

    name: str
    work: Callable[[Path], Answer]
    statuses: frozenset[int] = frozenset({0})
    at_call: int | None = None
    after_s: float | None = None


@dataclass(frozen=True)
class End:
    """How one of them ended; `answer` is None when it was killed before it had written one down."""

    status: int | None
    answer: Answer | None
    is_hung: bool = False


def run(*, is_sample: bool, seed: int) -> Tally:
    """Run round after round of 64 processes, then some beside a lock holder that stands still."""
    tally = Tally("processes at once")
    with timed(tally):
        scenes.facts()
        for turn in range(_SAMPLE_ROUNDS if is_sample else _ROUNDS):
            with TemporaryDirectory(prefix="omen-faults-") as name:
                found = _round(Path(name) / "world", Random(f"{seed} {turn}"), turn, tally)
                tally.violations += told(f"64 at once, seed {seed}, round {turn}", found)
        for is_killed in (False, True):
            with TemporaryDirectory(prefix="omen-faults-") as name:
                found = _beside_a_stopped_holder(Path(name) / "world", tally, is_killed=is_killed)
                tally.violations += told(f"beside a stopped holder, {'killed' if is_killed else 'continued'}", found)
        tally.injections = tally.killed
    return tally


def _round(folder: Path, random: Random, turn: int, tally: Tally) -> list[str]:
    (scenes.grown if turn % 3 else scenes.install)(folder)
    _lift_limit(folder)
    start = start_of(folder)
    parts = [_part(random, number, has_others=turn % 3 > 0) for number in range(AT_ONCE)]
    ends = _together(folder, parts)
    tally.processes += len(ends)
    tally.killed += sum(end.status == -signal.SIGKILL for end in ends)
    acknowledged = _acknowledged(ends)
    found = [line for part, end in zip(parts, ends, strict=True) for line in _wrong(part, end)]
    found += problems(folder, acknowledged, start=start)
    cleaner, wrong = attempt(lambda: _generate(folder, AT + timedelta(hours=2), store=None))
    found += [f"the next command: {line}" for line in wrong]
    if cleaner is None or cleaner.status:
        found.append(f"the next command: {cleaner.status if cleaner else 'died'}")
    kept = acknowledged | (cleaner.acknowledged if cleaner else frozenset())
    return found + [f"after the next: {line}" for line in problems(folder, kept, start=start, is_settled=True)]


def _lift_limit(folder: Path) -> None:
    """Let each store make more than ten snapshots within the hour."""
    config = folder / "stores.yaml"
    config.write_text(f"{config.read_text('utf-8')}limits: {{generations_per_hour: 0}}\n", "utf-8")


def _part(random: Random, number: int, *, has_others: bool) -> Part:
    end = random.choice((None, None, "call", "time"))
    at_call = random.randrange(1, _MAX_CALL) if end == "call" else None
    after_s = random.uniform(0, _MAX_DELAY_S) if end == "time" else None
    at = AT + timedelta(milliseconds=random.randrange(5000))
    if has_others and number % 6 == 0:
        other = random.choice(_OTHERS)
        return Part(other.name, lambda folder: other.run(folder, at), other.statuses, at_call, after_s)
    store = random.choice((NJ, NJ, CALI, None))
    frame, day = random.choice(_KEYS)
    policy = random.choice(("skip", "skip", "replace", "refresh"))
    what = {"store": store, "frame": frame, "as_of": day, "policy": policy}
    sales = random.randrange(1, 5) if policy == "refresh" else 0
    name = f"generate {policy} {store or '--all'} {frame} {day}"
    return Part(name, lambda folder: _generate(folder, at, sales=sales, **what), frozenset({0}), at_call, after_s)


def _generate(folder: Path, at: Any, *, wait_s: float = _PATIENT_S, **what: Any) -> Answer:
    scenes.LOCK_WAIT_S = wait_s  # of this child alone
    return scenes.generate(folder, at, **what)


def _wrong(part: Part, end: End) -> list[str]:
    if end.is_hung:
        return [f"{part.name}: it hung"]
    if end.status == -signal.SIGKILL and (part.at_call or part.after_s):
        return []
    if end.status or end.answer is None:
        return [f"{part.name}: ended with {end.status} and no answer"]
    found = judge(end.answer.status, end.answer.text)
    if end.answer.status not in part.statuses:
        found.append(f"{end.answer.status}: {end.answer.text.strip()[-200:]}")
    return [f"{part.name}: {line}" for line in found]


def _acknowledged(ends: Sequence[End]) -> Acknowledged:
    return frozenset().union(*(end.answer.acknowledged for end in ends if end.answer))


def _together(folder: Path, parts: Sequence[Part]) -> list[End]:
    """Run the parts at the same time, each in a process; kill those that are to be killed after a time."""
    answers = folder.with_name("answers")
    answers.mkdir()
    waiting, gun = os.pipe()
    children = [_start(folder, part, answers / str(number), (waiting, gun)) for number, part in enumerate(parts)]
    os.close(waiting)
    os.close(gun)  # the end of this pipe is the starting gun
    statuses = _wait(children, [part.after_s for part in parts])
    read = [_read(answers / str(number)) for number in range(len(parts))]
    return [End(status, answer, status is None) for status, answer in zip(statuses, read, strict=True)]


def _start(folder: Path, part: Part, answer: Path, gun: tuple[int, int]) -> int:
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.close(gun[1])
        os.read(gun[0], 1)
        _die_at(folder, part.at_call)
        raw = pickle.dumps(part.work(folder))
        draft = answer.with_suffix(".draft")
        draft.write_bytes(raw)
        draft.rename(answer)
        status = 0
    finally:
        os._exit(status)


def _die_at(folder: Path, at_call: int | None) -> None:
    """Flush nothing; kill this process at its `at_call`-th call below the data root."""
    seen = 0

    def strike(call: Call, go: Callable[..., Any]) -> Any:
        nonlocal seen
        seen += 1
        if seen == at_call:
            os.kill(os.getpid(), signal.SIGKILL)
        return None if call.name in ("fsync", "fdatasync") else go()

    intercept(folder / "data", strike)


def _wait(children: Sequence[int], kill_after_s: Sequence[float | None]) -> list[int | None]:
    """Return how each ended; None of one that hung, and had to be killed for that."""
    begin, hung = time.monotonic(), set()
    statuses: dict[int, int] = {}
    while len(statuses) < len(children):
        for child, after_s in zip(children, kill_after_s, strict=True):
            if child in statuses:
                continue
            ended, status = os.waitpid(child, os.WNOHANG)
            passed_s = time.monotonic() - begin
            if ended:
                statuses[child] = os.waitstatus_to_exitcode(status)
            elif passed_s > _MAX_S or (after_s is not None and passed_s > after_s):
                hung |= {child} if passed_s > _MAX_S else set()
                os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    return [None if child in hung else statuses[child] for child in children]


def _read(answer: Path) -> Answer | None:
    return pickle.loads(answer.read_bytes()) if answer.exists() else None


def _beside_a_stopped_holder(folder: Path, tally: Tally, *, is_killed: bool) -> list[str]:
    """Stop a process that holds the locks of one store: its others end with exit 6, the other store does not wait."""
    scenes.grown(folder)
    start = start_of(folder)
    holder = _stopped(folder)
    before = capture(scenes.archive(folder))
    busy = [
        Part(f"generate {policy} {frame} {day}", _impatient(frame, day, policy), frozenset({6}))
        for frame, day in _KEYS
        for policy in ("skip", "replace")
    ]
    ends = _together(folder, busy)
    found = [line for part, end in zip(busy, ends, strict=True) for line in _wrong(part, end)]
    if capture(scenes.archive(folder)) != before:
        found.append("they changed the archive, and did not hold its lock")
    began = time.monotonic()
    other, wrong = attempt(lambda: _generate(folder, AT, store=CALI, wait_s=_IMPATIENT_S))
    took_s = time.monotonic() - began
    found += wrong
    if other is None or other.status or took_s > _IMPATIENT_S * 10:
        found.append(f"the other store: {other.status if other else 'died'} after {took_s:.1f} s")
    os.kill(holder, signal.SIGKILL if is_killed else signal.SIGCONT)
    status = os.waitstatus_to_exitcode(os.waitpid(holder, 0)[1])
    if status != (-signal.SIGKILL if is_killed else 0):
        found.append(f"the holder ended with {status}")
    after, wrong = attempt(lambda: _generate(folder, AT + timedelta(hours=1)))
    kept = frozenset().union(*(one.acknowledged for one in (other, after) if one))
    tally.processes += len(ends) + 3
    tally.killed += is_killed
    return [*found, *wrong, *problems(folder, kept, start=start, is_settled=True)]


def _impatient(frame: str, day: str, policy: str) -> Callable[[Path], Answer]:
    return lambda folder: _generate(folder, AT, wait_s=_IMPATIENT_S, frame=frame, as_of=day, policy=policy)


def _stopped(folder: Path) -> int:
    """Return a process that was stopped while it gave a snapshot its name, every lock in hand."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            intercept(folder / "data", _stop_at_link)
            status = _generate(folder, AT).status
        finally:
            os._exit(status)
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        raise RuntimeError(f"the holder was not stopped: {status}")
    return child


def _stop_at_link(call: Call, go: Callable[..., Any]) -> Any:
    if call.name == "link":
        os.kill(os.getpid(), signal.SIGSTOP)
    return go()
