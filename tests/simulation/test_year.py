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
from datetime import datetime
from pathlib import Path

import pytest

from omen_cli.model.delivery import delivery_key
from tests.cli.processes import environment
from tests.simulation.calendar import BROKEN, BROKEN_STORE, FULL, OFF, PUT_OFF, START, ZONES, shops

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
    ticks = [datetime.fromisoformat(text) for text in year["ticks"]]
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


def made(year):
    return {
        (store, frame, as_of): (datetime.fromisoformat(at), snapshot_id)
        for store, frame, as_of, at, snapshot_id in year["snapshots"]
    }


def test_it_is_the_year_that_was_asked_for(year, expected):
    assert len(shops()) == 20
    assert len({shop.zone for shop in shops()}) == len(ZONES) == 6
    assert len(expected) >= 20 * 52 + 3 * 365
    assert len(year["ticks"]) > 5000
    late = {span: [key for key, (at, _) in expected.items() if at >= span.end] for span in (*OFF, BROKEN, FULL)}
    assert all(late.values())


def test_every_due_snapshot_is_made_exactly_once(year, expected):
    keys = Counter((store, frame, as_of) for store, frame, as_of, _, _ in year["snapshots"])
    assert set(keys) == set(expected)
    assert set(keys.values()) == {1}


def test_what_is_newest_is_made_at_the_first_tick_that_can_and_the_rest_no_earlier(year, expected):
    found = made(year)
    assert [key for key, (at, is_newest) in expected.items() if is_newest and found[key][0] != at] == []
    assert [key for key, (at, is_newest) in expected.items() if not is_newest and found[key][0] < at] == []
    assert any(not is_newest for _, is_newest in expected.values())


def test_every_message_is_sent_exactly_once_and_of_what_is_caught_up_with_only_the_newest(year, expected):
    found, recipients = made(year), {shop.name: shop.recipients for shop in shops()}
    wanted = {
        (one, delivery_key(store, found[store, frame, as_of][1], one))
        for (store, frame, as_of), (_, is_newest) in expected.items()
        if is_newest
        for one in recipients[store]
    }
    received = Counter(tuple(one) for one in year["received"])
    assert set(received.values()) == {1}
    assert set(received) == wanted


def test_each_trouble_is_told_once_and_nothing_else_is(year, expected):
    told = [(datetime.fromisoformat(at), store, code) for at, store, code in year["told"]]
    broken = [(store, code) for at, store, code in told if at in BROKEN]
    assert broken == [(BROKEN_STORE, "source_invalid")] * 2  # of the daily, and of the weekly
    full = Counter(store for at, store, code in told if at in FULL)
    late = {(store, frame) for (store, frame, as_of), (at, _) in expected.items() if at == FULL.end.replace(minute=0)}
    assert full == Counter(store for store, _ in late)
    assert len(told) == len(broken) + full.total()
    assert {code for at, _, code in told if at in FULL} == {"insufficient_storage"}
    assert set(year["statuses"]) == {"0", "1"}


def test_what_the_server_put_off_came_later(year, expected):
    put_off = [key for key, (at, _) in expected.items() if at in PUT_OFF]
    assert put_off  # and that each came once is held above


def test_the_archives_are_sound_in_the_end(year):
    assert year["verified"] == 0
