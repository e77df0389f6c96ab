"""`omen migrate` on drawn archives of the old system: nothing is lost, nothing invented, and it can die anywhere.

A normal run takes two archives for each shape and each state of the index, over a hundred together, and kills the
command at every ninth change on three small ones. `OMEN_TEST_MIGRATE=whole .venv/bin/pytest tests/legacy` takes ten for
each, over five hundred, and kills it at every change on twenty.
"""

import json
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import STORES
from tests.legacy.drawn import INDEX_STATES, IS_WHOLE, SHAPES, built, examples, old_archives, refused_archives
from tests.legacy.dying import end_of, killed_everywhere
from tests.legacy.judged import problems
from tests.legacy.migrations import Installation, install, may_be_refused, printable
from tests.legacy.old_archives import OldArchive, told
from tests.legacy.old_hostile import half_written_file, row_that_is_no_entry
from tests.legacy.old_shapes import ORDINARY, file_without_an_entry, wrapper_below_its_store_named_by_id
from tests.legacy.oracle import QUARANTINED
from tests.legacy.outcomes import Outcome

ALWAYS = (*(shape.__name__ for shape in SHAPES), *INDEX_STATES)
BUG = 70
_KEPT = ("id", "version", "supersedes", "emailSent", "emailSentAt", "emailRecipient")


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
    if run.code not in (0, BUG) and may_be_refused(old, in_place=in_place):
        assert installation.tree() == empty, "refused, and wrote"
        return
    assert run.code == 0, f"{run.err}\n{run.out}\n{told(old)}"
    outcome = installation.outcome(run, before)
    found = [*_not_kept(installation, outcome), *problems(old, outcome)]
    assert not found, "\n".join(found)
    assert planned.data["items"] == run.data["items"], told(old)
    _judge_again(installation)


def _not_kept(installation: Installation, outcome: Outcome) -> list[str]:
    """Return the quarantined files of which no copy lies in `data/quarantine`, or none that says where it was."""
    kept = sorted((installation.folder / "data" / "quarantine").glob("*"))
    reasons = [json.loads(path.read_bytes()) for path in kept if path.name.endswith(".reason.json")]
    there = {sha256(path.read_bytes()).hexdigest() for path in kept}
    named = {(one["name"], one["sha256"]) for one in reasons if one["sha256"] in there}
    files = installation.old.files
    wanted = {
        path: sha256(files[path]).hexdigest()
        for path, end in outcome.files.items()
        if end == QUARANTINED and path in files
    }
    return [
        f"file {path!r} is not in quarantine"
        for path, digest in wanted.items()
        if (printable(path), digest) not in named
    ]


def _judge_again(installation: Installation) -> None:
    """Insist that a second run does nothing, and that the other commands know what was brought over."""
    before = installation.tree()
    again = installation.migrate()
    assert (again.code, again.data["outcome"]) == (0, "nothing_to_do"), told(installation.old)
    assert installation.tree() == before, "the second run wrote"
    for store in STORES:
        there = [one for one in installation.documents() if one.store == store]
        wanted = {(one.id, one.version, one.supersedes, *one.marks) for one in there}
        history = installation.omen("history", "--store", store, "--all-versions", "--limit", 100, "--json")
        if not wanted and history.code:
            continue
        assert {tuple(one[name] for name in _KEPT) for one in history.data} == wanted, told(installation.old)
    for store in sorted({one.store for one in installation.documents()}):
        checked = installation.omen("verify", "--deep", "--store", store, "--json")
        assert checked.code == 0, checked.out + checked.err + told(installation.old)


@given(refused_archives(), st.booleans())
@examples(6, 40)
def test_an_archive_whose_stores_cannot_be_told_is_refused_and_nothing_is_written(tmp_path, old, in_place):
    installation = install(tmp_path, old, in_place=in_place)
    before = installation.tree()

    run = installation.migrate()

    assert run.code not in (0, BUG), told(old)
    assert installation.tree() == before


_DYING = [shape for shape in ORDINARY if shape is not wrapper_below_its_store_named_by_id]


def _small(seed: int) -> OldArchive:
    """Return an archive of one or two ordinary shapes, and something to be quarantined."""
    chosen = Random(seed)
    shapes = chosen.sample(_DYING, 2) if seed % 3 else [file_without_an_entry]
    return built(chosen.choice, [*shapes, chosen.choice((half_written_file, row_that_is_no_entry))])


@pytest.mark.parametrize("seed", range(20 if IS_WHOLE else 3))
def test_a_crash_at_any_call_and_a_second_run_equal_a_clean_run(tmp_path, seed):
    old, in_place = _small(seed), bool(seed % 2)
    clean = install(tmp_path, old, in_place=in_place)
    run = clean.migrate()
    assert run.code == 0, run.err
    wanted = end_of(clean, run.data["items"])

    kills, found = killed_everywhere(
        install(tmp_path, old, in_place=in_place), wanted, lambda kills: kills if IS_WHOLE else kills[seed::9]
    )

    assert not found, "\n".join((*found, told(old)))
    assert kills > (60 if IS_WHOLE else 5)
