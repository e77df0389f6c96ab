"""When a period is due: once, in the store's own zone, over gaps and folds of its clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.model.ids import TIMEFRAMES
from omen_cli.model.period import EARLIEST
from omen_cli.ops.schedule import schedule_of

NEW_YORK, SYDNEY, SANTIAGO = "America/New_York", "Australia/Sydney", "America/Santiago"
ZONES = (NEW_YORK, SYDNEY, SANTIAGO, "Pacific/Apia", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "UTC")
TEXTS = {"daily": ["00:00", "02:30", "23:59"], "weekly": ["MON 00:00", "SUN 02:30", "WED 23:59"], "monthly": ["1 00:00", "28 02:30"]}  # fmt: skip


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("timeframe", "text", "as_of", "due"),
    [
        ("daily", "07:00", "2026-01-18", "2026-01-19T12:00"),
        ("weekly", "MON 08:00", "2026-01-18", "2026-01-19T13:00"),
        ("weekly", "SUN 08:00", "2026-01-18", "2026-01-25T13:00"),
        ("monthly", "1 09:00", "2026-01-31", "2026-02-01T14:00"),
        ("monthly", "28 09:00", "2026-01-31", "2026-02-28T14:00"),
    ],
)
def test_a_period_is_due_on_the_first_scheduled_day_after_its_end(timeframe, text, as_of, due):
    assert schedule_of(timeframe, text, NEW_YORK).due(date.fromisoformat(as_of)).at == utc(due)


@pytest.mark.parametrize(
    ("zone", "text", "as_of", "due"),
    [
        (NEW_YORK, "02:30", "2026-03-07", "2026-03-08T07:30"),  # 02:30 is skipped: 03:30 EDT
        (NEW_YORK, "03:00", "2026-03-07", "2026-03-08T07:00"),
        (NEW_YORK, "01:30", "2026-10-31", "2026-11-01T05:30"),  # 01:30 comes twice: EDT
        (SANTIAGO, "00:00", "2026-09-05", "2026-09-06T04:00"),  # midnight is skipped: 01:00 there
        ("America/Havana", "00:30", "2026-10-31", "2026-11-01T04:30"),  # half past midnight comes twice
        (SYDNEY, "02:15", "2026-10-03", "2026-10-03T16:15"),
        ("Australia/Lord_Howe", "02:10", "2026-10-03", "2026-10-03T15:40"),  # a gap of half an hour
    ],
)
def test_over_a_gap_it_moves_with_the_clocks_and_in_a_fold_it_is_the_first(zone, text, as_of, due):
    assert schedule_of("daily", text, zone).due(date.fromisoformat(as_of)).at == utc(due)


def test_the_newest_due_is_due_at_its_very_second_and_not_before():
    weekly = schedule_of("weekly", "MON 08:00", NEW_YORK)
    at = utc("2026-01-19T13:00")
    assert weekly.last(at).as_of == date(2026, 1, 18)
    assert weekly.last(at - timedelta(seconds=1)).as_of == date(2026, 1, 11)


def test_a_day_that_a_zone_left_out_is_a_period_all_the_same():
    daily = schedule_of("daily", "07:00", "Pacific/Apia")
    found = [one.day for one in islice(daily.back_from(utc("2012-01-01T20:00")), 5)]
    assert found == [1, 31, 30, 29, 28]  # 30 December 2011 did not happen there


@pytest.mark.parametrize(("timeframe", "text"), [("daily", "07:00"), ("weekly", "MON 08:00"), ("monthly", "1 09:00")])
def test_looking_back_ends_where_no_snapshot_can_be_of(timeframe, text):
    found = list(schedule_of(timeframe, text, NEW_YORK).back_from(utc("2026-01-19T13:00")))
    assert found[-1] >= EARLIEST
    assert found[-1] - EARLIEST < timedelta(days=31)
    before = list(schedule_of(timeframe, text, NEW_YORK).back_from(utc("1999-06-01T00:00")))
    assert len(before) == 1


SCHEDULES = st.sampled_from([(frame, text) for frame in TIMEFRAMES for text in TEXTS[frame]])
MOMENTS = st.integers(0, 19 * 366 * 24 * 60).map(lambda minutes: utc("2011-12-01") + timedelta(minutes=minutes))


@given(SCHEDULES, st.sampled_from(ZONES), MOMENTS)
def test_next_follows_last_without_a_period_between_them(schedule, zone, at):
    schedule = schedule_of(*schedule, zone)
    last, following = schedule.last(at), schedule.next(at)
    assert last.at <= at < following.at
    assert schedule.last(following.at).at == following.at
    assert schedule.last(following.at - timedelta(microseconds=1)) == last


@given(SCHEDULES, st.sampled_from(ZONES), MOMENTS)
def test_what_is_due_has_ended_and_is_due_within_a_period_of_its_end(schedule, zone, at):
    schedule = schedule_of(*schedule, zone)
    for due in map(schedule.due, islice(schedule.back_from(at), 3)):
        assert due.at <= at
        local = due.at.astimezone(ZoneInfo(zone))
        assert timedelta(0) < local.date() - due.as_of <= timedelta(days=32)


@given(SCHEDULES, st.sampled_from(ZONES), MOMENTS)
def test_each_period_is_due_once_and_in_order(schedule, zone, at):
    schedule = schedule_of(*schedule, zone)
    found = [schedule.due(one) for one in islice(schedule.back_from(at), 40)]
    assert [one.as_of for one in found] == sorted({one.as_of for one in found}, reverse=True)
    assert all(newer.at >= older.at for newer, older in pairwise(found))
