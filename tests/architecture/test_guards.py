"""Every guard of tests/guards.py, proved once by breaking its rule."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.guards import GUARDS, REPO, GuardTripped, is_loopback, may_write, skip_problem

OUTSIDE = Path("/var/omen-guard")
UNWANTED = REPO / "unwanted"


@pytest.fixture
def trips():
    """Expect exactly one trip, which the guard of every test would otherwise turn into a failure."""
    yield
    assert len(GUARDS.take()) == 1


@pytest.mark.usefixtures("trips")
@pytest.mark.parametrize(
    "write",
    [
        lambda inside: UNWANTED.write_text("x"),
        lambda inside: OUTSIDE.open("a"),
        lambda inside: os.open(UNWANTED, os.O_CREAT | os.O_RDONLY),
        lambda inside: os.open(bytes(OUTSIDE), os.O_RDWR),
        lambda inside: (inside / "../../../../../../var/omen-guard").write_bytes(b"x"),
        lambda inside: UNWANTED.mkdir(),
        lambda inside: (REPO / "tests").rmdir(),
        lambda inside: (REPO / "pyproject.toml").unlink(),
        lambda inside: inside.rename(OUTSIDE),
        lambda inside: (REPO / "tests").rename(inside / "stolen"),
        lambda inside: UNWANTED.hardlink_to(inside / "file"),
        UNWANTED.symlink_to,
        lambda inside: os.truncate(REPO / "pyproject.toml", 0),
        lambda inside: (REPO / "pyproject.toml").chmod(0o600),
        lambda inside: os.chown(OUTSIDE, 0, 0),
        lambda inside: os.utime(OUTSIDE),
    ],
)
def test_no_write_outside_the_temporary_folders(write, tmp_path):
    with pytest.raises(GuardTripped, match="outside the test's temporary folders"):
        write(tmp_path)
    assert not UNWANTED.exists()


@pytest.mark.usefixtures("trips")
def test_a_path_relative_to_a_folder_handle_is_judged_by_that_folder():
    handle = os.open(REPO, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with pytest.raises(GuardTripped, match="unwanted"):
            os.mkdir("unwanted", dir_fd=handle)
    finally:
        os.close(handle)


def test_writes_below_the_temporary_folders_to_devices_and_caches_pass(tmp_path):
    (tmp_path / "file").write_text("x")
    Path("relative").write_text("x")
    Path("/dev/null").write_text("x")
    Path("relative").rename("renamed")
    assert may_write(f"{REPO}/omen_cli/__pycache__/errors.pyc", [])
    assert may_write(f"{REPO}/.hypothesis/examples", [])


def test_the_checkout_is_closed_even_inside_the_systems_temp_folder(monkeypatch):
    monkeypatch.setattr("tests.guards.REPO", Path("/tmp/checkout"))
    monkeypatch.setattr("tests.guards._SYSTEM_TEMP", ("/tmp/",))
    assert not may_write("/tmp/checkout/stores.yaml", [])
    assert may_write("/tmp/elsewhere", [])


def test_reading_anywhere_passes():
    assert (REPO / "pyproject.toml").read_bytes()


@pytest.mark.usefixtures("trips")
@pytest.mark.parametrize(
    "reach",
    [
        lambda used: used.connect(("192.0.2.1", 25)),
        lambda used: used.connect_ex(("192.0.2.1", 25)),
        lambda used: used.bind(("0.0.0.0", 0)),
        lambda used: socket.create_connection(("mail.example.com", 25), timeout=1),
        lambda used: socket.getaddrinfo("mail.example.com", 25),
    ],
)
def test_no_socket_but_loopback(reach):
    with socket.socket() as used, pytest.raises(GuardTripped, match="is not this machine"):
        reach(used)


@pytest.mark.usefixtures("trips")
def test_no_datagram_but_loopback():
    with socket.socket(type=socket.SOCK_DGRAM) as used, pytest.raises(GuardTripped, match="is not this machine"):
        used.sendto(b"x", ("192.0.2.1", 53))


def test_loopback_and_unix_sockets_pass(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("here.sock")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), (b"localhost", True), (None, True), ("10.0.0.1", False), ("a.example", False)],
)
def test_what_counts_as_loopback(host, expected):
    assert is_loopback(host) is expected


@pytest.mark.usefixtures("trips")
def test_a_trip_is_recorded_where_the_code_swallows_it():
    with suppress(Exception):
        UNWANTED.mkdir()


@pytest.mark.usefixtures("trips")
def test_other_threads_are_watched():
    seen = []

    def write():
        try:
            UNWANTED.mkdir()
        except GuardTripped as error:
            seen.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert seen


@pytest.mark.parametrize(
    ("reason", "require_all", "problem"),
    [
        ("Skipped: needs strace", False, None),
        ("Skipped: needs strace", True, "needs strace"),
        ("Skipped: unconditional skip", False, "without a reason"),
        ("Skipped", False, "without a reason"),
        ("", False, "without a reason"),
    ],
)
def test_when_a_skip_fails(reason, require_all, problem):
    found = skip_problem(reason, require_all=require_all)
    assert found is None if problem is None else problem in found


GUARDED = """
from pathlib import Path
import pytest

def test_swallows():
    try:
        Path("/var/omen-guard").mkdir()
    except BaseException:
        pass

def test_skips():
    pytest.skip("needs strace")

@pytest.mark.xfail(strict=True, reason="expected")
def test_expected():
    assert False
"""


@pytest.mark.parametrize(("require_all", "closing"), [("0", "1 passed, 1 skipped"), ("1", "1 failed, 1 passed")])
def test_a_real_run_fails_on_a_swallowed_trip_and_on_a_skip_where_all_is_required(require_all, closing, tmp_path):
    (tmp_path / "test_it.py").write_text(GUARDED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_it.py"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPO), "OMEN_TEST_REQUIRE_ALL": require_all},
    )
    assert run.returncode == 1
    assert f"{closing}, 1 xfailed, 1 error in" in run.stdout
    assert "reached outside the test" in run.stdout
