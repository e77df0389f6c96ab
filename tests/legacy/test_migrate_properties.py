"""`omen migrate` on drawn archives of the old system: nothing is lost, nothing invented, and it can die anywhere.

A normal run takes two archives for each shape and each state of the index, over a hundred together, and kills the
command at every change on two. `OMEN_TEST_MIGRATE=whole` takes ten for each, over five hundred, and kills it on twenty.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import STORES
from tests.legacy.drawn import INDEX_STATES, SHAPES, examples, old_archives, refused_archives
from tests.legacy.judged import problems
from tests.legacy.migrations import Installation, install, may_be_refused
from tests.legacy.old_archives import told

ALWAYS = (*(shape.__name__ for shape in SHAPES), *INDEX_STATES)
BUG = 70


def unchanged(installation: Installation, work) -> bool:
    before = installation.tree()
    work()
    return installation.tree() == before


@pytest.mark.parametrize("always", ALWAYS)
def test_nothing_is_lost_and_nothing_is_invented(tmp_path, always):
    @given(old_archives(always), st.booleans())
    @examples(2, 10)
    def migrate(old, in_place):
        _migrate_and_judge(install(tmp_path, old, in_place=in_place), in_place=in_place)

    migrate()


def _migrate_and_judge(installation: Installation, *, in_place: bool) -> None:
    old, empty, before = installation.old, installation.tree(), installation.standing()
    planned = installation.migrate("--dry-run")
    assert installation.tree() == empty, "a dry run wrote"
    run = installation.migrate()
    if run.code and may_be_refused(old, in_place=in_place):
        assert run.code != BUG
        assert installation.tree() == empty, "refused, and wrote"
        return
    assert run.code == 0, f"{run.err}\n{run.out}\n{told(old)}"
    assert problems(old, installation.outcome(run, before)) == []
    assert planned.data["items"] == run.data["items"], told(old)
    _judge_again(installation)


def _judge_again(installation: Installation) -> None:
    """Insist that a second run does nothing, and that the other commands know what was brought over."""
    before = installation.tree()
    again = installation.migrate()
    assert (again.code, again.data["outcome"]) == (0, "nothing_to_do"), told(installation.old)
    assert installation.tree() == before, "the second run wrote"
    for store in STORES:
        wanted = {(one.id, one.version, one.marks[0]) for one in installation.documents() if one.store == store}
        history = installation.omen("history", "--store", store, "--all-versions", "--limit", 100, "--json")
        if not wanted and history.code:
            continue
        assert {(one["id"], one["version"], one["emailSent"]) for one in history.data["entries"]} == wanted
    checked = installation.omen("verify", "--deep", "--all", "--json")
    assert checked.code in (0, 1), checked.out + checked.err + told(installation.old)


@given(refused_archives(), st.booleans())
@examples(6, 40)
def test_an_archive_whose_stores_cannot_be_told_is_refused_and_nothing_is_written(tmp_path, old, in_place):
    installation = install(tmp_path, old, in_place=in_place)
    before = installation.tree()

    run = installation.migrate()

    assert run.code not in (0, BUG), told(old)
    assert installation.tree() == before
