"""A year of `omen run` with twenty stores in six zones: every due snapshot once, every message once, whatever happens.

What is expected is reckoned from the calendar alone, by code that shares nothing with omen's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from omen_cli.model.delivery import delivery_key
from tests.cli.processes import environment
from tests.simulation.calendar import (
    AROUND,
    BROKEN,
    BROKEN_STORE,
    BUSY,
    END,
    FULL,
    FULL_BOXES,
    OFF,
    QUARTER,
    START,
    ZONES,
    offers,
    shops,
    utc,
)

_IN_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def year():
    """What came of the year, lived through in a process of its own, in memory where there is a place for that."""
    folder = Path(tempfile.mkdtemp(prefix="omen-year-"))
    base = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    script = "import runpy, sys, tempfile, shutil\nfolder = tempfile.mkdtemp(prefix='omen-year-', dir=sys.argv[1] or None)\nsys.argv[1:] = [folder]\ntry:\n    runpy.run_module('tests.simulation.year', run_name='__main__')\nfinally:\n    shutil.rmtree(folder)"
    run = subprocess.run(
        [sys.executable, "-c", script, str(base or folder)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    shutil.rmtree(folder)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def expected(year):
    """What is to come of it: (store, timeframe, as-of date) → when it can be made, and whether it is the newest then."""
    ticks = ticks_of(year)
    found = {}
    for shop in shops():
        free = [at for at in ticks if at not in FULL and not (shop.name == BROKEN_STORE and at in BROKEN)]
        for frame in shop.schedule:
            dues = [(due, as_of) for timeframe, as_of, due in shop.dues() if timeframe == frame and due <= ticks[-1]]
            begun = max(due for due, _ in dues if due <= START)
            dues = [one for one in dues if one[0] >= begun]
            for turn, (due, as_of) in enumerate(dues):
                made = next(at for at in free if at >= due)
                is_newest = turn + 1 == len(dues) or dues[turn + 1][0] > made
                found[shop.name, frame, as_of.isoformat()] = (made, is_newest)
    return found


@pytest.fixture(scope="module")
def messages(expected):
    """What is to be mailed: (store, timeframe, as-of date, recipient) → when it is offered, and whether it is taken."""
    recipients = {shop.name: shop.recipients for shop in shops()}
    return {
        (*key, one): offers(one, made)
        for key, (made, is_newest) in expected.items()
        if is_newest
        for one in recipients[key[0]]
    }


def ticks_of(year):
    return [datetime.fromisoformat(text) for text in year["ticks"]]


def made(year):
    return {
        (store, frame, as_of): (datetime.fromisoformat(at), snapshot_id)
        for store, frame, as_of, at, snapshot_id in year["snapshots"]
    }


def test_it_is_the_year_that_was_asked_for(year, expected):
    assert len(shops()) == 20
    assert len({shop.zone for shop in shops()}) == len(ZONES) == 6
    assert len(expected) >= 20 * 52 + 3 * 365
    late = {span: [key for key, (at, _) in expected.items() if at >= span.end] for span in (*OFF, BROKEN, FULL)}
    assert all(late.values())


def test_every_quarter_of_an_hour_is_a_tick_in_the_week_before_and_after_every_change_of_the_clocks(year):
    ticks = set(ticks_of(year))
    noons = [START + timedelta(days=turn, hours=12) for turn in range((END - START).days)]
    changes = {
        utc(noon.date().isoformat())
        for zone in ZONES
        for before, noon in pairwise(noons)
        if before.replace(tzinfo=ZoneInfo(zone)).utcoffset() != noon.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    }
    assert len(changes) == 6
    quarters = range(-AROUND // QUARTER, AROUND // QUARTER)
    assert [day for day in changes if not {day + turn * QUARTER for turn in quarters} <= ticks] == []


def test_every_due_and_every_retry_has_a_tick_at_it_one_before_and_one_after(year, expected, messages):
    ticks = set(ticks_of(year))
    wanted = {at for at, _ in expected.values()} | {at for found, _ in messages.values() for at in found}
    around = {at + turn * QUARTER for at in wanted for turn in (-1, 0, 1)}
    assert {at for at in around - ticks if min(ticks) <= at < END and not any(at in span for span in OFF)} == set()


def test_every_due_snapshot_is_made_exactly_once(year, expected):
    keys = Counter((store, frame, as_of) for store, frame, as_of, _, _ in year["snapshots"])
    assert set(keys) == set(expected)
    assert set(keys.values()) == {1}


def test_what_is_newest_is_made_at_the_first_tick_that_can_and_the_rest_no_earlier(year, expected):
    found = made(year)
    assert [key for key, (at, is_newest) in expected.items() if is_newest and found[key][0] != at] == []
    assert [key for key, (at, is_newest) in expected.items() if not is_newest and found[key][0] < at] == []
    assert any(not is_newest for _, is_newest in expected.values())


def test_every_message_is_sent_exactly_once_and_of_what_is_caught_up_with_only_the_newest(year, messages):
    found = made(year)
    wanted = {
        (recipient, delivery_key(store, found[store, frame, as_of][1], recipient))
        for (store, frame, as_of, recipient), (_, is_taken) in messages.items()
        if is_taken
    }
    received = Counter(tuple(one) for one in year["received"])
    assert set(received.values()) == {1}
    assert set(received) == wanted


def test_every_message_is_offered_when_it_is_due_or_to_be_tried_again_and_at_no_other_time(year, messages):
    wanted = Counter((at.isoformat(), recipient) for (*_, recipient), (found, _) in messages.items() for at in found)
    assert Counter(tuple(one) for one in year["offered"]) == wanted


def test_what_the_server_put_off_comes_later_and_is_given_up_after_three_days(messages):
    put_off = {key: found for key, found in messages.items() if len(found[0]) > 1}
    assert {found[0] for found, _ in put_off.values()} >= {utc("2026-08-17T12:00"), utc("2026-08-17T14:00")}
    late = {str(found[-1] - found[0]) for found, is_taken in put_off.values() if is_taken}
    assert late == {"1:00:00", "4:00:00", "20:00:00"}
    assert [recipient for (*_, recipient), (_, is_taken) in put_off.items() if not is_taken] == ["r0@store09.example"]
    assert all(found[0] in BUSY or recipient in FULL_BOXES for (*_, recipient), (found, _) in put_off.items())


def test_each_trouble_is_told_once_and_nothing_else_is(year, messages):
    (given_up,) = [(key[0], found[-1] + QUARTER) for key, (found, is_taken) in messages.items() if not is_taken]
    broken = [due for shop in shops() if shop.name == BROKEN_STORE for _, _, due in shop.dues() if due in BROKEN]
    full = [due for shop in shops() for _, _, due in shop.dues() if due in FULL]
    assert [(datetime.fromisoformat(at), store, code) for at, store, _, code in year["told"]] == [
        (min(broken), BROKEN_STORE, "source_invalid"),
        (given_up[1], given_up[0], "delivery_failed"),
        (min(full), "", "insufficient_storage"),  # one disk, whichever stores and timeframes it keeps waiting
    ]
    assert min(len(broken), len(full)) > 1


def test_a_tick_ends_with_1_when_it_has_something_to_tell_and_else_with_0(year):
    told = {at for at, *_ in year["told"]}
    assert [(at, status) for at, status in year["statuses"] if status != (1 if at in told else 0)] == []
    assert [at for at, _ in year["statuses"]] == year["ticks"]


def test_every_whole_tick_and_no_other_has_a_line_in_the_log(year):
    statuses = {datetime.fromisoformat(at): status for at, status in year["statuses"]}
    whole = [datetime.fromisoformat(at) for at in year["whole"]]
    assert len(whole) > 150
    found = [(datetime.fromisoformat(at), command, status) for at, command, status in year["logged"]]
    assert found == [(at, "run", statuses[at]) for at in whole]
    busy = {datetime.fromisoformat(at) for _, _, _, at, _ in year["snapshots"]}
    assert len(busy.intersection(whole)) > 20


def test_the_archives_are_sound_in_the_end(year):
    assert year["verified"] == 0
