"""`omen migrate` on drawn archives of the old system: nothing is lost, nothing invented, and it can die anywhere.

Two archives for each shape and each state of the index here, and three that are killed at every ninth change; `make
faults` has over five hundred, and twenty that are killed at every change.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.legacy.drawn import examples, refused_archives
from tests.legacy.migrations import install
from tests.legacy.old_archives import told
from tests.legacy.trials import ALWAYS, BUG, killed_and_again, migrate_drawn


@pytest.mark.parametrize("always", ALWAYS)
def test_nothing_is_lost_and_nothing_is_invented(tmp_path, always):
    assert migrate_drawn(tmp_path, always, 2) == 2


@given(refused_archives(), st.booleans())
@examples(6)
def test_an_archive_whose_stores_cannot_be_told_is_refused_and_nothing_is_written(tmp_path, old, in_place):
    installation = install(tmp_path, old, in_place=in_place)
    before = installation.tree()

    run = installation.migrate()

    assert run.code not in (0, BUG), told(old)
    assert installation.tree() == before


@pytest.mark.parametrize("seed", range(3))
def test_a_crash_at_any_call_and_a_second_run_equal_a_clean_run(tmp_path, seed):
    kills, found = killed_and_again(tmp_path, seed, lambda kills: kills[seed::9])

    assert not found, "\n".join(found)
    assert kills > 5
