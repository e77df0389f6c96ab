"""`omen doctor`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption, StoreOption
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, DeliveryFailed, InvalidArgument
from omen_cli.model.ids import Timeframe

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings

_PROXIES = ("http_proxy", "https_proxy", "HTTPS_PROXY")


def doctor(
    ctx: typer.Context,
    store: StoreOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="With --store: why did this snapshot not arrive? A date, today, yesterday or last.",
        ),
    ] = None,
    timeframe: Annotated[
        Timeframe | None, typer.Option("--timeframe", help="With --as-of: which one; else the store's first.")
    ] = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="Only the mail: the settings, the server, TLS, the login, the sender.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Look at what omen needs, say what is wrong and what to do.

    Without options it looks at everything, and exits 1 when something failed; a warning is no failure. With --store and
    --as-of it tells a snapshot's story: when it was due, whether it was made, held, sent to whom, with which answer;
    exit 0 when it arrived everywhere, else 1. --mail goes to the server's word that it would take a message, and sends
    none; exit 8 when a step failed. It changes nothing.
    """
    session: Session = ctx.obj.begin("doctor", config=config, as_json=as_json, quiet=quiet)
    _refuse_contradictions(store, as_of, timeframe, is_mail=mail)
    settings = session.settings
    stores = tuple(settings.stores.values()) if store is None else (settings.store(store),)
    session.noted.about(one.store_id for one in stores)
    if mail:
        _mail(session, stores)
    elif as_of is not None:
        _story(session, stores[0], as_of, timeframe)
    else:
        _everything(session, stores)


def _refuse_contradictions(store: str | None, as_of: str | None, timeframe: Timeframe | None, *, is_mail: bool) -> None:
    if as_of is not None and store is None:
        raise InvalidArgument("--as-of: a snapshot of which store?", hint="use it with --store ID")
    if timeframe is not None and as_of is None:
        raise InvalidArgument("--timeframe: of which date?", hint="use it with --as-of DATE")
    if as_of is not None and is_mail:
        raise InvalidArgument("--as-of and --mail: two answers at once", hint="ask for one")


def _mail(session: Session, stores: "Sequence[StoreSettings]") -> None:
    from omen_cli.cli.examined import mail_blocks
    from omen_cli.workflows.doctor import examine_mail

    examined = examine_mail(session.settings, session.caller().at, stores)
    data: dict[str, object] = {"checks": [check.plain() for check in examined.checks], "note": examined.note}
    if not (examined.failed and session.as_json):
        session.answer(data, mail_blocks(examined))
    if examined.failed:
        first = examined.failed[0]
        raise DeliveryFailed(f"{first.step}: {first.found}", hint=first.fix, **data)


def _story(session: Session, store: "StoreSettings", as_of: str, timeframe: Timeframe | None) -> None:
    from omen_cli.cli.examined import story_blocks
    from omen_cli.workflows.arrival import story_of
    from omen_cli.workflows.request import requests_for

    at = session.caller().at
    (request,) = requests_for(store, timeframe, as_of, (None, None), at)
    story = story_of(session.settings, request, at)
    data = story.plain()
    if story.has_arrived or not session.as_json:
        session.answer(data, story_blocks(story, is_tty=session.world.stdout_is_tty))
    if not story.has_arrived:
        first = story.failed[0]
        raise CheckFailed(f"{request} has not arrived everywhere: {first.step}: {first.found}", hint=first.fix, **data)


def _everything(session: Session, stores: "Sequence[StoreSettings]") -> None:
    from omen_cli.cli.examined import part_blocks
    from omen_cli.workflows.examination import Surroundings, examine
    from omen_cli.workflows.file_system import file_system_of_data

    world = session.world
    found = file_system_of_data(session.settings, world.mounts)
    has_proxy = any(world.environ.get(name) for name in _PROXIES)
    found_by = (
        "--config" if session.config else "OMEN_CONFIG" if world.environ.get("OMEN_CONFIG") else "the nearest one"
    )
    around = Surroundings(found_by, found, world.is_synchronised(), has_proxy, _url_problem)
    parts = tuple(examine(session.settings, stores, session.caller(), around))
    failed = [(part.title, check) for part in parts for check in part.failed]
    data: dict[str, object] = {"isOk": not failed, "parts": [part.plain() for part in parts]}
    if not (failed and session.as_json):
        session.answer(data, part_blocks(parts, is_tty=world.stdout_is_tty))
    if failed:
        title, first = failed[0]
        counted_as = f"{len(failed)} failed" if len(failed) > 1 else "1 failed"
        raise CheckFailed(f"{counted_as}: {title}: {first.step}: {first.found}", hint=first.fix, **data)


def _url_problem(url: str) -> str:
    """Return what is wrong with the URL of an alert; apprise is loaded only where there is one."""
    from omen_cli.ops.alerts import url_problem

    return url_problem(url)
