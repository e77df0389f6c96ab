"""The alert rules of docs/monitoring fire when they should, and only then, over what real installations write."""

from datetime import datetime, timedelta

import pytest

from tests.cli.alert_rules import firing
from tests.cli.postbox import mail_to
from tests.cli.processes import holding
from tests.cli.scheduled import CALI_DUE, NJ, schedule
from tests.cli.stores import DAY
from tests.cli.test_metrics import values

MONDAY = datetime.fromisoformat(CALI_DUE)


@pytest.fixture
def stores(two_stores, postbox):
    """Both stores, due on Monday 08:00 of their own zones, with a server that takes everything."""
    schedule(two_stores)
    mail_to(two_stores, postbox.url)
    return two_stores


@pytest.fixture
def fires(omen):
    """Return for which labels an alert fires at a time after Monday's tick; `omen metrics` is what writes the series."""

    def asked(alert, **after):
        now = MONDAY + timedelta(**after)
        return firing(alert, values(omen, now=now), now.timestamp())

    return asked


def tick(omen, **after):
    return omen("run", "-q", now=MONDAY + timedelta(**after)).code


def test_nothing_runs_fires_an_hour_after_the_last_run_though_metrics_are_written(stores, omen, fires):
    assert tick(omen) == 0
    for minutes in range(5, 61, 15):
        assert fires("OmenNothingRuns", minutes=minutes) == []
    assert fires("OmenNothingRuns", minutes=61) == [{}]
    tick(omen, minutes=62)
    assert fires("OmenNothingRuns", minutes=63) == []


def test_nothing_runs_fires_while_a_run_hangs(stores, omen, fires):
    tick(omen)
    with holding(stores.data / ".run.lock"):
        tick(omen, minutes=65)
    assert fires("OmenNothingRuns", minutes=66) == [{}]


def test_nothing_runs_fires_where_it_never_ran_and_something_is_scheduled(stores, fires):
    assert fires("OmenNothingRuns") == [{}]


def test_nothing_runs_is_silent_where_nothing_is_scheduled(two_stores, fires):
    assert fires("OmenNothingRuns") == []


def test_overdue_fires_of_a_store_that_never_got_a_snapshot(stores, fires):
    assert fires("OmenSnapshotOverdue", minutes=59) == [{"store": NJ, "timeframe": "weekly"}]  # Cali's since 59 minutes


def test_overdue_is_silent_of_a_monthly_snapshot_until_the_next_month_is_due(two_stores, omen, fires):
    schedule(two_stores, nj="{monthly: 1 09:00}", cali="")
    tick(omen)
    assert fires("OmenSnapshotOverdue", days=12) == []
    assert fires("OmenSnapshotOverdue", days=13) == [{"store": NJ, "timeframe": "monthly"}]  # 1 February, 11:00 there


def test_verify_overdue_fires_where_it_never_ran_once_the_log_is_eight_days_old(two_stores, omen, fires):
    omen("generate", "--store", NJ, "--as-of", DAY, now=MONDAY)
    assert fires("OmenVerifyOverdue", days=7) == []
    assert fires("OmenVerifyOverdue", days=9) == [{}]
    assert omen("verify", "--store", NJ, now=MONDAY + timedelta(days=9)).code == 0  # one store is not all
    assert fires("OmenVerifyOverdue", days=9) == [{}]
    assert omen("verify", "--all", now=MONDAY + timedelta(days=9)).code == 0
    assert fires("OmenVerifyOverdue", days=16) == []
    assert fires("OmenVerifyOverdue", days=18) == [{}]


def test_lost_data_fire_for_as_long_as_verify_found_them_last(two_stores, omen, fires):
    omen("generate", "--store", NJ, "--as-of", DAY, now=MONDAY)
    (file,) = two_stores.archive(NJ).glob("snapshot_*.json")
    raw = file.read_bytes()
    file.unlink()
    omen("verify", "--all", now=MONDAY)
    assert fires("OmenDataLost", days=6) == [{"store": NJ, "code": "data_lost"}]
    file.write_bytes(raw)
    omen("verify", "--all", now=MONDAY + timedelta(days=7))
    assert fires("OmenDataLost", days=7) == []


def test_damage_that_run_meets_fires_for_as_long_as_it_stands(stores, omen, fires):
    tick(omen)
    stores.archive(NJ).chmod(0o777)
    for days in (1, 2, 3):
        tick(omen, days=days)
    assert fires("OmenDataLost", days=3) == [{"store": NJ, "code": "archive_damaged"}]
    stores.archive(NJ).chmod(0o700)
    tick(omen, days=3, minutes=15)
    assert fires("OmenDataLost", days=4, minutes=15) == []
