"""Options that several commands share, spelled once."""

import re
from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Annotated, Literal

import typer

from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import Timeframe

StoreOption = Annotated[str | None, typer.Option("--store", metavar="ID", help="The store, by its id in stores.yaml.")]
OneStoreOption = Annotated[
    str | None, typer.Option("--store", metavar="ID", help="The store, by its id in stores.yaml; needed.")
]
AllOption = Annotated[bool, typer.Option("--all", help="Every store of stores.yaml.")]
TimeframeOption = Annotated[
    Timeframe | None, typer.Option("--timeframe", help="Which one; without it the store's first in stores.yaml.")
]
ShownAsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="A date, today, yesterday or last; the newest one without it."),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="stores.yaml; else OMEN_CONFIG, else the nearest one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on stdout.")]
LogOption = Annotated[
    Literal["json"] | None,
    typer.Option("--log", help="Say on stderr, when it has ended, what the command did: one line of JSON."),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing on success but the document that --json asks for.")
]
LockWaitOption = Annotated[
    float,
    typer.Option("--lock-wait", metavar="SECONDS", min=0, max=86_400, help="How long to wait for each lock."),
]
MAX_THREADS = 256
_SMALL_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
IfExists = Literal["skip", "fail", "replace", "refresh"]


def seconds(lock_wait: float) -> float:
    """Return what --lock-wait says.

    Raises:
        InvalidArgument: it is no number.
    """
    if isnan(lock_wait):
        raise InvalidArgument("--lock-wait nan: not a number of seconds", hint="use 0 to 86400")
    return lock_wait


def threads_asked(environ: Mapping[str, str]) -> int | None:
    """Return how many threads OMEN_THREADS gives the database; None for one a core.

    Raises:
        InvalidArgument: it gives no such number.
    """
    text = environ.get("OMEN_THREADS", "")
    if not text:
        return None
    if not (_SMALL_NUMBER.fullmatch(text) and 1 <= int(text) <= MAX_THREADS):
        raise InvalidArgument(f"OMEN_THREADS {text[:20]!r}: not 1 to {MAX_THREADS}", hint="correct it, or unset it")
    return int(text)
