"""What is run over every hostile file, in a forked child that a parent watches: no command may hang."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from omen_cli.cli.failure import report
from omen_cli.cli.generated import answer_generated, serve_all
from omen_cli.cli.main import app, main
from omen_cli.cli.session import Session, World
from omen_cli.workflows.batch import jobs_for
from tests.faults.hostile_ground import KEY, NEW_KEY, NJ, NOW, Ground
from tests.faults.hostile_world import Answer, Run, run_in_world

WAIT_S = 15.0  # for one command, on a machine that is busy
READERS = ("history", "show", "list", "newest", "show by key")
_ORDERS = (
    ("generate", "generate new", "repair", "verify again", "audit"),
    ("generate new", "generate", "verify", "repair", "verify again"),
    ("verify", "repair", "verify again", "generate", "generate new"),
    ("audit check", "force", "generate", "repair", "verify again"),
)
Commands = dict[str, Run]


def commands_for(ground: Ground, snapshot_id: str, turn: int) -> Commands:
    """Return the commands of a case, readers first; the writers in the order of its turn."""
    key = ("--store", NJ, "--timeframe", KEY[0], "--as-of", KEY[1])
    store, deep = ("--store", NJ), ("--deep",) if turn % 2 == 0 else ()
    known: dict[str, Run] = {
        "history": _words("history", *store, "--json", "--limit", "0", "--all-versions"),
        "list": _words("history", *store, "--all-versions"),
        "newest": _words("show", *store, "--json"),
        "show": _words("show", *store, "--snapshot", snapshot_id, "--json"),
        "show by key": _words("show", *key),
        "generate": partial(_generate, ground, KEY, None),
        "generate new": partial(_generate, ground, NEW_KEY, None),
        "force": partial(_generate, ground, KEY, "a test"),
        "verify": _words("verify", *store, "--json", *deep),
        "repair": _words("verify", *store, "--repair", "--json", *deep),
        "verify again": _words("verify", *store),
        "audit": _words("audit", *store),
        "audit check": _words("audit", *store, "--check", "--json"),
        "history again": _words("history", *store, "--json", "--limit", "0", "--all-versions"),
    }
    readers = ("history", "show", READERS[2 + turn // len(_ORDERS) % 3])
    order = (*readers, *_ORDERS[turn % len(_ORDERS)], "history again")
    there = _subcommands()
    return {name: known[name] for name in order if _NEEDS.get(name, "history") in there}


_NEEDS = {"verify": "verify", "repair": "verify", "verify again": "verify", "audit": "audit", "audit check": "audit"}


def _subcommands() -> set[str]:
    return {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}


def _words(*argv: str) -> Run:
    def run(world: World) -> int:
        return main(list(argv), world)

    return run


def _generate(ground: Ground, key: tuple[str, str], reason: str | None, world: World) -> int:
    """Do what `omen generate` does, with a computing that is done already."""
    session = Session(world).begin("generate", config=None, as_json=True)
    try:
        batch = jobs_for(
            session.settings,
            session.caller(2.0),
            lambda request: ground.computed[request.timeframe, str(request.as_of_date)],
            store_id=NJ,
            all_stores=False,
            timeframe=key[0],  # type: ignore[arg-type]
            as_of=key[1],
            span=(None, None),
            policy="replace" if reason else "skip",
            reason=reason,
            is_dry_run=False,
        )
        answer_generated(session, batch, serve_all(session, batch))
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001 (as `main` does)
        return report(session, error)
    return 0


def run_all(world: Path, commands: Commands, said: Callable[[str], None]) -> Iterator[tuple[str, Answer]]:
    """Run the commands one after the other, saying each before it begins."""
    for name, run in commands.items():
        said(name)
        yield name, run_in_world(world, NOW, run)


def in_watched_child(work: Callable[[Callable[[str], None]], list[str]], *, as_nobody: bool) -> list[str]:
    """Run `work` in a forked child and return what it found; it says each step, and has `WAIT_S` for each."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(work, read, write, as_nobody=as_nobody)
    os.close(write)
    try:
        return _watch(child, read)
    finally:
        os.close(read)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _be_child(work: Callable[[Callable[[str], None]], list[str]], read: int, write: int, *, as_nobody: bool) -> None:
    """Do the child's work and end it."""
    os.close(read)

    def said(text: str) -> None:
        os.write(write, f"+{text}\n".encode())

    try:
        if as_nobody:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        lines = [line.replace("\n", " | ") for line in work(said)]
    except BaseException as error:  # noqa: BLE001 (the child must end here, whatever it was)
        lines = [f"the harness failed: {error!r}"]
    text = "".join(f"-{line}\n" for line in lines) + ".\n"
    with suppress(OSError):
        rest = text.encode("utf-8", "backslashreplace")
        while rest:
            rest = rest[os.write(write, rest) :]
    os._exit(0)


def _watch(child: int, read: int) -> list[str]:
    raw, step = b"", "the start"
    while select.select([read], [], [], WAIT_S)[0]:
        part = os.read(read, 65536)
        if not part:
            break
        raw += part
        lines = raw.decode("utf-8").splitlines()
        step = next((line[1:] for line in reversed(lines) if line.startswith("+")), step)
        if raw.endswith(b"\n") and lines[-1] == ".":
            return [line[1:] for line in lines if line.startswith("-")]
    else:
        return [f"{step}: hangs"]
    return [f"{step}: the process ended"]


def as_json(text: str) -> Any:
    """Return the one document of an answer; None when it is none."""
    import json
    from decimal import Decimal

    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return None
