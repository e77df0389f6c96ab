"""Asking a person at the terminal."""

from collections.abc import Iterable

from omen_cli.cli.output import write_blocks
from omen_cli.cli.session import Session
from omen_cli.cli.streams import answering
from omen_cli.errors import InvalidArgument
from omen_cli.model.blocks import Block
from omen_cli.model.safe_text import safe_text


def confirm(session: Session, question: str, blocks: Iterable[Block]) -> bool:
    """Show the blocks and ask a person at the terminal; only `y` or `yes` is one.

    Raises:
        InvalidArgument: nobody can be asked here.
    """
    world = session.world
    if not (world.stdin_is_tty and world.stderr_is_tty):
        raise InvalidArgument("nobody can be asked here", hint="look with --dry-run, then give --yes")
    with answering():
        write_blocks(world.stderr, list(blocks), is_tty=True, width=world.width)
        world.stderr.write(f"{safe_text(question)} [y/N] ")
        world.stderr.flush()
    return world.stdin.readline().strip().casefold() in ("y", "yes")
