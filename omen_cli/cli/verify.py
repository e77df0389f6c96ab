"""`omen verify`."""

from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import (
    AllOption,
    ConfigOption,
    JsonOption,
    LockWaitOption,
    QuietOption,
    StoreOption,
    seconds,
    threads_asked,
)
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.workflows.request import Caller


def verify(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every snapshot and compare its hashes with the index and the audit.")
    ] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended; nothing is deleted.")] = False,
    recompute: Annotated[
        str | None,
        typer.Option(
            "--recompute", metavar="SNAPSHOT", help="Make this snapshot again from its recorded inputs, and compare."
        ),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="SUBJECT",
            help="Settle a loss, by its name in the findings, with --reason; with --all one in data/audit.",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why a loss is accepted.")] = None,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Look through an archive for damage and loss.

    --all also looks through data/audit, which belongs to no store. Exit 0: sound; 1: something that --repair mends; 7:
    data are lost, docs/recovery.md says what to do. Only --repair and --accept write; but when --recompute is asked for
    another store's snapshot, the refusal is audited.
    """
    from omen_cli.cli.store_asked import named_or_default
    from omen_cli.cli.unlisted import warn_of_left_over, warn_of_unlisted
    from omen_cli.cli.verified import answer_accepted, verify_stores
    from omen_cli.workflows.accept import accept_loss
    from omen_cli.workflows.request import stores_asked

    session: Session = ctx.obj.begin("verify", config=config, as_json=as_json, quiet=quiet)
    _require_one_task(deep=deep, repair=repair, recompute=recompute, accept=accept, reason=reason)
    caller = session.caller(seconds(lock_wait))
    store = named_or_default(session, store, all_stores=all_stores)
    stores = stores_asked(session.settings, store, all_stores=all_stores)
    if recompute is not None:
        _recompute(session, _only(stores, "--recompute"), recompute, caller)
    elif accept is not None:
        found = None if all_stores else _only(stores, "--accept")
        answer_accepted(session, accept_loss(session.settings, found, accept, reason, caller))
    else:
        if all_stores:
            warn_of_unlisted(session, "verified")
        warn_of_left_over(session)
        verify_stores(session, stores, caller, is_deep=deep, is_repair=repair, is_all=all_stores)


def _recompute(session: Session, store: "StoreSettings", snapshot_id: str, caller: "Caller") -> None:
    from omen_cli.cli.recomputed import answer_recomputed
    from omen_cli.workflows.recompute import recompute

    threads = threads_asked(session.world.environ)
    answer_recomputed(session, recompute(session.settings, store, snapshot_id, caller, threads))


def _only(stores: "tuple[StoreSettings, ...]", option: str) -> "StoreSettings":
    if len(stores) != 1:
        raise InvalidArgument(f"{option}: of one store only", hint="name it with --store ID")
    return stores[0]


def _require_one_task(
    *, deep: bool, repair: bool, recompute: str | None, accept: str | None, reason: str | None
) -> None:
    """Refuse a call that asks for two things at once."""
    asked = [
        name
        for name, is_asked in (
            ("--deep", deep),
            ("--recompute", recompute is not None),
            ("--accept", accept is not None),
            ("--repair", repair),
        )
        if is_asked
    ]
    if len(asked) > 1 and asked != ["--deep", "--repair"]:
        raise InvalidArgument(f"{' and '.join(asked)}: not at once", hint="ask for one, then the other")
    if reason is not None and accept is None:
        raise InvalidArgument("--reason: only an accepted loss has one", hint="leave it out, or add --accept SUBJECT")
