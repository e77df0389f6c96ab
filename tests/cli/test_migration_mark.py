"""While a migration is under way, or after it died, nothing else writes; what was made before it stays as it is."""

import json
import os
import shlex
import shutil

import pytest

from tests.cli.old_installation import Old
from tests.cli.stores import NJ, whole_tree
from tests.faults.calls import intercept
from tests.faults.children import KILLED, Died, in_child
from tests.old_sample import DAY, FILELESS, SENT, WEEK, entry, lay_old, named, sample, text, wrapper

WRITING = [
    ("generate", "--store", NJ, "--as-of", "2026-01-16"),
    ("generate", "--all", "--as-of", "2026-01-16"),
    ("send", "--store", NJ, "--snapshot", WEEK["id"], "--to", "new@njweedwizard.example"),
    ("prune", "--store", NJ, "--timeframe", "weekly", "--keep-last", "1", "--yes"),
    ("verify", "--store", NJ, "--repair"),
    ("verify", "--store", NJ, "--accept", WEEK["id"], "--reason", "lost"),
    ("deliveries", "resolve", "0123456789", "--store", NJ, "--sent"),
]


@pytest.fixture
def elsewhere(two_stores, omen, tmp_path):
    """Both stores, and an old archive in a folder that is nobody else's."""
    lay_old(tmp_path / "client" / "old", sample())
    return Old(two_stores, omen)


def source(old):
    return old.stores.config.parent / "client" / "old"


def migrate(old, *more):
    return old.omen("migrate", "--from", source(old), "--json", *more)


def dying(old, at, *more):
    """Let `omen migrate` die right after the `at`-th snapshot has its name."""
    seen = 0

    def strike(call, go):
        nonlocal seen
        answer = go()
        seen += call.name == "link"
        if seen == at:
            os._exit(KILLED)
        return answer

    with pytest.raises(Died) as died:
        in_child(lambda: (intercept(old.stores.data, strike), migrate(old, *more)))
    assert died.value.status == KILLED


def mark(old):
    return old.stores.data / ".omen-migrating"


@pytest.mark.parametrize("argv", WRITING, ids=" ".join)
def test_after_a_migration_that_died_nothing_writes_and_each_says_how_to_go_on(elsewhere, omen, argv):
    dying(elsewhere, 2)
    before = whole_tree(elsewhere.stores.data)

    run = omen(*argv)

    assert (run.code, "a migration was begun, and is not finished" in run.err) == (1 if "--all" in argv else 7, True)
    assert f"omen migrate --from {source(elsewhere)}" in run.err
    assert whole_tree(elsewhere.stores.data) == before
    assert not (elsewhere.stores.data / ".omen-format").exists()


def test_the_mark_says_what_it_is_and_the_command_that_it_names_goes_on(elsewhere, omen):
    dying(elsewhere, 2)
    said = json.loads(mark(elsewhere).read_bytes())
    assert "no other command writes here" in said["what"]

    run = omen(*shlex.split(said["goOn"])[1:])

    assert run.code == 0, run.err
    assert not mark(elsewhere).exists()
    assert omen("generate", "--store", NJ, "--as-of", "2026-01-16").code == 0
    assert omen("verify", "--deep", "--all").code == 0


def test_the_command_names_the_default_store(elsewhere):
    index = source(elsewhere) / "index.json"
    index.write_bytes(text([{**one, "store": None} if one["id"] == DAY["id"] else one for one in (WEEK, SENT, DAY)]))
    dying(elsewhere, 1, "--default-store", NJ)
    assert json.loads(mark(elsewhere).read_bytes())["goOn"].endswith(f" --default-store {NJ}")


def test_readers_go_on_and_say_that_something_may_be_missing(elsewhere, omen):
    elsewhere.stores.generate(NJ, "2026-01-16")
    dying(elsewhere, 2)

    run = omen("history", "--store", NJ)

    assert (run.code, "2026-01-16" in run.out) == (0, True)
    assert "a migration was begun, and is not finished" in run.err


def test_nothing_is_said_to_be_sound_before_the_end(elsewhere, omen):
    elsewhere.stores.generate(NJ, "2026-01-16")
    dying(elsewhere, 2)
    assert omen("verify", "--store", NJ).code == 7


def test_nobody_is_told_to_generate_before_the_end(elsewhere, omen):
    dying(elsewhere, 1)
    run = omen("show", "--store", NJ, "--timeframe", "monthly")
    assert (run.code, f"omen migrate --from {source(elsewhere)}" in run.err) == (5, True)
    assert "omen generate" not in run.err


def test_nothing_is_cleaned_up_before_the_end(elsewhere, omen):
    elsewhere.stores.generate(NJ, "2026-01-16")
    dying(elsewhere, 2)
    run = omen("migrate", "--cleanup")
    assert (run.code, f"omen migrate --from {source(elsewhere)}" in run.err) == (1, True)


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_mark_alone_is_something_to_do(elsewhere, is_readable):
    migrate(elsewhere)
    mark(elsewhere).write_bytes(b'{"from": "/nowhere", "goOn": "omen migrate"}' if is_readable else b'{"half')

    dry, run, again = migrate(elsewhere, "--dry-run"), migrate(elsewhere), migrate(elsewhere)

    assert [one.data["outcome"] for one in (dry, run, again)] == ["dry_run", "migrated", "nothing_to_do"]
    assert (run.data["written"], mark(elsewhere).exists()) == (0, False)


def test_another_old_archive_is_not_begun_before_the_end_of_one(elsewhere, omen, tmp_path):
    dying(elsewhere, 2)
    lay_old(tmp_path / "other", {named(FILELESS): text(wrapper(FILELESS))})
    before = whole_tree(elsewhere.stores.data)

    run = omen("migrate", "--from", tmp_path / "other")

    assert (run.code, f"a migration of {source(elsewhere)} was begun" in run.err) == (2, True)
    assert f"omen migrate --from {source(elsewhere)}" in run.err
    assert whole_tree(elsewhere.stores.data) == before


def test_of_two_old_archives_that_are_begun_at_once_one_gives_way(elsewhere, omen, tmp_path):
    lay_old(tmp_path / "other", {named(FILELESS): text(wrapper(FILELESS))})
    seen = 0

    def strike(call, go):
        nonlocal seen
        if call.is_change and not seen:  # the other one has looked, and is about to write
            seen = 1
            in_child(lambda: dying(elsewhere, 2))
        return go()

    def work():
        intercept(elsewhere.stores.data, strike)
        run = omen("migrate", "--from", tmp_path / "other")
        return run.code, run.err, seen

    code, err, seen = in_child(work)

    assert (code, f"a migration of {source(elsewhere)} was begun" in err, seen) == (2, True, 1)
    assert json.loads(mark(elsewhere).read_bytes())["from"] == str(source(elsewhere))
    assert migrate(elsewhere).code == 0


def test_an_old_archive_that_was_moved_meanwhile_is_gone_on_with(elsewhere, omen, tmp_path):
    dying(elsewhere, 2)
    shutil.move(source(elsewhere), tmp_path / "moved")
    assert omen("migrate", "--from", tmp_path / "moved").code == 0
    assert not mark(elsewhere).exists()


def test_a_dry_run_leaves_no_mark(elsewhere):
    assert migrate(elsewhere, "--dry-run").code == 0
    assert not mark(elsewhere).exists()


def test_the_mark_stands_before_anything_else_is_written(elsewhere):
    calls = []

    def record(call, go):
        if call.is_change or call.name == "fsync":
            calls.append(call.below(elsewhere.stores.data))
        return go()

    def work():
        intercept(elsewhere.stores.data, record)
        assert migrate(elsewhere).code == 0
        return calls

    names = in_child(work)
    marked = names.index("rename .omen-migrating.tmp")
    first = next(at for at, one in enumerate(names) if "snapshots" in one)
    assert marked < names.index("fsync .", marked) < first


def made_before(old, as_of, *more, frame="weekly"):
    return old.stores.generate(NJ, as_of, frame, *more)


def test_what_omen_made_before_stays_and_the_old_one_of_its_version_is_kept_aside(elsewhere, omen):
    made = made_before(elsewhere, "2026-01-04")
    before = (elsewhere.root / NJ / f"{made.id}.json").read_bytes()

    run = migrate(elsewhere)

    ends = {one["name"]: (one["end"], one["reason"]) for one in run.data["items"]}
    why = f"version 1 of weekly 2026-01-04 is {made.id} in the archive already"
    assert ends[named(SENT)] == ("quarantined", why)
    assert (elsewhere.root / NJ / f"{made.id}.json").read_bytes() == before
    kept = [path.read_bytes() for path in (elsewhere.stores.data / "quarantine").iterdir()]
    assert text(wrapper(SENT)) in kept
    assert migrate(elsewhere).data["outcome"] == "nothing_to_do"
    assert omen("verify", "--deep", "--all").code == 0


def test_no_old_version_answers_in_the_place_of_what_omen_made_before(elsewhere, omen):
    made = made_before(elsewhere, "2026-01-09")

    run = migrate(elsewhere)

    ends = {one["name"]: (one["end"], one["reason"]) for one in run.data["items"]}
    why = f"omen has made {made.id} of weekly 2026-01-09 already: no old version comes after one of its own"
    assert ends[named(WEEK)] == ("quarantined", why)
    newest = omen("show", "--store", NJ, "--timeframe", "weekly", "--as-of", "2026-01-09", "--json").data
    assert newest["id"] == made.id


def test_an_old_version_before_what_omen_made_is_brought_over(elsewhere, omen):
    made_before(elsewhere, "2026-01-04")
    made = made_before(elsewhere, "2026-01-04", "--force", "--reason", "asked for")
    second = entry("2026-01-04", 90, version=2)
    first = {**SENT, "version": 1}
    (source(elsewhere) / "index.json").write_bytes(text([first, second]))

    items = migrate(elsewhere).data["items"]

    assert {one["end"] for one in items if one["kind"] == "entry"} == {"quarantined"}
    assert omen("show", "--store", NJ, "--as-of", "2026-01-04", "--json").data["id"] == made.id
