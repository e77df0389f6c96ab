"""Trials of `omen migrate` on drawn archives of the old system, for the tests and for the fault suite."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import STORES
from tests.legacy.cleaning import clean_up_and_undo
from tests.legacy.drawn import INDEX_STATES, SHAPES, built, examples, old_archives
from tests.legacy.dying import end_of, killed_everywhere
from tests.legacy.judged import problems
from tests.legacy.migrations import Installation, install, may_be_refused, printable
from tests.legacy.old_archives import OldArchive, told
from tests.legacy.old_hostile import half_written_file, row_that_is_no_entry
from tests.legacy.old_shapes import ORDINARY, file_without_an_entry, wrapper_below_its_store_named_by_id
from tests.legacy.oracle import QUARANTINED
from tests.legacy.outcomes import Document, Outcome

ALWAYS = (*(shape.__name__ for shape in SHAPES), *INDEX_STATES)
BUG = 70
_KEPT = ("id", "version", "supersedes", "emailSent", "emailSentAt", "emailRecipient")


def migrate_drawn(folder: Path, always: str, count: int) -> int:
    """Migrate `count` drawn archives that have the shape or the state of the index `always`; return how many it were.

    The first of them that lies where the archives go is also cleaned up.

    Raises:
        AssertionError: what is wrong, with the archive as it was drawn.
    """
    tried, is_cleaned = 0, False

    @given(old_archives(always), st.booleans())
    @examples(count)
    def migrate(old: OldArchive, in_place: bool) -> None:
        nonlocal tried, is_cleaned
        tried += 1
        installation = install(folder, old, in_place=in_place)
        if migrate_and_judge(installation, in_place=in_place) and in_place and not is_cleaned:
            clean_up_and_undo(installation)
            is_cleaned = True

    migrate()
    return tried


def migrate_and_judge(installation: Installation, *, in_place: bool) -> bool:
    """Migrate, and insist that the old archive is accounted for, that another run does nothing, and that readers agree.

    Returns whether it was migrated; False when it was refused, as it may be.

    Raises:
        AssertionError: what is wrong, with the archive as it was drawn.
    """
    old, empty, before = installation.old, installation.tree(), installation.standing()
    planned = installation.migrate("--dry-run")
    assert installation.tree() == empty, "a dry run wrote"
    run = installation.migrate()
    if run.code not in (0, BUG) and may_be_refused(old, in_place=in_place):
        assert installation.tree() == empty, "refused, and wrote"
        return False
    assert run.code == 0, f"{run.err}\n{run.out}\n{told(old)}"
    outcome = installation.outcome(run, before)
    found = [*_not_kept(installation, outcome), *problems(old, outcome)]
    assert not found, "\n".join(found)
    assert planned.data["items"] == run.data["items"], told(old)
    _judge_again(installation)
    return True


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
        wanted = {(one.id, one.version, one.supersedes, _was_sent(one), *one.marks[1:]) for one in there}
        history = installation.omen("history", "--store", store, "--all-versions", "--limit", 100, "--json")
        if not wanted and history.code:
            continue
        assert {tuple(one[name] for name in _KEPT) for one in history.data} == wanted, told(installation.old)
    for store in sorted({one.store for one in installation.documents()}):
        checked = installation.omen("verify", "--deep", "--store", store, "--json")
        assert checked.code == 0, checked.out + checked.err + told(installation.old)


def _was_sent(one: Document) -> bool:
    """Tell whether the old system sent a snapshot, by its own entry or by one that was set aside."""
    return one.marks[0] or any(name != "(not known)" for name in one.delivered)


_DYING = [shape for shape in ORDINARY if shape is not wrapper_below_its_store_named_by_id]


def small(seed: int) -> OldArchive:
    """Return an archive of one or two ordinary shapes, and something to be quarantined."""
    chosen = Random(seed)
    shapes = chosen.sample(_DYING, 2) if seed % 3 else [file_without_an_entry]
    if seed % 6 == 4:  # these lie elsewhere: where the archives go it would be refused
        shapes = [wrapper_below_its_store_named_by_id, shapes[0]]
    return built(chosen.choice, [*shapes, chosen.choice((half_written_file, row_that_is_no_entry))])


def killed_and_again(folder: Path, seed: int, turns: Callable[[Sequence[Any]], Sequence[Any]]) -> tuple[int, list[str]]:
    """Kill a migration of a small archive at the calls that `turns` chooses, each time run it again to its end.

    Return how often it was killed, and every way in which the end was not that of a clean run.
    """
    old, in_place = small(seed), bool(seed % 2)
    clean = install(folder, old, in_place=in_place)
    run = clean.migrate()
    assert run.code == 0, run.err
    wanted = end_of(clean, run.data["items"])
    kills, found = killed_everywhere(install(folder, old, in_place=in_place), wanted, turns)
    return kills, [*found, told(old)] if found else []
