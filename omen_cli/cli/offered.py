"""An option of `omen` itself that every command takes beside itself, too, without each declaring it."""

from copy import copy

import typer


def offer_everywhere(app: typer.core.TyperGroup, name: str) -> None:
    """Let every command below `app`, of whatever depth, take its option `name`; the command itself is not told."""
    option = copy(next(one for one in app.params if one.name == name))
    option.expose_value = False
    groups = [app]
    while groups:
        for command in groups.pop().commands.values():
            command.params.append(option)
            if isinstance(command, typer.core.TyperGroup):
                groups.append(command)
