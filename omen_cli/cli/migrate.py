"""`omen migrate`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, LockWaitOption, QuietOption, seconds
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.config.settings import Settings
    from omen_cli.workflows.survey import Survey


def migrate(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR", help="The old data/snapshots; it may be the very folder of the archives."
        ),
    ] = None,
    default_store: Annotated[
        str | None, typer.Option("--default-store", metavar="ID", help="Whose those are that name no store.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan, also that of --cleanup; write nothing.")
    ] = False,
    add_store: Annotated[
        bool, typer.Option("--add-store", help="Write the stores that stores.yaml lacks into it, comments kept.")
    ] = False,
    cleanup: Annotated[
        bool, typer.Option("--cleanup", help="Later: move the old files aside, after a look at everything.")
    ] = False,
    lock_wait: LockWaitOption = 60.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring the archive of the old system over, losing nothing.

    The old files are only read. Killed, it is run again and goes on; run twice, it says that there is nothing to do.
    docs/migration.md is the runbook. Try --dry-run.
    """
    from omen_cli.cli.migrated import answer_survey, steps_of
    from omen_cli.workflows.migrate import migrate as carry_out
    from omen_cli.workflows.migrate import require_room
    from omen_cli.workflows.survey import survey

    session: Session = ctx.obj.begin("migrate", config=config, as_json=as_json, quiet=quiet)
    wait_s, steps = seconds(lock_wait), steps_of(session)
    if cleanup:
        _clean_up(session, source, default_store, wait_s, is_dry=dry_run, adds_stores=add_store)
        return
    root = _root_of(session, source)
    found = survey(session.settings, root, default_store, steps, adds_stores=add_store)
    settings = session.settings
    if not found.has_nothing_to_do:
        require_room(settings, found)
    if dry_run or found.has_nothing_to_do:
        answer_survey(session, found, "dry_run" if dry_run else "nothing_to_do", default_store=default_store)
        return
    if found.unlisted:
        settings = _with_stores(session, found)
        found = survey(settings, root, default_store, steps, adds_stores=False)
    written = carry_out(settings, found, session.caller(wait_s), steps)
    answer_survey(session, found, "migrated", default_store=default_store, written=written)


def _root_of(session: Session, source: Path | None) -> Path:
    """Return the folder that --from names."""
    if source is None:
        usual = shlex.join(["omen", "migrate", "--from", str(session.settings.data / "snapshots")])
        raise InvalidArgument("--from: is missing", hint=f"name the old data/snapshots: {usual}, or where else it lies")
    return session.world.cwd / source


def _with_stores(session: Session, found: "Survey") -> "Settings":
    """Write the stores that are missing into stores.yaml, and return what it says now."""
    from omen_cli.config.edit import add_stores
    from omen_cli.config.load import load_settings

    for line in add_stores(session.settings, found.unlisted, session.world.environ):
        session.warn(f"omen: {line}")
    return load_settings(session.settings.path, session.world.environ)


def _clean_up(
    session: Session, source: Path | None, default_store: str | None, wait_s: float, *, is_dry: bool, adds_stores: bool
) -> None:
    from omen_cli.cli.cleaned import answer_cleaned
    from omen_cli.cli.migrated import steps_of
    from omen_cli.workflows.cleanup import clean_up

    if adds_stores:
        raise InvalidArgument("--add-store: is of the migration, not of --cleanup", hint="leave it out")
    root = None if source is None else session.world.cwd / source
    steps, caller = steps_of(session), session.caller(wait_s)
    cleaned = clean_up(session.settings, root, default_store, caller, steps, is_dry=is_dry)
    answer_cleaned(session, cleaned, default_store)
