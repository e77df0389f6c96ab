"""`omen run`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.generate import computing
from omen_cli.cli.options import ConfigOption, JsonOption, LockWaitOption, QuietOption, seconds, threads_asked
from omen_cli.cli.session import Session
from omen_cli.errors import Busy, CheckFailed, OutputFailed

if TYPE_CHECKING:
    from omen_cli.ops.heartbeat import Beat
    from omen_cli.workflows.tick import Means


def run(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made and sent, and when the next is due; do nothing.")
    ] = False,
    lock_wait: LockWaitOption = 10.0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Make the snapshots that are due, and send them.

    For cron, every 15 minutes; `omen schedule` writes the line. It catches up after an outage, and then sends only the
    newest of each timeframe; it offers again what a mail server put off. Each trouble is told once, with exit 1; a tick
    that finds nothing new to tell prints nothing and exits 0, and so does one while another is under way.
    """
    session: Session = ctx.obj.begin("run", config=config, as_json=as_json, quiet=quiet)
    session.noted.about(one.store_id for one in session.settings.stores.values() if one.schedule)
    wait_s = seconds(lock_wait)
    if dry_run:
        from omen_cli.cli.planned import answer_planned
        from omen_cli.model.command_record import DRY_RUN

        session.noted.count(None, DRY_RUN)
        answer_planned(session)
        return
    from omen_cli.cli.ticked import means_of

    run_once(session, wait_s, means_of(session, computing(threads_asked(session.world.environ))))


def run_once(session: Session, wait_s: float, means: "Means") -> None:
    """Run one tick, unless another is under way: then say so.

    Raises:
        CheckFailed: there is something new to tell.
        ArchiveDamaged: the tree is not ours to touch.
    """
    from omen_cli.archive.run_memory import alone
    from omen_cli.model.command_record import UNDER_WAY
    from omen_cli.workflows.run import layout_of

    layout = layout_of(session.settings)
    if not any(store.schedule for store in session.settings.stores.values()):
        session.say(f"omen: no store of {session.settings.path.name} has a schedule: nothing is ever due")
    try:
        with alone(layout):
            _tick(session, wait_s, means)
    except Busy as error:
        if error.details.get("lock") != str(layout.run_lock):
            raise
        session.noted.idle(UNDER_WAY)
        session.say("omen: another omen run is under way; this one does nothing")
        session.answer({"isUnderWay": True}, [])


def _tick(session: Session, wait_s: float, means: "Means") -> None:
    """Run one tick, tell what is new, and only then remember that it was told."""
    from omen_cli.cli.ticked import answer_tick, note_standing, require_still_running
    from omen_cli.workflows.run import run_all
    from omen_cli.workflows.told import news_of, remember

    caller = session.caller(wait_s)
    with _heard(session):
        tick = run_all(session.settings, caller, means, lambda: require_still_running(session))
        session.gathered.take_troubles(tick.troubles.values())
        news = news_of(session.settings, tick)
        note_standing(session, tick, news)
        try:
            answer_tick(session, tick, news)
        except OutputFailed:  # nobody was told
            raise
        except CheckFailed:
            _warn(session, remember(session.settings, caller, tick, news))
            raise
        _warn(session, remember(session.settings, caller, tick, news))


def _warn(session: Session, problem: str) -> None:
    """Say, quietly or not, why all that stands will be told at the next tick again."""
    if problem:
        session.warn(f"omen: what was told cannot be remembered, and is told at every tick: {problem}")


@contextmanager
def _heard(session: Session) -> Iterator[None]:
    """Ping the dead-man switch when a tick starts, and how it ended; of one that a signal ends, no end is told."""
    _ping(session, "start")
    try:
        yield
    except Exception:
        _ping(session, "failure")
        raise
    _ping(session, "success")


def _ping(session: Session, beat: "Beat") -> None:
    url = session.settings.heartbeat
    if url is None or not url.get_secret_value():
        return
    from omen_cli.ops.heartbeat import ping

    if problem := ping(url.get_secret_value(), beat, session.world.environ):
        session.say(f"omen: the heartbeat ({beat}) did not arrive: {problem}")
