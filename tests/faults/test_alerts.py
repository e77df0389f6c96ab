"""The memory of alarms, broken at each of its system calls: no command ends otherwise, and the alarm is told."""

import json

import pytest

from omen_cli.ops.alerts import url_problem
from tests.alerted import alert_server
from tests.faults.calls import intercept
from tests.faults.children import Died, in_child
from tests.faults.ground import work_below
from tests.faults.images import DATA
from tests.faults.inject import faults_at, striking
from tests.faults.scene import NJ, grown, later, omen

MEET = ("history", "--store", NJ)
MEMORY, LOCK = "alerts.json", ".alerts.lock"
FORGOTTEN = "omen: that an alert was sent cannot be remembered, so it is sent each time: "


@pytest.fixture
def server():
    """Whoever is alerted."""
    with alert_server() as found:
        yield found


@pytest.fixture
def folder(tmp_path, server):
    """An installation of two stores, of which one cannot be read, and somebody who is alerted of it."""
    work_below(tmp_path)
    assert url_problem("json://127.0.0.1") == ""  # loads all of apprise, once for all children
    folder = tmp_path / "installation"
    grown(folder)
    (folder / DATA / "snapshots" / NJ).chmod(0o777)
    path = folder / "stores.yaml"
    path.write_text(path.read_text().replace("stores:\n", f"alerts: ['{server.url}']\nstores:\n", 1))
    return folder


def is_of_memory(call):
    return any(name in path for name in (MEMORY, LOCK) for path in (call.path, call.target))


def forget(folder):
    for path in (folder / DATA).glob("*alerts*"):
        path.unlink()


def calls_of_memory(folder):
    calls = []

    def record(call, go):
        if is_of_memory(call):
            calls.append(call)
        return go()

    def work():
        intercept(folder / DATA, record)
        return omen(folder, later(1), *MEET).status, calls

    status, found = in_child(work)
    assert status == 7
    return found


def under(folder, fault):
    strike = striking(fault)

    def only_memory(call, go):
        return strike(call, go) if is_of_memory(call) else go()

    def work():
        intercept(folder / DATA, only_memory)
        return omen(folder, later(1), *MEET)

    return in_child(work)


def test_no_fault_of_the_memory_is_a_fault_of_the_command_and_none_loses_an_alarm(folder, server):
    undisturbed = in_child(lambda: omen(folder, later(1), *MEET))
    forget(folder)
    calls = calls_of_memory(folder)
    faults = [fault for turn, call in enumerate(calls, start=1) for fault in faults_at(turn, call)]
    assert {call.name for call in calls} >= {"open", "write", "close", "rename", "unlink"}
    assert len(faults) > 30

    for fault in faults:
        forget(folder)
        server.got.clear()
        try:
            answer = under(folder, fault)
        except Died:
            assert fault.is_kill
        else:
            text, _, why = answer.text.partition(FORGOTTEN)  # a line at the end that says so is all that is added
            assert (answer.status, text) == (undisturbed.status, undisturbed.text), str(fault)
            assert why.count("\n") == bool(why), str(fault)
            assert len(server.got) == 1, str(fault)
            continue
        in_child(lambda: omen(folder, later(2), *MEET))
        assert len(server.got) >= 1, str(fault)
        assert json.loads((folder / DATA / MEMORY).read_bytes())["format"] == "omen.alerts/1", str(fault)
