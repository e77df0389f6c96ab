"""Every subcommand, for every role, on its own store, another and none: what is answered, and what a refusal leaves.

The table of tests/cli/matrix.py says by hand what each needs; it is compared with the app, so that a new subcommand
turns this red.
"""

import shutil
from pathlib import Path

import pytest
import typer.main

from omen_cli.access.needs import NEEDS
from omen_cli.cli.main import app
from tests.cli.matrix import OPTIONS, ROWS, Row, runnable, words
from tests.cli.signed import EMAILS, People, need_tokens
from tests.cli.stores import CALI, DAY, NJ
from tests.conftest import Clock, Omen, TwoStores
from tests.factories import write_two_stores

ROLES = ("viewer", "owner", "admin")
STORES = {"own": NJ, "other": CALI, "none": None}
NO_TOKEN, FORBIDDEN = 9, 10


ALL = ("audit", "generate", "history", "prune", "verify")


def parameters(command: str) -> set[str]:
    """Return the names of the options of a command."""
    found = typer.main.get_command(app)
    for name in command.split():
        found = found.commands[name]
    return {one.name for one in found.params}


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """One snapshot of each of two stores, made once."""
    folder = tmp_path_factory.mktemp("grown")
    write_two_stores(folder)
    run = Omen(cwd=folder, clock=Clock())("generate", "--all", "--as-of", DAY)
    assert run.code == 0, run.err
    return folder


@pytest.fixture
def people(grown, tmp_path, clock) -> People:
    """The two stores, in which every command needs a token now."""
    shutil.copytree(grown, tmp_path, dirs_exist_ok=True)
    stores = TwoStores(config=tmp_path / "stores.yaml", omen=Omen(cwd=tmp_path, clock=clock))
    need_tokens(stores)
    return People(stores)


def kept(people: People) -> dict[str, bytes]:
    """Return what a refusal must not touch: everything but the audits, the log and the locks."""
    files = (path for path in people.stores.config.parent.rglob("*") if path.is_file())
    left = (path for path in files if path.parent.name not in ("audit", "log") and ".lock" not in path.name)
    return {str(path): path.read_bytes() for path in left}


def expected(row: Row, role: str | None, which: str) -> int:
    """Return the exit status that the table promises."""
    if role is None:
        return (
            (row.without_store if which == "none" and row.takes_store else row.status) if row.key_suffices else NO_TOKEN
        )
    if role != "admin" and (which == "other" or ROLES.index(role) < ROLES.index(row.least)):
        return FORBIDDEN
    return row.without_store if (role, which) == ("admin", "none") and row.takes_store else row.status


CASES = [
    (command, role, which)
    for command, row in {**ROWS, **OPTIONS}.items()
    for role in (None, *ROLES)
    for which in (STORES if row.takes_store else ("none",))
    if (command, role) != ("token inspect", None)  # without a token there is none to look at
]


def test_the_matrix_walks_every_subcommand():
    assert set(ROWS) == set(runnable(typer.main.get_command(app)))


def test_what_each_needs_is_said_of_every_subcommand_and_of_no_other():
    assert set(NEEDS) == set(ROWS)


def test_each_option_that_needs_more_is_one_and_is_walked():
    named = {f"{command} --{name.replace('_', '-')}": name for command, need in NEEDS.items() for name in need.options}
    assert set(named) == set(OPTIONS)
    assert [one for one, name in named.items() if name not in parameters(one.split(" --")[0])] == []


def test_every_command_takes_a_token_file():
    assert [one for one in ROWS if "token_file" not in parameters(one)] == []


def test_the_matrix_names_a_store_wherever_one_can_be_named():
    assert {one for one in ROWS if "store" in parameters(one)} == {one for one, row in ROWS.items() if row.takes_store}
    assert tuple(one for one in sorted(ROWS) if "all_stores" in parameters(one)) == ALL


@pytest.mark.parametrize(("command", "role", "which"), CASES)
def test_each_answers_as_the_table_says(people, command, role, which):
    row, store = {**ROWS, **OPTIONS}[command], STORES[which]
    argv, before = words(people, command, row, store), kept(people)

    run = people.run(role, *argv)

    assert run.code == expected(row, role, which), run.err
    if run.code in (NO_TOKEN, FORBIDDEN):
        assert run.out == ""
        assert kept(people) == before
        _require_audited(people, role, which, command.split(" --")[0])
    else:
        assert people.denials() == []


def _require_audited(people: People, role: str | None, which: str, command: str) -> None:
    """Insist that the refusal stands in the audit of the installation, and in that of the store that it was about."""
    (told,) = people.denials()
    kind = "unauthenticated" if role is None else "store" if which == "other" else "role"
    assert (told["kind"], told["command"], told["by"]) == (kind, command, EMAILS.get(role or "", "tester"))
    assert told["requestedFor"] == (NJ if role else None)
    about = STORES[which] or (NJ if role else None)
    assert told["storeId"] == about
    for store in (NJ, CALI):
        assert len(people.denials(store)) == (store == about)


@pytest.mark.parametrize("command", ALL)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_all_stores_are_the_admins(people, command, role):
    argv = [*command.split(), *ROWS[command].argv.split(), "--all"]

    run = people.run(role, *argv)

    assert run.code == {None: NO_TOKEN, "admin": 0}.get(role, FORBIDDEN), run.err
    if role in ("viewer", "owner"):
        assert [one["kind"] for one in people.denials(NJ)] == ["all"]
        assert people.denials(CALI) == []


@pytest.mark.parametrize("command", [one for one, row in ROWS.items() if not row.key_suffices])
@pytest.mark.parametrize("token", ["expired", "of another key", "nonsense"])
def test_a_bad_token_is_no_token(people, command, token):
    good = people.token("admin")
    bad = {"expired": good, "of another key": f"{good[:-8]}AAAAAAAA", "nonsense": "nonsense"}[token]
    if token == "expired":
        people.omen.clock.advance(days=30, seconds=31)

    run = people.omen(*words(people, command, ROWS[command], None), env={"OMEN_TOKEN": bad})

    assert (run.code, run.out) == (NO_TOKEN, "")
    assert [one["kind"] for one in people.denials()] == ["unauthenticated"]
