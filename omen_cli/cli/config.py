"""`omen config`."""

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session
from omen_cli.model.blocks import Table


def config(
    ctx: typer.Context, as_json: JsonOption = False, quiet: QuietOption = False, config: ConfigOption = None
) -> None:
    """Print the configuration in effect, secrets masked.

    Defaults and the environment are applied, paths absolute.
    """
    from omen_cli.config.effective import effective, effective_document

    session: Session = ctx.obj.begin("config", config=config, as_json=as_json, quiet=quiet)
    rows = effective(session.settings)
    session.answer_table(effective_document(session.settings), Table(("setting", "value"), rows))
