"""The log of commands, broken at each of its system calls: no command ends otherwise, and no archive is another."""

import json
import shutil

import pytest

from omen_cli.archive.command_log import read_log
from omen_cli.archive.layout import Layout
from tests.faults.calls import intercept, is_of_log
from tests.faults.children import Died, in_child
from tests.faults.ground import work_below
from tests.faults.images import DATA, LOG, capture, digest
from tests.faults.inject import faults_at, striking
from tests.faults.scene import NJ, grown, later, omen

COMMANDS = [("history", "--store", NJ), ("prune", "--store", NJ, "--keep-last", "1", "--yes")]


@pytest.fixture
def folder(tmp_path):
    """An installation of two stores that no command has logged in yet."""
    work_below(tmp_path)
    folder = tmp_path / "installation"
    grown(folder)
    return folder


def calls_of_log(folder, argv):
    """Return the calls for the log that the command makes, and leave nothing of it but the log."""
    calls = []

    def record(call, go):
        if is_of_log(call.path):
            calls.append(call)
        return go()

    def work():
        intercept(folder / DATA, record, with_log=True)
        return omen(folder, later(1), *argv).status, calls

    status, found = in_child(work)
    assert status == 0
    return found


def under(folder, argv, fault):
    """Run the command in a child while the fault strikes one of the calls for its log; return its answer."""
    strike = striking(fault)

    def only_log(call, go):
        return strike(call, go) if is_of_log(call.path) else go()

    def work():
        intercept(folder / DATA, only_log, with_log=True)
        return omen(folder, later(2), *argv)

    return in_child(work)


@pytest.mark.parametrize("has_log", [False, True], ids=["first line", "later line"])
@pytest.mark.parametrize("argv", COMMANDS, ids=lambda argv: argv[0])
def test_no_fault_of_the_log_is_a_fault_of_the_command(folder, argv, has_log):
    if has_log:
        assert omen(folder, later(0), "stores").status == 0
    in_child(lambda: omen(folder, later(0), *argv))  # so that each run below finds the same and changes nothing more
    undisturbed = in_child(lambda: omen(folder, later(0), *argv))
    before = digest(capture(folder))
    if not has_log:
        shutil.rmtree(folder / LOG)
    calls = calls_of_log(folder, argv)
    faults = [fault for turn, call in enumerate(calls, start=1) for fault in faults_at(turn, call)]
    assert {call.name for call in calls} >= {"open", "write", "fstat", "close", *([] if has_log else ["mkdir"])}
    assert len(faults) > 20

    for fault in faults:
        if not has_log:
            shutil.rmtree(folder / LOG, ignore_errors=True)
        try:
            answer = under(folder, argv, fault)
        except Died:
            assert fault.is_kill
        else:
            assert (answer.status, answer.text) == (undisturbed.status, undisturbed.text), str(fault)
        assert digest(capture(folder)) == before, str(fault)

    kept = read_log(Layout(folder / DATA, NJ)).records
    omen(folder, later(3), *argv)
    assert len(read_log(Layout(folder / DATA, NJ)).records) == len(kept) + 1


def test_a_line_that_was_torn_costs_no_other_line(folder):
    for hour in range(2):
        omen(folder, later(hour), "stores")
    (path,) = (folder / LOG).iterdir()
    path.write_bytes(path.read_bytes()[:-30])

    omen(folder, later(3), "stores")

    torn, whole = path.read_bytes().splitlines()[1:]
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(torn)
    assert json.loads(whole)["command"] == "stores"
    found = read_log(Layout(folder / DATA, NJ))
    assert (len(found.records), found.skipped) == (2, 1)
