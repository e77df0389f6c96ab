"""`omen metrics`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session
from omen_cli.cli.streams import answering
from omen_cli.errors import InvalidArgument
from omen_cli.model.blocks import Paragraph

if TYPE_CHECKING:
    from omen_cli.workflows.metrics_gathered import Gathered

_SUFFIX = ".prom"


def metrics(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="With --prometheus: where to, a .prom in the collector's folder."),
    ] = None,
    prometheus: Annotated[
        bool, typer.Option("--prometheus", help="Answer with the text that Prometheus reads, or write it to FILE.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Say how it goes: stores, deliveries, disk, commands, errors.

    Taken from index, audit and log at this moment. --prometheus FILE is for node_exporter's textfile collector: the
    file is replaced as a whole. What cannot be read is said, and has a metric of its own: that is no failure.
    """
    from omen_cli.workflows.metrics import gather_metrics

    session: Session = ctx.obj.begin("metrics", config=config, as_json=as_json, quiet=quiet)
    _refuse_contradictions(file, is_prometheus=prometheus, as_json=as_json)
    gathered = gather_metrics(session.settings, session.caller())
    for warning in gathered.warnings:
        session.say(f"omen: {warning}")
    if prometheus:
        _answer_exposition(session, gathered, file)
        return
    from omen_cli.cli.metric_tables import blocks_of

    found = gathered.measured()
    session.answer([one.plain() for one in found], [] if as_json else blocks_of(found))


def _refuse_contradictions(file: Path | None, *, is_prometheus: bool, as_json: bool) -> None:
    if file is not None and not is_prometheus:
        raise InvalidArgument(f"{file}: a file of what?", hint="use --prometheus FILE")
    if file is not None and file.suffix != _SUFFIX:
        raise InvalidArgument(f"{file}: node_exporter reads only *{_SUFFIX}", hint=f"name it omen{_SUFFIX}")
    if is_prometheus and as_json and file is None:
        raise InvalidArgument("--json and --prometheus: two answers at once", hint="ask for one, or name a FILE")


def _answer_exposition(session: Session, gathered: "Gathered", file: Path | None) -> None:
    from omen_cli.cli.file_output import write_file
    from omen_cli.ops.metrics import exposition

    raw = exposition(gathered.measured())
    if file is not None:
        write_file(session.world.cwd / file, raw, session.settings.data)
        session.answer({"path": str(file), "bytes": len(raw)}, [Paragraph(f"metrics: written to {file}")])
    elif not session.is_quiet:
        with answering():
            session.world.stdout.write(raw.decode())
