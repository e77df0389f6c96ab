"""`omen send`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, LockWaitOption, OneStoreOption, QuietOption, seconds
from omen_cli.cli.send_asked import addresses_asked, choice_asked, is_strict, say_deprecated
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import Timeframe

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.workflows.choice import Choice
    from omen_cli.workflows.send_plan import Plan
    from omen_cli.workflows.terms import Terms


def send(
    ctx: typer.Context,
    store: OneStoreOption = None,
    snapshot: Annotated[
        str | None, typer.Option("--snapshot", metavar="ID", help="The snapshot, by its id: any version.")
    ] = None,
    timeframe: Annotated[
        Timeframe | None, typer.Option("--timeframe", help="With --as-of: the newest version of it.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="With --timeframe: a date, today, yesterday or last.")
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="Deprecated: the one with the greatest as-of date, of any timeframe.")
    ] = False,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ADDRESS", help="To whom, instead of the store's recipients; may be repeated."),
    ] = None,
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Only those to whom an earlier send failed to deliver it.")
    ] = False,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send it again, also to those who have it; needs --reason.")
    ] = False,
    allow_held: Annotated[
        bool, typer.Option("--allow-held", help="Send it although it is held; needs --reason.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Send a version that was superseded; needs --reason.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, in a few words: the audit keeps it.")
    ] = None,
    attach_items: Annotated[
        bool, typer.Option("--attach-items", help="Attach the items as CSV, as mail.attach_items: true does.")
    ] = False,
    preview: Annotated[
        Path | None,
        typer.Option("--preview", metavar="FILE", help="Write the message to a .html, .eml or .txt, and send nothing."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent to whom; record nothing.")] = False,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Send one snapshot by e-mail, to each recipient once.

    Name it by --snapshot, or by --timeframe and --as-of. The same call again sends nothing to those who have it.
    """
    from omen_cli.cli.store_asked import one_store
    from omen_cli.workflows.terms import Terms

    session: Session = ctx.obj.begin("send", config=config, as_json=as_json, quiet=quiet)
    terms = Terms(addresses_asked(to), allow_held, force, resend, only_failed, reason)
    found = one_store(session, store)
    choice = choice_asked(session, found, snapshot, timeframe, as_of, is_latest=latest)
    wait_s = seconds(lock_wait)
    if preview is not None:
        if only_failed or resend or dry_run:
            raise InvalidArgument("--preview: sends nothing", hint="leave --only-failed, --resend and --dry-run out")
        from omen_cli.cli.previewed import answer_preview

        answer_preview(session, found, choice, terms, preview, has_items=attach_items)
        return
    plan = _planned(session, found, choice, terms, wait_s)
    _carry_out(session, plan, terms, wait_s, has_items=attach_items, is_dry_run=dry_run)


def _planned(session: Session, store: "StoreSettings", choice: "Choice", terms: "Terms", wait_s: float) -> "Plan":
    from omen_cli.workflows.send_plan import plan_send

    plan = plan_send(session.settings, store, choice, terms, session.caller(wait_s), is_strict=is_strict(session))
    for warning in plan.warnings:
        session.warn(f"omen: {warning}")
    say_deprecated(session, choice, plan.entry)
    return plan


def _carry_out(
    session: Session, plan: "Plan", terms: "Terms", wait_s: float, *, has_items: bool, is_dry_run: bool
) -> None:
    from omen_cli.cli.sending import tools_for
    from omen_cli.cli.sent import announcement, answer_sent, dry
    from omen_cli.workflows.send import send as send_plan

    tools = tools_for(session, plan.store, has_items=has_items)
    if plan.sends:
        tools.transport()  # what is wrong with the settings is said before anything is announced
        session.say(announcement(plan, is_dry_run=is_dry_run))
    if is_dry_run:
        answer_sent(session, dry(plan))
        return
    answer_sent(session, send_plan(plan, terms, session.caller(wait_s), tools))
