"""The rules of what to keep: restic's, each timeframe by itself; superseded versions by a rule of their own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omen_cli.archive.entries import entry_of
from omen_cli.archive.retention import Policy, decide
from omen_cli.model.span import Span, parse_span
from tests.archive.factories import snapshot

TODAY = date(2026, 1, 31)
_MADE = {}


def entry(as_of, version=1, timeframe="daily", at=None):
    """Return an entry; the same call returns the same one, since making a snapshot is slow."""
    at = at or datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=UTC) + timedelta(days=version)
    key = (as_of, version, timeframe, at)
    if key not in _MADE:
        made = entry_of(snapshot(timeframe, as_of, at=at), b"{}")
        _MADE[key] = made.model_copy(update={"version": version, "id": f"{made.id}-{version}"})
    return _MADE[key]


def days_before(*numbers, timeframe="daily"):
    return [entry(TODAY - timedelta(days=number), timeframe=timeframe) for number in numbers]


def kept(entries, policy, stay=frozenset()):
    return [one.entry for one in decide(entries, policy, stay, TODAY) if one.is_kept]


def test_keep_last_keeps_the_newest_whatever_the_order():
    entries = days_before(9, 1, 4, 2)
    assert [one.as_of_date.day for one in kept(entries, Policy(last=2))] == [30, 29]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(weekly=2), [date(2026, 1, 31), date(2026, 1, 25)]),
        (Policy(monthly=2), [date(2026, 1, 31), date(2025, 12, 31)]),
        (Policy(yearly=2), [date(2026, 1, 31), date(2025, 12, 31)]),
        (Policy(within=Span(days=3)), [date(2026, 1, 31), date(2026, 1, 30), date(2026, 1, 29)]),
        (Policy(within=Span(months=1)), [date(2026, 1, 31) - timedelta(days=n) for n in range(31)]),
        (Policy(last=1, monthly=2), [date(2026, 1, 31), date(2025, 12, 31)]),
    ],
)
def test_a_rule_keeps_the_newest_of_each_of_its_buckets(policy, expected):
    assert [one.as_of_date for one in kept(days_before(*range(100)), policy)] == expected


def test_while_buckets_are_left_over_the_oldest_stays_too_as_restic_does():
    assert [one.as_of_date.isoformat() for one in kept(days_before(*range(40)), Policy(monthly=12))] == [
        "2026-01-31",
        "2025-12-31",
        "2025-12-23",
    ]


def test_gaps_do_not_use_up_a_rule():
    entries = days_before(0, 100, 200)
    assert len(kept(entries, Policy(daily=3))) == 3


def test_within_counts_from_the_newest_snapshot_not_from_today():
    entries = days_before(300, 301, 302, 310)
    assert [one.as_of_date for one in kept(entries, Policy(within=Span(days=3)))] == [
        TODAY - timedelta(days=number) for number in (300, 301, 302)
    ]


def test_each_timeframe_is_judged_by_itself():
    entries = [*days_before(0, 1), *days_before(50, 57, timeframe="weekly")]
    assert [(one.timeframe, one.as_of_date) for one in kept(entries, Policy(last=1))] == [
        ("daily", TODAY),
        ("weekly", TODAY - timedelta(days=50)),
    ]


def test_superseded_versions_stay_without_a_rule_of_their_own():
    versions = [entry(TODAY, version) for version in (1, 2, 3)]
    assert len(kept(versions, Policy(last=1))) == 3


def test_superseded_versions_go_by_when_they_were_superseded():
    day = TODAY - timedelta(days=60)
    versions = [
        entry(day, 1, at=datetime(2025, 12, 3, tzinfo=UTC)),
        entry(day, 2, at=datetime(2025, 12, 10, tzinfo=UTC)),  # superseded version 1 more than 30 days ago
        entry(day, 3, at=datetime(2026, 1, 20, tzinfo=UTC)),  # superseded version 2 this month
    ]
    assert [one.version for one in kept(versions, Policy(superseded=Span(days=30)))] == [3, 2]
    assert [one.version for one in kept(versions, Policy(superseded=Span()))] == [3]


def test_a_key_that_goes_goes_with_all_its_versions():
    versions = [entry(TODAY - timedelta(days=9), version) for version in (1, 2)]
    assert kept([*versions, *days_before(0)], Policy(last=1)) == days_before(0)


@pytest.mark.parametrize("bound", [1, 2])
def test_a_delivery_that_is_not_final_keeps_its_version_and_the_newest_of_its_key(bound):
    versions = [entry(TODAY - timedelta(days=9), version) for version in (1, 2, 3)]
    stay = frozenset({versions[bound - 1].id})
    found = kept([*versions, *days_before(0)], Policy(last=1, superseded=Span()), stay)
    assert [one.version for one in found] == [1, 3, bound]


counts = st.none() | st.integers(1, 6)
policies = st.builds(
    Policy, last=counts, daily=counts, weekly=counts, monthly=counts, yearly=counts,
    within=st.none() | st.builds(Span, days=st.integers(0, 60)), superseded=st.none() | st.builds(Span, days=st.integers(0, 9)),
)  # fmt: skip
archives = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 3)), unique=True, max_size=25)


@given(policies, archives, st.integers(0, 7))
def test_no_policy_lets_an_old_version_answer_and_more_rules_keep_more(policy, keys, bound):
    entries = [entry(TODAY - timedelta(days=days), version) for days, version in keys]
    stay = frozenset(one.id for one in entries[:bound])
    found = {one.id for one in kept(entries, policy, stay)}

    assert stay <= found
    for one in entries:
        newest = max(
            (other for other in entries if other.as_of_date == one.as_of_date), key=lambda other: other.version
        )
        assert one.id not in found or newest.id in found
    if policy.has_rule_for_newest and entries:
        newest = max(entries, key=lambda one: (one.as_of_date, one.version))
        assert newest.id in found
        more = Policy(**{**vars(policy), "last": (policy.last or 0) + 1})
        assert found <= {one.id for one in kept(entries, more, stay)}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90d", Span(days=90)),
        ("1y6m", Span(years=1, months=6)),
        ("2w", Span(weeks=2)),
        ("0d", Span()),
        ("", None),
        ("d", None),
        ("-1d", None),
        ("1d1y", None),
        ("90", None),
        ("٣d", None),
        ("90h", None),
        ("1y\n", None),
    ],
)
def test_a_span_is_read_to_the_letter(text, span):
    assert parse_span(text) == span


def test_a_span_before_a_day_knows_the_calendar():
    assert Span(months=1).before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert Span(years=1).before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert Span(years=9999).before(date(2026, 1, 1)) == date.min
    assert Span(days=99_999, years=1900).before(date(2026, 1, 1)) == date.min
