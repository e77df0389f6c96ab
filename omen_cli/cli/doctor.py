"""`omen doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption
from omen_cli.cli.session import Session
from omen_cli.errors import DeliveryFailed, InvalidArgument
from omen_cli.model.blocks import Block, Paragraph

if TYPE_CHECKING:
    from omen_cli.workflows.doctor import Examined
    from omen_cli.workflows.doctor_check import Check

_COLUMN = 11


def doctor(
    ctx: typer.Context,
    mail: Annotated[
        bool, typer.Option("--mail", help="Where messages go: the settings, the server, TLS, the login, the sender.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Look at what omen needs from outside, say what is wrong.

    --mail goes all the way to the server's word that it would take a message, and sends none. Exit 8: a step failed;
    those behind it are not tried. A warning is no failure.
    """
    from omen_cli.workflows.doctor import examine_mail

    session: Session = ctx.obj.begin("doctor", config=config, as_json=as_json, quiet=quiet)
    if not mail:
        raise InvalidArgument("what is to be looked at?", hint="use --mail")
    examined = examine_mail(session.settings, session.caller().at)
    data: dict[str, object] = {"checks": [check.plain() for check in examined.checks], "note": examined.note}
    if not (examined.failed and session.as_json):
        session.answer(data, _blocks(examined))
    if examined.failed:
        first = examined.failed[0]
        raise DeliveryFailed(f"{first.step}: {first.found}", hint=first.fix, **data)


def _blocks(examined: "Examined") -> list[Block]:
    lines = [line for check in examined.checks for line in _lines(check)]
    return [*lines, Paragraph(examined.note)]


def _lines(check: "Check") -> list[Paragraph]:
    is_failed = check.outcome == "failed"
    said = Paragraph(f"{check.outcome:<{_COLUMN}}{check.step}: {check.found}", is_alarming=is_failed)
    return [said, Paragraph(f"{'':<{_COLUMN}}{check.fix}")] if check.fix else [said]
