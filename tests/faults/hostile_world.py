"""How a case runs `omen`: through `main(argv, world)`, in a world of values, with streams as a process has them."""

import importlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path

import omen_cli
from omen_cli.cli.main import main
from omen_cli.cli.session import World


@dataclass(frozen=True)
class Answer:
    """What one command answered; `escaped` is what it raised past `main`."""

    status: int
    out: str
    err: str
    escaped: str = ""


Run = Callable[[World], int]


def run_omen(folder: Path, now: datetime, argv: Sequence[str]) -> Answer:
    """Run `omen` with these words in `folder`."""
    return run_in_world(folder, now, lambda world: main(list(argv), world))


def run_in_world(folder: Path, now: datetime, run: Run) -> Answer:
    """Run something of omen's in a world of its own, with real text streams: what cannot be encoded shows."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", errors="replace", newline="") for _ in range(2))
    world = World(
        environ=_environment(),
        cwd=folder,
        now=lambda: now,
        new_request_id=lambda: "r-hostile",
        user=lambda: "tester",
        stdout=out,
        stderr=err,
        stdout_is_tty=False,
        stderr_is_tty=False,
        width=100,
    )
    try:
        status, escaped = run(world), ""
    except BaseException as error:  # noqa: BLE001 (what goes past `main` is what is looked for)
        status, escaped = -1, repr(error)
    return Answer(status, _written(out), _written(err), escaped)


def _environment() -> Mapping[str, str]:
    return {"OMEN_THREADS": "1"}


def _written(stream: TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, BytesIO)
    return buffer.getvalue().decode("utf-8", "backslashreplace")


def keep_traces_in(folder: Path) -> None:
    """Let the traces of bugs be kept in `folder`, where a case finds them."""
    tempfile.tempdir = str(folder)


def preload() -> None:
    """Import all that a command imports late, so that a fork starts at once, also one without rights."""
    for name in (*_LATE, *_modules()):
        importlib.import_module(name)
    run_omen(Path.cwd(), datetime.now(UTC), ("--version",))  # builds the app


def _modules() -> list[str]:
    """Return the modules that a command may need here: none of those that load the database."""
    found = (
        f"omen_cli.{path.parent.name}.{path.stem}" for folder in _FOLDERS for path in (_HERE / folder).glob("[a-z]*.py")
    )
    return [name for name in found if "compute" not in name]


_HERE = Path(omen_cli.__file__).parent
_FOLDERS = ("archive", "cli", "workflows")
_LATE = ("omen_cli.config.load", "omen_cli.report.overview", "babel.numbers", "zoneinfo")
