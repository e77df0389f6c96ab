"""Layer: old archives. `omen migrate` on drawn archives of the old system, judged by an oracle of its own, and killed.

For each shape that the field has, and each state of the index, nine archives: nothing is lost, nothing invented,
everything counted. Twenty small ones are killed after every change, in the middle of every write, and run again: that
must end as a clean run does.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.faults.ground import ground
from tests.faults.tally import Tally, timed
from tests.legacy.trials import ALWAYS, killed_and_again, migrate_drawn

_DRAWN, _DYING = 9, 20
_SAMPLE_SHAPES, _SAMPLE_KILLS = 3, 6


def run(*, is_sample: bool, seed: int) -> Tally:
    """Try every shape and every small archive, or a few of each."""
    tally, chance = Tally("old archives"), Random(seed)
    drawn = 0
    with timed(tally), ground() as folder:
        folder.mkdir(parents=True)
        for always in chance.sample(ALWAYS, _SAMPLE_SHAPES) if is_sample else ALWAYS:
            try:
                drawn += migrate_drawn(folder, always, 1 if is_sample else _DRAWN)
            except AssertionError as error:
                tally.violations.append(f"{always}: {error}")
        for number in range(1 if is_sample else _DYING):
            kills, found = killed_and_again(folder, number, _some(chance) if is_sample else list)
            tally.crash_points += kills
            tally.injections += kills
            tally.violations += [f"small archive {number}: {line}" for line in found]
        tally.note = f"{drawn} drawn archives migrated"
    return tally


def _some(chance: Random) -> Callable[[Sequence[Any]], Sequence[Any]]:
    return lambda kills: chance.sample(kills, min(_SAMPLE_KILLS, len(kills)))
