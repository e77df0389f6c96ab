"""An alert that cannot be sent, or not be remembered, is no failure of the command, and its URL is said nowhere."""

import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import replace

import pytest

from omen_cli.cli.main import main
from tests.alerted import SECRET, alert, alert_server
from tests.cli.processes import OMEN, environment, holding, run_omen
from tests.cli.stores import CALI, DAY, NJ, configure
from tests.faults.scene import world

MET = ("history", "--store", NJ, "--json")


@pytest.fixture
def stores(two_stores):
    """Two stores, of which one cannot be read."""
    two_stores.generate(NJ, DAY)
    two_stores.generate(CALI, DAY)
    two_stores.archive(NJ).chmod(0o777)
    return two_stores


@pytest.fixture
def without(stores, omen):
    """How the command ends where nobody is alerted."""
    return omen(*MET)


def dead_url():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"json://127.0.0.1:{taken.getsockname()[1]}/{SECRET}"


def same(run, without):
    assert (run.code, run.out) == (without.code, without.out) == (7, run.out)
    assert SECRET not in run.out + run.err
    return run.err.removeprefix(without.err)


def test_nobody_there(stores, omen, without):
    alert(stores, dead_url())
    said = same(omen(*MET), without)
    assert said == "omen: alert 1 (json) did not arrive: it cannot be reached, or refuses\n"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_one_that_refuses(stores, omen, without, status):
    with alert_server(status) as server:
        alert(stores, f"{server.url}?retry=5&wait=0.1")
        said = same(omen(*MET), without)
    assert said == f"omen: alert 1 (json) did not arrive: the answer is {status}\n"
    assert len(server.got) == 1  # one that was taken after all would be told twice


@pytest.mark.parametrize(
    "url",
    [f"nonsense://{SECRET}", f"slack://{SECRET}", f"json://[{SECRET}", f"mailto://{SECRET}"],
    ids=lambda url: url[:5],
)
def test_a_url_that_apprise_cannot_use(stores, omen, without, url):
    alert(stores, url)
    said = same(omen(*MET), without)
    assert said.startswith(f"omen: alert 1 ({url.partition('://')[0]}) did not arrive: ")


def test_of_two_one_is_dead_and_the_other_is_told_once(stores, omen, without):
    with alert_server() as server:
        alert(stores, dead_url(), server.url)
        said = same(omen(*MET), without)
        assert said.count("did not arrive") == 1
        assert said.startswith("omen: alert 1 (json) did not arrive: ")
        assert same(omen(*MET), without) == ""
    assert len(server.got) == 1


def test_quietly_nothing_is_said_of_it(stores, omen):
    alert(stores, dead_url())
    run = omen("history", "--store", NJ, "-q")
    assert (run.code, "alert" in run.err) == (7, False)


@pytest.mark.parametrize(
    "what", ["damaged", "another format", "a folder", "a link", "a damaged entry", "the lock a folder"]
)
def test_a_memory_that_is_none_only_tells_once_more(stores, omen, without, what):
    memory, lock = stores.data / "alerts.json", stores.data / ".alerts.lock"
    elsewhere = stores.config.parent / "elsewhere"
    elsewhere.write_text("theirs")
    with alert_server() as server:
        alert(stores, server.url)
        assert same(omen(*MET), without) == ""
        memory.unlink()
        if what == "a folder":
            memory.mkdir()
        elif what == "a link":
            memory.symlink_to(elsewhere)
        elif what == "the lock a folder":
            lock.unlink()
            lock.mkdir()
        else:
            texts = {"damaged": "{", "another format": '{"format":"omen.alerts/9","alerts":{}}'}
            memory.write_text(texts.get(what, '{"format":"omen.alerts/1","alerts":{"x":{"since":1},"y":[]}}'))
        said = same(omen(*MET), without)
        assert ("that an alert was sent cannot be remembered" in said) == (what in ("a folder", "the lock a folder"))
        assert ("a folder stands where omen keeps a file: move it away" in said) == (what == "a folder")
        assert bool(said) == (what in ("a folder", "the lock a folder"))
    assert len(server.got) == 2
    assert elsewhere.read_text() == "theirs"


def test_before_anything_was_written_it_is_told_and_nothing_is_made(two_stores, omen):
    configure(two_stores, "stores:\n", "disk: {warn_free_gb: 100000000, min_free_gb: 100000000}\nstores:\n")
    with alert_server() as server:
        alert(two_stores, server.url)
        for _ in range(2):
            assert omen("generate", "--store", NJ, "--as-of", DAY).code == 12
    assert len(server.got) == 2
    assert not two_stores.data.exists()


def test_its_own_lock_held_by_another_delays_it_little_and_tells_it(stores, omen, without):
    (stores.data / ".alerts.lock").touch(0o600)
    with alert_server() as server, holding(stores.data / ".alerts.lock"):
        alert(stores, server.url)
        assert same(omen(*MET), without) == ""
    assert len(server.got) == 1


def test_the_secret_is_nowhere(stores, omen):
    alert(stores, dead_url())
    run = omen("--log", "json", *MET)
    texts = [run.out, run.err, omen("config").out, omen("config", "--json").out]
    texts += [path.read_text("utf-8", "replace") for path in stores.data.rglob("*") if path.is_file()]
    assert not any(SECRET in text for text in texts)


def test_what_libraries_would_say_on_stderr_is_not_said(stores, tmp_path):
    """In a process of its own, where nobody else catches what logging and warnings write."""
    with alert_server(500) as server:
        alert(stores, server.url, f"jsons://127.0.0.1:{server.server_port}/{SECRET}?verify=no", f"slack://{SECRET}")
        run = run_omen(stores.config.parent, *MET)
    assert run.returncode == 7
    said = run.stderr.splitlines()[2:]
    assert len(said) == 3
    assert [line.split(" did not")[0] for line in said] == [
        "omen: alert 1 (json)",
        "omen: alert 2 (jsons)",
        "omen: alert 3 (slack)",
    ]
    assert SECRET not in run.stderr + run.stdout


def hanging(stores):
    """Start a command whose alert is taken by somebody who never answers; return the process."""
    return subprocess.Popen(
        [*OMEN, *MET],
        cwd=stores.config.parent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def arrived(server):
    end = time.monotonic() + 60
    while not server.got:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_one_that_never_answers_is_given_up_after_ten_seconds_for_all(stores, without):
    with alert_server(None) as server:
        alert(stores, server.url, f"{server.url}/2")
        process = hanging(stores)
        arrived(server)
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
        took = time.monotonic() - began
    assert (process.returncode, out) == (7, without.out)
    assert [err.count(f"omen: alert {number} (json) did not arrive: ") for number in (1, 2)] == [1, 1]
    assert SECRET not in err
    assert 5 < took < 19


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_signal_while_it_is_sent_ends_the_sending_and_the_command_ends_as_it_did(stores, without, omen, number):
    with alert_server(None) as server:
        alert(stores, server.url)
        process = hanging(stores)
        arrived(server)
        began = time.monotonic()
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - began < 8
    assert (process.returncode, out, SECRET in err) == (7, without.out, False)
    assert err.splitlines() == without.err.splitlines()


def test_a_command_that_a_signal_ended_tells_nothing_and_the_next_does(stores, omen):
    with alert_server() as server:
        alert(stores, server.url)
        outside = world(stores.config.parent, omen.clock.now)
        assert main(list(MET), replace(outside, stop_signal=lambda: signal.SIGTERM)) == 143
        assert server.got == []
        assert omen(*MET).code == 7
    assert len(server.got) == 1


def test_a_log_that_is_asked_for_is_still_the_last_line(stores, omen):
    alert(stores, dead_url())
    lines = omen("--log", "json", *MET).err.splitlines()
    assert ("did not arrive" in lines[-2], json.loads(lines[-1])["exitStatus"]) == (True, 7)
