"""`omen prune` removes what the rules do not keep, once somebody agreed, and nothing else; every removal is audited."""

import json
import shutil
from dataclasses import replace
from io import StringIO

import pytest

from tests.cli.processes import holding, run_omen

STORE = "NJWeedWizard"
WEEKS = ("2025-12-14", "2025-12-21", "2025-12-28", "2026-01-04", "2026-01-11", "2026-01-18")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Where the archives lie once the first test has made them: making is slow, copying is not."""
    return tmp_path_factory.mktemp("made") / "data"


@pytest.fixture
def weeks(two_stores, made):
    """Six weeks of NJWeedWizard, oldest first, and one of CaliCannabis; the ids of the six."""
    if made.exists():
        shutil.copytree(made, two_stores.data)
    else:
        two_stores.generate("CaliCannabis", "2026-01-11")
        for week in WEEKS:
            two_stores.generate(STORE, week)
        shutil.copytree(two_stores.data, made)
    return sorted(path.stem for path in two_stores.archive(STORE).glob("snapshot_*"))


def history(omen, *more):
    return [entry["id"] for entry in omen("history", "--store", STORE, "--all-versions", "--json", *more).data]


def test_a_dry_run_says_what_would_go_and_why_the_rest_stays(two_stores, omen, weeks):
    before = two_stores.tree(STORE)

    run = omen("prune", "--store", STORE, "--keep-last", "2", "--keep-monthly", "2", "--dry-run")

    assert run.code == 0
    rows = [line.split("\t") for line in run.out.splitlines()[1:-1]]
    assert [(row[0], row[3], row[6]) for row in rows] == [
        ("keep", "2026-01-18", "last, monthly"),
        ("keep", "2026-01-11", "last"),
        ("remove", "2026-01-04", ""),
        ("keep", "2025-12-28", "monthly"),
        ("remove", "2025-12-21", ""),
        ("remove", "2025-12-14", ""),
    ]
    assert run.out.splitlines()[-1].startswith("would remove 3 snapshots (")
    assert two_stores.tree(STORE) == before


def test_what_is_removed_is_gone_and_audited_and_the_other_store_is_untouched(two_stores, omen, weeks, clock):
    theirs = two_stores.tree("CaliCannabis")
    clock.advance(hours=1)

    run = omen("prune", "--store", STORE, "--keep-last", "2", "--yes", "--json")

    (result,) = run.data["results"]
    assert [entry["id"] for entry in result["removed"]] == weeks[3::-1]
    assert [one["snapshotId"] for one in result["kept"]] == [weeks[5], weeks[4]]
    assert result["removedBytes"] == sum(entry["sizeBytes"] for entry in result["removed"])
    assert history(omen) == [weeks[5], weeks[4]]
    assert {path.stem for path in two_stores.archive(STORE).glob("snapshot_*")} == set(weeks[4:])
    assert [path.name for path in (two_stores.archive(STORE) / "index").iterdir()] == ["2026-01.json"]
    pruned = [event for event in two_stores.audit(STORE) if event["event"] == "snapshot.pruned"]
    assert {event["id"] for event in pruned} == set(weeks[:4])
    assert {(event["by"], event["rules"]) for event in pruned} == {("tester", "--keep-last 2")}
    assert all(len(event["sha256"]) == 64 for event in pruned)
    assert two_stores.tree("CaliCannabis") == theirs
    assert omen("verify", "--all", "--deep").code == 0
    assert omen("audit", "--all", "--check").code == 0


def test_pruning_again_removes_nothing_and_writes_nothing(two_stores, omen, weeks):
    omen("prune", "--store", STORE, "--keep-last", "2", "--yes")
    before = two_stores.tree(STORE)

    again = omen("prune", "--store", STORE, "--keep-last", "2", "--yes")

    assert (again.code, again.out) == (0, "nothing to remove\n")
    assert two_stores.tree(STORE) == before


def test_what_a_dead_command_left_is_finished_even_with_nothing_to_remove(two_stores, omen, weeks):
    (two_stores.archive(STORE) / ".pending").write_text(f'{{"ids":["{weeks[0]}"]}}\n')
    assert omen("prune", "--store", STORE, "--keep-last", "99", "--dry-run").code == 0
    assert (two_stores.archive(STORE) / ".pending").exists()
    assert omen("prune", "--store", STORE, "--keep-last", "99").out == "nothing to remove\n"
    assert not (two_stores.archive(STORE) / ".pending").exists()
    assert len(history(omen)) == len(weeks)


def test_a_superseded_version_goes_by_its_own_rule(two_stores, omen, weeks, clock):
    clock.advance(days=1)
    newer = two_stores.generate(STORE, WEEKS[5], "weekly", "--force", "--reason", "a correction").id
    clock.advance(days=10)

    assert omen("prune", "--store", STORE, "--keep-superseded", "30d", "--yes").out == "nothing to remove\n"
    clock.advance(days=30)
    assert omen("prune", "--store", STORE, "--keep-superseded", "30d", "--yes").code == 0

    assert history(omen) == [newer, *weeks[4::-1]]
    assert omen("show", "--store", STORE, "--snapshot", newer, "--json").data["supersedes"] == weeks[5]
    assert omen("verify", "--store", STORE, "--deep").code == 0


@pytest.mark.parametrize("state", ["queued", "sending", "unknown", "a state of a later omen"])
def test_a_snapshot_with_a_delivery_that_is_not_final_never_goes(two_stores, omen, weeks, state):
    deliveries = two_stores.archive(STORE) / "deliveries"
    for snapshot_id, name in ((weeks[0], f"k1.{state}.eml"), (weeks[1], "k1.sent.eml"), (weeks[1], "k2.failed.eml")):
        (deliveries / snapshot_id).mkdir(exist_ok=True)
        (deliveries / snapshot_id / name).write_text("To: owner@njweedwizard.example\n\n")

    shown = omen("prune", "--store", STORE, "--keep-last", "1", "--dry-run")
    run = omen("prune", "--store", STORE, "--keep-last", "1", "--yes")

    assert run.code == 0
    assert "a delivery is not final" in shown.out
    assert history(omen) == [weeks[5], weeks[0]]
    assert [path.name for path in deliveries.iterdir()] == [weeks[0]]
    assert omen("verify", "--store", STORE, "--deep").code == 0


def asking(omen, answer, *argv):
    """Run omen at a terminal on which somebody types `answer`."""
    from omen_cli.cli.main import main
    from omen_cli.cli.world import World

    out, err = StringIO(), StringIO()
    world = World({}, omen.cwd, omen.clock, lambda: "r-1", lambda: "ann", out, err, True, True, 120)
    stdin = StringIO(answer) if isinstance(answer, str) else answer
    world = replace(world, stdin=stdin, stdin_is_tty=True)
    return main(list(argv), world), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yeah\n"])
def test_without_a_yes_at_the_terminal_nothing_goes(two_stores, omen, weeks, answer):
    before = two_stores.tree(STORE)

    code, out, err = asking(omen, answer, "prune", "--store", STORE, "--keep-last", "1")

    assert (code, out) == (1, "")
    assert f"Remove 5 snapshots ({sum(len(before[f'{one}.json']) for one in weeks[:5]):,} bytes) of {STORE}" in err
    assert weeks[0] in err
    assert "nothing was removed" in err
    assert two_stores.tree(STORE) == before


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_a_yes_at_the_terminal_removes_what_was_shown(two_stores, omen, weeks, answer):
    code, out, _ = asking(omen, answer, "prune", "--store", STORE, "--keep-last", "1")

    assert code == 0
    assert "removed 5 snapshots" in out
    assert history(omen) == [weeks[5]]


AFTER_ALL = "after all, since the archive changed meanwhile"


def words(text):
    """Return the text of an answer at a terminal, on one line."""
    return " ".join(text.split())


class Changing(StringIO):
    """A terminal at which something is done to the archive before the answer is yes."""

    def __init__(self, change):
        super().__init__("y\n")
        self.change = change

    def readline(self, *size):
        self.change()
        return super().readline(*size)


def test_a_version_that_is_restored_while_the_question_stands_keeps_its_successor(two_stores, omen, weeks):
    two_stores.generate(STORE, WEEKS[0], "weekly", "--force", "--reason", "x")
    path = two_stores.archive(STORE) / f"{weeks[0]}.json"
    lost = path.read_bytes()
    path.unlink()
    assert omen("verify", "--store", STORE, "--accept", weeks[0], "--reason", "x").code == 0
    (newer,) = {path.stem for path in two_stores.archive(STORE).glob("snapshot_*")} - set(weeks)

    code, out, _ = asking(omen, Changing(lambda: path.write_bytes(lost)), "prune", "--store", STORE, "--keep-last", "5")

    assert (code, words(out)) == (0, f"nothing to remove {STORE}: 1 snapshot stays {AFTER_ALL}: {newer}")
    assert {newer, weeks[0]} <= set(history(omen))
    assert omen("verify", "--store", STORE, "--deep").code == 0


def queuing(stores, ids):
    """Return what gives each of these snapshots a delivery that is not final."""

    def queue():
        for snapshot_id in ids:
            folder = stores.archive(STORE) / "deliveries" / snapshot_id
            folder.mkdir(exist_ok=True)
            (folder / "k1.queued.eml").write_text("To: owner@njweedwizard.example\n\n")

    return queue


def test_what_stays_after_all_is_said_beside_what_went(two_stores, omen, weeks):
    terminal = Changing(queuing(two_stores, weeks[1:3]))

    code, out, _ = asking(omen, terminal, "prune", "--all", "--keep-last", "1")

    assert code == 0
    assert "removed 3 snapshots (" in out
    assert words(out).endswith(f" {STORE}: 2 snapshots stay {AFTER_ALL}: {weeks[2]}, {weeks[1]}")
    assert history(omen) == [weeks[5], weeks[2], weeks[1]]


def test_of_many_that_stay_after_all_five_are_named(two_stores, omen, weeks):
    days = [two_stores.generate(STORE, day, "daily").id for day in ("2026-01-08", "2026-01-09", "2026-01-10")]
    doomed = [*days[1::-1], *weeks[4::-1]]

    code, out, _ = asking(omen, Changing(queuing(two_stores, doomed)), "prune", "--store", STORE, "--keep-last", "1")

    named = ", ".join(doomed[:5])
    assert (code, words(out)) == (0, f"nothing to remove {STORE}: 7 snapshots stay {AFTER_ALL}: {named} and 2 more")


def test_programs_find_what_stays_after_all_among_the_kept(two_stores, omen, weeks):
    terminal = Changing(queuing(two_stores, weeks[:1]))

    code, out, _ = asking(omen, terminal, "prune", "--store", STORE, "--keep-last", "2", "--json")

    (result,) = json.loads(out)["data"]["results"]
    assert code == 0
    assert [one["id"] for one in result["removed"]] == weeks[3:0:-1]
    assert [(one["snapshotId"], one["reasons"]) for one in result["kept"]] == [
        (weeks[5], ["last"]),
        (weeks[4], ["last"]),
        (weeks[0], ["the archive changed meanwhile"]),
    ]


def test_what_another_command_removed_meanwhile_does_not_stay(two_stores, omen, weeks):
    terminal = Changing(lambda: omen("prune", "--store", STORE, "--keep-last", "2", "--yes"))

    code, out, _ = asking(omen, terminal, "prune", "--store", STORE, "--keep-last", "2", "--json")

    (result,) = json.loads(out)["data"]["results"]
    assert (code, result["removed"]) == (0, [])
    assert [one["snapshotId"] for one in result["kept"]] == [weeks[5], weeks[4]]


def test_of_a_store_that_failed_nothing_is_said_to_stay_after_all(two_stores, omen, weeks):
    two_stores.generate("CaliCannabis", "2026-01-18")
    terminal = Changing(lambda: two_stores.archive("CaliCannabis").chmod(0o777))

    code, out, err = asking(omen, terminal, "prune", "--all", "--keep-last", "1")

    assert (code, "others may write in it" in err, AFTER_ALL in words(out)) == (1, True, False)


def test_where_nobody_can_be_asked_it_needs_yes(two_stores, omen, weeks):
    before = two_stores.tree(STORE)
    run = omen("prune", "--store", STORE, "--keep-last", "1")
    assert (run.code, run.out) == (2, "")
    assert "--yes" in run.err
    assert two_stores.tree(STORE) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing says what to keep"),
        (("--keep-last", "0"), "0"),
        (("--keep-last", "-1"), "-1"),
        (("--keep-within", "soon"), "--keep-within 'soon'"),
        (("--keep-within", ""), "--keep-within ''"),
        (("--keep-superseded", "30"), "--keep-superseded '30'"),
        (("--keep-last", "1", "--lock-wait", "nan"), "--lock-wait"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(two_stores, omen, weeks, words, said):
    before = two_stores.tree(STORE)
    run = omen("prune", "--store", STORE, "--yes", *words)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert two_stores.tree(STORE) == before


def test_a_store_without_an_archive_has_nothing_to_remove_and_gets_none(two_stores, omen):
    run = omen("prune", "--store", STORE, "--keep-last", "1", "--yes")
    assert (run.code, run.out) == (0, "nothing to remove\n")
    assert not two_stores.data.exists()


def test_an_unknown_store_is_not_found(two_stores, omen):
    assert omen("prune", "--store", "Nowhere", "--keep-last", "1", "--yes").code == 5


@pytest.mark.parametrize("lock", [".lock", ".send.lock"])
def test_a_busy_archive_is_left_alone_and_the_other_store_is_pruned(two_stores, omen, weeks, lock):
    two_stores.generate("CaliCannabis", "2026-01-18")
    before = two_stores.tree(STORE)

    with holding(two_stores.archive(STORE) / lock):
        one = omen("prune", "--store", STORE, "--keep-last", "1", "--yes", "--lock-wait", "0.2")
        every = omen("prune", "--all", "--keep-last", "1", "--yes", "--lock-wait", "0.2", "--json")

    assert one.code == 6
    assert every.code == 1
    assert [failure["code"] for failure in every.json["error"]["failures"]] == ["busy"]
    assert two_stores.tree(STORE) == before
    assert len(list(two_stores.archive("CaliCannabis").glob("snapshot_*"))) == 1


def test_a_pruned_snapshot_that_comes_back_is_not_adopted(two_stores, omen, weeks):
    path = two_stores.archive(STORE) / f"{weeks[0]}.json"
    raw = path.read_bytes()
    omen("prune", "--store", STORE, "--keep-last", "1", "--yes")
    path.write_bytes(raw)

    assert history(omen) == [weeks[5]]
    assert omen("verify", "--store", STORE).code == 1
    assert omen("verify", "--store", STORE, "--repair").code == 0

    assert history(omen) == [weeks[5]]
    assert (two_stores.archive(STORE) / "quarantine" / path.name).read_bytes() == raw
    again = two_stores.generate(STORE, WEEKS[0])
    assert again.id == weeks[0]  # the clock stands still here; made again it lives again
    assert history(omen) == [weeks[5], weeks[0]]
    assert omen("verify", "--store", STORE, "--deep").code == 0


def test_showing_what_was_pruned_says_so(two_stores, omen, weeks):
    omen("prune", "--store", STORE, "--keep-last", "1", "--yes")
    run = omen("show", "--store", STORE, "--snapshot", weeks[0])
    assert run.code == 5
    assert "pruned on 2026-01-19 by tester" in run.err


def test_showing_what_was_given_up_says_so(two_stores, omen, weeks):
    (two_stores.archive(STORE) / f"{weeks[0]}.json").unlink()
    omen("verify", "--store", STORE, "--accept", weeks[0], "--reason", "no backup has it")
    run = omen("show", "--store", STORE, "--snapshot", weeks[0])
    assert run.code == 5
    assert f"{weeks[0]}: accepted as lost on 2026-01-19 by tester (no backup has it)" in run.err


def test_where_every_store_fails_nothing_is_said_of_what_there_is(two_stores, omen, weeks):
    for store in (STORE, "CaliCannabis"):
        two_stores.archive(store).chmod(0o777)
    for more in ((), ("--dry-run",)):
        run = omen("prune", "--all", "--keep-last", "1", "--yes", *more)
        assert (run.code, run.out) == (1, "")
        assert "2 stores failed" in run.err


def test_a_real_process_prunes_too(two_stores, omen, weeks):
    run = run_omen(two_stores.config.parent, "prune", "--store", STORE, "--keep-last", "3", "--yes", "--json")
    assert run.returncode == 0
    assert len(json.loads(run.stdout)["data"]["results"][0]["removed"]) == 3


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_beside_a_loss_nothing_is_pruned_since_the_lost_one_would_count_as_kept(two_stores, omen, weeks, damage):
    path = two_stores.archive(STORE) / f"{weeks[5]}.json"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    before = two_stores.tree(STORE)

    for more in (("--yes",), ("--dry-run",)):
        run = omen("prune", "--store", STORE, "--keep-last", "1", *more)
        assert (run.code, f"omen verify --store {STORE}" in run.err) == (7, True)

    assert two_stores.tree(STORE) == before


def test_a_folder_among_the_messages_is_no_delivery_and_keeps_its_snapshot(two_stores, omen, weeks):
    (two_stores.archive(STORE) / "deliveries" / weeks[0] / "a.sent.eml").mkdir(parents=True)
    assert omen("prune", "--store", STORE, "--keep-last", "1", "--yes").code == 0
    assert history(omen) == [weeks[5], weeks[0]]


def test_an_archive_that_lost_its_locks_is_pruned_all_the_same(two_stores, omen, weeks):
    (two_stores.archive(STORE) / ".lock").unlink()
    assert omen("prune", "--store", STORE, "--keep-last", "1", "--yes").code == 0
    assert history(omen) == [weeks[5]]
