"""A sample of every layer of the fault suite: nothing is broken, and each layer did what it is there for.

`make faults` runs the whole. The sample of hostile files has a module of its own, test_hostile.py.
"""

import pytest

from tests.faults.commands import SCENES
from tests.faults.ground import work_below
from tests.faults.layers import BY_SCENE, MODULES, SEED, Part, run_part

_GROUPS = [SCENES[at::6] for at in range(6)]


@pytest.fixture(autouse=True)
def _below_the_tests_folder(tmp_path):
    work_below(tmp_path)


@pytest.mark.parametrize("scenes", _GROUPS, ids=[f"group {at}" for at in range(len(_GROUPS))])
@pytest.mark.parametrize("layer", BY_SCENE)
def test_no_fault_breaks_a_command(layer, scenes):
    tallies = [run_part(Part(layer, scene.name), is_sample=True, seed=SEED) for scene in scenes]

    assert [line for one in tallies for line in one.violations] == []
    assert all(one.injections + one.states >= 1 for one in tallies)
    assert sum(one.injections + one.states for one in tallies) >= 5 * len(scenes)


@pytest.mark.parametrize("layer", [name for name in MODULES if name not in (*BY_SCENE, "hostile")])
def test_no_fault_of_the_other_layers_breaks_a_command(layer):
    tally = run_part(Part(layer), is_sample=True, seed=SEED)

    if tally.skipped:
        pytest.skip(tally.skipped)
    assert tally.violations == []
    assert tally.injections + tally.crash_points + tally.processes + tally.hostile >= 10
