"""The reordering model: at every step of every writing command the power fails, and a weak disk keeps what it likes.

`weakdisk` says what it may keep. Each distinct state is laid out, judged, and the command is run on it again. Then two
crashes: a command is killed, so that the page cache keeps what it did; the next one runs on that, answers, and the
power fails: what neither of them flushed may be lost. And: the power fails, the next command runs on what is left, and
the power fails again. Only this layer sees a flush that is missing in a recovery.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.faults.calls import intercept
from tests.faults.children import Died, in_child
from tests.faults.commands import SCENES, scene_named
from tests.faults.ground import ground
from tests.faults.images import Image, digest, lay
from tests.faults.inject import Sound, again, scene_warmed
from tests.faults.invariants import Start, problems, start_of
from tests.faults.scene import Acknowledged, Answer, Scene, later
from tests.faults.tally import Tally, timed
from tests.faults.weakdisk import Op, Recorder, WeakDisk

LAYER = "reordering"
SECONDS = tuple(map(scene_named, ("generate: new month", "verify --repair: orphan")))
NOTHING: Acknowledged = frozenset()


@dataclass(frozen=True)
class Effort:
    """How much is tried: states a step, and after an answer; first crashes that a second one follows, and new states
    in the middle of each; states in all, which only those after an answer may exceed.
    """

    a_step: int
    at_the_end: int
    kills: int
    cuts: int
    a_second: int
    in_all: int


WHOLE = Effort(a_step=6, at_the_end=64, kills=1000, cuts=16, a_second=10, in_all=108)
SAMPLE = Effort(a_step=2, at_the_end=4, kills=2, cuts=1, a_second=2, in_all=8)


@dataclass
class _Trial:
    """One scene under trial: which states were tried already, and what was found."""

    scene: Scene
    folder: Path
    start: Start
    tally: Tally
    effort: Effort
    chance: random.Random
    tried: dict[str, set[Acknowledged]] = field(default_factory=dict)
    ends: Sound = field(default_factory=set)

    @property
    def is_done(self) -> bool:
        return len(self.tried) >= self.effort.in_all


def run(*, is_sample: bool, seed: int, scenes: Iterable[Scene] = SCENES) -> Tally:
    """Try every scene."""
    tally = Tally(LAYER)
    with timed(tally):
        for scene in scenes:
            with ground() as folder:
                scene.prepare(folder)
                start = start_of(folder)
                chance = random.Random(f"{seed} {scene.name}")
                trial = _Trial(scene, folder, start, tally, SAMPLE if is_sample else WHOLE, chance)
                _try_scene(trial)
                tally.states += len(trial.tried)
    return tally


def _try_scene(trial: _Trial) -> None:
    scene_warmed(trial.scene, trial.folder)
    image = trial.start.image
    try:
        ops, answer = recorded(trial.scene, trial.folder, image)
    except (Died, RuntimeError) as error:
        trial.tally.violations.append(f"{trial.scene.name}: nothing failed: {error}")
        return
    _try_steps(trial, WeakDisk(image), ops, answer.acknowledged)
    _try_kills(trial, image, ops, answer.acknowledged)
    _try_cuts(trial, image, ops, answer.acknowledged)


def recorded(scene: Scene, folder: Path, image: Image, *, run: int = 0) -> tuple[list[Op], Answer]:
    """Run the scene on the image in a child, and return what it changed and flushed, and its answer."""
    lay(image, folder)

    def work() -> tuple[list[Op], Answer]:
        recorder = Recorder(folder)
        intercept(folder, recorder)
        answer = scene.run(folder, later(run))
        return recorder.ops, answer

    return in_child(work)


def _try_steps(trial: _Trial, disk: WeakDisk, ops: Sequence[Op], acknowledged: Acknowledged) -> None:
    """Cut the power in a first command: before each op, and when its answer was given."""
    most, chance = trial.effort.at_the_end, trial.chance
    states: list[tuple[Image, Acknowledged, str]] = []
    for number, op in enumerate(ops, start=1):
        states += [(state, NOTHING, f"before {_about(number, op)}") for state in disk.states(most, chance)]
        disk.step(op)
    final = [(state, acknowledged, "after the answer") for state in disk.states(most, chance)]
    for state, kept, where in (*final, *chance.sample(states, len(states))):
        _try_state(trial, state, kept, f"power cut {where}")


def _try_second(
    trial: _Trial, second: Scene, disk: WeakDisk, state: Image, acknowledged: Acknowledged, about: str
) -> None:
    """Run `second` on `state`, which `disk` shows, and cut the power at some of its steps and after its answer.

    What a first command `acknowledged` must survive every cut, what the second does those after its answer.
    """
    about = f"{about}, then {second.name}, power cut"
    try:
        ops, answer = recorded(second, trial.folder, state, run=1)
    except (Died, RuntimeError) as error:
        trial.tally.violations.append(f"{trial.scene.name}: {about}: {str(error)[-600:]}")
        return
    states: list[tuple[Image, str]] = []
    for number, op in enumerate(ops, start=1):
        if acknowledged or not trial.is_done:
            found = disk.states(trial.effort.a_step, trial.chance)
            states += [(state, f"before {_about(number, op)}") for state in found]
        disk.step(op)
    for state in disk.states(trial.effort.at_the_end, trial.chance):
        _try_state(trial, state, acknowledged | answer.acknowledged, f"{about} after its answer")
    for state, where in trial.chance.sample(states, min(trial.effort.a_second, len(states))):
        _try_state(trial, state, acknowledged, f"{about} {where}")


def _about(number: int, op: Op) -> str:
    return f"op {number}, {op.kind} {op.path}"


def _try_state(trial: _Trial, state: Image, acknowledged: Acknowledged, about: str) -> None:
    key = digest(state)
    before = trial.tried.get(key)
    if before is not None and any(acknowledged <= other for other in before):
        return
    if before is None and trial.is_done and not acknowledged:
        return
    trial.tried.setdefault(key, set()).add(acknowledged)
    scene, folder = trial.scene, trial.folder
    lay(state, folder)
    found = problems(folder, acknowledged, start=trial.start, untouched=scene.untouched)
    found += again(scene, folder, trial.start, acknowledged, trial.ends)
    trial.tally.violations += [f"{scene.name}: {about}: {line}" for line in found]


def _try_kills(trial: _Trial, image: Image, ops: Sequence[Op], acknowledged: Acknowledged) -> None:
    """Kill the first command at each step, run it again and another on all it did, and cut the power after the answer.

    The others take turns.
    """
    steps = [(step, one) for step in range(len(ops) + 1) for one in (trial.scene, SECONDS[step % len(SECONDS)])]
    for step, second in trial.chance.sample(steps, min(trial.effort.kills, len(steps))):
        kept = acknowledged if step == len(ops) else NOTHING
        for done in (ops[:step], _half_written(ops[:step])):
            if done is not None:
                disk = WeakDisk(image).replay(done)
                _try_second(trial, second, disk, disk.live_image(), kept, f"killed after op {step} of {len(ops)}")


def _half_written(ops: Sequence[Op]) -> Sequence[Op] | None:
    """Return the ops with half of their last write; None when the last is no write."""
    if not ops or ops[-1].kind != "write":
        return None
    return [*ops[:-1], replace(ops[-1], raw=ops[-1].raw[: len(ops[-1].raw) // 2])]


def _try_cuts(trial: _Trial, image: Image, ops: Sequence[Op], acknowledged: Acknowledged) -> None:
    """Cut the power twice: in the first command, and in the next one on what was left."""
    for _ in range(trial.effort.cuts):
        step = trial.chance.randrange(len(ops) + 1)
        disk = WeakDisk(image).replay(ops[:step])
        state = trial.chance.choice(list(disk.states(trial.effort.at_the_end, trial.chance)))
        second = trial.chance.choice((trial.scene, *SECONDS))
        kept = acknowledged if step == len(ops) else NOTHING
        _try_second(trial, second, WeakDisk(state), state, kept, f"power cut after op {step} of {len(ops)}")
