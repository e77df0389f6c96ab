"""What the doctor is told of the outside as values: the clock's keeper, the zones' home, proxies, and who judges alerts."""

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from omen_cli.archive.layout import Layout
from omen_cli.archive.lock import holder_of, locked
from omen_cli.cli.synchronised import is_synchronised
from omen_cli.config.load import load_settings
from omen_cli.ops.reach import connect_problem, has_bad_port, place_of
from omen_cli.workflows.doctor_alerts import alert_checks
from omen_cli.workflows.doctor_clock import clock_checks, zone_checks
from omen_cli.workflows.retries import next_try, retry_of
from tests.cli.processes import holding
from tests.factories import write_two_stores

AT = datetime(2026, 1, 19, 15, 0, tzinfo=UTC)
SECRET = "c4n4ry-s3cret"


def checks_of(found) -> dict[str, tuple[str, str]]:
    return {one.step: (one.outcome, one.found) for one in found}


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "outcome"), [(True, "ok"), (None, "ok"), (False, "warning")])
def test_only_a_clock_that_nothing_keeps_right_is_a_warning(tmp_path, told, outcome):
    found = checks_of(clock_checks([], Layout(tmp_path, "NJWeedWizard"), AT, is_synchronised=told))
    assert found["synchronised"][0] == outcome
    assert ("cannot be known" in found["synchronised"][1]) == (told is None)


def test_the_kernel_is_asked_without_rights():
    assert is_synchronised() in (True, False, None)


# --- the zones --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stores(tmp_path):
    return tuple(load_settings(write_two_stores(tmp_path), {}).stores.values())


def test_zones_come_from_the_systems_folder_with_its_version(stores, tmp_path):
    (tmp_path / "zones" / "America").mkdir(parents=True)
    (tmp_path / "zones" / "America" / "New_York").write_bytes(b"TZif")
    folder = str(tmp_path / "zones")
    assert "its version is not told" in checks_of(zone_checks(stores, [folder]))["time zones"][1]
    (tmp_path / "zones" / "tzdata.zi").write_text("# version 2025b\nR A 1977 o\n")
    assert checks_of(zone_checks(stores, [folder]))["time zones"] == ("ok", f"2 zones, from {folder} (2025b)")


def test_where_the_system_has_none_they_come_from_the_package(stores):
    assert "from the package tzdata 2" in checks_of(zone_checks(stores, []))["time zones"][1]


def test_a_zone_that_is_gone_fails(stores):
    lost = stores[0].model_copy(update={"timezone": "America/Nowhere"})
    assert checks_of(zone_checks((lost,)))["time zones"] == ("failed", "unknown: America/Nowhere")


# --- alerts -----------------------------------------------------------------------------------------------------------


def test_what_the_judge_says_of_a_url_fails_before_anybody_is_connected_to():
    (found,) = alert_checks([f"nosuch://{SECRET}"], lambda _: "no kind that is known", has_proxy=False)
    assert (found.outcome, found.found, SECRET in found.step) == ("failed", "no kind that is known", False)


def test_behind_a_proxy_nobody_is_connected_to():
    (found,) = alert_checks(["json://127.0.0.1:1/x"], lambda _: "", has_proxy=True)
    assert (found.outcome, "through a proxy" in found.found) == ("ok", True)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("json://host.example/x", ("host.example", 80)), ("jsons://u:p@host.example", ("host.example", 443)),
        ("https://host.example:8443/x", ("host.example", 8443)), ("JSON://[::1]:99/", ("::1", 99)),
        ("slack://a/b/c", None), ("mailto://user:pass@gmail.com", None), ("json://", None), ("json://h:99999", None),
        ("nonsense", None),
    ],
)  # fmt: skip
def test_only_kinds_with_a_server_of_their_own_name_a_place(url, place):
    assert place_of(url) == place


@pytest.mark.parametrize(
    ("url", "is_bad"),
    [
        ("json://127.0.0.1:99999/x", True), ("jsons://u:p@h:0", True), ("https://[::1]:65536/", True),
        ("json://h:" + "9" * 5000, True), ("json://h:65535/x", False), ("json://[::1]/x", False),
        ("json://99999", False), ("json://user:99999@h", False), ("slack://a:99999/b", False), ("json://[x:99999", False),
    ],
)  # fmt: skip
def test_a_port_that_no_server_can_have_fails_and_nothing_of_the_url_is_told(url, is_bad):
    assert has_bad_port(url) == is_bad
    if is_bad:
        (found,) = alert_checks([url], lambda _: "", has_proxy=True)
        assert (found.outcome, found.found) == ("failed", "its port is none that a server can have")


def test_alerts_are_connected_to_at_the_same_time(two_that_hang):
    began = time.monotonic()
    found = list(alert_checks(two_that_hang, lambda _: "", has_proxy=False))
    assert ([one.outcome for one in found], [one.step for one in found]) == (
        ["failed"] * 2,
        ["alert 1 (json)", "alert 2 (json)"],
    )
    assert 4 < time.monotonic() - began < 9


@pytest.fixture
def two_that_hang():
    """The URLs of two alerts whose server takes no connection, and refuses none."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        full = [socket.socket() for _ in range(4)]
        for one in full:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield [f"json://127.0.0.1:{server.getsockname()[1]}/{number}" for number in (1, 2)]
        for one in full:
            one.close()


def test_a_server_is_connected_to_and_nothing_is_said_to_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert connect_problem("127.0.0.1", server.getsockname()[1]) == ""
        connection, _ = server.accept()
        with connection:
            assert connection.recv(10) == b""


def test_one_that_takes_no_connection_is_given_up_after_the_limit():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        full = [socket.socket() for _ in range(4)]
        for one in full:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        began = time.monotonic()
        said = connect_problem("127.0.0.1", server.getsockname()[1], limit_s=0.5)
        for one in full:
            one.close()
    assert (said in ("timed out", "TimeoutError", "no answer within 0.5 s"), time.monotonic() - began < 5) == (
        True,
        True,
    )


# --- locks and retries ------------------------------------------------------------------------------------------------


def test_a_lock_has_a_holder_while_it_is_held_and_none_before_and_after(tmp_path):
    lock = tmp_path / ".lock"
    assert (holder_of(lock), lock.exists()) == (None, False)
    lock.touch()
    with holding(lock):
        assert str(holder_of(lock)).startswith("process ")
    assert holder_of(lock) is None


def test_who_looks_at_a_lock_keeps_nobody_out_afterwards(tmp_path):
    lock = tmp_path / ".lock"
    lock.touch()
    assert holder_of(lock) is None
    with locked(lock, 0):
        assert holder_of(lock) == f"process {os.getpid()}"


def test_the_next_try_is_the_moment_from_which_a_retry_is_due():
    put_off = {"event": "delivery.queued", "key": "k", "cause": "attempt"}
    events = [{"event": "delivery.queued", "key": "k", "cause": "new", "at": AT.isoformat()}]
    assert (next_try(events, "k"), retry_of(events, "k", AT)) == (None, "now")
    for minutes, pause in ((0, 10), (15, 10), (30, 25), (60, 55), (120, 115), (240, 235), (480, 235)):
        events.append(put_off | {"at": (AT + timedelta(minutes=minutes)).isoformat()})
        then = AT + timedelta(minutes=minutes + pause)
        assert next_try(events, "k") == then
        assert retry_of(events, "k", then - timedelta(seconds=1)) == "later"
        assert retry_of(events, "k", then) == "now"
    assert next_try(events, "other") is None


def test_the_list_of_mounts_of_the_real_world_is_the_kernels():
    from omen_cli.cli.session import real_world

    assert real_world().mounts == Path("/proc/self/mountinfo")
