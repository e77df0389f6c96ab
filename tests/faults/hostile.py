"""Layer: hostile files. Each is planted in a copy of a sound archive, then every command runs over it.

None may fail but in omen's own words, hang, follow a link, touch another store, lose what was acknowledged, delete
what is damaged, or answer twice for a key.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.faults.hostile_cases import Case, all_cases
from tests.faults.hostile_commands import Commands, commands_for, in_watched_child, run_all
from tests.faults.hostile_ground import KEY, ROOT, Ground, make_ground
from tests.faults.hostile_judge import judge_answers, judge_tree
from tests.faults.hostile_nodes import IS_ROOT
from tests.faults.hostile_tree import tree_of
from tests.faults.hostile_world import Answer, keep_traces_in, preload
from tests.faults.tally import Tally, timed

SAMPLE, ALL = 150, 2_060
_NOBODY = 65534
CommandsFor = Callable[[Ground, str, int], Commands]


def run(*, is_sample: bool, seed: int) -> Tally:
    """Try hostile files of every kind; which ones, the seed decides."""
    tally = Tally("hostile")
    with timed(tally), _frozen(), scratch() as folder:
        preload()
        ground = make_ground(folder)
        cases = all_cases(ground, Random(seed))
        chosen = _chosen(cases, SAMPLE if is_sample else ALL, Random(seed))
        for turn, case in enumerate(chosen):
            tally.violations.extend(try_case(folder, ground, case, turn))
        tally.hostile = len({(case.path, case.raw or case.what) for case in chosen})
    return tally


def try_case(folder: Path, ground: Ground, case: Case, turn: int, commands: CommandsFor = commands_for) -> list[str]:
    """Plant one hostile file in a new copy of the sound archive, run every command, and return what was broken."""
    world = folder / f"case-{turn}"
    world.mkdir(mode=0o700)
    try:
        _plant(world, ground, case)
        found = in_watched_child(
            lambda said: _tried(world, ground, case, commands(ground, _asked_for(ground, case), turn), said),
            as_nobody=case.as_nobody and IS_ROOT,
        )
        return [f"{case}: {problem}" for problem in found]
    finally:
        _remove(world)


def _plant(world: Path, ground: Ground, case: Case) -> None:
    ground.copy_to(world)
    (world / "traces").mkdir()
    if case.as_nobody and IS_ROOT:
        for folder, _, files in os.walk(world):
            for name in (".", *files):
                os.chown(f"{folder}/{name}", _NOBODY, _NOBODY)
    if case.without_index:
        (world / ROOT / "index" / f"{KEY[1][:7]}.json").unlink()
    case.plant(world / case.path, world)


def _tried(world: Path, ground: Ground, case: Case, commands: Commands, said: Callable[[str], None]) -> list[str]:
    """Run the commands in this process and return what is broken."""
    keep_traces_in(world / "traces")
    before = tree_of(str(world))
    answers: dict[str, Answer] = dict(run_all(world, commands, said))
    after = tree_of(str(world))
    traces = sorted((world / "traces").iterdir())
    trace = " < ".join(reversed(traces[0].read_text("utf-8").splitlines()[-3:])) if traces else ""
    return [*judge_answers(case, ground, answers, trace), *judge_tree(case, ground, before, after, answers)]


def _asked_for(ground: Ground, case: Case) -> str:
    """Return the snapshot that is asked for by id: the damaged one, or the newest version of the key."""
    stem = Path(case.path).stem
    return stem if stem in ground.documents else ground.snapshot_id(KEY, 2)


def _chosen(cases: Sequence[Case], count: int, random: Random) -> list[Case]:
    """Return `count` of them: some of every kind, as many plain files as other things where a kind has both."""
    heaps: dict[tuple[str, bool], list[Case]] = {}
    for case in cases:
        heaps.setdefault((case.kind, case.raw is None), []).append(case)
    for heap in heaps.values():
        random.shuffle(heap)
    chosen: list[Case] = []
    while len(chosen) < count and any(heaps.values()):
        chosen.extend(heap.pop() for heap in heaps.values() if heap)
    return chosen[:count]


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder that others may pass through, for cases that give up root's rights, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="omen-hostile-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        _remove(folder)


@contextmanager
def _frozen() -> Iterator[None]:
    """Keep the collector from copying every page into every child."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _remove(folder: Path) -> None:
    for found, names, _ in os.walk(folder):
        for name in names:
            if not Path(found, name).is_symlink():
                Path(found, name).chmod(0o700)
    shutil.rmtree(folder)
