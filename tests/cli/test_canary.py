"""No secret of an installation is in anything that omen says or writes, whatever is asked of it and whatever fails.

Every place that holds a secret holds a canary: then every subcommand runs, well and ill, and whatever it said, wrote,
logged, audited, alerted, mailed or left of a crash is searched. A new subcommand turns this red.
"""

from contextlib import ExitStack
from importlib.util import find_spec

import pytest
import typer.main

from omen_cli.cli.main import app
from tests.cli.canaries import CORE, canary, endpoint, forms, leaks
from tests.cli.matrix import runnable
from tests.cli.overheard import CALLS, LATER, Overheard, installation, outside
from tests.cli.stores import CALI, DAY, NJ, configure, export
from tests.delivery.servers import smtp_server

FORMS = ((), ("--json", "--log", "json"), ("-q",))
MACHINE = ("--json", "--log", "json")


@pytest.fixture
def overheard(two_stores) -> Overheard:
    """An installation whose every secret is a canary, with a week of each store."""
    found = installation(two_stores)
    for day in (DAY, LATER):
        two_stores.omen("generate", "--all", "--as-of", day, env=found.env)
    return found


def test_every_subcommand_is_called():
    assert set(CALLS) == set(runnable(typer.main.get_command(app)))


@pytest.mark.parametrize("name", forms("x"))
def test_a_secret_is_found_in_every_spelling_also_where_a_line_breaks_in_it(name):
    secret = canary("mail") + ' "ä/%'
    form = forms(secret)[name]
    for text in (form, b"before" + form + b"after", form[:9] + b"=\r\n" + form[9:]):
        assert leaks([secret], {"here": text}) != []
    assert leaks([secret], {"here": form[:9]}) == ([f"here: {CORE}…"] if form.startswith(CORE.encode()) else [])


@pytest.mark.parametrize("mode", ["local", "token"])
def test_nothing_leaks_where_all_is_well(overheard, mode):
    configure(overheard.stores, "mode: local", f"mode: {mode}")
    with ExitStack() as servers:
        smtp = servers.enter_context(smtp_server(has_login=True))
        alerts, heartbeat = (servers.enter_context(endpoint()) for _ in range(2))
        outside(overheard, smtp=smtp.port, alerts=alerts.port, heartbeat=heartbeat.port, password=None)
        for form in FORMS if mode == "local" else (MACHINE,):
            overheard.all_of(form)
        _go_wrong(overheard)

    assert overheard.found(*alerts.bodies, *heartbeat.bodies, *smtp.messages) == []
    assert smtp.messages
    assert f"/{canary('heartbeat')}/start" in heartbeat.paths
    assert bool(alerts.bodies) == bool(find_spec("omen_cli.ops.alerts"))
    assert {command for command in CALLS if 0 not in overheard.reached[command]} <= {"deliveries resolve"}
    assert {code for codes in overheard.reached.values() for code in codes} >= {0, 1, 2, 4, 5, 7, 10, 12}
    assert all(70 not in codes for codes in overheard.reached.values())


def _go_wrong(overheard: Overheard) -> None:
    """Break an export, take the room, damage a snapshot, cross between stores: what alerts and audits tell of."""
    export(overheard.stores, CALI).write_text("nonsense\n", "utf-8")
    overheard("generate", "--store", CALI, "--as-of", "2026-01-12")
    overheard("generate", "--all", "--as-of", "2026-01-12", "--json", now="2026-01-20T15:00:00+00:00")
    overheard("run", now="2026-01-26T16:30:00+00:00")
    configure(overheard.stores, "stores:\n", "disk: {warn_free_gb: 1000000, min_free_gb: 1000000}\nstores:\n")
    overheard("generate", "--store", NJ, "--as-of", "2026-01-05", now="2026-01-26T16:45:00+00:00")
    configure(overheard.stores, "min_free_gb: 1000000", "min_free_gb: 0")
    for path in overheard.stores.archive(NJ).glob("snapshot_weekly_*.json"):
        path.write_bytes(path.read_bytes()[:-9])
    for command, *argv in (("show", "--store", NJ), ("verify", "--all", "--deep"), ("history", "--store", NJ)):
        overheard(command, *argv, *MACHINE)
    overheard("run", "--json", now="2026-02-02T16:30:00+00:00")
