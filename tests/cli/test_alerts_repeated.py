"""The same alarm is told once in a while, by one of many that meet it at once, and never lost for that."""

import json
from datetime import datetime, timedelta

import pytest

from tests.alerted import alert, alert_server
from tests.cli.processes import run_at_once
from tests.cli.scheduled import CALI_DUE, schedule
from tests.cli.stores import CALI, DAY, NJ, configure, remove_exports


@pytest.fixture
def server():
    with alert_server() as found:
        yield found


@pytest.fixture
def stores(two_stores, server):
    """Two stores, of which one cannot be read, and somebody who is alerted of it."""
    two_stores.generate(NJ, DAY)
    two_stores.generate(CALI, DAY)
    two_stores.archive(NJ).chmod(0o777)
    alert(two_stores, server.url)
    return two_stores


def memory(stores):
    return json.loads((stores.data / "alerts.json").read_bytes())


def meet(omen, **world):
    assert omen("history", "--store", NJ, **world).code == 7


def test_within_the_time_it_is_told_once_and_then_with_how_often_it_was_met(stores, server, omen, clock):
    for _ in range(5):
        meet(omen)
        clock.advance(hours=4, minutes=30)
    assert len(server.got) == 1
    assert "since" not in server.got[0][1]
    clock.advance(hours=1, minutes=30)  # 24 h
    meet(omen)
    assert len(server.got) == 2
    assert server.got[1][1].endswith("\nTold before, 2026-01-19 15:00 UTC; met 5 times since.")
    clock.advance(hours=23)
    meet(omen)
    assert len(server.got) == 2


def test_another_alarm_is_told_meanwhile_and_alone(stores, server, omen):
    meet(omen)
    stores.archive(CALI).chmod(0o777)
    assert omen("history", "--all").code == 1
    assert [title for title, _ in server.got] == [f"OMEN: 1 trouble ({one})" for one in (NJ, CALI)]


def test_how_long_is_configured(stores, server, omen, clock):
    configure(stores, "stores:\n", "limits: {alert_repeat_hours: 2}\nstores:\n")
    for hours in (0, 1, 1):
        clock.advance(hours=hours)
        meet(omen)
    assert len(server.got) == 2


def test_zero_tells_it_every_time_and_remembers_nothing(stores, server, omen):
    configure(stores, "stores:\n", "limits: {alert_repeat_hours: 0}\nstores:\n")
    for _ in range(3):
        meet(omen)
    assert len(server.got) == 3
    assert not (stores.data / "alerts.json").exists()


def test_what_is_over_for_longer_is_forgotten(stores, server, omen, clock):
    meet(omen)
    stores.archive(NJ).chmod(0o700)
    clock.advance(hours=25)
    stores.archive(CALI).chmod(0o777)
    assert omen("history", "--store", CALI).code == 7
    (key,) = memory(stores)["alerts"]
    assert key.startswith(f"damage {CALI} ")


def test_an_alert_that_nobody_took_is_tried_again_by_the_next_who_meets_it(stores, server, omen, clock):
    server.status = 500
    meet(omen)
    clock.advance(minutes=15)
    meet(omen)
    server.status = 200
    clock.advance(minutes=15)
    meet(omen)
    meet(omen)
    assert len(server.got) == 3
    assert server.got[2][1].endswith("\nMet 3 times since 2026-01-19 15:00 UTC, and not told yet.")


def test_one_who_died_while_telling_loses_none(stores, server, omen, clock):
    meet(omen)
    found = memory(stores)
    (entry,) = found["alerts"].values()
    entry |= {"toldAt": None, "claimedAt": entry["seenAt"], "times": 1}  # as its claim left it
    (stores.data / "alerts.json").write_text(json.dumps(found))
    clock.advance(seconds=59)
    meet(omen)
    assert len(server.got) == 1
    clock.advance(seconds=1)
    meet(omen)
    assert len(server.got) == 2


@pytest.mark.parametrize("years", [-3, 3])
def test_a_clock_that_was_wrong_silences_nothing(stores, server, omen, clock, years):
    meet(omen, now=clock.now + timedelta(days=365 * years))
    meet(omen)
    assert len(server.got) == 2


def test_many_at_once_tell_it_once(stores, server, tmp_path):
    found = run_at_once(tmp_path, [["history", "--store", NJ, "--config", str(stores.config)]] * 32)
    assert [status for status, _, _ in found] == [7] * 32
    assert len(server.got) == 1, {err for _, _, err in found}
    (entry,) = memory(stores)["alerts"].values()
    assert (entry["claimedAt"], entry["toldAt"] is not None) == (None, True)


def test_a_trouble_that_stands_is_told_again_after_the_time_though_run_says_it_once(two_stores, server, omen):
    schedule(two_stores)
    alert(two_stores, server.url)
    remove_exports(two_stores)
    first = datetime.fromisoformat(CALI_DUE)
    codes = [omen("run", "-q", now=first + timedelta(minutes=15 * tick)).code for tick in range(98)]
    assert codes == [1] + [0] * 97
    assert len(server.got) == 2
    assert server.got[1][1].endswith("; met 96 times since.")


def test_generate_and_run_tell_the_same_trouble_once(two_stores, server, omen):
    schedule(two_stores)
    alert(two_stores, server.url)
    remove_exports(two_stores)
    assert omen("generate", "--all", now=CALI_DUE).code == 1
    assert omen("run", "-q", now=CALI_DUE).code == 1
    assert len(server.got) == 1
