"""`omen stores`."""

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session


def stores(
    ctx: typer.Context, as_json: JsonOption = False, quiet: QuietOption = False, config: ConfigOption = None
) -> None:
    """List the stores of stores.yaml.

    Where tokens are needed, an owner and a viewer see their own.
    """
    from omen_cli.cli.listing import stores_table
    from omen_cli.config.effective import effective_document

    session: Session = ctx.obj.begin("stores", config=config, as_json=as_json, quiet=quiet)
    own = session.principal.confined_to if session.principal else None
    stores = {one: store for one, store in session.settings.stores.items() if own in (None, one)}
    session.noted.about(stores)
    seen = session.settings.model_copy(update={"stores": stores})
    session.answer_table(effective_document(seen)["stores"], stores_table(tuple(stores.values())))
