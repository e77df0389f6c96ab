"""Nothing runs before it was asked who calls, and nothing writes where locks do not hold: every command, also to come.

--token-file is given to each here, too, so that none can be without it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, cast

import typer

from omen_cli.access.judgement import Call
from omen_cli.access.principal import Principal, local_operator
from omen_cli.cli.session import Session
from omen_cli.errors import OmenError

TOKEN_FILE = "token_file"  # noqa: S105  the name of a parameter
TokenFileOption = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="The token, where access.mode is token; else OMEN_TOKEN."),
]
Command = Callable[..., None]
Options = Mapping[str, object]


def guard(app: typer.Typer) -> typer.Typer:
    """Put the question before every command of an app and of the groups in it; returns the app."""
    for command in app.registered_commands:
        command.callback = _guarded(command.callback)
    for group in app.registered_groups:
        inner = group.typer_instance
        if inner is None:
            raise ValueError("a group without an app")
        guard(inner)
        if inner.registered_callback is not None:
            inner.registered_callback.callback = _guarded(inner.registered_callback.callback)
    return app


def _guarded(command: Command | None) -> Command:
    """Return the command as it runs once its caller is admitted, with --token-file among its options."""
    if command is None:
        raise ValueError("a command without a function")
    found = signature(command, eval_str=True)
    option = Parameter(TOKEN_FILE, Parameter.KEYWORD_ONLY, default=None, annotation=TokenFileOption)

    @wraps(command)
    def admitted(**options: object) -> None:
        context = cast("typer.Context", options["ctx"])
        token_file = options.pop(TOKEN_FILE)
        session: Session = context.obj
        session.token_file = token_file if isinstance(token_file, Path) else session.token_file
        if context.invoked_subcommand is None:
            options |= _admit(session, context.command_path.removeprefix("omen "), options)
        return command(**options)  # what a command returns is a bug, and main says so

    admitted.__signature__ = found.replace(parameters=(*found.parameters.values(), option))  # type: ignore[attr-defined]
    return admitted


def _admit(session: Session, command: str, options: Options) -> dict[str, object]:
    """Let the call through or refuse it; return what the token adds to its options: the store that confines it.

    Raises:
        Unauthenticated, Forbidden: it may not be made.
        ConfigInvalid: it writes, and `data` is where no lock keeps other machines out.
    """
    config = options.get("config")
    session.begin(
        command,
        config=config if isinstance(config, Path) else None,
        as_json=bool(options.get("as_json")),
        quiet=bool(options.get("quiet")),
    )
    call = _call(command, options)
    session.principal = _principal(session, call)
    _require_own_disk(session, call)
    own = session.principal.confined_to
    return {"store": own} if own is not None and "store" in options else {}


def _call(command: str, options: Options) -> Call:
    store = options.get("store")
    given = frozenset(name for name, value in options.items() if value not in (None, False, [], ()))
    return Call(command, store if isinstance(store, str) else None, bool(options.get("all_stores")), given)


def _require_own_disk(session: Session, call: Call) -> None:
    from omen_cli.workflows.file_system import is_writing, require_own_disk

    if is_writing(call.command, call.options):
        require_own_disk(session.settings, session.world.mounts)


def _principal(session: Session, call: Call) -> Principal:
    if session.settings.access.mode == "local":
        return local_operator(session.world.user())
    from omen_cli.workflows.admission import admit
    from omen_cli.workflows.sign_in import Source

    def unrecorded(error: OmenError) -> None:
        session.noted.blame(None, error.code)  # the log tells whoever runs omen; the caller is told of their call only

    source = Source(session.token_file, session.world.environ, session.world.cwd)
    return admit(session.settings, call, source, session.caller(), unrecorded)
