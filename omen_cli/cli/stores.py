"""`omen stores`."""

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session


def stores(
    ctx: typer.Context, as_json: JsonOption = False, quiet: QuietOption = False, config: ConfigOption = None
) -> None:
    """List the stores of stores.yaml."""
    from omen_cli.cli.listing import stores_table
    from omen_cli.config.effective import effective_document

    session: Session = ctx.obj.begin("stores", config=config, as_json=as_json, quiet=quiet)
    found = session.settings.stores
    session.answer_table(effective_document(session.settings)["stores"], stores_table(tuple(found.values())))
