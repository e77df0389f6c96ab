"""`omen deliveries`, and `omen deliveries resolve`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, LockWaitOption, OneStoreOption, QuietOption, seconds
from omen_cli.cli.session import Session
from omen_cli.cli.store_asked import one_store
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.model.snapshot import Entry

deliveries = typer.Typer(invoke_without_command=True, rich_markup_mode=None, add_completion=False)


@deliveries.callback()
def list_them(
    ctx: typer.Context,
    store: Annotated[
        str | None, typer.Option("--store", metavar="ID", help="The store, by its id in stores.yaml.")
    ] = None,
    snapshot: Annotated[
        str | None, typer.Option("--snapshot", metavar="ID", help="Only those of this snapshot.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="STATE", help="Only queued, sending, sent, failed or unknown; may be repeated."
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """List who was sent which snapshot, and with what answer.

    Of one that is `unknown` nobody knows whether it arrived: the connection broke after the message was offered.
    `resolve` settles it.
    """
    session: Session = ctx.obj
    if ctx.invoked_subcommand is not None:
        if store is not None or snapshot is not None or state:
            raise InvalidArgument(
                "omen deliveries: its options go behind `resolve`", hint="see omen deliveries resolve -h"
            )
        return
    session.begin("deliveries", config=config, as_json=as_json, quiet=quiet)
    _answer(session, one_store(session, store).store_id, snapshot, state or [])


def _answer(session: Session, store_id: str, snapshot: str | None, states: list[str]) -> None:
    from omen_cli.archive.archive import Archive
    from omen_cli.cli.delivery_list import deliveries_table
    from omen_cli.workflows.deliveries import list_deliveries, states_asked
    from omen_cli.workflows.lookup import entry_by_id

    wanted = states_asked(states)
    settings = session.settings
    archive = Archive(settings.data, store_id)
    entry = entry_by_id(settings, archive, snapshot, session.caller()) if snapshot is not None else None
    found = list_deliveries(archive, entry, wanted)
    for warning in archive.warnings:
        session.warn(f"omen: {warning}")
    if not found:
        session.say(f"omen: {store_id}: no delivery{' matches' if states or snapshot else ' yet; omen send makes one'}")
    session.answer([one.plain() for one in found], [deliveries_table(found)])


@deliveries.command()
def resolve(
    ctx: typer.Context,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The delivery, by its key, the first digits of it, or its Message-ID.")
    ],
    store: OneStoreOption = None,
    was_sent: Annotated[bool, typer.Option("--sent", help="It arrived.")] = False,
    resend: Annotated[bool, typer.Option("--resend", help="It did not: send the same message again, now.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="How you know: the audit keeps it.")
    ] = None,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Settle a delivery that is `unknown`.

    Only a person can find out whether the message arrived: ask the recipient, or whoever runs the mail server.
    """
    from omen_cli.cli.sending import tools_for
    from omen_cli.cli.sent import announced, answer_sent
    from omen_cli.workflows.resolve import Word
    from omen_cli.workflows.resolve import resolve as resolve_one

    session: Session = ctx.obj.begin("deliveries resolve", config=config, as_json=as_json, quiet=quiet)
    if was_sent == resend:
        raise InvalidArgument("--sent or --resend: which one?", hint="--sent when it arrived, --resend when it did not")
    found = one_store(session, store)
    wait_s = seconds(lock_wait)
    tools = tools_for(session, found, has_items=False)

    def announce(entry: "Entry", recipient: str) -> None:
        session.say(announced(entry, found, [f"{recipient} (again)"], "sending"))

    word = Word(key, was_sent, reason)
    sent = resolve_one(session.settings, found, word, session.caller(wait_s), tools, announce)
    answer_sent(session, sent)
