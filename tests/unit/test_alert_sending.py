"""An alert goes to every URL at once, within one limit, never raises, and what is said of it holds nothing of a URL."""

import logging
import socket
import subprocess
import sys
import time

import pytest

from omen_cli.ops.alerts import send, url_problem
from tests.alerted import SECRET, alert_server
from tests.architecture.source import modules
from tests.cli.postbox import Postbox
from tests.cli.processes import environment

TITLE, BODY = "OMEN: 1 trouble (A)", "HELD: a <b> & c\nStore: A\n\nDAMAGE: d"


def dead_url():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"json://127.0.0.1:{taken.getsockname()[1]}/{SECRET}"


def test_it_arrives_as_it_was_given():
    with alert_server() as server:
        assert send([server.url], TITLE, BODY) == ("",)
    assert server.got == [(TITLE, BODY)]


def test_it_arrives_by_mail_with_its_lines():
    with Postbox() as postbox:
        url = f"mailto://127.0.0.1:{postbox.url.rpartition(':')[2]}/?mode=insecure&from=omen@example.com&to=ops@example.com"
        assert send([url], TITLE, BODY) == ("",)
    (message,) = postbox.received
    assert message.recipients == ("ops@example.com",)
    assert b"OMEN: 1 trouble" in message.raw
    assert b"HELD: a <b> & c\r\nStore: A\r\n\r\nDAMAGE: d" in message.raw


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_a_refusal_is_said_by_its_number(status):
    with alert_server(status) as server:
        assert send([server.url], TITLE, BODY) == (f"the answer is {status}",)
    assert [path.strip("/") for path in server.paths] == [SECRET]


def test_each_url_has_its_own_answer_in_their_order():
    with alert_server() as well, alert_server(500) as ill:
        found = send([dead_url(), well.url, f"nonsense://{SECRET}", ill.url], TITLE, BODY)
    assert found[1:] == ("", found[2], "the answer is 500")
    assert all(found[number] for number in (0, 2))
    assert SECRET not in "".join(found)


def test_all_that_hang_share_one_limit():
    with alert_server(None) as server, alert_server() as well:
        began = time.monotonic()
        found = send([server.url, server.url, server.url, well.url], TITLE, BODY, limit_s=1.0)
        assert time.monotonic() - began < 10
    assert found[3] == ""
    assert all(found[:3])


@pytest.mark.parametrize("url", ["json://127.0.0.1", "slack://TokenA/TokenB/TokenC/#ops", "mailto://u:p@example.com"])
def test_a_url_that_apprise_knows_has_no_problem(url):
    assert url_problem(url) == ""


@pytest.mark.parametrize("url", [f"nonsense://{SECRET}", f"slack://{SECRET}", f"json://[{SECRET}", "", SECRET])
def test_a_url_that_it_does_not_know_has_one_that_does_not_hold_it(url):
    said = url_problem(url)
    assert said
    assert SECRET not in said


def test_nothing_is_logged_written_or_left_running(tmp_path):
    """In a process of its own, with the home in a folder that must stay empty."""
    home = tmp_path / "home"
    home.mkdir()
    child = "import sys, threading; from omen_cli.ops.alerts import send; print(send(sys.argv[1:], 't', 'b')); print(threading.active_count())"
    with alert_server(500) as server:
        run = subprocess.run(
            [sys.executable, "-c", child, server.url, dead_url(), f"slack://{SECRET}", f"nonsense://{SECRET}"],
            cwd=home,
            env=environment(HOME=str(home), TMPDIR=str(home), XDG_DATA_HOME=str(home)),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert (run.stderr, SECRET in run.stdout) == ("", False)
    assert run.stdout.splitlines()[-1] == "1"
    assert list(home.rglob("*")) == []


def test_what_apprise_logs_reaches_nobody():
    said = []
    root, handler = logging.getLogger(), logging.Handler()
    handler.emit, level = said.append, root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        send([dead_url(), f"nonsense://{SECRET}"], TITLE, BODY)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert said == []


def test_one_module_is_the_only_user_of_apprise():
    assert [
        module.path for module in modules() if "import apprise" in module.text or "from apprise" in module.text
    ] == ["ops/alerts.py"]
