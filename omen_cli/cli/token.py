"""`omen token create`, `inspect` and `keygen`."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption, StoreOption
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, InvalidArgument
from omen_cli.model.blocks import Paragraph

if TYPE_CHECKING:
    from omen_cli.access.claims import Claims

token = typer.Typer(rich_markup_mode=None, add_completion=False)
_MOST_DAYS = 366


@token.command()
def create(
    ctx: typer.Context,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="viewer, owner or admin.")],
    email: Annotated[
        str, typer.Option("--email", metavar="ADDRESS", help="Whose it is: snapshots and the audit keep it.")
    ],
    store: StoreOption = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=_MOST_DAYS, help="For how long it is good.")
    ] = 30,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it to a new file, mode 0600, not to stdout.")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a token with the key in access.key_file; it is printed once.

    Nobody keeps it. Without a token of one's own the key file is enough; whoever gives one has to be an admin.
    """
    from omen_cli.cli.file_output import write_secret
    from omen_cli.workflows.token import Order, create_token, role_asked

    session: Session = ctx.obj.begin("token create", config=config, as_json=as_json, quiet=quiet)
    if quiet and out is None and not as_json:
        raise InvalidArgument("--quiet: nobody would get the token", hint="name a file with --out FILE")
    session.noted.about(filter(None, [store]))
    order = Order(role_asked(role), email, store, timedelta(days=days))
    made, claims = create_token(session.settings, order, session.world.now())
    if out is None:
        _print(session, made, claims)
        return
    write_secret(session.world.cwd / out, f"{made}\n".encode(), session.settings.data)
    session.answer({"path": str(out), **claims.plain()}, [Paragraph(f"{_whose(claims)}: written to {out}")])


@token.command()
def inspect(
    ctx: typer.Context, as_json: JsonOption = False, quiet: QuietOption = False, config: ConfigOption = None
) -> None:
    """Say what is in a token, and whether it is valid here and now.

    The token is the one that --token-file or OMEN_TOKEN gives. Exit 1: it is not valid.
    """
    from omen_cli.cli.inspected import inspected_blocks, inspected_data
    from omen_cli.workflows.sign_in import Source
    from omen_cli.workflows.token import inspect_token

    session: Session = ctx.obj.begin("token inspect", config=config, as_json=as_json, quiet=quiet)
    world = session.world
    found = inspect_token(session.settings, Source(session.token_file, world.environ, world.cwd), world.now())
    data = inspected_data(found)
    if not (found.problem and as_json):
        session.answer(data, inspected_blocks(found))
    if found.problem:
        raise CheckFailed(found.problem, hint="ask for a new one, or make one with omen token create", **data)


@token.command()
def keygen(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; else to access.key_file of stores.yaml.")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a key for tokens, in a new file of mode 0600.

    It never replaces a key: with another one every token made so far is void. docs/recovery.md says how to do that.
    """
    from omen_cli.cli.file_output import write_secret
    from omen_cli.workflows.token import new_secret

    session: Session = ctx.obj.begin("token keygen", config=config, as_json=as_json, quiet=quiet)
    path = session.world.cwd / out if out is not None else session.settings.access.key_file
    if path is None:
        raise InvalidArgument("where to?", hint="name the file with --out FILE, or in access.key_file of stores.yaml")
    write_secret(path, new_secret(session.world.random_bytes), session.settings.data)
    session.answer({"path": str(path)}, [Paragraph(f"{path}: a new key, for HS256")])


def _print(session: Session, made: str, claims: "Claims") -> None:
    """Write the token to stdout as it is: no width may break it."""
    session.say(f"omen: {_whose(claims)}; it is not shown again")
    session.answer_text({"token": made, **claims.plain()}, made)


def _whose(claims: "Claims") -> str:
    of = f" of {claims.store_id}" if claims.store_id else ""
    return f"a token for {claims.email}, {claims.role}{of}, until {claims.expires_at:%Y-%m-%d %H:%M} UTC"
