"""`omen send --latest`, the old way: it says what it picked, and is refused where only named snapshots are sent."""

import pytest

from tests.cli.stores import DAY, NJ, configure
from tests.cli.test_send_refusals import refused


def test_latest_says_what_it_picked_and_picks_by_date_then_version(week, omen):
    week.stores.generate(NJ, "2026-01-08", "daily")
    week.stores.generate(NJ, DAY, "daily")
    second = week.stores.generate(NJ, DAY, "daily", "--force", "--reason", "again").id
    run = omen("send", "--store", NJ, "--latest", "-q")
    assert (run.code, run.out) == (0, "")
    assert run.err.splitlines()[0] == f"omen: --latest is deprecated, it picked {second}"
    preview = omen("send", "--store", NJ, "--latest", "--preview", "x.txt")
    assert f"--latest is deprecated, it picked {second}" in preview.err


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--preview", "x.html")])
@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_strict_by_the_environment_refuses_latest(week, omen, value, more):
    message, hint = refused(week, omen, 2, "--latest", *more, env={"OMEN_STRICT": value})
    assert "--latest: refused here" in message
    assert "--snapshot ID" in hint


def test_strict_by_stores_yaml_refuses_latest_and_nothing_else(week, omen):
    configure(week.stores, "stores:\n", "access: {strict_send: true}\nstores:\n")
    refused(week, omen, 2, "--latest")
    assert omen(*week.named, env={"OMEN_STRICT": "1"}).code == 0


@pytest.mark.parametrize("value", ["", "0"])
def test_what_is_not_strict_is_not(week, omen, value):
    assert omen("send", "--store", NJ, "--latest", env={"OMEN_STRICT": value}).code == 0
