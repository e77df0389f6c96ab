"""The dead-man switch hears when a tick starts and how it ended, and never makes one fail."""

import socket

import pytest

from tests.cli.scheduled import CALI_DUE, periods, schedule
from tests.cli.stores import configure, export
from tests.pings import http_server

SECRET = "c4n4ry-s3cret"
LATER = "2026-01-19T16:15:00+00:00"


@pytest.fixture
def server():
    """A server for the pings."""
    with http_server() as found:
        yield found


def beats(stores, url):
    schedule(stores)
    configure(stores, "stores:\n", f"heartbeat: {url}\nstores:\n")


def test_a_tick_that_is_well_is_a_start_and_a_success(two_stores, omen, server):
    beats(two_stores, f"{server[1]}/200/{SECRET}")
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert server[0].asked == [f"/200/{SECRET}/start", f"/200/{SECRET}"]


def test_a_tick_with_something_new_to_tell_is_a_failure_and_the_next_is_none(two_stores, omen, server):
    beats(two_stores, f"{server[1]}/200/{SECRET}")
    export(two_stores).write_text("nonsense\n")
    assert omen("run", "-q", now=CALI_DUE).code == 1
    assert omen("run", "-q", now=LATER).code == 0
    assert server[0].asked == [f"/200/{SECRET}{beat}" for beat in ("/start", "/fail", "/start", "")]


def test_a_dry_run_pings_nobody(two_stores, omen, server):
    beats(two_stores, f"{server[1]}/200/{SECRET}")
    omen("run", "--dry-run", now=CALI_DUE)
    assert server[0].asked == []


@pytest.mark.parametrize("status", [404, 503])
def test_one_that_refuses_fails_nothing_and_quietly_is_not_spoken_of(two_stores, omen, server, status):
    beats(two_stores, f"{server[1]}/{status}/{SECRET}")
    run = omen("run", "-q", now=CALI_DUE)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert periods(two_stores)
    assert f"the heartbeat (success) did not arrive: the answer is {status}" in omen("run", now=LATER).err


def test_one_that_is_not_there_fails_nothing_and_its_url_is_said_nowhere(two_stores, omen):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    beats(two_stores, f"http://127.0.0.1:{port}/{SECRET}")
    run = omen("run", now=CALI_DUE)
    assert (run.code, "did not arrive: Connection refused" in run.err) == (0, True)
    assert SECRET not in run.out + run.err + omen("config").out + omen("config", "--json").out


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/c4n4ry-s3cret", "c4n4ry-s3cret", "https:///c4n4ry-s3cret", "https://x.example/c4n4ry-s3cret?a=b"],
)
def test_what_is_no_url_to_ping_is_refused_without_being_shown(two_stores, omen, url):
    beats(two_stores, url)
    run = omen("run")
    assert (run.code, "heartbeat: " in run.err, SECRET in run.err) == (3, True, False)


@pytest.mark.parametrize("user", ["c4n4ry-s3cret@", "user:c4n4ry-s3cret@", ":c4n4ry-s3cret@"])
@pytest.mark.parametrize("host", ["x.example/path", "127.0.0.1:8080"])
def test_a_user_or_a_password_in_it_is_refused_without_being_shown(two_stores, omen, user, host):
    beats(two_stores, f"http://{user}{host}")
    run = omen("run")
    assert (run.code, "heartbeat: " in run.err, SECRET in run.err) == (3, True, False)
    assert "a user or a password" in run.err


def test_an_empty_one_is_none(two_stores, omen):
    beats(two_stores, '"${OMEN_HEARTBEAT:-}"')
    assert omen("run", "-q", now=CALI_DUE).code == 0
