"""Every subcommand of omen as it succeeds, and the least role that may run it: a table written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.cli.signed import People
from tests.cli.stores import DAY, NJ

WHICH_STORE = 2


@dataclass(frozen=True)
class Row:
    """A command, or one option of it, as it succeeds; the least role, and what it answers without a store.

    `{id}` is the id of a snapshot of the store that is asked, `{their}` the rest of what is that store's.
    """

    argv: str
    least: str
    status: int = 0
    without_store: int = WHICH_STORE
    takes_store: bool = True
    key_suffices: bool = False


ROWS = {
    "audit": Row("", "viewer"),
    "check": Row("--max-age 2400h", "viewer", without_store=0),
    "config": Row("", "admin", takes_store=False),
    "deliveries": Row("", "viewer"),
    "deliveries resolve": Row("123456 --sent --reason heard", "owner", status=5),
    "diff": Row("{id} --previous", "viewer", status=5),
    "doctor": Row("--mail", "admin", without_store=0),
    "generate": Row(f"--as-of {DAY}", "owner"),
    "history": Row("", "viewer"),
    "metrics": Row("", "admin", takes_store=False),
    "migrate": Row("--from nowhere --dry-run", "admin", status=5, takes_store=False),
    "prune": Row("--keep-last 1 --dry-run", "admin"),
    "run": Row("", "admin", takes_store=False),
    "schedule": Row("", "admin", takes_store=False),
    "send": Row("--snapshot {id} --dry-run", "owner"),
    "show": Row("--snapshot {id}", "viewer"),
    "stores": Row("", "viewer", takes_store=False),
    "token create": Row("--role admin --email new@example.com", "admin", without_store=0, key_suffices=True),
    "token inspect": Row("", "viewer", takes_store=False, key_suffices=True),
    "token keygen": Row("--out new.key", "admin", takes_store=False, key_suffices=True),
    "verify": Row("", "viewer"),
}
OPTIONS = {
    "generate --no-limit": Row(f"--as-of {DAY}", "admin"),
    "verify --repair": Row("", "admin"),
    "verify --accept": Row("audit/2026-01.jsonl:1 --reason gone", "admin", status=5),
}


def runnable(command, typed: str = "") -> Iterator[str]:
    """Yield every command that can be run by itself, as it is typed behind `omen`."""
    inner = getattr(command, "commands", {})
    if typed and (not inner or command.invoke_without_command):
        yield typed
    for name, one in inner.items():
        yield from runnable(one, f"{typed} {name}".strip())


def words(people: People, command: str, row: Row, store: str | None) -> list[str]:
    """Return the call of a row for a store, or without one."""
    (snapshot,) = people.stores.archive(store or NJ).glob("snapshot_*.json")
    named = ["--store", store] if store else []
    return [*command.split(), *row.argv.format(id=snapshot.stem).split(), *named]
