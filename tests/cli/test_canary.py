"""No secret of an installation is in anything that omen says or writes, whatever is asked of it and whatever fails.

Every place that holds a secret holds a canary: then every subcommand runs, well and ill, and whatever it said, wrote,
logged, audited, alerted, mailed or left of a crash is searched. A new subcommand turns this red.
"""

from contextlib import ExitStack

import pytest
import typer.main

from omen_cli.cli.main import app
from tests.cli.canaries import CORE, canary, endpoint, forms, leaks
from tests.cli.matrix import runnable
from tests.cli.overheard import CALLS, Overheard, installation, outside
from tests.cli.stores import CALI, DAY, NJ, configure, export
from tests.delivery.servers import smtp_server
from tests.mta import free_port
from tests.old_sample import entry, lay_old, text

MACHINE = ("--json", "--log", "json")
FORMS = {"local": ((), MACHINE), "token": (("-q",),)}


@pytest.fixture
def overheard(two_stores) -> Overheard:
    """An installation whose every secret is a canary, with a snapshot of each store."""
    found = installation(two_stores)
    outside(found, smtp=1, alerts=1, heartbeat=1)
    assert two_stores.omen("generate", "--all", "--as-of", DAY, env=found.env).code == 0
    return found


def test_every_subcommand_is_called():
    assert set(CALLS) == set(runnable(typer.main.get_command(app)))


@pytest.mark.parametrize("name", forms("x"))
def test_a_secret_is_found_in_every_spelling_also_where_a_line_breaks_in_it(name):
    secret = canary("mail") + ' "ä/%'
    form = forms(secret)[name]
    for raw in (form, b"before" + form + b"after", form[:9] + b"=\r\n" + form[9:]):
        assert leaks([secret], {"here": raw}) != []
    assert leaks([secret], {"here": form[:9]}) == ([f"here: {CORE}…"] if form.startswith(CORE.encode()) else [])


@pytest.mark.parametrize("mode", FORMS)
def test_nothing_leaks_where_all_is_well(overheard, mode):
    configure(overheard.stores, "mode: local", f"mode: {mode}")
    with ExitStack() as servers:
        smtp = servers.enter_context(smtp_server(has_login=True))
        alerts, heartbeat = (servers.enter_context(endpoint()) for _ in range(2))
        outside(overheard, smtp=smtp.port, alerts=alerts.port, heartbeat=heartbeat.port, password=None)
        for form in FORMS[mode]:
            overheard.all_of(form)
        _go_wrong(overheard)
        lay_old(overheard.folder / "older", {"index.json": text([entry("2026-01-09", 1, store="Elsewhere")])})
        added = overheard("migrate", "--from", "older", "--add-store", *MACHINE)

    assert overheard.found(*alerts.bodies, *heartbeat.bodies, *smtp.messages) == []
    assert (added.code, "Elsewhere:" in overheard.stores.config.read_text("utf-8")) == (0, True), added.err
    assert smtp.messages
    assert f"/{canary('heartbeat')}/start" in heartbeat.paths
    assert alerts.bodies
    assert f"/{canary('alert')}" in {path.rstrip("/") for path in alerts.paths}
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


def test_nothing_leaks_where_everybody_refuses_and_repeats_what_was_said(overheard):
    with ExitStack() as servers:
        smtp = servers.enter_context(smtp_server(has_login=True))
        smtp.is_echoing = True
        alerts, heartbeat = (servers.enter_context(endpoint(503)) for _ in range(2))
        outside(overheard, smtp=smtp.port, alerts=alerts.port, heartbeat=heartbeat.port, password=canary("wrong"))
        overheard.all_of(MACHINE)
        _kill_senders(overheard)
        overheard.all_of(())  # one is resolved here, as sent
        _kill_senders(overheard)
        overheard("run")
        unknown = overheard.stores.archive(NJ).glob("deliveries/*/*.unknown.eml")
        key = next(path.name.split(".")[0] for path in unknown)
        overheard("deliveries resolve", "--store", NJ, key, "--resend", "--reason", "heard", *MACHINE)
        _go_wrong(overheard)

    assert overheard.found(*alerts.bodies, *heartbeat.bodies) == []
    assert (smtp.messages, bool(smtp.logins), bool(heartbeat.paths)) == ([], True, True)
    assert alerts.paths
    assert 8 in overheard.reached["send"]
    assert overheard.reached["deliveries resolve"] >= {0, 5, 8}
    assert any(b"no such login: " in raw and b"***" in raw for raw in overheard.said.values())


def _kill_senders(overheard: Overheard) -> None:
    """Leave the messages that are queued as a sender leaves them that was killed."""
    for path in sorted(overheard.stores.archive(NJ).glob("deliveries/*/*.queued.eml")):
        path.rename(path.with_name(path.name.replace(".queued.", ".sending.")))


def test_nothing_leaks_where_nobody_is_there(overheard):
    dead = free_port()
    outside(overheard, smtp=dead, alerts=dead, heartbeat=dead)
    overheard.env |= {
        name: f"http://operator:{canary('proxy')}@127.0.0.1:{dead}" for name in ("http_proxy", "https_proxy")
    }
    overheard.all_of(())
    overheard.all_of(MACHINE)
    _go_wrong(overheard)

    assert overheard.found() == []
    assert 8 in overheard.reached["send"]
    assert any(b"the heartbeat (start) did not arrive" in raw for raw in overheard.said.values())


class _Failing:
    """A callable of the world that is a bug at its n-th call."""

    def __init__(self, call, number: int) -> None:
        self.call, self.left = call, number

    def __call__(self, *given):
        self.left -= 1
        if not self.left:
            raise ZeroDivisionError("a bug")
        return self.call(*given)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_nothing_leaks_of_a_bug_wherever_it_strikes(overheard, number):
    configure(overheard.stores, "mode: local", "mode: token")
    clock = overheard.stores.omen.clock
    with ExitStack() as servers:
        smtp = servers.enter_context(smtp_server(has_login=True))
        outside(overheard, smtp=smtp.port, alerts=1, heartbeat=1)
        for command, calls in CALLS.items():
            overheard.stores.omen.clock = _Failing(clock, number)
            overheard(command, *overheard.filled(calls[0]), *MACHINE)

    assert overheard.found() == []
    struck = {command for command, codes in overheard.reached.items() if 70 in codes}
    assert struck == set(CALLS) if number == 2 else struck
    assert sum(place.endswith("trace") for place in overheard.said) == len(struck)


def test_nothing_leaks_of_a_bug_in_the_midst_of_a_dialogue(overheard):
    outside(overheard, smtp=free_port(), alerts=1, heartbeat=1)
    overheard("send", "--store", NJ, "--latest", *MACHINE, pause=_Failing(lambda _: None, 1))

    assert overheard.found() == []
    assert overheard.reached["send"] == {70}
