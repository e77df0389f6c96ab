"""Options that several commands share, spelled once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from omen_cli.model.ids import Timeframe

StoreOption = Annotated[str | None, typer.Option("--store", metavar="ID", help="The store, by its id in stores.yaml.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every store of stores.yaml.")]
TimeframeOption = Annotated[
    Timeframe | None, typer.Option("--timeframe", help="Which one; without it the store's first in stores.yaml.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="stores.yaml; else OMEN_CONFIG, else the nearest one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on stdout.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing on success but the document that --json asks for.")
]
LockWaitOption = Annotated[
    float,
    typer.Option("--lock-wait", metavar="SECONDS", min=0, max=86_400, help="How long to wait for each lock."),
]
IfExists = Literal["skip", "fail", "replace", "refresh"]
