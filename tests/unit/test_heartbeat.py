"""A ping reaches its URL, has ten seconds in all, never raises, and what it says holds nothing of the URL."""

import socket
import threading
import time

import pytest

from omen_cli.ops.heartbeat import ping
from tests.architecture.source import modules
from tests.pings import http_server

SECRET = "c4n4ry-s3cret"


@pytest.fixture
def server():
    with http_server() as found:
        yield found


@pytest.mark.parametrize(("beat", "path"), [("start", "/start"), ("success", ""), ("failure", "/fail")])
def test_each_beat_has_its_own_path(server, beat, path):
    asked, url = server[0].asked, server[1]
    assert ping(f"{url}/200/{SECRET}", beat, {}) == ""
    assert asked == [f"/200/{SECRET}{path}"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_is_said_without_the_url(server, status):
    said = ping(f"{server[1]}/{status}/{SECRET}", "success", {})
    assert said == f"the answer is {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["ftp", "http", "file"])
def test_a_redirect_is_followed_nowhere_and_is_said_without_the_url(server, status, kind):
    server[0].location = f"{kind}://127.0.0.1:{server[0].server_port}/200/{SECRET}"
    said = ping(f"{server[1]}/{status}/{SECRET}", "success", {})
    assert said == f"the answer is {status}, a redirect, which is not followed"
    assert server[0].asked == [f"/{status}/{SECRET}"]


@pytest.mark.parametrize("url", ["ftp://127.0.0.1:1/x", "file:///etc/hostname", "data:text/plain,x"])
def test_nothing_but_http_is_spoken(url):
    assert ping(url, "success", {}) != ""


def test_nobody_there_is_said_without_the_url():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert ping(f"http://127.0.0.1:{port}/{SECRET}", "success", {}) == "Connection refused"


def test_one_that_never_answers_is_given_up_after_the_limit(server):
    began = time.monotonic()
    said = ping(f"{server[1]}/200/slow", "success", {}, limit_s=0.3)
    assert time.monotonic() - began < 5
    assert said in ("no answer within 0.3 s", "TimeoutError", "timed out")


def test_one_that_drips_is_given_up_all_the_same():
    """Each byte comes in time for a socket's own timeout; only the limit over all ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        is_over = threading.Event()

        def drip():
            line, _ = listener.accept()
            with line:
                while not is_over.wait(0.05):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        said = ping(f"http://127.0.0.1:{listener.getsockname()[1]}/x", "success", {}, limit_s=0.5)
        is_over.set()
        thread.join()
    assert said == "no answer within 0.5 s"
    assert time.monotonic() - began < 5


def test_it_goes_through_the_proxy_that_the_environment_names(server):
    assert ping("http://hc.example/200/x", "start", {"http_proxy": server[1]}) != "cannot be reached"
    assert server[0].asked == ["http://hc.example/200/x/start"]


def test_one_module_is_the_only_user_of_urllib_request():
    users = [module.path for module in modules() if "urllib.request" in module.text]
    assert users == ["ops/heartbeat.py"]
